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
	// title is the pane's name, and a note for the right end of its border.
	title() (name, note string)
	// lines draws the inside: at most h lines, each at most w cells wide, styled.
	lines(w, h int, focused bool) []string
	// do carries out an action that is about the pane; h is the height of its inside.
	do(a Action, h int)
}

// frame is a pane with the last drawing of it.
type frame struct {
	pane
	key   frameKey
	drawn []string
}

type frameKey struct {
	version uint64
	rect    Rect
	focused bool
	name    string
	note    string
}

// draw returns the pane with its border, r.H lines of exactly r.W cells.
func (f *frame) draw(r Rect, focused bool, th theme.Theme) []string {
	name, note := f.title()
	key := frameKey{f.version(), r, focused, name, note}
	if f.drawn != nil && f.key == key {
		return f.drawn
	}
	f.key = key
	f.drawn = box(th, r.W, r.H, focused, name, note, f.lines(r.W-4, r.H-2, focused))
	return f.drawn
}

// box draws a border with a title, and lines inside it with a blank cell on both sides.
func box(th theme.Theme, w, h int, focused bool, name, note string, lines []string) []string {
	if w < 5 || h < 2 {
		return blank(w, h)
	}
	border, title := th.Border, th.Title
	if focused {
		border, title = th.BorderFocused, th.TitleFocused
	}
	out := make([]string, 0, h)
	out = append(out, borderTop(th, border.Render, title.Render, w, name, note))
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

// leastName is how many cells of its name a pane keeps beside its note, and leastNote how many of the note
// are worth that.
const leastName, leastNote = 26, 8

// borderTop draws "╭ name ───── note ─╮". When space runs out the name is cut first, then the note, whose
// end tells the most.
func borderTop(th theme.Theme, border, title func(...string) string, w int, name, note string) string {
	tail, room, long := "", w-8, ansi.StringWidth(note)
	most := room - min(leastName, ansi.StringWidth(name))
	switch {
	case long > most && most < leastNote:
		note, long = "", 0
	case long > most:
		note, long = ansi.TruncateLeft(note, long-most+1, th.Glyphs.Ellipsis), most
	}
	if note != "" {
		name = ansi.Truncate(name, room-long, th.Glyphs.Ellipsis)
		note, tail = " "+note+" ", th.Box.Top
	}
	name = " " + ansi.Truncate(name, max(w-4, 0), th.Glyphs.Ellipsis) + " "
	fill := w - 2 - ansi.StringWidth(name) - ansi.StringWidth(note) - ansi.StringWidth(tail)
	return border(th.Box.TopLeft) + title(name) + border(strings.Repeat(th.Box.Top, max(fill, 0))) +
		note + border(tail+th.Box.TopRight)
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
