package ui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"lenswatch/theme"
)

// pane is one rectangle of the screen. It draws only when asked, and is asked only when its
// version, size, focus or title changed. A version takes the theme in.
type pane interface {
	// version changes whenever what lines would return may have changed.
	version() uint64
	title() title
	// lines draws the inside: at most h lines, each at most w cells wide, styled.
	lines(w, h int, focused bool) []string
	// do carries out an action that is about the pane; h is the height of its inside.
	do(a Action, h int)
}

// paneCache is a pane with the last drawing of it.
type paneCache struct {
	pane
	key   paneCacheKey
	drawn []string
}

type paneCacheKey struct {
	version uint64
	rect    Rect
	focused bool
	title   string
}

// draw returns the pane with its border, r.H lines of exactly r.W cells.
func (f *paneCache) draw(r Rect, focused bool, th theme.Theme) []string {
	key := paneCacheKey{f.version(), r, focused, f.title().text()}
	if f.drawn != nil && f.key == key {
		return f.drawn
	}
	lines := f.lines(r.W-4, r.H-2, focused)
	t := f.title() // it may tell what has no room
	key.title = t.text()
	f.key, f.drawn = key, box(th, r.W, r.H, focused, t, lines)
	return f.drawn
}

// box draws a border with a title, and lines inside it with a blank cell on both sides.
func box(th theme.Theme, w, h int, focused bool, t title, lines []string) []string {
	if w < 5 || h < 2 {
		return blank(w, h)
	}
	border, name := th.Border, th.Title
	if focused {
		border, name = th.BorderFocused, th.TitleFocused
	}
	out := make([]string, 0, h)
	out = append(out, t.line(th, border.Render, name.Render, w))
	left, right := border.Render(th.Box.Left)+" ", " "+border.Render(th.Box.Right)
	for i := range h - 2 {
		line := ""
		if i < len(lines) {
			line = lines[i]
		}
		out = append(out, left+fit(line, w-4, th.Glyphs.Ellipsis)+right)
	}
	return append(out, border.Render(th.Box.BottomLeft+strings.Repeat(th.Box.Bottom, w-2)+th.Box.BottomRight))
}

// fit makes a styled line exactly w cells wide.
func fit(s string, w int, ellipsis string) string {
	n := ansi.StringWidth(s)
	if n > w {
		s = ansi.Truncate(s, w, ellipsis)
		n = ansi.StringWidth(s)
	}
	if n < w {
		s += strings.Repeat(" ", w-n)
	}
	return s
}

// row puts left and right at the two ends of w cells; right gives way.
func row(left, right string, w int, ellipsis string) string {
	gap := w - ansi.StringWidth(left) - ansi.StringWidth(right)
	if gap < 1 {
		return fit(left, w, ellipsis)
	}
	return left + strings.Repeat(" ", gap) + right
}

func blank(w, h int) []string {
	out := make([]string, max(h, 0))
	for i := range out {
		out[i] = strings.Repeat(" ", max(w, 0))
	}
	return out
}

// compose puts rectangles of lines together on a screen of w by h cells. The rectangles do not
// overlap, and each has exactly its own size.
func compose(w, h int, rects []Rect, drawn [][]string) string {
	var b strings.Builder
	b.Grow(w * h * 2)
	for y := range h {
		x := 0
		for x < w {
			i := rectAt(rects, x, y)
			if i < 0 {
				next := nextRect(rects, x, y, w)
				b.WriteString(strings.Repeat(" ", next-x))
				x = next
				continue
			}
			b.WriteString(drawn[i][y-rects[i].Y])
			x += rects[i].W
		}
		if y < h-1 {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

func rectAt(rects []Rect, x, y int) int {
	for i, r := range rects {
		if r.Contains(x, y) {
			return i
		}
	}
	return -1
}

func nextRect(rects []Rect, x, y, w int) int {
	next := w
	for _, r := range rects {
		if r.X > x && r.X < next && y >= r.Y && y < r.Y+r.H {
			next = r.X
		}
	}
	return next
}
