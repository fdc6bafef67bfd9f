package health

import (
	"fmt"
	"time"

	"lenswatch/client"
)

// StateCode is where a watched session stands.
type StateCode uint8

// The states.
const (
	// Connecting: no connection was made yet.
	Connecting StateCode = iota
	// Live: the connection is open and nothing is overdue. A session that is warming up is live.
	Live
	// Quiet: the connection is alive, but no output has arrived for longer than is typical.
	Quiet
	// Silent: the connection is open, but no byte has arrived for longer than several heartbeats.
	Silent
	// Reconnecting: the connection is lost and another is being made, or will be.
	Reconnecting
	// Ended: the stream is over, without an error.
	Ended
	// Destroyed: the session is over; it cannot run again.
	Destroyed
	// Failed: the session failed, or watching it did, for good.
	Failed
	stateCount
)

var stateNames = [stateCount]string{
	"connecting", "live", "quiet", "silent", "reconnecting", "ended", "destroyed", "failed",
}

// String is the word for the screen and for JSON.
func (c StateCode) String() string { return word(stateNames[:], int(c)) }

// Final reports whether nothing more will arrive.
func (c StateCode) Final() bool { return c == Ended || c == Destroyed || c == Failed }

// State is where a session stands.
type State struct {
	Code  StateCode
	Since time.Time
	// Attempt is the connection attempt being made or waited for, from 1; 0 while connected.
	Attempt int
	// NextAt is when the next attempt is made; zero if none is waited for.
	NextAt time.Time
}

// State reports where the session stands at a time.
func (m *Monitor) State(now time.Time) State {
	at := m.tick(now)
	m.settle(at)
	s := State{Code: m.state, Since: m.time(m.changed)}
	if m.state == Connecting || m.state == Reconnecting {
		s.Attempt, s.NextAt = m.attempt, m.time(m.nextAt)
	}
	return s
}

// endingFor is how long the client is given to find out whether a session outlived its stream.
const endingFor = tick(15 * time.Second)

// judge is the state at a time, and since when the evidence holds.
func (m *Monitor) judge(now tick) (StateCode, tick) {
	switch {
	case m.rec.Status == client.StatusFailed:
		return Failed, now
	case m.rec.Status.Final():
		return Destroyed, now
	case m.gone(now) && m.known():
		return Destroyed, now
	case m.gone(now):
		return Failed, now
	}
	switch m.connState {
	case connNone, connOpening, connWaiting:
		if m.first == never && m.connState != connWaiting {
			return Connecting, now
		}
		return Reconnecting, now
	case connEnding:
		if now-m.attemptSince >= endingFor {
			return Ended, m.attemptSince + endingFor
		}
		return Reconnecting, now
	case connClosed:
		if m.fail.remedy != client.RemedyNone {
			return Failed, now
		}
		return Ended, now
	}
	if since, ok := m.silent(now); ok {
		return Silent, since
	}
	if since, ok := m.overdue(now); ok {
		return Quiet, since
	}
	return Live, now
}

// gone reports whether the service is believed that there is no such session. While a stream is open it is not, until nothing
// more arrives: what is still read is still there.
func (m *Monitor) gone(now tick) bool {
	if m.notFound == never || m.connState != connOpen {
		return m.notFound != never
	}
	wait := goneAfter
	if m.heartbeats.known() {
		wait = max(wait, tick(m.heartbeats.every*5/4))
	}
	return now >= max(m.lastByte, m.opened)+min(wait, tick(m.cfg.QuietFloor))
}

// goneAfter is for how long nothing more has to arrive over an open stream.
const goneAfter = tick(6 * time.Second)

// settle brings the state up to date and writes down a change.
func (m *Monitor) settle(now tick) {
	m.bursts.close(now)
	code, since := m.judge(now)
	if code == m.state {
		return
	}
	if since <= m.changed {
		since = max(now, m.changed)
	}
	cause := m.cause(code, since)
	m.timeline.add(transition{at: since, from: m.state, to: code, cause: cause})
	m.state, m.changed = code, since
}

