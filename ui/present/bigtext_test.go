package present

import (
	"strings"
	"testing"

	"lenswatch/theme"
	"lenswatch/ui/draw"
)

// A label fills the screen, whatever its size: the letters are the largest that fit.
func TestLettersAreAsLargeAsFits(t *testing.T) {
	c := &draw.Context{Theme: theme.New(theme.Options{Dark: true})}
	for _, x := range []struct {
		w, h  int
		text  string
		lines int
	}{
		{56, 12, "normal", 12}, {76, 18, "normal", 18}, {116, 30, "normal", 24}, {196, 54, "normal", 24}, {56, 12, "bearing_wear", 6}, {116, 30, "normal – 94 %", 12},
	} {
		lines, ok := bigText(c, x.text, x.w, x.h)
		if !ok || len(lines) != x.lines {
			t.Errorf("%q in %dx%d has %d lines, want %d\n%s", x.text, x.w, x.h, len(lines), x.lines, strings.Join(lines, "\n"))
		}
		for _, l := range lines {
			if draw.Width(l) > x.w {
				t.Errorf("%q: %d cells of %d", x.text, draw.Width(l), x.w)
			}
		}
	}
	if _, ok := bigText(c, "日本", 100, 30); ok {
		t.Error("what is not ASCII is drawn")
	}
}
