package health

import (
	"math/bits"
	"time"
)

// gaps is a sketch of the times between arrivals: counts in buckets, eight to each doubling, from
// 1 us to more than a day. A quantile read from it is off by at most a sixteenth.
//
// It stands in for HdrHistogram, which at its coarsest setting over the same range takes four
// times the memory for its 64-bit counts, and cannot forget: a stream that changes its pace would
// be judged by its past for ever.
type gaps struct {
	counts [gapBuckets]uint32
	n      int64         // gaps held
	span   time.Duration // their sum
	aged   tick          // when the counts were last halved
}

const (
	gapShift   = 10 // one unit is 1,024 ns
	gapBuckets = 280
	// ageEvery is how often the counts are halved, where at least ageLeast gaps are held: what
	// was usual an hour ago weighs a quarter of what is usual now.
	ageEvery = tick(30 * time.Minute)
	ageLeast = 64
)

func gapIndex(d time.Duration) int {
	v := uint64(max(d, 0)) >> gapShift
	if v < 8 {
		return int(v)
	}
	e := bits.Len64(v) - 4
	return min(8*e+int(v>>e), gapBuckets-1)
}

// gapValue is the middle of a bucket.
func gapValue(i int) time.Duration {
	if i < 8 {
		return time.Duration(i)<<gapShift + 1<<(gapShift-1)
	}
	e := i/8 - 1
	low := uint64(i-8*e) << e
	return time.Duration((low<<1 + 1<<e) << (gapShift - 1))
}

func (g *gaps) add(d time.Duration, now tick) {
	if now-g.aged >= ageEvery {
		g.age(now)
	}
	g.counts[gapIndex(d)]++
	g.n++
	g.span += d
}

// drop takes a gap out again, and reports whether it was still held.
func (g *gaps) drop(d time.Duration) bool {
	i := gapIndex(d)
	if g.counts[i] == 0 {
		return false
	}
	g.counts[i]--
	g.n--
	g.span = max(0, g.span-d)
	return true
}

func (g *gaps) age(now tick) {
	if g.n < ageLeast {
		return
	}
	g.aged, g.n, g.span = now, 0, 0
	for i := range g.counts {
		g.counts[i] /= 2
		g.n += int64(g.counts[i])
		g.span += time.Duration(g.counts[i]) * gapValue(i)
	}
}

func (g *gaps) reset(now tick) { *g = gaps{aged: now} }

// quantile is the gap that a share q of all gaps do not exceed.
func (g *gaps) quantile(q float64) time.Duration {
	if g.n == 0 {
		return 0
	}
	want, seen := q*float64(g.n), 0.0
	for i, c := range g.counts {
		if seen += float64(c); c > 0 && seen >= want {
			return gapValue(i)
		}
	}
	return g.longest()
}

// within returns the gaps in which a share q1, and a larger share q2, of all time was spent.
// Weighing by time is what makes a bursty stream's pauses usual: they are few among its gaps, but
// most of its time passes in them.
func (g *gaps) within(q1, q2 float64) (d1, d2 time.Duration) {
	var total, seen float64
	for i, c := range g.counts {
		total += float64(c) * float64(gapValue(i))
	}
	for i, c := range g.counts {
		if c == 0 {
			continue
		}
		d2 = gapValue(i)
		seen += float64(c) * float64(d2)
		if d1 == 0 && seen >= q1*total {
			d1 = d2
		}
		if seen >= q2*total {
			break
		}
	}
	return d1, d2
}

// weight is how many gaps of equal length would tell as much: a thousand short ones and three
// pauses, if most of the time passes in the pauses, tell as little of pauses as three do.
func (g *gaps) weight() float64 {
	var sum, squares float64
	for i, c := range g.counts {
		v := float64(gapValue(i))
		sum += float64(c) * v
		squares += float64(c) * v * v
	}
	if squares == 0 {
		return 0
	}
	return sum * sum / squares
}

// longest is the largest gap held, 0 if there is none.
func (g *gaps) longest() time.Duration {
	if g.n == 0 {
		return 0
	}
	return gapValue(g.top())
}

// top is the highest bucket that holds a gap.
func (g *gaps) top() int {
	i := gapBuckets - 1
	for i > 0 && g.counts[i] == 0 {
		i--
	}
	return i
}
