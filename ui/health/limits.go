package health

import (
	"fmt"
	"slices"
	"time"

	"lenswatch/client"
	"lenswatch/ui/draw"
	"lenswatch/watch"
	"lenswatch/watch/health"
)

// age is for how long a session has existed or did exist; empty if that is not known.
func age(r *client.Session, now time.Time) string {
	lived := r.Age(now)
	switch {
	case lived == 0:
		return ""
	case r.Over():
		return draw.Span(lived) + " until it ended"
	}
	return draw.Span(lived)
}

// belowLimit is how many rows matter less than the time left: delay, ID, age.
const belowLimit = 3

// withLimits adds what ends the session to the rows of its metrics, near their end, unless the end is near: then it is
// above the chain.
func (p *Pane) withLimits(c *draw.Context, s *watch.Session, rows []string) []string {
	left, near := timeLeft(c, s, p.w)
	if left != "" && !near {
		rows = slices.Insert(rows, max(len(rows)-belowLimit, 0), left)
	}
	return append(rows, p.plan(c, &s.Record)...)
}

// timeLeft is a row that counts down to the ends that the service sets the session; empty if none is known. near says
// that it is a warning.
func timeLeft(c *draw.Context, s *watch.Session, w int) (row string, near bool) {
	limits := s.Health.Limits(c.Now)
	if len(limits) == 0 || s.Gone() {
		return "", false
	}
	first := limits[0]
	value, notes := countdown(first), []string{"  " + limitWord(first), " (" + first.Kind.String() + ")"}
	if first.Kind == health.LimitExpiry {
		notes = notes[:1]
	}
	for _, l := range limits[1:] {
		notes = append(notes, fmt.Sprintf(" %s %s (%v)", c.Glyphs.Dot, countdown(l), l.Kind))
	}
	if near = first.Near; near {
		value = c.Warn.Render(value)
	}
	return field(c, w, "time left", value, notes...), near
}

// countdown is how long until a limit; it never shows more than is left. One that has passed did not end the session, or
// the service has not said so yet.
func countdown(l health.Limit) string {
	if l.Left == 0 {
		return "passed"
	}
	if l.Left > time.Hour {
		return draw.Span(l.Left.Truncate(time.Minute))
	}
	return draw.Span(l.Left)
}

// limitWord is what happens at a limit: it may, where the documents disagree.
func limitWord(l health.Limit) string {
	switch {
	case l.Left == 0:
		return "may have ended"
	case l.May:
		return "may end"
	}
	return "then it ends"
}

// plan is what the account has used, where the service says so.
func (p *Pane) plan(c *draw.Context, r *client.Session) []string {
	for _, st := range p.Services.States() {
		u := st.Usage
		if st.Name != r.Service || u == nil {
			continue
		}
		value, notes := draw.OrDash(u.Plan), []string{}
		if u.MinutesLeft >= 0 {
			left := fmt.Sprintf(" "+c.Glyphs.Dot+" %.0f", u.MinutesLeft)
			if u.MinutesTotal >= 0 {
				left += fmt.Sprintf(" of %.0f", u.MinutesTotal)
			}
			notes = append(notes, left+" min left")
		}
		if u.MaxSessions > 0 && u.Sessions >= 0 {
			notes = append(notes, fmt.Sprintf(" "+c.Glyphs.Dot+" %d of %d sessions", u.Sessions, u.MaxSessions))
		}
		return []string{field(c, p.w, "plan", value, notes...)}
	}
	return nil
}
