package watch

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"lenswatch/client/units"
)

// together is within what time the troubles of several sessions count as one.
const together = 15 * time.Second

// CommonCause is a trouble that several sessions have had since about the same time.
type CommonCause struct {
	Since     time.Time // zero if it was before they were watched, and is not known
	Affected  []string  // ids
	Untouched []string  // of the watched sessions that are well
	// Shared is what all affected have in common and no other watched session has, the widest first, such as
	// "the service archetype", "node gpu-2", "lens Activity Monitor"; empty if there is nothing.
	Shared []string
}

// String is the cause in a sentence: "4 of 5 sessions since 14:02:10: node gpu-2. 1 session is unaffected."
func (c CommonCause) String() string {
	all := len(c.Affected) + len(c.Untouched)
	text := fmt.Sprintf("%d sessions", all)
	if len(c.Untouched) > 0 {
		text = fmt.Sprintf("%d of %d sessions", len(c.Affected), all)
	}
	if c.Since.IsZero() {
		text += " since before watching started: "
	} else {
		text += " since " + c.Since.Format(time.TimeOnly) + ": "
	}
	if len(c.Shared) == 0 {
		text += "no common cause found"
	} else {
		text += strings.Join(c.Shared, ", ")
	}
	switch n := len(c.Untouched); n {
	case 0:
		return text + "."
	case 1:
		return text + ". 1 session is unaffected."
	default:
		return text + fmt.Sprintf(". %s are unaffected.", units.Plural(int64(n), "session"))
	}
}

// trait is something that sessions can share.
type trait struct {
	name string
	of   func(*Session) string
}

// traits are what may fail for several sessions at once, the widest first.
var traits = []trait{
	{"the service ", func(s *Session) string { return s.Record.Service }},
	{"node ", func(s *Session) string { return s.Record.Node }},
	{"runner ", func(s *Session) string { return s.Record.Runner }},
	{"lens ", func(s *Session) string { return cmp.Or(s.Record.LensName, s.Record.LensID) }},
}

// Common finds the newest trouble that at least two of the watched sessions have had since about the same time; ok is
// false if there is none.
func (b *Store) Common(now time.Time) (c CommonCause, ok bool) {
	type trouble struct {
		s     *Session
		since time.Time
	}
	var troubles []trouble
	var well, unknown []*Session
	for _, s := range b.known {
		if s.Connection == nil {
			continue
		}
		switch since, bad := s.Health.Trouble(now); {
		case !bad:
			well = append(well, s)
		case since.IsZero():
			unknown = append(unknown, s)
		default:
			troubles = append(troubles, trouble{s, since})
		}
	}
	slices.SortStableFunc(troubles, func(x, y trouble) int { return x.since.Compare(y.since) })
	var group []trouble
	for i, from := 0, 0; i < len(troubles); i++ {
		for troubles[i].since.Sub(troubles[from].since) > together {
			from++
		}
		if n := i - from + 1; n >= 2 && n >= len(group) {
			group = troubles[from : i+1]
		}
	}
	var affected, others []*Session
	if group == nil {
		// When each stopped is not known. Sessions that have had outputs for as much of their life stopped
		// at the same time, as far as their pace is the same.
		if affected = alike(unknown); len(affected) < 3 {
			return c, false
		}
		for _, s := range affected {
			c.Affected = append(c.Affected, s.Record.ID)
		}
		for _, s := range unknown {
			if !slices.Contains(affected, s) {
				others = append(others, s)
			}
		}
	} else {
		c.Since = group[0].since
	}
	for _, t := range troubles {
		if group == nil || t.since.Before(c.Since) || t.since.Sub(c.Since) > together {
			others = append(others, t.s)
			continue
		}
		affected = append(affected, t.s)
		c.Affected = append(c.Affected, t.s.Record.ID)
	}
	for _, s := range well {
		others = append(others, s)
		c.Untouched = append(c.Untouched, s.Record.ID)
	}
	c.Shared = shared(affected, others)
	return c, true
}

// alike are the most sessions that count about as many outputs for their age.
func alike(sessions []*Session) (most []*Session) {
	share := func(s *Session) float64 {
		return float64(s.Record.Counters.Outputs) / max(1, s.Record.Age(s.Record.Fetched).Seconds())
	}
	for _, s := range sessions {
		var same []*Session
		for _, o := range sessions {
			if d := share(o) / share(s); d > .95 && d < 1.05 {
				same = append(same, o)
			}
		}
		if len(same) > len(most) {
			most = same
		}
	}
	return most
}

// shared names the traits that all the affected have, and none of the others.
func shared(affected, others []*Session) (out []string) {
	for _, t := range traits {
		value := t.of(affected[0])
		same := func(s *Session) bool { return t.of(s) == value }
		if value != "" && !slices.ContainsFunc(affected, func(s *Session) bool { return !same(s) }) && !slices.ContainsFunc(others, same) {
			out = append(out, t.name+value)
		}
	}
	return out
}
