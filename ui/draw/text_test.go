package draw

import (
	"testing"

	"lenswatch/theme"
)

func TestSlideCutsWhereItSays(t *testing.T) {
	c := &Context{Theme: theme.New(theme.Options{Dark: true})}
	for _, x := range []struct {
		line string
		x, w int
		want string
	}{
		{"short", 0, 10, "short"},
		{"0123456789", 0, 10, "0123456789"},
		{"0123456789A", 0, 10, "012345678›"},
		{"0123456789A", 5, 10, "‹6789A    "},
		{"0123456789ABCDEFGH", 5, 10, "‹6789ABCD›"},
		{"世界世界世界", 0, 6, "世界 ›"},
		{"世界世界世界", 1, 6, "‹界世›"},
		{"世界世界世界", 2, 6, "‹ 世 ›"},
		{"gone", 9, 6, "‹     "},
		{"", 9, 6, ""},
	} {
		if got := Plain(c.Slide(x.line, x.x, x.w)); got != x.want {
			t.Errorf("%q from %d: %q, want %q", x.line, x.x, got, x.want)
		}
	}
}
