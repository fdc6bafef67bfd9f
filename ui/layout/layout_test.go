package layout

import (
	"testing"
)

// checkLayout fails unless the rectangles lie within the screen, do not overlap, and fill it.
func checkLayout(t *testing.T, w, h int, l Layout) {
	t.Helper()
	if l.TooSmall {
		if w >= MinWidth && h >= MinHeight {
			t.Fatalf("%dx%d is called too small", w, h)
		}
		return
	}
	rects := append([]Rect{l.Header, l.Footer, l.Tabs, l.Alarm}, l.Panes[:]...)
	area := 0
	for i, r := range rects {
		if r.Empty() {
			continue
		}
		area += r.W * r.H
		if r.X < 0 || r.Y < 0 || r.X+r.W > w || r.Y+r.H > h {
			t.Fatalf("%dx%d: %+v is outside", w, h, r)
		}
		for _, o := range rects[i+1:] {
			if !o.Empty() && r.X < o.X+o.W && o.X < r.X+r.W && r.Y < o.Y+o.H && o.Y < r.Y+r.H {
				t.Fatalf("%dx%d: %+v and %+v overlap", w, h, r, o)
			}
		}
	}
	if area != w*h {
		t.Fatalf("%dx%d: %d of %d cells are covered", w, h, area, w*h)
	}
}

func TestLayoutFillsEverySize(t *testing.T) {
	for w := 0; w <= 300; w++ {
		for h := 0; h <= 100; h++ {
			for focus := range PaneCount {
				checkLayout(t, w, h, New(w, h, focus, false, false, Splits{}))
			}
			checkLayout(t, w, h, New(w, h, Results, true, false, Splits{}))
		}
	}
}

func FuzzLayout(f *testing.F) {
	f.Add(80, 24, uint8(0), false, 0, 0, 0)
	f.Add(120, 36, uint8(1), false, 1, 999, 500)
	f.Add(200, 60, uint8(2), false, 999, 1, 999)
	f.Fuzz(func(t *testing.T, w, h int, focus uint8, zoom bool, top, logs, side int) {
		w, h = w%2000, h%2000
		var s Splits
		for a := range s {
			s[a] = Split{top % 2000, logs % 2000, side % 2000}
		}
		l := New(w, h, Pane(focus)%PaneCount, zoom, w%2 == 0, s)
		checkLayout(t, w, h, l)
		for d := range dividerCount {
			if l.Shape != Tabs && !l.TooSmall {
				moved := New(w, h, Pane(focus)%PaneCount, zoom, w%2 == 0, s.Move(l, d, top%2000, logs%2000))
				checkLayout(t, w, h, moved)
			}
		}
	})
}
