package health

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "under 1 ms", 3 * time.Millisecond: "3 ms", 340 * time.Millisecond: "0.3 s", time.Second: "1 s", seconds(9.9): "9.9 s",
		seconds(9.96): "10 s", seconds(42.4): "42 s", seconds(119): "119 s", 2 * minute: "2 min", 61 * minute: "1 h 1 min", 24 * time.Hour: "24 h",
	} {
		if got := span(d); got != want {
			t.Errorf("%s is written %q, want %q", time.Duration(d), got, want)
		}
	}
}

func TestShort(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"short", "short"},
		{"two\nlines", "two lines"},
		{strings.Repeat("x", 11), strings.Repeat("x", 10) + "…"},
		{"123456789é!", "123456789…"}, // a rune is not cut in two
		{"bad \xff byte, and long", "bad � byte…"},
	} {
		got := short(c.in, 10)
		if got != c.want || !utf8.ValidString(got) {
			t.Errorf("%q becomes %q, want %q", c.in, got, c.want)
		}
	}
}
