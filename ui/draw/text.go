package draw

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"lenswatch/theme"
)

// maxLines is how many lines [Context.Wrap] makes of a text.
const maxLines = 8

// Fit makes a styled line exactly w cells wide.
func (c *Context) Fit(s string, w int) string { return fit(s, w, c.Glyphs.Ellipsis) }

// Pad is Fit without an ellipsis where the line is cut.
func Pad(s string, w int) string { return fit(s, w, "") }

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

// Cut is a line of at most w cells.
func (c *Context) Cut(s string, w int) string { return ansi.Truncate(s, w, c.Glyphs.Ellipsis) }

// Shorten is a text and its end in at most w cells: the end stays where there is room for more.
func (c *Context) Shorten(text, end string, w int) string {
	if Width(text+end) <= w {
		return text + end
	}
	return c.Cut(text, max(w-Width(end), 0)) + end
}

// Row puts left and right at the two ends of w cells; right gives way.
func (c *Context) Row(left, right string, w int) string {
	gap := w - Width(left) - Width(right)
	if gap < 1 {
		return c.Fit(left, w)
	}
	return left + strings.Repeat(" ", gap) + right
}

// Wrap breaks text into lines of w cells, at most maxLines of them.
func (c *Context) Wrap(text string, w int) []string {
	if Width(text) <= w && !strings.Contains(text, "\n") {
		return []string{text}
	}
	return c.UpTo(maxLines, strings.Split(ansi.Wrap(text, w, ""), "\n"), w)
}

// Flow wraps those lines that are wider than w cells.
func (c *Context) Flow(lines []string, w int) (out []string) {
	for _, l := range lines {
		out = append(out, c.Wrap(l, w)...)
	}
	return out
}

// Hanging puts text behind a head, wrapped under itself.
func (c *Context) Hanging(head, text string, w int) []string {
	indent := Width(head)
	lines := c.Wrap(text, max(w-indent, 8))
	for i := range lines {
		if i > 0 {
			head = strings.Repeat(" ", indent)
		}
		lines[i] = head + lines[i]
	}
	return lines
}

// UpTo is the first n lines, with an ellipsis where more would follow.
func (c *Context) UpTo(n int, lines []string, w int) []string {
	if len(lines) > n {
		lines = lines[:n]
		lines[n-1] = ansi.Truncate(lines[n-1], max(w-1, 0), "") + c.Glyphs.Ellipsis
	}
	return lines
}

// Slide is the part of a line that w cells show from cell x on, with a mark at each end where there is more.
func (c *Context) Slide(line string, x, w int) string {
	n, left, right := Width(line), "", ""
	if x > 0 && n > 0 {
		left = c.Accent.Render(c.Glyphs.Left)
	}
	if n > x+w {
		right = c.Accent.Render(c.Glyphs.Right)
	}
	if left == "" && right == "" {
		return line
	}
	first, end := x+Width(left), x+w-Width(right)
	// A wide character that is cut in two becomes a blank.
	return left + Pad(from(ansi.Truncate(line, end, ""), first), end-first) + right
}

// Chosen draws a line as the chosen one of a list, w cells wide.
// The colours of the line stay.
func (c *Context) Chosen(line string, w int) string { return c.Selected.Over(c.Fit(line, w)) }

// Centred is a sentence in the middle of w by h cells.
func (c *Context) Centred(st theme.Style, text string, w, h int) []string {
	lines := c.Wrap(text, max(w, 1))
	for i, l := range lines {
		lines[i] = Centre(st.Render(l), w)
	}
	return Middle(lines, h)
}

// Middle puts lines in the middle of at most h.
func Middle(lines []string, h int) []string {
	out := append(make([]string, max((h-len(lines))/2, 0)), lines...)
	return out[:min(len(out), max(h, 0))]
}

// Centre puts a line in the middle of w cells.
func Centre(s string, w int) string { return strings.Repeat(" ", max((w-Width(s))/2, 0)) + s }

// Styled gives every line a style.
func Styled(st theme.Style, lines []string) []string {
	for i, l := range lines {
		lines[i] = st.Render(l)
	}
	return lines
}

// Width is how many cells a styled line takes.
func Width(s string) int { return ansi.StringWidth(s) }

// Plain is a line without its styles.
func Plain(s string) string { return ansi.Strip(s) }

// Blank is h empty lines of w cells.
func Blank(w, h int) []string {
	out := make([]string, max(h, 0))
	for i := range out {
		out[i] = strings.Repeat(" ", max(w, 0))
	}
	return out
}

// from is what a styled line has from cell x on. A wide character that x would cut in two becomes a blank.
func from(s string, x int) string {
	want := Width(s) - x
	if want <= 0 {
		return ""
	}
	tail := ansi.TruncateLeft(s, x, "")
	if Width(tail) > want {
		tail = ansi.TruncateLeft(s, x+1, "")
	}
	return strings.Repeat(" ", max(want-Width(tail), 0)) + tail
}
