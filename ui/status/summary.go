package status

import (
	"fmt"
	"time"

	"lenswatch/ui/draw"
	"lenswatch/watch"
	"lenswatch/watch/health"
)

// Summary is what is known of all watched sessions together, at one moment.
type Summary struct {
	Urgent *watch.Session // the one that needs attention most, or nil
	Rate   float64        // results a second
	Spark  [60]float64    // the same, for each of the last seconds
	// Problems is how many open sessions need attention.
	Problems int
	// Well reports that every session is healthy by its verdict, and Wrong that one needs attention: neither while one is
	// opened, or is still without a result.
	Well, Wrong bool

	counts map[health.StateCode]int
	// severity is how much each session's verdict asks for attention. It may be much although the state is
	// live: results can be missing before they are overdue.
	severity  map[string]health.Severity
	troubled  map[string]bool
	quieted   map[string]bool // those whose trouble raises no alarm
	attention int             // live sessions whose verdict asks for attention: counts does not have them
	worst     health.Severity
}

// maxRank is above every rank of a state, and failedRank above what a verdict adds to one.
const maxRank, failedRank = 10, 100

// wrongRank is the least rank of what is wrong: a session that failed. quietRank is that of one whose trouble the person
// acknowledged or muted.
const wrongRank, quietRank = 3, 1

// Summarise looks at the sessions that are known; others reports that more are listed.
func Summarise(sessions []*watch.Session, others bool, now time.Time) Summary {
	s := Summary{counts: map[health.StateCode]int{}, severity: map[string]health.Severity{}, troubled: map[string]bool{}, quieted: map[string]bool{}, Well: !others}
	rank := -1
	for _, x := range sessions {
		if x.Unwatched() {
			s.Well = false
			continue
		}
		code := x.Health.State(now).Code
		verdict, severity := x.Health.Severity(now)
		s.severity[x.Record.ID] = severity
		if code == health.Live && severity >= health.Warning {
			s.attention++
			s.worst = max(s.worst, severity)
		} else if starting(x, code) {
			s.counts[health.Connecting]++
		} else {
			s.counts[code]++
		}
		r := rankOf(x, code, severity)
		if x.Choices.Quiets(verdict) {
			s.quieted[x.Record.ID], r = true, min(r, quietRank)
		}
		if r > rank {
			s.Urgent, rank = x, r
		}
		if r >= wrongRank {
			s.troubled[x.Record.ID] = true
			s.Problems++
		}
		s.Wrong = s.Wrong || r >= wrongRank
		s.Well = s.Well && code == health.Live && severity == health.OK && verdict == health.Healthy
		if code == health.Live || code == health.Quiet {
			m := x.Health.Metrics(now)
			s.Rate += m.ResultRate
			for i, v := range m.Spark {
				s.Spark[i] += v
			}
		}
	}
	return s
}

// Quieted reports whether the trouble of a session, if it has any, raises no alarm because the person wants it so.
func (s Summary) Quieted(x *watch.Session) bool { return s.quieted[x.Record.ID] }

// Troubled reports whether a session that is open needs attention.
func (s Summary) Troubled(x *watch.Session) bool { return s.troubled[x.Record.ID] }

// rankOf is how much a session needs attention.
func rankOf(x *watch.Session, code health.StateCode, severity health.Severity) (rank int) {
	if x.Gone() {
		return 0 // nothing can be done about it any more
	}
	for _, s := range states {
		if s.code == code {
			rank = s.rank
		}
	}
	if severity >= health.Warning && !x.Gone() {
		rank += int(severity) * maxRank
	}
	if code == health.Failed && x.Listed && !x.Gone() {
		rank += failedRank // the service runs it, and nobody tries to read it any more
	}
	return rank
}

// Alarms lists the sessions whose verdict is an alarm.
func (s Summary) Alarms() (ids []string) {
	for id, severity := range s.severity {
		if severity == health.Alarm && !s.quieted[id] {
			ids = append(ids, id)
		}
	}
	return ids
}

// Attentive reports whether a session is live and its verdict asks for attention all the same.
func (s Summary) Attentive(x *watch.Session, now time.Time) bool {
	return !x.Unwatched() && s.severity[x.Record.ID] >= health.Warning && x.Health.State(now).Code == health.Live
}

// Word is the word that [Summary.Look] has for the state of a session that is watched: all are asked for it whenever a table is
// drawn, of which few rows are seen.
func (s Summary) Word(c *draw.Context, x *watch.Session) string {
	if s.Attentive(x, c.Now) {
		return AttentionWord
	}
	return wordOf(x, x.Health.State(c.Now).Code)
}

// Look is how the state of a session is drawn where it should be noticed: a live one whose verdict asks for
// attention is not drawn as if all were well.
func (s Summary) Look(c *draw.Context, x *watch.Session) Look {
	l := Of(c, x)
	if s.Attentive(x, c.Now) {
		l = attention(c, s.severity[x.Record.ID])
	}
	if s.Quieted(x) {
		l.Style = c.Dim
	}
	return l
}

// Counts is "● 3 live", "! 1 attention", "◐ 1 quiet".
func (s Summary) Counts(c *draw.Context) (out []string) {
	add := func(l Look, n int) {
		if n > 0 {
			out = append(out, fmt.Sprintf("%s %d %s", l.Glyph, n, l.Word))
		}
	}
	for _, st := range states {
		if st.rank > 0 {
			add(State(c, st.code), s.counts[st.code])
		}
		if st.code == health.Live {
			add(attention(c, s.worst), s.attention)
		}
	}
	return out
}
