package health

import (
	"fmt"
	"time"

	"lenswatch/client/units"
)

// tick is a time as nanoseconds since the Monitor was made, without the time in which lenswatch did not
// run. Times before that count as its beginning.
type tick int64

// never is the tick of what has not happened.
const never tick = -1

// maxPauses is how many pauses are remembered one by one. Of what happened before those, ages are right
// and the times shown may be off by the older pauses.
const maxPauses = 8

// clock turns times into ticks and back. Pauses are cut out: what did not run can neither receive nor miss
// anything.
type clock struct {
	base   time.Time
	pauses [maxPauses]pause // oldest first
	n      int
}

// settling is for how long after a pause events may arrive that had waited for its end.
const settling = tick(2 * time.Second)

type pause struct {
	at       tick          // where it is cut out
	from, to time.Duration // since base, pauses included
}

func (c *clock) tick(t time.Time) tick {
	d := t.Sub(c.base)
	for i := c.n - 1; i >= 0; i-- {
		if p := &c.pauses[i]; d > p.from {
			return p.at + tick(max(0, d-p.to)) // within the pause nothing moved
		}
	}
	return tick(max(0, d))
}

// during reports whether what was received at a time may have waited for the end of the newest pause.
func (c *clock) during(t time.Time) bool {
	if c.n == 0 {
		return false
	}
	p, d := &c.pauses[c.n-1], t.Sub(c.base)
	return d > p.from && d < p.to+time.Duration(settling)
}

func (c *clock) time(t tick) time.Time {
	if t == never {
		return time.Time{}
	}
	d := time.Duration(t)
	for i := c.n - 1; i >= 0; i-- {
		if p := &c.pauses[i]; t > p.at {
			return c.base.Add(p.to + time.Duration(t-p.at))
		}
	}
	if c.n > 0 {
		d += c.pauses[0].from - time.Duration(c.pauses[0].at)
	}
	return c.base.Add(d)
}

// add cuts a pause out. It has to be newer than the others; one that begins where the newest ends makes it longer.
func (c *clock) add(from, to time.Time) {
	p := pause{at: c.tick(from), from: from.Sub(c.base), to: to.Sub(c.base)}
	if c.n > 0 && p.from <= c.pauses[c.n-1].to {
		c.pauses[c.n-1].to = p.to // it goes on
		return
	}
	if c.n == maxPauses {
		copy(c.pauses[:], c.pauses[1:])
		c.n--
	}
	c.pauses[c.n] = p
	c.n++
}

// Paused says that lenswatch did not run, or handled nothing, from one time to another: it was suspended, its
// computer slept, or what it writes to was blocked. Nothing is learnt or concluded from that time. Call it
// before anything newer is observed. what is for the timeline, such as "lenswatch was stopped".
func (m *Monitor) Paused(from, to time.Time, what string) {
	if from.Before(m.base) {
		from = m.base
	}
	if !to.After(from) {
		return
	}
	at := m.tick(from)
	m.settle(at)
	m.clock.add(from, to)
	m.broken = true
	m.heartbeats.alone, m.heartbeats.broken = false, true
	m.bursts.restart()
	m.counters.restart()
	m.timeline.add(transition{at: at, from: m.state, to: m.state, cause: fmt.Sprintf("%s from %s to %s (%s)",
		what, from.Format(time.TimeOnly), to.Format(time.TimeOnly), units.Duration(to.Sub(from).Round(time.Second)))})
}
