package status

import (
	"strings"
	"testing"

	"lenswatch/theme"
	"lenswatch/ui/draw"
	"lenswatch/watch/health"
)

var stalled = health.Chain{
	{Code: health.LinkNetwork, State: health.LinkOK}, {Code: health.LinkService, State: health.LinkOK},
	{Code: health.LinkSession, State: health.LinkOK}, {Code: health.LinkInput, State: health.LinkOK, Figure: "+21"},
	{Code: health.LinkLens, State: health.LinkBroken, Figure: "24 s"}, {Code: health.LinkOutput, State: health.LinkWaiting, Figure: "0"},
	{Code: health.LinkViewer, State: health.LinkOK},
}

// However little room there is, the broken link is seen, and what is drawn fits.
func TestChainFitsAndNamesTheBrokenLink(t *testing.T) {
	c := &draw.Context{Theme: theme.New(theme.Options{Dark: true})}
	for w := 28; w < 120; w++ {
		for n := 1; n <= 2; n++ {
			if w*n < 50 {
				continue
			}
			lines := Chain(c, stalled, w, n)
			text := draw.Plain(strings.Join(lines, "\n"))
			if len(lines) > n || !strings.Contains(text, "LENS ✗") || !strings.Contains(text, "view") {
				t.Errorf("in %d lines of %d cells:\n%s", n, w, text)
			}
			for _, l := range lines {
				if draw.Width(l) > w {
					t.Errorf("%d cells of %d: %q", draw.Width(l), w, l)
				}
			}
		}
	}
	want := "network ✓ → service ✓ → session ✓ → input ✓ +21 → LENS ✗ 24 s → output … 0 → viewer ✓"
	if got := draw.Plain(Chain(c, stalled, 100, 1)[0]); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// In ASCII a link says in a word whether it works: a + or a ! reads as something else.
func TestASCIIChainsAreWords(t *testing.T) {
	c := &draw.Context{Theme: theme.New(theme.Options{Dark: true, ASCII: true})}
	want := "network ok > service ok > session ok > input ok +21 > LENS FAIL 24 s > output ~ 0 > viewer ok"
	if got := draw.Plain(Chain(c, stalled, 100, 1)[0]); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
