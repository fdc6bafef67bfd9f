package present

import (
	"fmt"
	"strings"
	"testing"

	"lenswatch/ui/draw"
)

// A text fills the screen, whatever its size, also one with letters of other languages; what is longer comes in pages, and
// nothing of it is lost.
func TestLettersAreAsLargeAsFits(t *testing.T) {
	for _, x := range []struct {
		text        string
		w, h        int
		ascii       bool
		rows, pages int
	}{
		{"normal", 56, 12, false, 8, 1}, {"normal", 76, 18, false, 11, 1}, {"normal", 196, 54, false, 32, 1},
		{"bearing_wear 87%", 76, 18, false, 12, 1}, {"Ein Kran hebt Träger über Gerüst", 56, 13, false, 12, 1},
		{"A worker in a hard hat carries a ladder along the east side; the exclusion zone is empty.", 56, 13, false, 12, 2},
		{"A worker in a hard hat carries a ladder along the east side; the exclusion zone is empty.", 196, 54, false, 50, 1},
		{"normal", 56, 12, true, 4, 1}, {"normal", 116, 30, true, 12, 1}, {"Träger – 94 %", 116, 30, true, 8, 1},
	} {
		pages, ok := newPen(x.ascii).pages(x.text, x.w, x.h)
		if !ok || len(pages) != x.pages || len(pages[0]) < x.rows || len(pages[0]) > x.h {
			t.Errorf("%q in %dx%d: %v, %d pages of %d lines", x.text, x.w, x.h, ok, len(pages), len(append(pages, nil)[0]))
			continue
		}
		for _, l := range strings.Split(fmt.Sprint(pages), "\n") {
			for _, r := range l {
				if x.ascii && r > '~' {
					t.Fatalf("%q has %q in ASCII", x.text, r)
				}
			}
		}
		for _, page := range pages {
			for _, l := range page {
				if draw.Width(l) > x.w {
					t.Errorf("%q: %d cells of %d", x.text, draw.Width(l), x.w)
				}
			}
		}
	}
	for _, text := range []string{"日本", "", "   ", "\x1b[31m日本"} {
		if _, ok := newPen(false).pages(text, 100, 30); ok {
			t.Errorf("%q is drawn", text)
		}
	}
	for _, size := range [][2]int{{3, 30}, {30, 3}, {0, 0}, {-1, -5}} {
		if _, ok := newPen(false).pages("x", size[0], size[1]); ok {
			t.Errorf("something is drawn in %v", size)
		}
	}
}

// Every letter of ASCII is drawn, and no two letters look the same, in the smallest size.
func TestSmallLettersDiffer(t *testing.T) {
	for _, ascii := range []bool{false, true} {
		seen := map[string]rune{}
		for r := '!'; r <= '~'; r++ {
			p := newPen(ascii)
			look := strings.Join(p.line(string(r), p.measures(minRows)), "\n")
			if strings.TrimSpace(look) == "" {
				t.Errorf("%q is blank", r)
			}
			if other, same := seen[look]; same && (ascii || letter(r) && letter(other)) {
				t.Errorf("%q looks like %q:\n%s", r, other, look)
			}
			seen[look] = r
		}
	}
}

func letter(r rune) bool { return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }
