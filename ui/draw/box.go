package draw

import (
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"lenswatch/ui/layout"
)

// Title is what is in the upper border of a pane.
type Title struct {
	Name string // the pane's word, then what it shows
	End  string // of the ID of the session that is shown, which sets it apart from others of its name
	// At the right end of the border is either a Note, which goes when there is no room next to the name, or
	// Marks: what changes what is shown, such as filters. The name gives way to them.
	Note  string
	Marks []string
	Wrong bool // what is shown needs attention: the border says so
}

const (
	// titleFrame is what a border with a name and a note has besides them: corners, blanks, a piece of line.
	titleFrame = 8
	// The fewest cells of a mark that say what it is, and of what is shown.
	minMark, minScope = 4, 10
)

// Text is all that a title is made of.
func (t Title) Text() string {
	text := strings.Join(append([]string{t.Name, t.End, t.Note}, t.Marks...), " ")
	if t.Wrong {
		text += "!"
	}
	return text
}

// Box draws a border with a title, and lines inside it with a blank cell on both sides. below is how many
// lines more there are, which the lower border says.
func (c *Context) Box(t Title, w, h int, focused bool, lines []string, below int) []string {
	if w < 5 || h < 2 {
		return Blank(w, h)
	}
	border, name := c.Border, c.Theme.Title
	if focused {
		border, name = c.BorderFocused, c.TitleFocused
	}
	if t.Wrong {
		border = c.Bad
	}
	text, note := t.fitted(c, w)
	text, tail := " "+text+" ", ""
	if note != "" {
		note, tail = " "+note+" ", c.Theme.Box.Top
	}
	fill := w - 2 - Width(text) - Width(note) - Width(tail)
	out := make([]string, 0, h)
	out = append(out, border.Render(c.Theme.Box.TopLeft)+name.Render(text)+border.Render(strings.Repeat(c.Theme.Box.Top, max(fill, 0)))+
		note+border.Render(tail+c.Theme.Box.TopRight))
	left, right := border.Render(c.Theme.Box.Left)+" ", " "+border.Render(c.Theme.Box.Right)
	for i := range h - 2 {
		line := ""
		if i < len(lines) {
			line = lines[i]
		}
		out = append(out, left+c.Fit(line, w-4)+right)
	}
	note, tail = "", ""
	if below > 0 {
		note, tail = " "+c.Glyphs.More+" "+Counted(below, "more line")+" ", c.Theme.Box.Bottom
	}
	fill = max(w-2-Width(note)-Width(tail), 0)
	return append(out, border.Render(c.Theme.Box.BottomLeft+strings.Repeat(c.Theme.Box.Bottom, fill))+c.Warn.Render(note)+
		border.Render(tail+c.Theme.Box.BottomRight))
}

// fitted is the name, and what is at the right end, as far as there is room for them.
func (t Title) fitted(c *Context, w int) (name, note string) {
	name, note = t.named(c, max(w-5, 0)), t.Note
	if len(t.Marks) > 0 {
		word, _, _ := strings.Cut(t.Name, " ")
		room := w - titleFrame
		note = c.fitMarks(t.Marks, room-Width(word))
		switch left := room - Width(note); {
		case left < Width(name) && left < Width(word)+minScope:
			name = c.Cut(word, max(w-5, 0))
		default:
			name = t.named(c, left)
		}
	}
	if Width(name)+Width(note)+titleFrame > w {
		note = ""
	}
	return name, note
}

// named is the name and the end of the ID in at most w cells.
func (t Title) named(c *Context, w int) string {
	if t.End == "" {
		return c.Cut(t.Name, w)
	}
	return c.Shorten(t.Name, " "+t.End, w)
}

// fitMarks puts marks into w cells, by shortening the longest. The last one, whether the list moves, is
// shortened last.
func (c *Context) fitMarks(marks []string, w int) string {
	widths, total := make([]int, len(marks)), len(marks)-1
	for i, m := range marks {
		widths[i] = Width(m)
		total += widths[i]
	}
	for ; total > w; total-- {
		longest, last := 0, len(widths)-1
		if last > 0 {
			longest = slices.Index(widths, slices.Max(widths[:last]))
		}
		if widths[longest] <= minMark {
			longest = last
		}
		if widths[longest] <= minMark {
			return ""
		}
		widths[longest]--
	}
	out := make([]string, len(marks))
	for i, m := range marks {
		out[i] = c.Cut(m, widths[i])
	}
	return strings.Join(out, " ")
}

// Compose puts rectangles of lines together on a screen of w by h cells. The rectangles do not overlap, and
// each has exactly its own size.
func Compose(w, h int, rects []layout.Rect, drawn [][]string) string {
	var b strings.Builder
	b.Grow(w * h * 2)
	for y := range h {
		x := 0
		for x < w {
			i := slices.IndexFunc(rects, func(r layout.Rect) bool { return r.Contains(x, y) })
			if i < 0 {
				next := w
				for _, r := range rects {
					if r.X > x && r.X < next && r.Contains(r.X, y) {
						next = r.X
					}
				}
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

// Overlay puts lines over a screen, with their first cell at x, y.
func Overlay(screen string, x, y int, lines []string) string {
	base := strings.Split(screen, "\n")
	for i, line := range lines {
		if y+i >= len(base) {
			break
		}
		b := base[y+i]
		base[y+i] = Pad(b, x) + line + from(b, x+ansi.StringWidth(line))
	}
	return strings.Join(base, "\n")
}
