package health

import "time"

// slowdown is a stream whose results became much rarer than they were. What it learns of the new pace would
// soon call it typical; here the pace of before is remembered for a while.
type slowdown struct {
	recent [slowRun]time.Duration // the newest intervals
	n      int
	before time.Duration // the pace that it fell from; 0 while it is not slow
	prior  time.Duration // the mean interval by the first record, of many results; 0 if it is not known
	since  tick
}

const (
	// slowRun is how many intervals in a row show another pace.
	slowRun = 4
	// slowFactor is how much longer each of them has to be than the long ones of before. The mean rate
	// is then a tenth or less.
	slowFactor = 8
	// minSlowInterval is the shortest interval that is slow at all.
	minSlowInterval = 2 * time.Second
	// slowBase is how long the pace of before has to have lasted.
	slowBase = time.Minute
	// slowWindow is after what time the new pace is the typical one.
	slowWindow = tick(15 * time.Minute)
)

// add takes an interval that ended at a time, before the others know of it.
func (s *slowdown) add(gap time.Duration, others *intervals, at tick) {
	if gap < minSlowInterval && s.n == 0 {
		return
	}
	if gap < minSlowInterval {
		*s = slowdown{prior: s.prior}
		return
	}
	s.recent[s.n%slowRun] = gap
	s.n++
	if s.n < slowRun {
		return
	}
	shortest, span := gap, time.Duration(0)
	for _, d := range s.recent {
		shortest, span = min(shortest, d), span+d
	}
	if s.before == 0 {
		rate := others.quantile(.9)
		if shortest >= slowFactor*rate && others.timeWithin(2*rate) >= slowBase {
			s.before, s.since = rate, at-tick(span)
		}
		return
	}
	if shortest < slowFactor*s.before/2 && gap < slowFactor*s.before/2 || at-s.since >= slowWindow {
		*s = slowdown{prior: s.prior}
	}
}
