package health

import (
	"math"
	"time"

	"lenswatch/client"
)

// counter is one of a session's counters, followed over several tellings.
type counter struct {
	value int64
	since tick  // the first telling of this value
	step  int64 // by how much it moved then; 0 until it moved
}

func (c *counter) update(value int64, at tick, first bool) (moved int64) {
	if first {
		*c = counter{value: value, since: at}
		return 0
	}
	if moved = value - c.value; moved != 0 {
		*c = counter{value: value, since: at, step: moved}
	}
	return moved
}

// counters follows a session's inputs and outputs, and how they agree with what came here.
type counters struct {
	in, out     counter
	first, last tick  // tellings; never if there was none
	prior       int64 // outputs at the first telling
	whole       bool  // inputs were told, too

	seen bool // data came here since the last telling, or may have been missed

	// Tellings in a row, since data came here or an output was counted...
	frozen   int   // ...in which nothing moved
	noOutput int   // ...in which inputs moved, outputs did not
	fed      int64 // inputs counted meanwhile
	// Tellings in a row in which outputs moved, though none came here.
	unseen   int
	lost     int64 // outputs counted meanwhile
	from     tick  // since when
	samples  tick  // the first of those tellings
	received tick  // when the line brought something after that; never if it did not
}

// update takes the counters of a record. whole says that its inputs were told, not only its
// outputs.
func (c *counters) update(n client.Counters, at tick, whole bool) {
	first, prev := c.first == never, c.last
	var in int64
	if whole {
		in = c.in.update(n.Inputs, at, !c.whole)
	}
	out := c.out.update(n.Outputs, at, first)
	c.last, c.whole = at, c.whole || whole
	switch {
	case first:
		c.first, c.prior = at, n.Outputs
	case c.seen || in < 0 || out < 0:
		// Whatever moved was seen, or the counting began anew.
		c.forget()
	case out > 0:
		if c.unseen == 0 {
			c.from, c.samples = prev, at
		}
		c.unseen++
		c.lost += out
		c.frozen, c.noOutput, c.fed = 0, 0, 0
	case in > 0:
		c.noOutput++
		c.fed += in
		c.frozen = 0
	case whole:
		c.frozen++
	}
	c.seen = false
}

// opened begins anew for a new connection. What the next telling counts may belong to the time
// before.
func (c *counters) opened() {
	c.forget()
	c.seen = true
}

func (c *counters) forget() {
	c.frozen, c.noOutput, c.fed, c.unseen, c.lost, c.received = 0, 0, 0, 0, 0, never
}

// noteReceived notes that the line brought something while outputs are counted that did not come.
func (c *counters) noteReceived(at tick) {
	if c.received == never && c.unseen > 0 && at > c.from {
		c.received = at
	}
}

// polled notes that a request for output was answered. What had been counted before would have come
// with the answer.
func (c *counters) polled(at tick) {
	if at > c.samples {
		c.noteReceived(at)
	}
}

// burstTime is how long after the line fell silent and came back its output may still be on the way:
// a proxy that lets go of what it held sends a heartbeat first as likely as not.
const burstTime = tick(time.Second)

// known reports whether there were counters at all.
func (c *counters) known() bool { return c.first != never }

// countsInputs reports whether the inputs mean anything. Some services leave them at zero while
// outputs come.
func (c *counters) countsInputs() bool { return c.whole && (c.in.value > 0 || c.out.value == 0) }

// whole reports whether a record tells the inputs. The entries of a list may tell outputs alone;
// the whole record, which session.status gives, tells when the session was registered.
func whole(s *client.Session, before int64) bool {
	n := s.Counters
	return n.Inputs > 0 || !s.Registered.IsZero() || before == 0 && (n.Events > 0 || n.Updates > 0 || n.Connections > 0)
}

// fresh reports whether the newest telling can be relied on now.
func (c *counters) fresh(now tick) bool { return c.known() && now-c.last <= countersMaxAge }