// cause says why the session entered a state at a time.
func (m *Monitor) cause(to StateCode, now tick) string {
	switch to {
	case Live:
		switch m.state {
		case Quiet:
			switch {
			case m.lastOutput == now && m.lastGap == 0:
				return "the first " + m.what() + " arrived"
			case m.lastOutput == now:
				return m.what() + "s resumed after " + duration(m.lastGap)
			}
			return "the wait is within the typical range"
		case Silent:
			return "data resumed"
		}
		if m.channel == client.ChannelPoll {
			return "the service answers polls"
		}
		return "stream opened"
	case Quiet:
		return m.quietCause(now)
	case Silent:
		return "no data for " + duration(time.Duration(now-max(m.lastByte, m.opened)))
	case Destroyed, Failed:
		switch {
		case m.rec.Status.Final():
			return "the session record says " + m.rec.Status.String()
		case m.gone(now):
			return "no such session"
		}
	case Ended:
		if m.fail.remedy == client.RemedyNone {
			return "the stream ended"
		}
	}
	switch {
	case to == Reconnecting && m.connState == connOpening && m.state.Final():
		return "reopening the stream"
	case m.connState == connEnding || m.connections.idle && m.fail.remedy == client.RemedyNone:
		return "the server ended the stream"
	}
	return failureText(&m.fail)
}

func (m *Monitor) quietCause(now tick) string {
	text := "no " + m.what() + " for " + duration(m.silence(now))
	if typical, ok := m.typicalInterval(now); ok {
		text += ", typically within " + about(typical)
	}
	return text
}

// Next says what happens next, for people.
func (m *Monitor) Next(at time.Time) string {
	now := m.tick(at)
	m.settle(now)
	switch m.state {
	case Connecting, Reconnecting:
		switch {
		case m.connState == connEnding:
			return "checking whether the session continues"
		case m.connState == connWaiting && m.nextAt > now:
			return fmt.Sprintf("attempt %d in %s", max(1, m.attempt), duration(time.Duration(m.nextAt-now)))
		}
		return fmt.Sprintf("attempt %d, waiting for the answer", max(1, m.attempt))
	case Live:
		_, known := m.typicalInterval(now)
		switch {
		case m.channel == client.ChannelPoll:
			return "polled regularly"
		case !known:
			return "learning the normal rate"
		}
		due := time.Duration(m.due(now, m.quietAfter(now)) - now)
		return fmt.Sprintf("quiet if no %s arrives within %s", m.what(), duration(max(due, time.Second)))
	case Quiet:
		return "recovers with the next " + m.what()
	case Silent:
		return "recovers with the next byte"
	}
	if m.rec.Status.Final() || m.gone(now) {
		return "final"
	}
	return "final unless you reconnect"
}

// Transition is one change of state.
type Transition struct {
	At    time.Time `json:"at"`
	From  StateCode `json:"from"`
	To    StateCode `json:"to"`
	Cause string    `json:"cause"` // one line, clean
}

// maxTimeline is how many of the newest transitions are retained.
const maxTimeline = 40

type transition struct {
	at       tick
	from, to StateCode
	cause    string
}

type timeline struct {
	entries []transition // a ring once it is full; most sessions change little, and there may be a thousand
	n       int          // ever added
}

func (t *timeline) add(x transition) {
	if t.n < maxTimeline {
		t.entries = append(t.entries, x)
	} else {
		t.entries[t.n%maxTimeline] = x
	}
	t.n++
}

// Timeline is the newest changes of state, at most 40, oldest first.
func (m *Monitor) Timeline() []Transition {
	n := min(m.timeline.n, maxTimeline)
	out := make([]Transition, 0, n)
	for i := m.timeline.n - n; i < m.timeline.n; i++ {
		x := m.timeline.entries[i%maxTimeline]
		out = append(out, Transition{At: m.time(x.at), From: x.from, To: x.to, Cause: x.cause})
	}
	return out
}

// TimelineAfter are the changes of the timeline after the first n that there ever were, and how many there were. A monitor that
// had fewer is another than the one that had n: all of its changes are new.
func (m *Monitor) TimelineAfter(n int) (changes []Transition, total int) {
	if total = m.timeline.n; n == total {
		return nil, total
	} else if n > total {
		n = 0
	}
	changes = m.Timeline()
	return changes[max(0, len(changes)-(total-n)):], total
}

// TimelineLen is how many changes there were ever, for a reader that wants the new ones only.
func (m *Monitor) TimelineLen() int { return m.timeline.n }
