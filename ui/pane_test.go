package ui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"lenswatch/theme"
)

// A narrow pane cuts its name before it gives up what its note says, of which the end tells the most.
func TestNarrowTitlesKeepTheirNote(t *testing.T) {
	th := theme.New(theme.Options{})
	const name, note = "Logs · Activity Monitor 078c", "[level:warn] 1,204 older evicted ‖ paused"
	for w := 5; w <= 90; w++ {
		top := box(th, w, 2, false, name, note, nil)[0]
		if got := ansi.StringWidth(top); got != w {
			t.Fatalf("%d cells wide, want %d: %s", got, w, top)
		}
		plain := ansi.Strip(top)
		if w >= 42 && (!strings.Contains(plain, " paused ") || !strings.Contains(plain, "Logs · Activity")) {
			t.Errorf("%d cells: %s", w, plain)
		}
		if w >= 76 && !strings.Contains(plain, "[level:warn]") {
			t.Errorf("%d cells: %s", w, plain)
		}
	}
}

// What is searched is named where it is typed.
func TestSearchNamesItsPane(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, _ *fake) {
		x.press("/")
		x.want("Search results")
		x.press("esc")
		x.press("tab", "tab", "/")
		x.want("Search logs")
	})
}
