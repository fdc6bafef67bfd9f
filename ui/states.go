package ui

import (
	"charm.land/lipgloss/v2"

	"lenswatch/theme"
	"lenswatch/watch"
	"lenswatch/watch/health"
)

// stateStyle is how a state is drawn, and what help says of it.
type stateStyle struct {
	code    health.StateCode
	glyph   string // styled
	word    string
	meaning string
	style   lipgloss.Style
	rank    int // how much it needs attention: the worst is shown for all
}

// states lists how every state is drawn.
func states(th theme.Theme) []stateStyle {
	g := th.Glyphs
	out := []stateStyle{
		{code: health.Live, glyph: g.Live, style: th.Good, rank: 1, meaning: "results arrive as usual"},
		{code: health.Connecting, glyph: g.Connecting, style: th.Busy, rank: 2, meaning: "the stream is being opened"},
		{code: health.Quiet, glyph: g.Quiet, style: th.Warn, rank: 4, meaning: "the line is alive, results are overdue"},
		{code: health.Silent, glyph: g.Silent, style: th.Bad, rank: 6, meaning: "nothing at all comes over the line"},
		{code: health.Reconnecting, glyph: g.Reconnecting, style: th.Warn, rank: 5, meaning: "the line is lost, another try is made"},
		{code: health.Ended, glyph: g.Ended, style: th.Dim, rank: 0, meaning: "the stream is over"},
		{code: health.Destroyed, glyph: g.Destroyed, style: th.Dim, rank: 0, meaning: "the session is gone"},
		{code: health.Failed, glyph: g.Failed, style: th.Bad, rank: 3, meaning: "the session or its stream failed for good"},
	}
	for i := range out {
		out[i].glyph = out[i].style.Render(out[i].glyph)
		out[i].word = out[i].code.String()
	}
	return out
}

// stateStyle is how one state is drawn.
func (s *shared) stateStyle(code health.StateCode) stateStyle {
	for _, l := range s.stateStyles {
		if l.code == code {
			return l
		}
	}
	return stateStyle{code: code, glyph: "?", word: code.String()}
}

// sessionStyle is how the state of a session is drawn, also of one that is not watched.
func (s *shared) sessionStyle(x *watch.Session) stateStyle {
	if x.Unwatched() {
		return stateStyle{glyph: s.theme.Dim.Render(s.theme.Glyphs.Dot), word: "not watched", style: s.theme.Dim}
	}
	return s.stateStyle(x.Health.State(s.now).Code)
}

// The legend of a verdict that asks for attention while its state is live.
const attentionWord, attentionMeaning = "attention", "live, but see the diagnosis"

// attention is how such a verdict is drawn, by how much it asks for.
func (s *shared) attention(severity health.Severity) stateStyle {
	st, g := severityStyle(s.theme, severity), s.theme.Glyphs.Attention
	return stateStyle{code: health.Live, glyph: st.Render(g), word: attentionWord, meaning: attentionMeaning, style: st}
}

// attentionStyle is how the state of a session is drawn where it should be noticed: a live one whose verdict
// asks for attention is not drawn as if all were well.
func (s *shared) attentionStyle(x *watch.Session) stateStyle {
	l := s.sessionStyle(x)
	if s.needsAttention(x) {
		word := l.word + " " + s.theme.Glyphs.Attention
		l = s.attention(s.sum.severity[x.Record.ID])
		l.word = word
	}
	return l
}

// needsAttention reports whether a session is live and its verdict asks for attention all the same.
func (s *shared) needsAttention(x *watch.Session) bool {
	return !x.Unwatched() && s.sum.severity[x.Record.ID] >= health.Warning && x.Health.State(s.now).Code == health.Live
}

// summary is what is known of all sessions together that are watched. It is made once a second, and when a session
// came, went or changed.
type summary struct {
	worst *watch.Session // the one that needs attention most, or nil
	count map[health.StateCode]int
	// attention is how many are live and have a verdict that asks for attention: they are not among
	// those that count has as live. worstAttention is the most that one asks for.
	attention      int
	worstAttention health.Severity
	total          float64 // results a second
	// severity is how much each session's verdict asks for attention. It may be much although the
	// state is live: results can be missing before they are overdue.
	severity map[string]health.Severity
}

// maxRank is above every rank of a state, and worstRank above what a verdict adds to one.
const maxRank, worstRank = 10, 100

// summarise brings the summary up to date.
func (s *shared) summarise() {
	s.noteTroubles()
	sum := summary{count: map[health.StateCode]int{}, severity: map[string]health.Severity{}}
	rank := -1
	for _, x := range s.store.Sessions() {
		if x.Unwatched() {
			continue
		}
		code, severity := x.Health.State(s.now).Code, x.Health.Verdict(s.now).Severity
		sum.severity[x.Record.ID] = severity
		if code == health.Live && severity >= health.Warning {
			sum.attention++
			sum.worstAttention = max(sum.worstAttention, severity)
		} else {
			sum.count[code]++
		}
		r := s.stateStyle(code).rank
		if severity >= health.Warning && !x.Gone() {
			r += int(severity) * maxRank
		}
		if code == health.Failed && x.Listed && !x.Gone() {
			r += worstRank // the service runs it, and nobody tries to read it any more
		}
		if r > rank {
			sum.worst, rank = x, r
		}
		if code == health.Live || code == health.Quiet {
			sum.total += x.Health.Metrics(s.now).ResultRate
		}
	}
	s.sum = sum
}
