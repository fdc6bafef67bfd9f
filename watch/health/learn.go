package health

import "time"

// minStallSpacing is within what time two pauses are a pace rather than two stalls.
const minStallSpacing = tick(15 * time.Minute)

// learn notes a gap. A gap that was long enough to be called quiet is a stall until another
// follows soon, and then counts only as long as it took to be called quiet. So a stall does not
// become usual, while a slower pace does so within a few results.
//
// Of a stream of which too few gaps are known nobody can say what is long: its long gaps are
// learnt, and the longest of them is judged once the others are known. See odd.
func (m *Monitor) learn(gap time.Duration, at tick) {
	if gap > m.cfg.QuietFloor {
		switch limit := m.overdueAfter(at); {
		case m.weight < minLearnWeight:
			m.outliers.long(gap, at)
		case gap >= limit:
			soon := m.lastStall != never && at-m.lastStall < minStallSpacing
			m.lastStall = at
			if !soon {
				return
			}
			gap = limit
		}
	}
	m.outliers.follow(gap)
	m.intervals.add(gap, at)
	m.limit = 0
	m.judgeOutliers(at)
}

// outliers is the longest gap of a stream that was young then. Others of about its length make it a
// pace; many that are far shorter make it a stall.
type outliers struct {
	gap  time.Duration // 0: there is none to judge
	at   tick          // its end
	n    int           // gaps since
	span time.Duration // their sum
}

const (
	// outliersAlike is how many times one gap may be as long as another of its kind.
	outliersAlike = 2
	// outlierShare is the part of its length that has to pass in other gaps before it is judged. It is
	// what tells a pause between two batches from a stall.
	outlierShare = 2
)

// long notes a long gap of a young stream.
func (o *outliers) long(gap time.Duration, at tick) {
	switch {
	case o.gap == 0 || gap > outliersAlike*o.gap:
		*o = outliers{gap: gap, at: at, n: -1, span: -gap}
	case outliersAlike*gap >= o.gap:
		*o = outliers{}
	}
}

// follow notes any gap, the odd one among them.
func (o *outliers) follow(gap time.Duration) {
	o.n++
	o.span += gap
}

// judgeOutliers forgets the odd gap if it would have been a stall by all that is known without it. That
// is asked from time to time until the stream is known well enough with it.
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
	if _, weight, limit := others.limit(&m.cfg); weight >= minLearnWeight && o.gap >= limit {
		m.intervals, m.lastStall = others, max(m.lastStall, o.at)
		m.outliers, m.limit = outliers{}, 0
		return
	}
	if m.overdueAfter(at); m.weight >= minLearnWeight {
		m.outliers = outliers{}
	}
}
