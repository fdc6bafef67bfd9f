package ui

import (
	"strings"

	"lenswatch/ui/action"
	"lenswatch/ui/draw"
	"lenswatch/ui/status"
	"lenswatch/watch/health"
)

// alarmHeight is the height of a screen from which it has a line for what is wrong.
const alarmHeight = 14

// alarming reports whether something is wrong with an open session.
func alarming(m *Model) bool { return m.summary.Wrong && m.layout.Height >= alarmHeight }

// alarmLine says what is wrong, since when, and which key goes on: the session that needs attention most, and how many
// others do.
func alarmLine(m *Model) string {
	c, w, s := m.c, m.layout.Alarm.W, m.summary.Urgent
	v, st := s.Health.Verdict(c.Now), s.Health.State(c.Now)
	style, glyph := c.Warn, c.Glyphs.Attention
	if v.Severity >= health.Alarm {
		style, glyph = c.Bad, c.Glyphs.Cross
	}
	name := glyph + " " + status.Name(s) + " " + status.Suffix(s.Record.ID)
	since := st.Since
	if st.Code == health.Live {
		since = v.Since
	}
	tail := c.Dim.Render("  since " + c.Clock(since))
	if n := m.summary.Problems - 1; n > 0 {
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
