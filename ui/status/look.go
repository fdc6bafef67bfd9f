package status

import (
	"lenswatch/client"
	"lenswatch/theme"
	"lenswatch/ui/draw"
	"lenswatch/watch"
	"lenswatch/watch/health"
)

// Look is how a state is drawn, and what help says of it. Text has tokens for keys.
type Look struct {
	Glyph   string // styled
	Word    string
	Meaning string
	Style   theme.Style
}

// states are all states, in the order of help. A higher rank needs more attention; 0 is not counted.
var states = []struct {
	code    health.StateCode
	rank    int
	meaning string
}{
	{health.Live, 1, "connected, nothing overdue"},
	{health.Connecting, 2, "opening the stream"},
	{health.Quiet, 4, "connected, but results are overdue"},
	{health.Silent, 6, "no data at all, not even heartbeats"},
	{health.Reconnecting, 5, "connection lost, retrying"},
	{health.Ended, 0, "stream ended"},
	{health.Destroyed, 0, "session destroyed"},
	{health.Failed, 3, "failed permanently"},
}

// AttentionWord is the word for a live session whose verdict asks for attention.
const AttentionWord = "attention"

// States lists how every state is drawn, and last a live one that needs attention.
func States(c *draw.Context) (out []Look) {
	for _, s := range states {
		out = append(out, State(c, s.code))
	}
	return append(out, attention(c, health.Warning))
}

// State is how one state is drawn.
func State(c *draw.Context, code health.StateCode) Look {
	l := Look{Word: code.String()}
	for _, s := range states {
		if s.code == code {
			l.Meaning = s.meaning
		}
	}
	g := c.Glyphs
	switch code {
	case health.Live:
		l.Glyph, l.Style = g.Live, c.Good
	case health.Connecting:
		l.Glyph, l.Style = g.Connecting, c.Busy
	case health.Quiet:
		l.Glyph, l.Style = g.Quiet, c.Warn
	case health.Silent:
		l.Glyph, l.Style = g.Silent, c.Bad
	case health.Reconnecting:
		l.Glyph, l.Style = g.Reconnecting, c.Warn
	case health.Ended:
		l.Glyph, l.Style = g.Ended, c.Dim
	case health.Destroyed:
		l.Glyph, l.Style = g.Destroyed, c.Dim
	case health.Failed:
		l.Glyph, l.Style = g.Failed, c.Bad
	default:
		l.Glyph, l.Style = "?", c.Text
	}
	l.Glyph = l.Style.Render(l.Glyph)
	return l
}

// Of is how the state of a session is drawn, also of one that is not watched.
func Of(c *draw.Context, s *watch.Session) Look {
	if s.Unwatched() {
		return Look{Glyph: c.Dim.Render(c.Glyphs.Dot), Word: "not watched", Style: c.Dim}
	}
	code := s.Health.State(c.Now).Code
	l := State(c, code)
	if starting(s, code) {
		l = State(c, health.Connecting)
	}
	l.Word = wordOf(s, code)
	return l
}

// wordOf is the word for the state of a session.
func wordOf(s *watch.Session, code health.StateCode) string {
	if starting(s, code) {
		return "starting" // the stream is open, and the session does not run yet
	}
	return code.String()
}

// starting reports whether a session is only registered: its stream is live, it is not. A result is newer than a
// record that was read before it.
func starting(s *watch.Session, code health.StateCode) bool {
	return code == health.Live && s.Results == 0 && (s.Record.Status == client.StatusCreated || s.Record.Status == client.StatusRegistered)
}

// attention is how a live session is drawn whose verdict asks for attention.
func attention(c *draw.Context, severity health.Severity) Look {
	st := Severity(c, severity)
	return Look{Glyph: st.Render(c.Glyphs.Attention), Word: AttentionWord, Meaning: "connected, but something is wrong – press {diagnosis}", Style: st}
}

// Severity is the style of a verdict.
func Severity(c *draw.Context, s health.Severity) theme.Style {
	switch s {
	case health.Alarm:
		return c.Bad
	case health.Warning:
		return c.Warn
	case health.OK:
		return c.Good
	}
	return c.Text
}
