package health

import (
	"slices"
	"testing"
	"time"
)

// early is a session with a result every 2 s that stalls for so long after so many results.
func early(t *testing.T, after int, stall time.Duration) *world {
	w := newWorld(t, 1)
	n := 0
	w.gap = func(*world) time.Duration {
		if n++; n == after+1 {
			return stall
		}
		return 2 * time.Second
	}
	w.open()
	return w
}

// A stall of a stream of which little is known does not become typical once the stream has gone on.
func TestEarlyStallIsNotLearnt(t *testing.T) {
	for _, after := range []int{1, 4, 7, 12} {
		w := early(t, after, 58*time.Second)
		w.run(time.Duration(after)*2*time.Second + 58*time.Second + 40*time.Second)
		f := w.m.Metrics(w.time())
		if f.QuietAfter > 55*time.Second || !f.TypicalKnown || f.Typical > 3*time.Second {
			t.Errorf("a stall after %d results, and 20 since: quiet after %s, typically within %s", after, f.QuietAfter, f.Typical)
		}
		w.stalled = true
		w.run(w.now + 60*time.Second)
		if v := w.m.Verdict(w.time()); v.Code != PipelineStalled || v.Severity != Alarm {
			t.Errorf("the next stall, after %d results: %v (%v)", after, v.Code, v.Confidence)
		}
	}
}

// twos are n gaps of 2 s.
func twos(n int) []float64 { return slices.Repeat([]float64{2}, n) }

// A pause of a young stream that comes again is its pace, and one that is not far from its other gaps
// is none of a kind.
func TestEarlyPausesAreLearnt(t *testing.T) {
	for _, c := range []struct {
		name string
		gaps []float64
		want float64 // the longest gap that is known
	}{
		{"the pause comes again", append([]float64{2, 2, 2, 58, 2, 2, 2, 2, 50}, twos(20)...), 58},
		{"little has followed", []float64{2, 2, 2, 58, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2}, 58},
		{"an uneven pace", []float64{3, 1, 12, 2, 25, 4, 3, 8, 1, 5, 9, 3, 6, 12, 2, 8, 1, 7, 11, 3, 9, 6}, 25},
		{"a longer stall", append([]float64{2, 2, 12, 2, 2, 80}, twos(64)...), 12},
		{"a pace that quickens", append([]float64{60, 60, 60, 60}, twos(26)...), 60},
	} {
		s := begin(t).at(0).connect().at(1).result()
		at := 1.0
		for _, g := range c.gaps {
			for next := at + g; at < next; at = min(at+5, next) {
				s.at(at).heartbeat()
			}
			s.at(at).result()
		}
		if got := s.m.Metrics(s.now).Interval.Max.Seconds(); got < c.want*.9 || got > c.want*1.1 {
			t.Errorf("%s: the longest gap is %g s, want %g s", c.name, got, c.want)
		}
	}
}
