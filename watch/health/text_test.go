package health

import (
	"strings"
	"testing"
	"unicode/utf8"
)

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
