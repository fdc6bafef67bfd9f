package health

import (
	"math"
	"time"
)

// sparkLen is how many seconds of rates are retained.
const sparkLen = 60

// rateWindow is over how many of the newest whole seconds a rate is averaged.
const rateWindow = 10

// rates counts results by the second, for the last minute.
type rates struct {
	results [sparkLen + 1]uint32 // of second s at s modulo the length; one more for the current second
	head    int64                // the newest second counted
}

const second = tick(time.Second)

func (r *rates) add(at tick) {
	s := int64(at / second)
	if s != r.head {
		if s < r.head-sparkLen {
			return
		}
		r.advance(s)
	}
	r.results[s%int64(len(r.results))]++
}

// advance clears the seconds that went by without a result.
func (r *rates) advance(s int64) {
	if s <= r.head {
		return
	}
	for i := max(r.head+1, s-sparkLen); i <= s; i++ {
		r.results[i%int64(len(r.results))] = 0
	}
	r.head = s
}

// spark is the results of each of the last 60 whole seconds before now, oldest first.
func (r *rates) spark(now tick) []float64 {
	s := int64(now / second)
	r.advance(s)
	out := make([]float64, sparkLen)
	for i := range out {
		if at := s - sparkLen + int64(i); at >= 0 {
			out[i] = float64(r.results[at%int64(len(r.results))])
		}
	}
	return out
}

// mean is how many results arrived per second in the newest whole seconds, as many as there were.
func (r *rates) mean(now tick) (results float64) {
	s := int64(now / second)
	r.advance(s)
	n := min(s, rateWindow)
	for at := s - n; at < s; at++ {
		results += float64(r.results[at%int64(len(r.results))])
	}
	return results / float64(max(n, 1))
}

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
