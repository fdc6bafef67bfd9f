package ui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"lenswatch/theme"
)

// title is what stands in the upper border of a pane.
type title struct {
	name string // the pane's word, then what it looks at
	end  string // of the id of the session that is looked at, which tells it from others of its name
	// At the right end of the border stands either a note, which goes when there is no room beside the name, or
	// marks: what changes what is shown, such as filters. The name gives way to them.
	note  string
	marks []string
}

const (
	// titleOverhead is what a border with a name and a note has beside them: corners, blanks, a piece of line.
	titleOverhead = 8
	// The fewest cells of a mark that tell what it is, and of what is looked at.
	minMark, minScope = 4, 10
)

// text is all that a title is made of.
func (t title) text() string {
	return strings.Join(append([]string{t.name, t.end, t.note}, t.marks...), " ")
}

// line draws "╭ name ───── note ─╮" in w cells.
func (t title) line(th theme.Theme, border, style func(...string) string, w int) string {
	name, note := t.fitted(w, th.Glyphs.Ellipsis)
	name, tail := " "+name+" ", ""
	if note != "" {
		note, tail = " "+note+" ", th.Box.Top
	}
	fill := w - 2 - ansi.StringWidth(name) - ansi.StringWidth(note) - ansi.StringWidth(tail)
	return border(th.Box.TopLeft) + style(name) + border(strings.Repeat(th.Box.Top, max(fill, 0))) +
		note + border(tail+th.Box.TopRight)
}

// borderBelow is the lower border of a dialog of which lines are still to be seen.
func borderBelow(th theme.Theme, w, lines int) string {
	note := " " + th.Glyphs.More + " " + counted(int64(lines), "more line") + " "
	edge := th.BorderFocused.Render
	fill := max(w-3-ansi.StringWidth(note), 0)
	return edge(th.Box.BottomLeft+strings.Repeat(th.Box.Bottom, fill)) + th.Warn.Render(note) + edge(th.Box.Bottom+th.Box.BottomRight)
}

// fitted is the name, and what stands at the right end, as far as there is room for them.
func (t title) fitted(w int, ellipsis string) (name, note string) {
	name, note = t.named(max(w-5, 0), ellipsis), t.note
	if len(t.marks) > 0 {
		word, _, _ := strings.Cut(t.name, " ")
		room := w - titleOverhead
		note = fitMarks(t.marks, room-ansi.StringWidth(word), ellipsis)
		switch left := room - ansi.StringWidth(note); {
		case left < ansi.StringWidth(name) && left < ansi.StringWidth(word)+minScope:
			name = ansi.Truncate(word, max(w-5, 0), ellipsis)
		default:
			name = t.named(left, ellipsis)
		}
	}
	if ansi.StringWidth(name)+ansi.StringWidth(note)+titleOverhead > w {
		note = ""
	}
	return name, note
}

// named is the name and the end of the id in at most w cells.
func (t title) named(w int, ellipsis string) string {
	if t.end == "" {
		return ansi.Truncate(t.name, w, ellipsis)
	}
	return shortened(t.name, " "+t.end, w, ellipsis)
}

// shortened is a text and its end in at most w cells: the end stays where there is room for more.
func shortened(text, end string, w int, ellipsis string) string {
	if ansi.StringWidth(text+end) <= w {
		return text + end
	}
	return ansi.Truncate(text, max(w-ansi.StringWidth(end), 0), ellipsis) + end
}

// fitMarks puts marks into w cells, by shortening the longest. The last one, whether the list moves, is
// shortened last.
func fitMarks(marks []string, w int, ellipsis string) string {
	widths, total := make([]int, len(marks)), len(marks)-1
	for i, m := range marks {
		widths[i] = ansi.StringWidth(m)
		total += widths[i]
	}
	for ; total > w; total-- {
		longest := 0
		for i := range widths[:len(widths)-1] {
			if widths[i] > widths[longest] {
				longest = i
			}
		}
		if widths[longest] <= minMark {
			longest = len(widths) - 1
		}
		if widths[longest] <= minMark {
			return ""
		}
		widths[longest]--
	}
	out := make([]string, len(marks))
	for i, m := range marks {
		out[i] = ansi.Truncate(m, widths[i], ellipsis)
	}
	return strings.Join(out, " ")
}
