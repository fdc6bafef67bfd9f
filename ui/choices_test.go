package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"lenswatch/client"
	"lenswatch/ui/layout"
)

// stall lets one session stall while another goes on.
func stall(x *terminal, f *fake) {
	for i := range 25 {
		f.say("lsn-one-0001", client.KindResult, fmt.Sprintf("Scene %d", i), nil)
		f.say("lsn-two-0002", client.KindResult, fmt.Sprintf("View %d", i), nil)
		x.pass(time.Second)
	}
	goOn(x, f, 30)
}

// goOn lets one of the two sessions go on.
func goOn(x *terminal, f *fake, seconds int) {
	for i := range seconds {
		f.say("lsn-two-0002", client.KindResult, fmt.Sprintf("more %d", i), nil)
		x.pass(time.Second)
	}
}

// What was acknowledged raises no alarm and is no problem any more, until the session recovers and stalls again.
func TestAcknowledgedTroubleIsCalmUntilItChanges(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		stall(x, f)
		x.want("✗ Activity Monitor 0001  The lens")
		x.press("!", "K")
		x.want("Acknowledged Activity Monitor 0001")
		x.pass(6 * time.Second)
		x.wantNot("✗ Activity Monitor")
		x.want("acknowledged", "quiet")
		x.press("!")
		x.want("No session needs attention.")
		for i := range 5 {
			f.say("lsn-one-0001", client.KindResult, fmt.Sprintf("again %d", i), nil)
			f.say("lsn-two-0002", client.KindResult, fmt.Sprintf("and %d", i), nil)
			x.pass(time.Second)
		}
		x.wantNot("acknowledged")
		goOn(x, f, 40)
		x.want("✗ Activity Monitor 0001  The lens")
	})
}

// A muted session stays calm whatever happens; its state is shown as it is.
func TestMutedSessionsRaiseNoAlarm(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		x.press("]", "K")
		x.want("Muted Activity Monitor 0001")
		x.press("0")
		stall(x, f)
		x.wantNot("✗ Activity Monitor")
		x.want("muted", "quiet")
		x.press("]", "K")
		x.want("Alerts for Activity Monitor 0001 are on again", "✗ Activity Monitor 0001  The lens")
	})
}

// A name of one's own is everywhere that the lens's was, and stays to be corrected if it is too long.
func TestOwnNamesAreEverywhere(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		f.say("lsn-one-0001", client.KindResult, "a result", nil)
		x.press("]", "@", strings.Repeat("long ", 9), "enter")
		x.want("names can have at most 40 characters", "long long")
		x.press("esc", "@", "North crane", "enter")
		x.want("▎North crane 0001", "Results · North crane 0001", "Health · North crane 0001")
		x.wantNot("Activity Monitor")
		x.press("0")
		x.wantIn(layout.Results, "North 0001")
		x.press("]", "@", "ctrl+u", "enter")
		x.want("Activity Monitor 0001")
	})
}

// The list is searched as one types; esc in the prompt brings back what was, and outside of it shows all.
func TestSessionsAreSearchedAsOneTypes(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, _ *fake) {
		x.press("/", "mach")
		x.wantNotIn(layout.Sessions, "Activity Monitor")
		x.press("esc")
		x.wantIn(layout.Sessions, "Activity Monitor")
		x.press("/", "0002 state", "enter")
		x.want("/0002 state · 1 of 2")
		x.wantIn(layout.Sessions, "Machine State")
		x.press("]")
		x.want("Results · Machine State 0002")
		x.press("/", "ctrl+u", "nothing", "enter")
		x.wantIn(layout.Sessions, "Machine State") // what is shown is never hidden
		x.press("0")
		x.wantIn(layout.Sessions, "No session matches. Press esc to show all.")
		x.press("esc")
		x.wantIn(layout.Sessions, "Activity Monitor")
	})
}

// In the diagnosis, ] and [ go to what has a problem; without one they go to every session.
func TestDiagnosisWalksTheProblems(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		f.add("lsn-three-0003", "lns-activity")
		x.pass(6 * time.Second)
		x.press("]", "]", "i")
		x.want("Diagnosis · Machine State 0002")
		x.press("]")
		x.want("Diagnosis · Activity Monitor 0003")
		x.press("esc", "0")
		stall(x, f)
		x.press("]", "]", "]", "i", "]")
		x.want("Diagnosis · Activity Monitor 0001")
		x.press("]")
		x.want("Diagnosis · Activity Monitor 0001", "No other session needs attention.")
	})
}
