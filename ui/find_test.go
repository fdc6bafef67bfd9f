package ui

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
	"lenswatch/ui/eventline"
	"lenswatch/ui/layout"
)

// ladder fills the results with 60 events, every tenth of them about a ladder.
func ladder(f *fake) {
	for i := range 60 {
		text := fmt.Sprintf("Scene %d of nothing much", i)
		if i%10 == 0 {
			text = fmt.Sprintf("Scene %d with a Ladder", i)
		}
		f.say("lsn-one-0001", client.KindResult, text, nil)
	}
}

func TestSearchKeepsTheContext(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		ladder(f)
		x.pass(time.Second)
		x.press("tab", "/", "ladder", "enter")
		x.want("/ladder", "Scene 50 with a Ladder", "Scene 51 of nothing much") // the neighbours stay
		x.press("N")
		x.want("Scene 40 with a Ladder", "Scene 41 of nothing much")
		x.press("n")
		x.want("Scene 50 with a Ladder", "6 of 6")
		x.press("/", "enter")
		x.wantNot("/ladder")
		x.press("n")
		x.want("No active search")
	})
}

func TestFiltersAddUpAndGo(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		ladder(f)
		x.pass(time.Second)
		x.press("f", "ladder", "enter")
		x.want("[ladder]", "Scene 0 with a Ladder", "Scene 50 with a Ladder")
		x.wantNotIn(layout.Results, "nothing much")
		x.press("f", "!re:Scene [1-4]0", "enter")
		x.want("Scene 0 with a Ladder", "Scene 50 with a Ladder")
		x.wantNot("Scene 20 with")
		f.say("lsn-one-0001", client.KindResult, "A new Ladder", nil)
		f.say("lsn-one-0001", client.KindResult, "A new bucket", nil)
		x.pass(time.Second)
		x.want("A new Ladder")
		x.wantNotIn(layout.Results, "A new bucket")
		x.press("f", "enter")
		x.want("[ladder]", "Scene 20 with")
		x.press("F")
		x.want("nothing much", "A new bucket")
		x.wantNot("[ladder]")
	})
}

func TestBadFilterIsExplainedInPlace(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, _ *fake) {
		x.press("f", "re:(", "enter")
		x.want("Filter", "re:(")
		x.wantNot("[re:(]")
		x.press("esc")
		x.want("c create")
	})
}

func TestJumpToWhatStandsOut(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		label := func(s string) {
			f.say("lsn-two-0002", client.KindResult, s, &client.Result{Label: s, Unit: client.UnitFraction, Scores: []client.Score{{Label: s, Value: .9}}})
		}
		label("normal")
		ladder(f)
		label("normal")
		label("worn")
		for range 30 {
			label("worn")
		}
		x.pass(time.Second)
		x.press("}")
		x.want("Nothing more in this direction")
		x.press("{", "enter", "enter") // the first enter goes to the results, the second looks inside
		x.want("worn", "90 %", "Result")
		x.press("esc", "{")
		x.want("Nothing more")
	})
}

func TestInspectWalksOn(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		ladder(f)
		x.pass(time.Second)
		x.press("tab", "enter")
		x.want("Event", "Scene 59 of nothing much", "received")
		x.press("k")
		x.want("Scene 58 of nothing much")
		x.press("j", "j")
		x.want("Already at the newest event")
		x.press("tab")
		x.want("JSON")
		x.press("esc")
		x.wantNot("received  2000")
	})
}

// Without a mark there is no time since it: the key goes on to the next way of showing times.
func TestStampsPassOverTheMarkThatIsNotThere(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		f.say("lsn-one-0001", client.KindResult, "one", nil)
		x.pass(time.Second)
		x.press("t", "t")
		x.want("Timestamps: age")
		x.press("t")
		x.want("Timestamps: off")
		x.press("m", "esc", "t", "t", "t", "t")
		x.want("Timestamps: since the mark")
	})
}

func TestStampsAndMark(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		x.press("m", "crane moves", "enter")
		x.want("Mark set at 00:00:0")
		x.pass(6 * time.Second)
		f.say("lsn-one-0001", client.KindResult, "before", nil)
		f.say("lsn-one-0001", client.KindResult, "after the mark", nil)
		x.pass(time.Second)
		x.press("t")
		x.want("clock with milliseconds", ".")
		x.press("t", "t")
		x.want("since the mark", "+")
		x.press("t")
		x.want("Timestamps: off")
		x.press("t")
		x.want("Timestamps: clock")
	})
}