// countersMaxAge is how long a telling holds. Records come every 5 s from the list, up to a minute
// apart from probes.
const countersMaxAge = tick(75 * time.Second)

// Record takes a telling of the session's metadata, received at now.
func (m *Monitor) Record(s client.Session, now time.Time) {
	at := m.tick(now)
	m.probes.reached = max(at, m.probes.reached)
	if s.Status != client.StatusUnknown && s.StatusText == "" {
		s.StatusText = s.Status.String() // Merge goes by the text
	}
	m.rec = m.rec.Merge(s)
	if m.channel == client.ChannelPoll {
		m.lastByte = max(m.lastByte, at) // nothing else shows that a polled session lives
	}
	if !s.Status.Final() {
		m.ended = never
	}
	if s.HasCounters {
		m.counters.update(s.Counters, at, whole(&s, m.counters.in.value))
	}
	m.settle(at)
}

// Lens tells what the session runs: it may show that there is no output to wait for.
func (m *Monitor) Lens(l client.Lens) { m.lens = lens{channel: l.Channel, inputs: l.Inputs} }

// maxSiblings is how many of the other sessions of the lens are followed.
const maxSiblings = 4

// unknownAge is older than anything.
const unknownAge tick = math.MinInt64

// siblings follows the newest of the other open sessions of the same lens.
type siblings struct {
	sessions [maxSiblings]sibling
	n        int
	total    int  // that were told, kept or not
	known    tick // the newest telling
}

type sibling struct {
	id         string
	started    tick // registered or started; before the Monitor began it is negative
	out        counter
	counted    bool
	movedAt    tick // the newest telling in which its outputs moved
	concurrent int  // tellings in which they moved while this session had output too
}

// minConcurrent is after how many such tellings it is known that the two do not starve each other. A new
// session that takes the work from an older one is told of once or twice before the older one's ends.
const minConcurrent = 3

// Siblings tells which other sessions of the same lens are open, whole at each telling. Where
// there are more than a few, the newest are followed.
func (m *Monitor) Siblings(others []client.Session, now time.Time) {
	at := m.tick(now)
	old := m.siblings
	m.siblings = siblings{known: at}
	for i := range others {
		o := &others[i]
		if o.ID == m.session || o.Status.Final() || o.LensID == "" {
			continue
		}
		m.siblings.total++
		s := sibling{id: short(o.ID, 64), started: unknownAge, movedAt: never}
		if age := o.Age(now); age > 0 {
			s.started = at - tick(age)
		}
		if prev, ok := old.find(s.id); ok {
			s.out, s.counted, s.movedAt, s.concurrent = prev.out, prev.counted, prev.movedAt, prev.concurrent
		}
		if o.HasCounters {
			if s.out.update(o.Counters.Outputs, at, !s.counted) > 0 {
				s.movedAt = at
				if m.lastOutput > old.known {
					s.concurrent++
				}
			}
			s.counted = true
		}
		m.siblings.put(s)
	}
}

func (s *siblings) find(id string) (sibling, bool) {
	for _, k := range s.sessions[:s.n] {
		if k.id == id {
			return k, true
		}
	}
	return sibling{}, false
}

// put adds k, in the place of the oldest if there is no room.
func (s *siblings) put(k sibling) {
	if s.n < maxSiblings {
		s.sessions[s.n] = k
		s.n++
		return
	}
	oldest := 0
	for i := range s.sessions {
		if s.sessions[i].started < s.sessions[oldest].started {
			oldest = i
		}
	}
	if k.started > s.sessions[oldest].started {
		s.sessions[oldest] = k
	}
}

// mostRecent is the sibling whose outputs moved most recently, not before since, of those that may be the
// reason that this session has none.
func (s *siblings) mostRecent(since tick) (best sibling, ok bool) {
	for _, k := range s.sessions[:s.n] {
		if k.concurrent < minConcurrent && k.movedAt != never && k.movedAt >= since && (!ok || k.movedAt > best.movedAt) {
			best, ok = k, true
		}
	}
	return best, ok
}
