// Package present shows one session for a room: the newest result as large as it gets, whether it is live, a trend,
// and nothing else.
//
// It promises that it looks the same from far away whatever the result is. It never does anything to a session.
package present

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"lenswatch/client"
	"lenswatch/ui/action"
	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
	"lenswatch/ui/eventline"
	"lenswatch/ui/status"
	"lenswatch/watch"
	"lenswatch/watch/health"
)

// Dialog shows the selected session on the whole screen.
type Dialog struct {
	dialog.Base
	session func() *watch.Session
	merged  bool // all sessions were shown before, and are again afterwards
}

// New presents what session returns. merged says that all sessions were shown before.
func New(session func() *watch.Session, merged bool) *Dialog {
	return &Dialog{Base: dialog.NewBase(action.PresentMode, action.Cancel), session: session, merged: merged}
}

// Place is the whole screen.
func (d *Dialog) Place() dialog.Place { return dialog.Full }

// Act goes to another session, or leaves.
func (d *Dialog) Act(h dialog.Host, id action.ID) tea.Cmd {
	if id != action.Cancel {
		return h.Run(id)
	}
	h.Show(nil)
	if d.merged {
		h.Select("")
	}
	return nil
}

// View draws the session.
func (d *Dialog) View(c *draw.Context) dialog.Content {
	out := draw.Blank(d.W, d.H)
	for i, line := range d.lines(c) {
		if i < len(out) {
			out[i] = draw.Pad(line, d.W)
		}
	}
	return dialog.Content{Lines: out}
}

func (d *Dialog) lines(c *draw.Context) []string {
	s := d.session()
	if s == nil {
		return c.Centred(c.Dim, c.Keys.Text(action.PresentMode, "No session to show. Press {cancel} to go back."), d.W, d.H)
	}
	st := status.Of(c, s)
	head := []string{c.Row(" "+c.Strong.Render(status.Name(s))+" "+c.Dim.Render(status.Suffix(s.Record.ID)),
		st.Glyph+" "+st.Style.Bold(true).Render(strings.ToUpper(st.Word))+" ", d.W)}
	foot := d.foot(c, s)
	if q := s.Question; q != nil && q.Focus != "" {
		head = append(head, c.Dim.Render(c.Cut(" "+client.Line1(q.Focus), d.W)))
	}
	head = append(head, "")
	out := append(head, d.result(c, s, d.H-len(head)-len(foot))...)
	for len(out) < d.H-len(foot) {
		out = append(out, "")
	}
	return append(out[:max(d.H-len(foot), 0)], foot...)
}

// result is the newest result in the middle of h lines.
func (d *Dialog) result(c *draw.Context, s *watch.Session, h int) []string {
	if s.Newest.Kind != client.KindResult {
		return c.Centred(c.Dim, "Waiting for the first result …", d.W, h)
	}
	r, text := s.Newest.Result, s.Newest.Text
	if r != nil && len(r.Scores) > 0 {
		total, best := eventline.Total(r), r.Scores[0]
		for _, x := range r.Scores {
			if x.Label == r.Label {
				best = x
			}
		}
		lines := d.large(c, r.Label+"  "+strings.ReplaceAll(eventline.Value(best.Value, total, r.Unit), " ", ""), h-2)
		bar := c.Bar(eventline.Share(best.Value, total), max(min(d.W-8, 72), 0))
		return draw.Middle(append(lines, "", draw.Centre(bar, d.W)), h)
	}
	if r != nil && len(r.Shape) > 0 {
		text = draw.Plain(eventline.Embedding(c, r))
	}
	return draw.Middle(d.large(c, text, h), h)
}

// large draws text in big letters if it fits so, else in bold with a blank line after each line.
func (d *Dialog) large(c *draw.Context, text string, h int) (out []string) {
	add := func(st lipgloss.Style, l string) { out = append(out, draw.Centre(st.Render(l), d.W)) }
	if lines, ok := bigText(c, text, d.W-4, h); ok {
		for _, l := range lines {
			add(c.Strong, l)
		}
		return out
	}
	lines := c.Wrap(text, min(d.W-8, 72))
	for i, l := range lines {
		if i > 0 && 2*len(lines) <= h {
			out = append(out, "")
		}
		add(c.Strong, l)
	}
	return out[:min(len(out), max(h, 0))]
}

// foot is the trend and, if something is wrong, what.
func (d *Dialog) foot(c *draw.Context, s *watch.Session) []string {
	m, v := s.Health.Metrics(c.Now), s.Health.Verdict(c.Now)
	last := "no result yet"
	if m.ResultAge != health.Never {
		last = "last " + draw.Span(m.ResultAge) + " ago"
	}
	trend := " " + c.Spark(m.Spark, min(max(d.W-24, 10), 60)) + fmt.Sprintf("  %s  %s", draw.Rate(m.ResultRate), last)
	if v.Severity < health.Warning {
		return []string{trend}
	}
	out := draw.Styled(status.Severity(c, v.Severity), c.Wrap(" "+v.Sentence, d.W))
	for _, line := range status.Chain(c, s.Health.Chain(c.Now, v), d.W-2, 1) {
		out = append(out, " "+line)
	}
	return append(out, trend)
}
