package health

import (
	"math"
	"slices"
	"testing"
	"time"

	"lenswatch/client"
)

func poisson(mean time.Duration) func(*world) time.Duration {
	return func(w *world) time.Duration { return time.Duration(w.rand.ExpFloat64() * float64(mean)) }
}

func between(low, high time.Duration) func(*world) time.Duration {
	return func(w *world) time.Duration { return low + time.Duration(w.rand.Int64N(int64(high-low))) }
}

// lognormal has its median at mid; sigma 1 is a heavy tail.
func lognormal(mid time.Duration, sigma float64) func(*world) time.Duration {
	return func(w *world) time.Duration {
		return time.Duration(float64(mid) * math.Exp(sigma*w.rand.NormFloat64()))
	}
}

// batches gives n results within a few milliseconds, then pauses.
func batches(n int, pause func(*world) time.Duration) func(*world) time.Duration {
	left := n
	return func(w *world) time.Duration {
		if left--; left > 0 {
			return 2 * time.Millisecond
		}
		left = n
		return pause(w)
	}
}

// pattern gives n results, each a time apart, then pauses.
func pattern(n int, apart, pause time.Duration) func(*world) time.Duration {
	left := n
	return func(*world) time.Duration {
		if left--; left > 0 {
			return apart
		}
		left = n
		return pause
	}
}

// after begins with a silence.
func after(d time.Duration, then func(*world) time.Duration) func(*world) time.Duration {
	first := true
	return func(w *world) time.Duration {
		if first {
			first = false
			return d
		}
		return then(w)
	}
}

// An hour of each kind of healthy stream raises no alarm.
func TestHealthyHour(t *testing.T) {
	kinds := []struct {
		name  string
		setup func(*world)
	}{
		{"steady", func(w *world) {}},
		{"twenty a second", func(w *world) { w.gap = regular(50 * time.Millisecond) }},
		{"with jitter", func(w *world) { w.gap = between(200*time.Millisecond, 3*time.Second) }},
		{"at random, 1 s", func(w *world) { w.gap = poisson(time.Second) }},
		{"at random, 10 s", func(w *world) { w.gap = poisson(10 * time.Second) }},
		{"at random, 1 min", func(w *world) { w.gap = poisson(minute) }},
		{"heavy tail", func(w *world) { w.gap = lognormal(3*time.Second, 1) }},
		{"a result in 30 s", func(w *world) { w.gap = regular(30 * time.Second) }},
		{"a result in 5 min", func(w *world) { w.gap = regular(5 * minute) }},
		{"a result in about 5 min", func(w *world) { w.gap = between(4*minute, 6*minute) }},
		{"a first result after 5 min", func(w *world) { w.gap = after(5*minute, regular(5*minute)) }},
		{"a result in 5 min, an input too", func(w *world) { w.gap, w.inputEvery = regular(5*minute), 5*minute }},
		{"batches every 30 s", func(w *world) { w.gap = batches(20, regular(30*time.Second)) }},
		{"batches at random", func(w *world) { w.gap = batches(20, poisson(20*time.Second)) }},
		{"batches every 5 s, as the heartbeats", func(w *world) { w.gap = batches(10, regular(5*time.Second)) }},
		{"a batch a minute, from the first minute on", func(w *world) { w.gap = after(minute, batches(50, regular(minute))) }},
		{"heartbeats with comments", func(w *world) { w.comments, w.gap = true, regular(20*time.Second) }},
		{"heartbeats only while idle", func(w *world) { w.idleOnly, w.gap = true, between(time.Second, 40*time.Second) }},
		{"no heartbeats", func(w *world) { w.heartbeats = 0 }},
		{"no heartbeats, a result in 5 min", func(w *world) { w.heartbeats, w.gap = 0, regular(5*minute) }},
		{"no heartbeats, at random, 30 s", func(w *world) { w.heartbeats, w.gap = 0, poisson(30*time.Second) }},
		{"heartbeats every 15 s", func(w *world) { w.heartbeats, w.gap = 15*time.Second, poisson(5*time.Second) }},
		{"warm-up of 90 s", func(w *world) { w.gap = after(90*time.Second, regular(time.Second)) }},
		{"warm-up of 90 s in silence", func(w *world) {
			w.gap = after(90*time.Second, func(w *world) time.Duration { w.heartbeats = 5 * time.Second; return time.Second })
			w.heartbeats = 0
		}},
		{"warm-up without input", func(w *world) {
			w.gap = after(90*time.Second, func(w *world) time.Duration { w.inputEvery = time.Second; return time.Second })
			w.inputEvery = 0
		}},
		{"no records", func(w *world) { w.unlisted, w.gap = true, poisson(3*time.Second) }},
		{"twelve results in twelve seconds, every 2 min", func(w *world) { w.gap = pattern(12, time.Second, 108*time.Second) }},
		{"twenty results at once, every 2 min", func(w *world) { w.gap = batches(20, regular(2*minute)) }},
		{"a rare pause of 40 s", func(w *world) { w.gap = pattern(30, time.Second, 40*time.Second) }},
		{"heartbeats every 30 s, a result every 50 s", func(w *world) { w.heartbeats, w.gap = 30*time.Second, regular(50*time.Second) }},
		{"heartbeats every 60 s, at random, 20 s", func(w *world) { w.heartbeats, w.gap = 60*time.Second, poisson(20*time.Second) }},
		{"heartbeats every 45 s while idle", func(w *world) {
			w.heartbeats, w.idleOnly, w.gap = 45*time.Second, true, between(time.Second, 200*time.Second)
		}},
		{"a log line each second", func(w *world) { w.chatter, w.gap = time.Second, regular(20*time.Second) }},
		{"an error among results", func(w *world) { w.chatter, w.errors = 30*time.Second, true }},
		{"counters that stay at 0", func(w *world) {
			w.record = func(_ *world, r *client.Session) { r.Counters = client.Counters{} }
		}},
		{"slower and slower", func(w *world) {
			w.gap = func(w *world) time.Duration { return time.Second + w.now/100 }
		}},
	}
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(2) {
				w := newWorld(t, seed)
				k.setup(w)
				w.open()
				w.run(time.Hour)
				w.calm(0)
				for _, x := range w.m.Timeline() {
					if x.To == Quiet || x.To == Silent {
						t.Fatalf("called %v at %s\n%s", x.To, x.At.Sub(epoch), w.story())
					}
				}
				if len(w.seen) == 0 {
					t.Fatal("nothing was looked at")
				}
				if t.Failed() {
					return
				}
			}
		})
	}
}

