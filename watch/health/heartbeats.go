package health

import (
	"slices"
	"time"
)

// heartbeats follows the heartbeats. A heartbeat is expected once in every interval in which nothing else
// arrived, because a service may send them only while it has nothing to say. The interval is not known
// before two heartbeats arrived: what they claim of it is no evidence.
type heartbeats struct {
	recent [maxHeartbeats]pulse // the newest intervals
	n      int                  // intervals ever
	every  time.Duration        // the default until one is known
	seen   int64
	missed int64
	last   tick
	alone  bool // nothing else arrived since the last heartbeat
	broken bool // something hid arrivals since then
}

// pulse is an interval between two heartbeats. One in which something else arrived may be longer than
// the service's.
type pulse struct {
	length time.Duration
	alone  bool
}

const (
	// maxHeartbeats is over how many intervals the median is taken: one long silence among them is no pulse.
	maxHeartbeats = 7
	// sameHeartbeat is within what time several heartbeats count as one, held back on the way and
	// delivered together.
	sameHeartbeat = tick(250 * time.Millisecond)
)

func (b *heartbeats) reset(every time.Duration) { *b = heartbeats{every: every, last: never} }

// known reports whether an interval was observed.
func (b *heartbeats) known() bool { return b.n > 0 }

// add notes an arrival; prev is when the one before arrived, or when the connection was opened.
func (b *heartbeats) add(at tick, beat bool, prev tick) {
	if b.known() && prev != never {
		b.missed += missing(time.Duration(at-prev), b.every)
	}
	if !beat {
		b.alone = false
		return
	}
	b.seen++
	if b.last != never && at-b.last < sameHeartbeat {
		return
	}
	if b.last != never && !b.broken {
		b.recent[b.n%maxHeartbeats] = pulse{time.Duration(at - b.last), b.alone}
		b.n++
		b.every = b.interval()
	}
	b.last, b.alone, b.broken = at, true, false
}

// interval is the median of the newest intervals in which nothing else arrived. Where there is none, the
// shortest of the others is not far from it.
func (b *heartbeats) interval() time.Duration {
	alone := make([]time.Duration, 0, maxHeartbeats)
	shortest := b.recent[(b.n-1)%maxHeartbeats].length
	for _, p := range b.recent[:min(b.n, maxHeartbeats)] {
		if shortest = min(shortest, p.length); p.alone {
			alone = append(alone, p.length)
		}
	}
	if len(alone) == 0 {
		return shortest
	}
	slices.Sort(alone)
	return alone[len(alone)/2]
}

// longest is the longest of the newest intervals, leaving out what is a silence rather than a pulse.
func (b *heartbeats) longest() (d time.Duration) {
	for _, p := range b.recent[:min(b.n, maxHeartbeats)] {
		if p.length <= 4*b.every && (p.alone || p.length <= 2*b.every) {
			d = max(d, p.length)
		}
	}
	return d
}

// missing is how many heartbeats a silence of d lacks. One that is less than half an interval late is not
// missing.
func missing(d, every time.Duration) int64 { return max(0, int64((d-every/2)/every)) }
