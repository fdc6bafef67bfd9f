package health

import (
	"math"
	"time"
)

// recentSize is how many of the newest values are remembered one by one, for charts.
const recentSize = 60

// recent are the newest of some durations, in microseconds: an hour at most, as a Monitor is to stay small.
type recent struct {
	values [recentSize]int32
	n      int // that were ever added
}

func (r *recent) add(d time.Duration) {
	r.values[r.n%recentSize] = int32(max(min(d.Microseconds(), math.MaxInt32), math.MinInt32))
	r.n++
}

func (r *recent) list(less time.Duration) []float64 {
	out := make([]float64, 0, recentSize+1)
	for i := max(r.n-recentSize, 0); i < r.n; i++ {
		d := time.Duration(r.values[i%recentSize])*time.Microsecond - less
		out = append(out, max(d, 0).Seconds())
	}
	return out
}

// Recent are the newest 60 intervals between outputs and delays from the service to here, in seconds, oldest first.
// The last interval is the wait that is under way, where it is longer than the one before. Delays are as [Metrics] has
// them: without what the clocks differ by.
func (m *Monitor) Recent(now time.Time) (intervals, delays []float64) {
	intervals, delays = m.recentIntervals.list(0), m.recentDelays.list(m.delay.skew())
	if n := len(intervals); n > 0 && m.connState == connOpen {
		if wait := time.Duration(m.tick(now) - m.lastOutput).Seconds(); wait > intervals[n-1] {
			intervals = append(intervals, wait)
		}
	}
	return intervals, delays
}
