package ui

import (
	"strings"
	"testing"
	"time"

	"lenswatch/client"
)

// The title of a narrow pane keeps what changes what is shown in it: filters, a search, and whether it
// stands still. What is looked at gives way to them, being named elsewhere.
func TestANarrowTitleKeepsItsMarks(t *testing.T) {
	bubble(t, narrow, func(t *testing.T, x *terminal, f *fake) {
		for range 3 {
			f.say("lsn-one-0001", client.KindResult, "a worker carries a ladder", nil)
			x.pass(time.Second)
		}
		title := func(texts ...string) {
			t.Helper()
			line := strings.Split(x.screen(), "\n")[2]
			for _, text := range texts {
				if !strings.Contains(line, text) {
					t.Fatalf("no %q in %q", text, line)
				}
			}
		}
		x.press("tab", "]")
		title("Results · ", "follow")
		x.press("f", "ladder", "enter")
		title("Results ", "[ladder] follow")
		x.press("/", "carries", "enter", "space")
		title("Results ", "[lad… /carr…", "‖ paused ")
	})
}

// What is searched and filtered is said where the text is typed.
func TestAPromptSaysWhichListItIsAbout(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, _ *fake) {
		x.press("/")
		x.want(" Search sessions")
		x.press("esc", "tab", "/")
		x.want(" Search results")
		x.press("esc", "tab", "/")
		x.want(" Search logs")
		x.press("esc", "f")
		x.want(" Filter logs")
	})
}
