package health

import "time"

// minStallSpacing is within what time two pauses are a pace rather than two stalls.
const minStallSpacing = tick(15 * time.Minute)

// learn notes an interval. One that was long enough to be called quiet is a stall until another
// follows soon, and then counts only as the shortest that can be. So a stall does not become typical,
// while a slower pace does so within a few results.
//
// Of a stream of which little is known nobody can say what is long: its long intervals are learnt, and
// the longest of them is judged once the others are known. See outliers.
func (m *Monitor) learn(gap time.Duration, at tick) {
	m.slow.add(gap, &m.intervals, at)
	if gap > m.cfg.QuietFloor {
		switch limit := m.quietAfter(at); {
		case gap < limit && (m.weight < minLearnWeight || gap > outliersAlike*m.intervals.longest()):
			m.outliers.long(gap, at)
		case gap >= limit:
			soon := m.lastStall != never && at-m.lastStall < minStallSpacing
			m.lastStall = at
			if !soon {
				return
			}
			gap = min(limit, max(m.cfg.QuietFloor, m.intervals.longest()))
		}
	}
	m.outliers.follow(gap)
	m.intervals.add(gap, at)
	m.limit = 0
	m.judgeOutliers(at)
}

// outliers is the longest interval of a stream that was little known then. Others of about its length make
// it a pace; many that are far shorter make it a stall.
type outliers struct {
	gap  time.Duration // 0: there is none to judge
	at   tick          // its end
	n    int           // gaps since
	span time.Duration // their sum
}

const (
	// outliersAlike is how many times one gap may be as long as another of its kind.
	outliersAlike = 2
	// outlierShare is the part of its length that has to pass in other intervals before it is judged. It
	// is what distinguishes a pause between two batches from a stall. It is judged until outlierTimes its length
	// has passed.
	outlierShare = 2
	outlierTimes = 20
)

// long notes a long interval.
func (o *outliers) long(gap time.Duration, at tick) {
	switch {
	case o.gap == 0 || gap > outliersAlike*o.gap:
		*o = outliers{gap: gap, at: at, n: -1, span: -gap}
	case outliersAlike*gap >= o.gap:
		*o = outliers{}
	}
}

// follow notes any interval, the odd one among them.
func (o *outliers) follow(gap time.Duration) {
	o.n++
	o.span += gap
}

// judgeOutliers forgets the odd interval if it would have been a stall by all that is known without it. That
// is looked at from time to time until the stream is known well enough with it.
func (m *Monitor) judgeOutliers(at tick) {
	o := &m.outliers
	if o.gap == 0 || o.n%minLearnWeight != 0 || outlierShare*o.span < o.gap {
		return
	}
	others := m.intervals
	if !others.drop(o.gap) {
		m.outliers = outliers{} // it was forgotten with time
		return
	}
	if _, weight, limit := others.limit(&m.cfg, m.steadyFor(at)); weight >= minLearnWeight && o.gap >= limit {
		m.intervals, m.lastStall = others, max(m.lastStall, o.at)
		m.outliers, m.limit = outliers{}, 0
		return
	}
	if o.span >= outlierTimes*o.gap {
		m.outliers = outliers{}
	}
}
