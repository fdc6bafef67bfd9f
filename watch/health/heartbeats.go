package health

import "time"

// heartbeats follows the heartbeats. A heartbeat is expected once in every interval in which nothing
// else came, because a service may send them only while it has nothing to say.
type heartbeats struct {
	every  time.Duration // moving mean of the intervals between two heartbeats with nothing in between
	n      int64         // intervals learnt from, at most heartbeatWindow
	seen   int64
	missed int64
	last   tick
	alone  bool // nothing else came since the last heartbeat
}

const (
	// heartbeatWindow is over about how many intervals the mean runs.
	heartbeatWindow = 8
	// sameHeartbeat is within what time several heartbeats count as one, held back on the way and
	// delivered together.
	sameHeartbeat = tick(250 * time.Millisecond)
	// heartbeatCredit is how many times the known interval one may last and still be learnt from. A
	// longer one is a silence, not a pulse.
	heartbeatCredit = 4
)

func (b *heartbeats) reset(every time.Duration) { *b = heartbeats{every: every, last: never} }

// add notes an arrival; prev is when the one before came, or when the connection was opened.
func (b *heartbeats) add(at tick, beat bool, prev tick) {
	if b.seen > 0 && prev != never {
		b.missed += missing(time.Duration(at-prev), b.every)
	}
	if !beat {
		b.alone = false
		return
	}
	b.seen++
	if b.alone && at-b.last < sameHeartbeat {
		return
	}
	if b.alone {
		b.learn(time.Duration(at - b.last))
	}
	b.last, b.alone = at, true
}

func (b *heartbeats) learn(d time.Duration) {
	if d > heartbeatCredit*b.every {
		return
	}
	b.n = min(b.n+1, heartbeatWindow)
	b.every = max(time.Duration(sameHeartbeat), b.every+(d-b.every)/time.Duration(max(b.n, 2)))
}

// missing is how many heartbeats a silence of d lacks. One that is less than half an interval
// late is not missing.
func missing(d, every time.Duration) int64 { return max(0, int64((d-every/2)/every)) }
