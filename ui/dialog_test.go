package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// A dialog that is longer than the screen says how much more there is below, until its end is seen.
func TestDialogShowsThatThereIsMoreBelow(t *testing.T) {
	bubble(t, display{w: 80, h: 24}, func(t *testing.T, x *terminal, f *fake) {
		// What there is to say of a session that reconnects often is long.
		for _, keys := range [][]string{{"?"}, {"esc", "]", "i", "r", "r", "r", "r", "r", "r", "r", "r"}} {
			x.press(keys...)
			x.pass(6 * time.Second) // until the toast has gone
			x.want("▼", "more lines ─")
			for range 300 {
				if !x.has("more line") {
					break
				}
				x.press("down")
			}
			x.wantNot("more line")
			x.press("up")
			x.want("▼ 1 more line ─")
		}
		lines := strings.Split(x.screen(), "\n")
		if !strings.Contains(lines[len(lines)-1], "] next") {
			t.Fatalf("the keys are %q", lines[len(lines)-1])
		}
	})
}

// So does one that is chosen from; what stands below its list is no part of it.
func TestChooserShowsThatThereIsMoreBelow(t *testing.T) {
	bubble(t, display{w: 80, h: 24}, func(t *testing.T, x *terminal, f *fake) {
		for i := range 30 {
			f.add(fmt.Sprintf("lsn-more-%04d", i), "lns-activity")
		}
		x.pass(6 * time.Second)
		x.press("s")
		x.want("▼ 14 more lines ─")
		x.press("0029")
		x.wantNot("more line")
		x.press("esc", ":")
		x.want("more lines ─")
		x.press("esc", "c")
		x.wantNot("more line")
	})
}

// The sessions that have no room in their pane are counted in its title.
func TestSessionListCountsHiddenSessions(t *testing.T) {
	bubble(t, display{w: 80, h: 24}, func(t *testing.T, x *terminal, f *fake) {
		x.wantNot("▼")
		for i := range 4 {
			f.add(fmt.Sprintf("lsn-more-%04d", i), "lns-activity")
		}
		x.pass(6 * time.Second)
		x.want("─ ▼ 2 more  6 open ─╮")
		x.press("G")
		x.want("─ 6 open ─╮")
	})
}
