package health

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"lenswatch/client"
)

func TestIntervalBuckets(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	prev := -1
	for d := time.Duration(0); d < 30*time.Hour; d += 1 + time.Duration(r.Int64N(int64(d/50+1000))) {
		i := intervalIndex(d)
		if i < prev {
			t.Fatalf("%s is in bucket %d, a shorter gap in %d", d, i, prev)
		}
		prev = i
		off := (intervalValue(i) - d).Abs()
		if off > max(d/16, 1<<intervalShift) {
			t.Fatalf("%s reads as %s", d, intervalValue(i))
		}
	}
	if got := intervalIndex(1 << 62); got != intervalBuckets-1 {
		t.Errorf("the longest gap is in bucket %d", got)
	}
	if got := intervalIndex(-time.Second); got != 0 {
		t.Errorf("a negative gap is in bucket %d", got)
	}
}

func TestIntervalQuantiles(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var g intervals
	var all []time.Duration
	for range 5000 {
		d := time.Duration(r.ExpFloat64() * float64(time.Second))
		g.add(d, 0)
		all = append(all, d)
	}
	slices.Sort(all)
	for _, q := range []float64{.5, .95, .99, 1} {
		want := all[int(q*float64(len(all)-1))]
		if got := g.quantile(q); (got - want).Abs() > want/10 {
			t.Errorf("p%g is %s, want %s", q*100, got, want)
		}
	}
	// Of exponential gaps, half of all time passes in those up to 1.68 means, 90 % up to 3.89.
	median, typical := g.within(.5, .9)
	if (median-seconds(1.68)).Abs() > seconds(.15) || (typical-seconds(3.89)).Abs() > seconds(.35) {
		t.Errorf("half the time within %s, 90 %% within %s", median, typical)
	}
	if w := g.weight(); w < 2300 || w > 2700 {
		t.Errorf("5,000 exponential gaps weigh %g, want about 2,500", w)
	}
}

func TestIntervalsAge(t *testing.T) {
	var g intervals
	for i := range 1000 {
		g.add(100*time.Second, tick(i))
	}
	for i := 1; i <= 12; i++ {
		g.add(time.Second, tick(i)*ageEvery)
		for range 999 {
			g.add(time.Second, tick(i)*ageEvery)
		}
	}
	if got := g.longest(); got > 2*time.Second {
		t.Errorf("after six hours the longest gap is still %s", got)
	}
	if g.n > 2100 {
		t.Errorf("%d gaps are held", g.n)
	}
}

// The limit follows the stream's own pace, and never falls below the floor.
func TestTypicalIntervalIsLearnt(t *testing.T) {
	for _, c := range []struct {
		name         string
		gap          func(*world) time.Duration
		runs         time.Duration
		typical, off time.Duration
		limit        [2]time.Duration
	}{
		{"fast", regular(10 * time.Millisecond), minute, 10 * time.Millisecond, time.Millisecond, [2]time.Duration{38 * time.Second, 42 * time.Second}},
		{"once a second", regular(time.Second), 5 * minute, time.Second, 100 * time.Millisecond, [2]time.Duration{22 * time.Second, 26 * time.Second}},
		{"once a minute", regular(minute), time.Hour, minute, 4 * time.Second, [2]time.Duration{2 * minute, 3 * minute}},
		{"at random", poisson(10 * time.Second), time.Hour, seconds(39), seconds(12), [2]time.Duration{120 * time.Second, 200 * time.Second}},
		{"in batches", batches(20, regular(30*time.Second)), time.Hour, 30 * time.Second, 2 * time.Second, [2]time.Duration{minute, 80 * time.Second}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, 0)
			w.gap = c.gap
			w.open()
			w.run(c.runs)
			f := w.m.Metrics(w.time())
			if !f.TypicalKnown || (f.Typical-c.typical).Abs() > c.off {
				t.Errorf("typical interval %s (known: %v), want %s", f.Typical, f.TypicalKnown, c.typical)
			}
			if f.QuietAfter < c.limit[0] || f.QuietAfter > c.limit[1] {
				t.Errorf("quiet after %s, want %s to %s", f.QuietAfter, c.limit[0], c.limit[1])
			}
		})
	}
}

// A pace that changes for good is learnt within a few results, without an alarm each time.
func TestPaceChange(t *testing.T) {
	w := newWorld(t, 1)
	w.open()
	w.run(10 * minute)
	w.gap = regular(40 * time.Second)
	w.run(20 * minute)
	if got := w.m.Metrics(w.time()).QuietAfter; got < 40*time.Second {
		t.Errorf("quiet after %s, though results come every 40 s", got)
	}
	changes := w.m.TimelineLen()
	w.run(40 * minute)
	if n := w.m.TimelineLen() - changes; n > 0 {
		t.Errorf("%d more changes of state\n%s", n, w.story())
	}
}

// What comes before the first result, such as training steps, does not set the pace of results.
func TestFirstResultResets(t *testing.T) {
	s := begin(t).at(0).connect()
	for i := range 100 {
		s.at(float64(i) / 2).event(client.KindOther)
	}
	if f := s.m.Metrics(s.now); f.Interval.N != 99 || !f.TypicalKnown {
		t.Errorf("unknown events were not learnt from: %+v", f.Interval)
	}
	s.at(55).result()
	if f := s.m.Metrics(s.now); f.Interval.N != 0 {
		t.Errorf("%d gaps are held after the first result", f.Interval.N)
	}
}

// Two long stalls within a quarter of an hour are a pace, but only as long as it took to call
// them quiet.
func TestStallsAreNotLearntWhole(t *testing.T) {
	w := newWorld(t, 1)
	w.open()
	for i := range 3 {
		w.run(time.Duration(i)*6*minute + 2*minute)
		w.stalled = true
		w.run(w.now + 4*minute)
		w.stalled = false
	}
	w.run(w.now + minute)
	if f := w.m.Metrics(w.time()); f.QuietAfter > 100*time.Second || f.Interval.Max > minute {
		t.Errorf("quiet after %s, longest gap %s", f.QuietAfter, f.Interval.Max)
	}
}

// What an outage hides is no gap of the stream.
func TestOutagesAreNotLearnt(t *testing.T) {
	w := newWorld(t, 1)
	w.open()
	for range 3 {
		w.run(w.now + minute)
		w.lose(1, 9*time.Second, client.Notice{Remedy: client.RemedyNetwork, Phase: client.PhaseBody}, "")
		w.run(w.now + 9*time.Second)
		w.open()
	}
	w.run(w.now + minute)
	if got := w.m.Metrics(w.time()).Interval.Max; got > 2*time.Second {
		t.Errorf("the longest gap is %s", got)
	}
}

// Without heartbeats a slow stream's own pace says when its line is silent.
func TestSilentWithoutHeartbeats(t *testing.T) {
	w := newWorld(t, 1)
	w.heartbeats, w.gap = 0, regular(5*minute)
	w.open()
	w.run(time.Minute)
	if got := w.m.Metrics(w.time()).SilentAfter; got < 5*minute {
		t.Errorf("silent after %s at first", got)
	}
	w.run(time.Hour)
	if got := w.m.Metrics(w.time()).SilentAfter; got < 5*minute {
		t.Errorf("silent after %s, with a result in 5 min", got)
	}
}