// Where the settings ask for times since the mark, the clock is shown until there is one.
func TestTimesBeforeThereIsAMark(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.add("lsn-one-0001", "lns-activity")
		x := start(t, medium, Options{ViewState: ViewState{Stamps: eventline.Since}}, f)
		f.say("lsn-one-0001", client.KindResult, "before it", nil)
		x.pass(2 * time.Second)
		x.wantIn(layout.Results, "00:00:01 ▎Activity 0001 before it")
		x.press("m")
		x.press("esc")
		x.wantIn(layout.Results, "-1.", "Activity 0001 before it")
	})
}

func TestPaletteDoesWhatIsChosen(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, _ *fake) {
		x.press("ctrl+p")
		x.want("Commands", "create a session", "destroy the session")
		x.press("diagnose", "enter")
		x.want("Diagnosis ·")
		x.press("esc", ":", "zzzz")
		x.want("No matching command")
		x.press("enter")
		x.wantNot("Commands")
	})
}

func TestCopyAsksTheTerminal(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		t.Setenv("SSH_CONNECTION", "test")
		x.press("y")
		x.want("No event selected")
		f.say("lsn-one-0001", client.KindResult, "to be copied", nil)
		x.pass(time.Second)
		x.press("y")
		x.want("Copied the text, 12 B (via OSC 52)")
		x.press("]", "u")
		x.want("this service has no stream")
	})
}

// A mark has its name above the first event after it, in both lists, and is one of the places to jump to.
func TestMarksHaveNames(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		say := func(text string) {
			f.say("lsn-one-0001", client.KindResult, text, nil)
			f.say("lsn-one-0001", client.KindLog, "log of "+text, nil)
			x.pass(2 * time.Second)
		}
		say("the first")
		x.press("m", "crane moves", "enter")
		say("the second")
		x.press("m", "esc")
		say("the third")
		x.wantIn(layout.Results, "the first ", "── mark crane moves 00:00:0", "── mark 00:00:0", "the third")
		x.wantIn(layout.Logs, "── mark crane moves 00:00:0")
		x.press("tab", "g", "}")
		if got := list(x.model).Selected().Text; got != "the second" {
			t.Errorf("the first mark leads to %q", got)
		}
		x.press("}")
		if got := list(x.model).Selected().Text; got != "the third" {
			t.Errorf("the second mark leads to %q", got)
		}
	})
}

// Filters that were typed come back with a key, also in the next run, and nothing that is being typed is lost.
func TestFiltersComeBack(t *testing.T) {
	var saved ViewState
	bubble(t, medium, func(t *testing.T, x *terminal, _ *fake) {
		x.press("tab", "f", "one", "enter", "f", "re:(", "enter")
		x.want("Filter results: re:(")
		x.press("ctrl+u", "two", "enter", "F", "f", "dra", "up")
		x.want("Filter results: two")
		x.press("up")
		x.want("Filter results: one")
		x.press("up", "down", "down")
		x.want("Filter results: dra")
		x.press("esc")
		saved = x.model.ViewState()
	})
	synctest.Test(t, func(t *testing.T) {
		x := start(t, medium, Options{ViewState: saved}, newFake())
		x.press("tab", "f", "up", "up", "enter")
		x.want("[one]")
	})
}

// A filter by time shows what is in its range, by the clock of the screen.
func TestFilterByTime(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		f.say("lsn-one-0001", client.KindResult, "long ago", nil)
		x.pass(2 * time.Minute)
		f.say("lsn-one-0001", client.KindResult, "just now", nil)
		x.pass(time.Second)
		x.press("tab", "f", "last:1m", "enter")
		x.want("[last:1m]", "just now")
		x.wantNotIn(layout.Results, "long ago")
		x.press("F", "f", "before:00:01", "enter")
		x.wantIn(layout.Results, "long ago")
		x.wantNotIn(layout.Results, "just now")
		x.press("ctrl+u", "f", "last:x", "enter")
		x.want("is not a duration")
	})
}

// Around a match is everything that the filter leaves out; the same key, or esc, leads back to the matches, with the same
// event selected.
func TestContextOfAMatch(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		ladder(f)
		x.pass(time.Second)
		x.press("tab", "C")
		x.want("No filter set.")
		for _, back := range []string{"C", "esc"} {
			x.press("f", "ladder", "enter", "k", "k", "C")
			was := list(x.model).Selected().Text
			x.wantIn(layout.Results, "Scene 29 of nothing much", "Scene 30 with a Ladder", "Scene 31 of nothing much")
			x.want("context")
			x.press(back)
			x.want("[ladder]")
			x.wantNotIn(layout.Results, "nothing much")
			if got := list(x.model).Selected().Text; got != was || got != "Scene 30 with a Ladder" {
				t.Errorf("selected is %q, was %q", got, was)
			}
			x.press("F", "G")
		}
	})
}
