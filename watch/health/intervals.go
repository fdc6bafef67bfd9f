package health

import (
	"math"
	"math/bits"
	"time"
)

// intervals is a sketch of the times between arrivals: counts in buckets, eight to each doubling, from
// 1 us to more than a day. A quantile read from it is off by at most a sixteenth.
//
// It stands in for HdrHistogram, which at its coarsest setting over the same range takes four
// times the memory for its 64-bit counts, and cannot forget: a stream that changes its pace would
// be judged by its past for ever.
type intervals struct {
	counts [intervalBuckets]uint32
	n      int64         // gaps held
	span   time.Duration // their sum
	aged   tick          // when the counts were last halved
}

const (
	intervalShift   = 10 // one unit is 1,024 ns
	intervalBuckets = 280
	// ageEvery is how often the counts are halved, where at least minAgedWeight gaps are held: what
	// was typical an hour ago weighs a quarter of what is typical now.
	ageEvery      = tick(30 * time.Minute)
	minAgedWeight = 64
)

func intervalIndex(d time.Duration) int {
	v := uint64(max(d, 0)) >> intervalShift
	if v < 8 {
		return int(v)
	}
	e := bits.Len64(v) - 4
	return min(8*e+int(v>>e), intervalBuckets-1)
}

// intervalValue is the middle of a bucket.
func intervalValue(i int) time.Duration {
	if i < 8 {
		return time.Duration(i)<<intervalShift + 1<<(intervalShift-1)
	}
	e := i/8 - 1
	low := uint64(i-8*e) << e
	return time.Duration((low<<1 + 1<<e) << (intervalShift - 1))
}

func (g *intervals) add(d time.Duration, now tick) {
	if now-g.aged >= ageEvery {
		g.age(now)
	}
	g.counts[intervalIndex(d)]++
	g.n++
	g.span += d
}

// drop takes a gap out again, and reports whether it was still held.
func (g *intervals) drop(d time.Duration) bool {
	i := intervalIndex(d)
	if g.counts[i] == 0 {
		return false
	}
	g.counts[i]--
	g.n--
	g.span = max(0, g.span-d)
	return true
}

func (g *intervals) age(now tick) {
	if g.n < minAgedWeight {
		return
	}
	g.aged, g.n, g.span = now, 0, 0
	for i := range g.counts {
		g.counts[i] /= 2
		g.n += int64(g.counts[i])
		g.span += time.Duration(g.counts[i]) * intervalValue(i)
	}
}

func (g *intervals) reset(now tick) { *g = intervals{aged: now} }

// quantile is the gap that a share q of all gaps do not exceed.
func (g *intervals) quantile(q float64) time.Duration {
	if g.n == 0 {
		return 0
	}
	want, seen := q*float64(g.n), 0.0
	for i, c := range g.counts {
		if seen += float64(c); c > 0 && seen >= want {
			return intervalValue(i)
		}
	}
	return g.longest()
}

// within returns the gaps in which a share q1, and a larger share q2, of all time was spent.
// Weighing by time is what makes a bursty stream's pauses typical: they are few among its gaps, but
// most of its time passes in them.
func (g *intervals) within(q1, q2 float64) (d1, d2 time.Duration) {
	var total, seen float64
	for i, c := range g.counts {
		total += float64(c) * float64(intervalValue(i))
	}
	for i, c := range g.counts {
		if c == 0 {
			continue
		}
		d2 = intervalValue(i)
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

// moments are the mean and the variance of intervals, in ns and ns squared, each weighed by its length: of the
// interval in which a moment falls that is chosen at random.
func (g *intervals) moments() (mean, variance float64) {
	var sum, squares, cubes float64
	for i, c := range g.counts {
		if c == 0 {
			continue
		}
		n, v := float64(c), float64(intervalValue(i))
		sum += n * v
		squares += n * v * v
		cubes += n * v * v * v
	}
	mean = squares / sum
	return mean, max(0, cubes/sum-mean*mean)
}

// logNormal is the mean of the logarithms of intervals, in ns, and the standard deviation that counts, if they may be those of
// a normal distribution by their third and fourth moments, as far as so many show them. Those of a Gamma distribution are
// skewed to the short ones, those of bursts have two peaks.
func (g *intervals) logNormal() (mean, deviation float64, ok bool) {
	if g.n < minLogNormal {
		return 0, 0, false
	}
	var sums [5]float64 // of the powers
	for i, c := range g.counts {
		if c == 0 {
			continue
		}
		v := math.Log(float64(intervalValue(i)))
		for k, x := 0, float64(c); k < len(sums); k, x = k+1, x*v {
			sums[k] += x
		}
	}
	n := sums[0]
	mean = sums[1] / n
	variance := sums[2]/n - mean*mean
	if variance <= 0 {
		return 0, 0, false
	}
	third := sums[3]/n - 3*mean*sums[2]/n + 2*mean*mean*mean
	fourth := sums[4]/n - 4*mean*sums[3]/n + 6*mean*mean*sums[2]/n - 3*mean*mean*mean*mean
	deviation = math.Sqrt(variance)
	skew, excess := third/(variance*deviation), fourth/(variance*variance)-3
	chance := math.Sqrt(6 / n) // the standard error of the skew, and half of that of the excess
	share := min(1, (skew-exponentialSkew)/(lognormalSkew-exponentialSkew))
	counts := deviation * share * (1 + 1/math.Sqrt(2*n)) // with its own standard error
	return mean, counts, share > 0 && skew <= .5+2*chance && excess >= -1-chance && excess <= 1+6*chance
}

// The skew of the logarithms from which on a distribution is taken for log-normal, and that of an exponential one. In between,
// as few intervals show no more, the deviation counts in part.
const lognormalSkew, exponentialSkew = -.5, -1.2

// minLogNormal is how many intervals show something of the distribution that they have.
const minLogNormal = 8

// timeWithin is how much time passed in intervals no longer than d.
func (g *intervals) timeWithin(d time.Duration) (sum time.Duration) {
	for i, c := range g.counts[:intervalIndex(d)+1] {
		sum += time.Duration(c) * intervalValue(i)
	}
	return sum
}

// weight is how many gaps of equal length would say as much: a thousand short ones and three
// pauses, if most of the time passes in the pauses, say as little of pauses as three do.
func (g *intervals) weight() float64 {
	var sum, squares float64
	for i, c := range g.counts {
		v := float64(intervalValue(i))
		sum += float64(c) * v
		squares += float64(c) * v * v
	}
	if squares == 0 {
		return 0
	}
	return sum * sum / squares
}

// longest is the largest gap held, 0 if there is none.
func (g *intervals) longest() time.Duration {
	if g.n == 0 {
		return 0
	}
	return intervalValue(g.top())
}

// top is the highest bucket that holds a gap.
func (g *intervals) top() int {
	i := intervalBuckets - 1
	for i > 0 && g.counts[i] == 0 {
		i--
	}
	return i
}
