package health

import (
	"cmp"
	"slices"
	"time"

	"lenswatch/client"
)

// LimitKind says what ends a session by itself.
type LimitKind uint8

// The limits.
const (
	// LimitExpiry is the moment that the service itself reports (AgentHuman's expiration).
	LimitExpiry LimitKind = iota
	// LimitLifetime is session_ttl_sec after the registration. The documents call it both a lifetime and a limit of
	// inactivity.
	LimitLifetime
	// LimitInactivity is [Config.Inactivity] after the newest event or input. One document has it, the one of
	// session_ttl_sec does not.
	LimitInactivity
)

// String is the word for the screen and for JSON.
func (k LimitKind) String() string { return word([]string{"expiry", "lifetime", "inactivity"}, int(k)) }

// Limit is an end that a service sets a running session.
type Limit struct {
	Kind LimitKind
	At   time.Time     // by this machine's clock
	Left time.Duration // until At; 0 if it has passed
	// May says that the service's documents disagree on this limit: the session may end then.
	May bool
	// Near says that it is time for a warning.
	Near bool
}

const (
	// warnBefore is how long before a limit there is a warning; of a short limit, its last fifth.
	warnBefore = 5 * time.Minute
	// idleShown is from when a pause counts as inactivity that is worth a countdown: every event starts it anew. Of a short
	// limit it is half.
	idleShown = time.Minute
)

// Limits are the ends that a service sets the session if nothing more is done with it, the soonest first. A
// session that is over has none. Inactivity is left out while events or inputs arrive.
func (m *Monitor) Limits(now time.Time) (out []Limit) {
	at := m.tick(now)
	m.settle(at)
	r := &m.rec
	if m.state.Final() || r.Status.Final() {
		return nil
	}
	add := func(kind LimitKind, end time.Time, whole time.Duration) {
		left := max(0, end.Sub(now))
		out = append(out, Limit{Kind: kind, At: end, Left: left, May: kind != LimitExpiry, Near: left <= min(warnBefore, whole/5)})
	}
	began := cmp.Or(r.Registered, r.Started)
	if !r.Expires.IsZero() {
		whole := 5 * warnBefore
		if start := cmp.Or(r.Started, r.Registered); !start.IsZero() {
			whole = r.Expires.Sub(start)
		}
		add(LimitExpiry, m.local(r.Expires), whole)
	}
	if r.TTL > 0 && !began.IsZero() {
		add(LimitLifetime, m.local(began).Add(r.TTL), r.TTL)
	}
	if active := m.active(); !active.IsZero() && now.Sub(active) >= min(idleShown, m.cfg.Inactivity/2) && m.channel != client.ChannelPoll {
		add(LimitInactivity, active.Add(m.cfg.Inactivity), m.cfg.Inactivity)
	}
	slices.SortStableFunc(out, func(a, b Limit) int { return a.At.Compare(b.At) })
	return out
}

// local is a moment of the service's clock by this machine's, as far as they are known to differ.
func (m *Monitor) local(t time.Time) time.Time {
	if m.delay.serviceKnown {
		return t.Add(-m.delay.service)
	}
	return t
}

// active is when the session was last seen to be used: it sent something of the lens, or an input was counted.
// Until then the first record counts, whose newest event no request of lenswatch can have been.
func (m *Monitor) active() time.Time {
	newest := m.lastData
	if m.counters.in.step != 0 {
		newest = max(newest, m.counters.in.since)
	}
	if newest != never {
		return m.time(newest)
	}
	if m.idleFrom.IsZero() {
		return time.Time{}
	}
	return m.local(m.idleFrom)
}
