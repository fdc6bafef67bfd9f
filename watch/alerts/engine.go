package alerts

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"lenswatch/client"
	"lenswatch/client/rest"
	"lenswatch/client/units"
	"lenswatch/watch"
	"lenswatch/watch/health"
)

// Change is that a rule fires for a session, or is resolved.
type Change struct {
	At      time.Time
	Rule    string
	Service string
	Session string
	Firing  bool
	Text    string        // one line, clean, without credentials: why
	Event   *client.Event // that made it fire; nil if it was none
	// Suppressed is how often the rule would have fired within the cooldown since it fired last.
	Suppressed int64
}

// State is the word for the screen and for JSON.
func (c *Change) State() string {
	if c.Firing {
		return "firing"
	}
	return "resolved"
}

// Engine tests rules. Use [NewEngine].
type Engine struct {
	rules  []*rule
	states map[stateKey]*state
	fired  map[string]int64 // by rule: how often it fired
}

type stateKey struct {
	rule    int
	session string
}

// state is that of a rule for a session.
type state struct {
	firing     bool
	notified   bool      // it was not within the cooldown, or that is over
	waiting    string    // the newest text of what waits for the end of the cooldown
	last       time.Time // when it fired last
	matched    time.Time // the newest event that met the condition
	suppressed int64
	held       time.Time   // since when the label is held, the session watched; until when a verdict about its end was over; zero if it is not
	times      []time.Time // of the newest events that met the condition
}

// NewEngine makes an Engine of rules. It fails if one of them can never fire, and names it.
func NewEngine(rules []Rule) (*Engine, error) {
	e := &Engine{states: map[stateKey]*state{}, fired: map[string]int64{}}
	if len(rules) > MaxRules {
		return nil, fmt.Errorf("too many rules: %d (at most %d)", len(rules), MaxRules)
	}
	for _, r := range rules {
		c, err := compile(r)
		if err != nil {
			return nil, fmt.Errorf("rule %s: %w", client.Line1(r.Name), err)
		}
		if !r.OnlyHighlights() {
			e.rules = append(e.rules, c)
		}
	}
	return e, nil
}

// Rule finds a rule by its name; the zero value if there is none.
func (e *Engine) Rule(name string) Rule {
	for _, r := range e.rules {
		if r.Name == name {
			return r.Rule
		}
	}
	return Rule{}
}

// Tested is how many rules can raise an alert: those that only colour can't.
func (e *Engine) Tested() int { return len(e.rules) }

// Fired is how often a rule fired so far.
func (e *Engine) Fired(name string) int64 { return e.fired[name] }

// Troubles are the filters that could not be run on some events, in words.
func (e *Engine) Troubles() (out []string) {
	for _, r := range e.rules {
		for _, f := range r.filters {
			if n, last := f.Trouble(); n > 0 {
				out = append(out, fmt.Sprintf("rule %s: %s failed on %s: %v", client.Line1(r.Name), client.Line1(f.String()), units.Plural(n, "event"), last))
			}
		}
	}
	return out
}

func (e *Engine) state(rule int, session string) *state {
	key := stateKey{rule, session}
	s := e.states[key]
	if s == nil {
		s = &state{}
		e.states[key] = s
	}
	return s
}

// Batch tests the rules about events.
func (e *Engine) Batch(b *watch.Batch) (out []Change) {
	if b.Store != nil {
		clear(e.states) // another place of a recording
		return nil
	}
	for i := range b.Events {
		ev := &b.Events[i]
		for k, r := range e.rules {
			if r.onEvents {
				out = e.event(out, k, ev)
			}
		}
	}
	return out
}

// event tests a rule on an event.
func (e *Engine) event(out []Change, k int, ev *client.Event) []Change {
	r := e.rules[k]
	if ev.Backlog && (r.Count > 0 || r.HeldFor > 0) {
		return out // when it was is not known
	}
	matches := r.matches(ev)
	if !matches && !(r.ofResults() && ev.Kind == client.KindResult) && !interrupts(ev) {
		return out
	}
	s, at := e.state(k, ev.Session), ev.Received
	switch {
	case interrupts(ev) && !matches:
		s.held = time.Time{} // what was meanwhile is not known
		return out
	case r.HeldFor > 0:
		if !matches {
			s.held = time.Time{}
			return e.set(out, k, ev.Service, ev.Session, at, false, "label changed", ev)
		}
		if s.held.IsZero() {
			s.held = at
		}
		if at.Sub(s.held) >= r.HeldFor {
			return e.set(out, k, ev.Service, ev.Session, at, true, fmt.Sprintf("%s for %s", client.Line1(r.Label), units.Duration(at.Sub(s.held))), ev)
		}
		return out
	case !matches:
		if r.Count > 0 {
			return out // the window decides
		}
		return e.set(out, k, ev.Service, ev.Session, at, false, "a result no longer matched", ev)
	}
	s.matched = at
	if r.Count > 0 {
		s.times = append(s.times, at)
		s.times = s.times[max(0, len(s.times)-r.Count):]
		if len(s.times) < r.Count || at.Sub(s.times[0]) > r.Within {
			return out
		}
		return e.set(out, k, ev.Service, ev.Session, at, true, fmt.Sprintf("%s in %s, last: %s", units.Plural(int64(r.Count), "event"), units.Duration(at.Sub(s.times[0])), head(ev.Text)), ev)
	}
	return e.set(out, k, ev.Service, ev.Session, at, true, head(ev.Text), ev)
}

