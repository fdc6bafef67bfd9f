package scenarios

import (
	"fmt"
	"math"
	"time"
)

// soundStream is the kind of those in which nothing is the matter.
const soundStream = 0

// sound are streams over which any warning is a failure, for an hour each.
func sound() []scenario {
	hour := func(name string, play func(s *script)) scenario {
		return scenario{"sound: " + name, soundStream, func(s *script) {
			play(s)
			s.soundFor(soundTime)
		}}
	}
	list := []scenario{
		hour("results by chance", func(s *script) {
			s.well(chance(pick(s.dice, time.Second, 2*time.Second)))
			s.diagnose(0, "healthy")
		}),
		hour("results by chance, few", func(s *script) { s.well(chance(pick(s.dice, 5*time.Second, 10*time.Second))) }),
		hour("results by chance, very few", func(s *script) { s.well(chance(pick(s.dice, 20*time.Second, 30*time.Second))) }),
		hour("a heavy tail", func(s *script) {
			s.well(func(d *dice) time.Duration {
				return time.Duration(float64(3*time.Second) * math.Exp(0.8*d.r.NormFloat64()))
			})
		}),
		hour("a burst each 30 s", func(s *script) {
			s.bursts(longAgo, time.Hour, about(30*time.Second), 3+s.r.IntN(8))
			s.inputs(longAgo, forever, time.Second)
		}),
		hour("a burst each 2 min", func(s *script) {
			s.bursts(longAgo, time.Hour, about(2*time.Minute), 3+s.r.IntN(20))
			s.inputs(longAgo, forever, time.Second)
		}),
		hour("a burst each 2 min, of a session that is new", func(s *script) {
			s.youth(20 * time.Second)
			s.bursts(60*time.Second, time.Hour, about(2*time.Minute), 3+s.r.IntN(20))
			s.inputs(s.started, forever, time.Second)
		}),
		hour("pauses now and then", func(s *script) {
			s.well(func(d *dice) time.Duration {
				if d.r.IntN(300) == 0 {
					return d.seconds(8, 18)
				}
				return d.seconds(0.8, 1.3)
			})
		}),
		hour("heartbeats each 30 s and a result each 50 s", func(s *script) {
			s.well(about(50 * time.Second))
			s.beatEvery = 30 * time.Second
		}),
		hour("no heartbeats and a result each 50 s", func(s *script) {
			s.well(about(50 * time.Second))
			s.beatEvery = 0
		}),
		hour("a warm-up of 90 s", func(s *script) {
			s.youth(3 * time.Second)
			s.results(90*time.Second, time.Hour, about(time.Second))
			s.inputs(0, forever, time.Second)
		}),
		hour("a warm-up of 90 s without a byte", func(s *script) {
			s.youth(3 * time.Second)
			s.results(90*time.Second, time.Hour, about(time.Second))
			s.inputs(0, forever, time.Second)
			s.silence = []silence{{window{0, 88 * time.Second}, false}}
		}),
		hour("the mailbox", func(s *script) {
			s.well(about(s.seconds(0.5, 3)))
			s.mailbox, s.outputName = true, "mailbox_writer"
		}),
		hour("the mailbox, slow", func(s *script) {
			s.well(about(s.seconds(30, 60)))
			s.mailbox, s.outputName = true, "mailbox_writer"
		}),
		hour("a rate that goes up and down over 40 min", func(s *script) {
			t := longAgo
			s.well(func(d *dice) time.Duration {
				gap := 1.5 + math.Sin(t.Minutes()/40*2*math.Pi)
				step := time.Duration(gap * (0.8 + 0.4*d.r.Float64()) * float64(time.Second))
				t += step
				return step
			})
		}),
		hour("each event in many chunks", func(s *script) {
			s.well(about(time.Second))
			s.chunks = true
		}),
		hour("inputs far apart", func(s *script) {
			s.results(longAgo, time.Hour, about(40*time.Second))
			s.inputs(longAgo, forever, 40*time.Second)
		}),
		hour("nothing is counted", func(s *script) {
			s.well(chance(3 * time.Second))
			s.counters = noCounters
		}),
		hour("a result each 50 s, of a session that is new", func(s *script) {
			s.youth(5 * time.Second)
			s.results(30*time.Second, time.Hour, about(50*time.Second))
			s.inputs(s.started, forever, time.Second)
		}),
	}
	for _, p := range []time.Duration{50 * time.Second, 2 * time.Minute, 5 * time.Minute} {
		list = append(list, hour(fmt.Sprintf("a result each %v", p), func(s *script) {
			s.well(about(p))
			s.beatEvery = pick(s.dice, 5*time.Second, 15*time.Second)
		}))
	}
	for _, p := range []time.Duration{5 * time.Second, 15 * time.Second, 30 * time.Second, time.Minute, 0} {
		list = append(list, hour(fmt.Sprintf("heartbeats each %v", p), func(s *script) {
			s.well(chance(pick(s.dice, time.Second, 8*time.Second)))
			s.beatEvery = p
		}))
	}
	return list
}
