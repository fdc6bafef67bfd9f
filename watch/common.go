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
	Since     time.Time
	Affected  []string // ids
	Untouched []string // of the watched sessions that are well
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
	text += " since " + c.Since.Format(time.TimeOnly) + ": "
	if len(c.Shared) == 0 {
		text += "nothing that only they share is known"
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
	var well []*Session
	for _, s := range b.known {
		if s.Connection == nil {
			continue
		}
		if since, bad := s.Health.Trouble(now); bad {
			troubles = append(troubles, trouble{s, since})
		} else {
			well = append(well, s)
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
	if group == nil {
		return c, false
	}
	c.Since = group[0].since
	var affected, others []*Session
	for _, t := range troubles {
		if t.since.Before(c.Since) || t.since.Sub(c.Since) > together {
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
