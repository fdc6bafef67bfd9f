package status

import (
	"strings"

	"lenswatch/ui/action"
	"lenswatch/ui/draw"
	"lenswatch/watch/health"
)

// Alarm says in w cells what is wrong, since when, and which key goes on: the session that needs attention most, and how
// many others do. It is for a summary in which something is wrong.
func (s Summary) Alarm(c *draw.Context, w int) string {
	x := s.Urgent
	v, st := x.Health.Verdict(c.Now), x.Health.State(c.Now)
	style, glyph := c.Warn, c.Glyphs.Attention
	if v.Severity >= health.Alarm {
		style, glyph = c.Bad, c.Glyphs.Cross
	}
	name := glyph + " " + Name(x) + " " + Suffix(x.Record.ID)
	since := st.Since
	if st.Code == health.Live {
		since = v.Since
	}
	tail := c.Dim.Render("  since " + c.Clock(since))
	if n := s.Problems - 1; n > 0 {
		tail += c.Warn.Render("  +" + draw.Count(n) + " more")
	}
	sentence := strings.TrimSuffix(v.Sentence, ".")
	room := w - 4 - draw.Width(name) - draw.Width(tail)
	const gap = 3
	if hints := draw.HintLine(c.Hints(action.Main, 0, room-draw.Width(sentence)-gap, action.Diagnosis, action.NextProblem)); hints != "" {
		tail, room = tail+strings.Repeat(" ", gap)+hints, room-gap-draw.Width(hints)
	}
	return c.Fit(" "+style.Render(name)+"  "+c.Cut(sentence, max(room, 0))+tail, w)
}
