package health

import "time"

// sparkLen is how many seconds of rates are retained.
const sparkLen = 60

// rateWindow is over how many of the newest whole seconds a rate is averaged.
const rateWindow = 10

// rates counts arrivals by the second: results for the last minute, and all for as long as a rate is
// averaged over.
type rates struct {
	results [sparkLen + 1]uint32 // of second s at s modulo the length; one more for the current second
	newest  [rateWindow + 1]cell // the same
	head    int64                // the newest second counted
}

type cell struct{ events, bytes uint32 }

const second = tick(time.Second)

func (r *rates) add(at tick, result bool, bytes int) {
	s := int64(at / second)
	if s != r.head {
		if s < r.head-sparkLen {
			return
		}
		r.advance(s)
	}
	if result {
		r.results[s%int64(len(r.results))]++
	}
	if s >= r.head-rateWindow {
		c := &r.newest[s%int64(len(r.newest))]
		c.events++
		c.bytes += uint32(bytes)
	}
}

// advance clears the seconds that went by without an arrival.
func (r *rates) advance(s int64) {
	if s <= r.head {
		return
	}
	for i := max(r.head+1, s-sparkLen); i <= s; i++ {
		r.results[i%int64(len(r.results))], r.newest[i%int64(len(r.newest))] = 0, cell{}
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

// mean is what arrived per second in the newest whole seconds, as many as there were.
func (r *rates) mean(now tick) (results, events, bytes float64) {
	s := int64(now / second)
	r.advance(s)
	n := min(s, rateWindow)
	if n == 0 {
		return 0, 0, 0
	}
	for at := s - n; at < s; at++ {
		c := r.newest[at%int64(len(r.newest))]
		results += float64(r.results[at%int64(len(r.results))])
		events += float64(c.events)
		bytes += float64(c.bytes)
	}
	return results / float64(n), events / float64(n), bytes / float64(n)
}