// A slow stream that the server closes after 58 s without a result is no alarm.
func TestHealthyIdleCloses(t *testing.T) {
	w := newWorld(t, 3)
	w.gap = between(2*minute, 5*minute)
	w.open()
	for closing := 58 * time.Second; closing < time.Hour; {
		outputs := w.outputs
		w.run(closing)
		if w.outputs > outputs {
			closing += 58 * time.Second // a result came: the server waits anew
			continue
		}
		w.end()
		w.run(w.now + 300*time.Millisecond)
		w.notice(client.Notice{Code: client.NoticeIdleClose}, "")
		w.lose(1, time.Second, client.Notice{}, "")
		w.run(w.now + time.Second)
		w.open()
		closing = w.now + 58*time.Second
	}
	w.calm(0)
	if f := w.m.Metrics(w.time()); f.IdleCloses < 20 || f.Reconnects != f.IdleCloses || f.Interval.N < 8 {
		t.Errorf("%d idle closes, %d reconnects, %d gaps learnt", f.IdleCloses, f.Reconnects, f.Interval.N)
	}
}

// The world can raise alarms: what TestHealthyHour does not see is not for want of looking.
func TestHealthyHourEnds(t *testing.T) {
	for _, gap := range []func(*world) time.Duration{regular(time.Second), poisson(10 * time.Second), batches(20, regular(30*time.Second))} {
		w := newWorld(t, 5)
		w.gap = gap
		w.open()
		w.run(time.Hour)
		w.stalled = true
		w.run(time.Hour + 10*minute)
		if !slices.ContainsFunc(w.seen, func(s sighting) bool { return s.code == PipelineStalled && s.severity == Alarm }) {
			t.Errorf("a stall was not seen\n%s", w.story())
		}
	}
}

// A stream that works and rests by turns cannot be distinguished from a stall at its first rests. It is
// understood after a few.
func TestRestsAreLearnt(t *testing.T) {
	w := newWorld(t, 1)
	n := 0
	w.gap = func(*world) time.Duration {
		if n++; n%40 == 0 {
			return 40 * time.Second
		}
		return time.Second
	}
	w.open()
	w.run(6 * minute)
	changes := w.m.TimelineLen()
	w.run(time.Hour)
	w.calm(6 * minute)
	if more := w.m.TimelineLen() - changes; more > 0 {
		t.Errorf("%d more changes of state\n%s", more, w.story())
	}
}
