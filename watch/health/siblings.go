package health

import (
	"math"
	"time"

	"lenswatch/client"
)

// maxSiblings is how many of the other sessions of the lens are followed.
const maxSiblings = 4

// unknownAge is older than anything.
const unknownAge tick = math.MinInt64

// siblings follows the newest of the other open sessions of the same lens.
type siblings struct {
	sessions [maxSiblings]sibling
	n        int
	total    int  // that were listed, followed or not
	known    tick // the newest list
}

type sibling struct {
	id         string
	started    tick // registered or started; before the Monitor was made it is negative
	out        counter
	movedAt    tick // the newest list in which its outputs had moved
	concurrent int  // lists in which they had while this session had output too
}

// minConcurrent is after how many such lists it is known that the two do not starve each other. A new
// session that takes the work from an older one is listed once or twice before the older one's ends.
const minConcurrent = 3

// Siblings says which other sessions of the same lens are open, all of them each time. Where there are more
// than a few, the newest are followed.
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
			s.out, s.movedAt, s.concurrent = prev.out, prev.movedAt, prev.concurrent
		}
		if o.HasCounters && !o.Counters.NoOutputs && s.out.update(o.Counters.Outputs, at, old.known) > 0 {
			s.movedAt = at
			if m.lastOutput > old.known {
				s.concurrent++
			}
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

// taker is the sibling whose outputs moved most recently, not before the silence began, of those that may be the reason
// that this session has none. One that is older than this session was no reason while this one put out results.
func (f *facts) taker() (best sibling, ok bool) {
	since, born := f.now-tick(f.silence), unknownAge
	if age := f.age(f.now); age > 0 && f.counters.outputs() && f.counters.prior >= minLearnWeight {
		born = f.now - tick(age)
	}
	for _, k := range f.siblings.sessions[:f.siblings.n] {
		older := k.started != unknownAge && k.started <= born
		if !older && k.concurrent < minConcurrent && k.movedAt != never && k.movedAt >= since && (!ok || k.movedAt > best.movedAt) {
			best, ok = k, true
		}
	}
	return best, ok
}
