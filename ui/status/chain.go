package status

import (
	"strings"

	"lenswatch/ui/draw"
	"lenswatch/watch/health"
)

// shortLinks are the words of the links where there is little room.
var shortLinks = map[health.LinkCode]string{
	health.LinkNetwork: "net", health.LinkService: "svc", health.LinkSession: "sess", health.LinkInput: "in",
	health.LinkLens: "lens", health.LinkOutput: "out", health.LinkViewer: "view",
}

// chainForm is one way to write a chain, from the one that says most to the one that needs least.
type chainForm struct {
	short   bool   // short words
	figures bool   // of the links that work, too
	joint   string // between two links
}

// Chain draws a chain in at most n lines of w cells, with as much of it as there is room for: every link and its state,
// then what shows that a link does not work, then what shows that it does.
func Chain(c *draw.Context, chain health.Chain, w, n int) []string {
	arrow := " " + c.Glyphs.Arrow + " "
	var lines []string
	for _, f := range []chainForm{
		{figures: true, joint: arrow}, {joint: arrow}, {short: true, figures: true, joint: " " + c.Glyphs.Rule + " "},
		{short: true, joint: c.Glyphs.Rule}, {short: true, joint: " "},
	} {
		if lines = f.lines(c, chain, w); len(lines) <= n {
			return lines
		}
	}
	return lines[:n]
}

// lines breaks a chain between its links.
func (f chainForm) lines(c *draw.Context, chain health.Chain, w int) (out []string) {
	line := ""
	for i, l := range chain {
		text := f.link(c, l)
		joined := text
		if i > 0 {
			joined = c.Dim.Render(f.joint) + text
		}
		if line != "" && draw.Width(line)+draw.Width(joined) > w {
			out = append(out, c.Cut(line, w))
			line, joined = "", c.Dim.Render(strings.TrimLeft(f.joint, " "))+text
		}
		line += joined
	}
	return append(out, c.Cut(line, w))
}

// link is one link: its word, its mark, and what shows its state.
func (f chainForm) link(c *draw.Context, l health.Link) string {
	word, figure := l.Code.String(), ""
	if f.short {
		word = shortLinks[l.Code]
	}
	if l.Figure != "" && (f.figures || l.State == health.LinkBroken || l.Suspected) {
		figure = " " + l.Figure
	}
	switch g := c.Glyphs; {
	case l.State == health.LinkBroken:
		return c.Bad.Render(strings.ToUpper(word) + " " + g.Broken + figure)
	case l.Suspected && l.State == health.LinkUnknown:
		return c.Warn.Render(word + " ?" + figure)
	case l.State == health.LinkOK:
		return word + " " + c.Good.Render(g.Passed) + c.Dim.Render(figure)
	case l.State == health.LinkWaiting:
		return c.Dim.Render(word + " " + g.Ellipsis + figure)
	case l.State == health.LinkEnded:
		return c.Dim.Render(word + " " + g.Ended + figure)
	}
	return c.Dim.Render(word + " ?" + figure)
}
