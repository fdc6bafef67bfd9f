package scenarios

import (
	"flag"
	"fmt"
	"math"
	"testing"
	"time"

	"lenswatch/client"
	"lenswatch/watch/health"
)

var hours = flag.Int("hours", 0, "hours of each sound stream that the rules alone are put to; 0 for 20")

// pace is how far apart the results of a sound stream are, for the rules alone.
type pace struct {
	name string
	mean time.Duration
	gap  func(*dice) func() time.Duration
	most int // false alarms in 20 hours, where the tail is so heavy that some are bound to be
}

// paces are sound streams whose pauses are a matter of chance.
func paces() (list []pace) {
	independent := func(name string, mean time.Duration, gap func(*dice) time.Duration) {
		list = append(list, pace{name: name, mean: mean, gap: func(d *dice) func() time.Duration {
			return func() time.Duration { return gap(d) }
		}})
	}
	for _, mean := range []time.Duration{time.Second, 3 * time.Second, 5 * time.Second, 10 * time.Second, 20 * time.Second, 40 * time.Second, 2 * time.Minute} {
		independent(fmt.Sprintf("by chance, each %v", mean), mean, chance(mean))
	}
	for _, sigma := range []float64{0.8, 1, 1.3} {
		for _, median := range []time.Duration{time.Second, 3 * time.Second, 20 * time.Second} {
			independent(fmt.Sprintf("a heavy tail of %g around %v", sigma, median), time.Duration(float64(median)*math.Exp(sigma*sigma/2)), func(d *dice) time.Duration {
				return time.Duration(float64(median) * math.Exp(sigma*d.r.NormFloat64()))
			})
			list[len(list)-1].most = 1
		}
	}
	independent("each second, with rare pauses", time.Second, func(d *dice) time.Duration {
		if d.r.IntN(300) == 0 {
			return d.seconds(8, 18)
		}
		return d.seconds(0.8, 1.3)
	})
	for _, p := range []time.Duration{30 * time.Second, 2 * time.Minute} {
		for _, n := range []int{6, 25} {
			list = append(list, pace{name: fmt.Sprintf("%d at once, each %v", n, p), mean: p / time.Duration(n), gap: func(d *dice) func() time.Duration {
				i := 0
				return func() time.Duration {
					if i++; i%n != 0 {
						return 30 * time.Millisecond
					}
					return about(p)(d)
				}
			}})
		}
	}
	return list
}

// watchHour puts the rules to an hour of a stream: a session an hour old, or one that nothing is counted of. It
// reports the alarms, each once, and the first of them.
func watchHour(d *dice, gap func() time.Duration, mean time.Duration, counted bool) (alarms, high int, first string) {
	epoch := time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC)
	m := health.New("lsn-x", epoch, health.Config{})
	var t time.Duration
	event := func(k client.Kind, at time.Duration) {
		ev := client.Event{Session: "lsn-x", Kind: k, Received: epoch.Add(at), Raw: []byte(`{}`)}
		if k == client.KindNotice {
			ev.Notice = &client.Notice{Code: client.NoticeConnected, Channel: client.ChannelSSE}
		}
		m.Observe(&ev)
	}
	const age = time.Hour
	in, out := int64(age/time.Second), int64(age/mean)
	record := func() {
		s := client.Session{
			ID: "lsn-x", LensID: "lns-x", Status: client.StatusRunning, StatusText: "RUNNING",
			Registered: epoch.Add(-age), Started: epoch.Add(-age), Duration: age + t, Fetched: epoch.Add(t),
		}
		if s.HasCounters = counted; counted {
			s.Counters = client.Counters{Inputs: in + int64(t/time.Second), Outputs: out, Connections: 1}
		}
		m.Record(s, epoch.Add(t))
	}
	event(client.KindNotice, 0)
	result := time.Duration(d.r.Float64() * float64(gap())) // it is joined at any moment of a pause
	last, alarmed := time.Duration(0), false
	for t = 0; t < time.Hour; t += 100 * time.Millisecond {
		for result <= t {
			event(client.KindResult, result)
			last, alarmed = result, false
			out++
			result += max(time.Millisecond, gap())
		}
		if t%(5*time.Second) == 0 {
			event(client.KindHeartbeat, t)
			record()
		}
		if t%time.Second != 0 || t-last < 8*time.Second || alarmed {
			continue
		}
		now := epoch.Add(t)
		v, st := m.Verdict(now), m.State(now)
		if v.Severity < health.Warning && st.Code == health.Live {
			continue
		}
		alarmed = true
		alarms++
		if v.Confidence == health.High {
			high++
		}
		if first == "" {
			q := m.Metrics(now)
			first = fmt.Sprintf("%v after %v without a result, of which %d had been up to %v apart (quiet after %v): %v (%v, %v): %s", t, t-last, q.Interval.N, q.Interval.Max, q.QuietAfter, v.Code, v.Confidence, st.Code, v.Sentence)
		}
	}
	return alarms, high, first
}

// TestFalseAlarms puts the rules alone to sound streams, each hour joined anew. `-hours 2000` measures how rare a
// false alarm is.
func TestFalseAlarms(t *testing.T) {
	for _, p := range paces() {
		for _, counted := range []bool{true, false} {
			name := p.name
			if !counted {
				name += ", not counted"
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				n := max(*hours, 20)
				d := newDice(name, *seed)
				alarms, high, which := 0, 0, ""
				for range n {
					a, h, first := watchHour(d, p.gap(d), p.mean, counted)
					alarms, high = alarms+a, high+h
					if which == "" {
						which = first
					}
				}
				if alarms > p.most*n/20 {
					t.Errorf("%d false alarms in %d h, %d of them high; the first: %s", alarms, n, high, which)
				}
			})
		}
	}
}