// interrupts reports whether nothing is known of what was until the event.
func interrupts(ev *client.Event) bool {
	return ev.Notice != nil && (ev.Notice.Code == client.NoticeGap || ev.Notice.Code == client.NoticeReconnecting || ev.Notice.Code == client.NoticeClosed)
}

// maxLine is how much of an event's text an alert quotes, in characters.
const maxLine = 200

// head is as much of a text as may be quoted, and what a URL in it may have behind that. It does not hold on to the rest.
func head(text string) string { return strings.Clone(text[:min(len(text), 4*maxLine+512)]) }

// line is the text of an alert, which may leave this machine: without credentials, whatever the service says.
func line(text string) string {
	runes := []rune(client.Line1(string(rest.MaskCredentials([]byte(text)))))
	if len(runes) > maxLine {
		return string(runes[:maxLine]) + "…"
	}
	return string(runes)
}

// Second tests what the passing of time decides. It is to be called once a second.
func (e *Engine) Second(now time.Time, store *watch.Store) (out []Change) {
	for _, s := range store.Known() {
		if s.Unwatched() {
			continue
		}
		for k, r := range e.rules {
			switch {
			case r.onEvents:
				out = e.passing(out, k, s, now)
			case r.ofSession(s.Record.ID):
				firing, text := r.holds(e.state(k, s.Record.ID), s, now)
				out = e.set(out, k, s.Record.Service, s.Record.ID, now, firing, text, nil)
			}
		}
	}
	for key := range e.states {
		if store.Session(key.session) == nil {
			delete(e.states, key)
		}
	}
	return out
}

// passing is what the passing of time means for a rule about events.
func (e *Engine) passing(out []Change, k int, s *watch.Session, now time.Time) []Change {
	r, st := e.rules[k], e.states[stateKey{k, s.Record.ID}]
	if st == nil {
		return out
	}
	switch {
	case r.HeldFor > 0 && !st.held.IsZero() && now.Sub(st.held) >= r.HeldFor:
		return e.set(out, k, s.Record.Service, s.Record.ID, now, true, fmt.Sprintf("%s for %s", client.Line1(r.Label), units.Duration(now.Sub(st.held).Truncate(time.Second))), nil)
	case r.Count > 0 && st.firing && (len(st.times) < r.Count || now.Sub(st.times[0]) > r.Within):
		return e.set(out, k, s.Record.Service, s.Record.ID, now, false, fmt.Sprintf("fewer than %s in %s", units.Plural(int64(r.Count), "event"), units.Duration(r.Within)), nil)
	case r.HeldFor == 0 && r.Count == 0 && !r.ofResults() && st.firing && now.Sub(st.matched) >= r.Cooldown:
		return e.set(out, k, s.Record.Service, s.Record.ID, now, false, "no event for "+units.Duration(r.Cooldown), nil)
	case r.HeldFor == 0 && st.firing && !st.notified:
		return e.set(out, k, s.Record.Service, s.Record.ID, now, true, st.waiting, nil)
	}
	return out
}

// holds reports whether a condition about a session holds, and why.
func (c *rule) holds(st *state, s *watch.Session, now time.Time) (firing bool, text string) {
	if c.NoResultFor > 0 {
		if s.Health.State(now).Code.Final() {
			return false, "session ended"
		}
		if s.Record.Channel == client.ChannelPoll {
			return false, "it has no results"
		}
		if st.held.IsZero() {
			st.held = now // since when it is watched
		}
		age := s.Health.Metrics(now).ResultAge
		switch {
		case age == health.Never && now.Sub(st.held) >= c.NoResultFor:
			return true, "no result in " + units.Duration(now.Sub(st.held).Truncate(time.Second)) + " of watching"
		case age >= c.NoResultFor:
			return true, "no result for " + units.Duration(age.Truncate(time.Second))
		}
		return false, "results arrive"
	}
	v, state := s.Health.Verdict(now), s.Health.State(now).Code
	switch {
	case !state.Final():
		st.held = time.Time{}
	case !st.held.IsZero(), st.notified && now.Sub(st.last) >= c.Cooldown:
		st.held = now
		return false, "session ended" // nothing else will resolve it
	}
	if (state == health.Ended || state == health.Destroyed) && v.Severity < health.Alarm && !slices.Contains(c.verdicts, v.Code) {
		return false, "session ended" // as sessions do
	}
	return slices.Contains(c.verdicts, v.Code) || c.severity > health.OK && v.Severity >= c.severity, head(v.Sentence)
}

// set notes whether a rule fires for a session, and adds a change if that is news. What comes back within the cooldown
// waits, and is news when the cooldown is over, if it still holds then.
func (e *Engine) set(out []Change, k int, service, session string, at time.Time, firing bool, text string, ev *client.Event) []Change {
	r, s := e.rules[k], e.state(k, session)
	if s.firing == firing && s.notified == firing {
		return out
	}
	again := s.firing == firing
	s.firing = firing
	if !firing && !s.notified {
		return out
	}
	if firing && !s.last.IsZero() && at.Sub(s.last) < r.Cooldown {
		if s.waiting = text; !again {
			s.suppressed++
		}
		return out
	}
	out = append(out, Change{At: at, Rule: r.Name, Service: service, Session: session, Firing: firing, Text: line(text), Event: ev, Suppressed: s.suppressed})
	if s.notified = firing; firing {
		s.last, s.suppressed, s.waiting = at, 0, ""
		e.fired[r.Name]++
	}
	return out
}
