package ui

import (
	"strings"
	"testing"

	"lenswatch/client"
)

// What was said on the screen before does not stand over a dialog, nor what a dialog said over the screen.
func TestAToastGoesWithItsContext(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		f.createErr = client.ErrQuota
		x.press("d")
		x.want("Select a session first")
		x.press("?")
		x.wantNot("Select a session first")
		x.press("esc", "]", "i", "r")
		x.want("Reconnecting to Activity")
		x.press("esc")
		x.wantNot("Reconnecting to Activity")
		x.press("c", "enter")
		x.want("Session quota reached")
		x.wantNot("Creating a session of")
	})
}

// A message over a dialog leaves the keys readable that lead out of it.
func TestAToastLeavesTheWayOutOfADialog(t *testing.T) {
	for _, d := range []display{{w: 80, h: 24}, medium} {
		bubble(t, d, func(t *testing.T, x *terminal, _ *fake) {
			x.press("]", "i", "r")
			x.want("Reconnecting to Activity")
			lines := strings.Split(strings.TrimRight(x.screen(), "\n"), "\n")
			if last := lines[len(lines)-1]; !strings.Contains(last, "esc close") {
				t.Fatalf("the last line is %q:\n%s", last, x.screen())
			}
		})
	}
}
