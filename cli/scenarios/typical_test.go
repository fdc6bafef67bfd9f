package scenarios

import (
	"fmt"
	"time"
)

const whatIsTypical = 6

// typical are those in which the pace decides.
func typical() []scenario {
	return []scenario{
		{"the rate falls to a tenth", whatIsTypical, func(s *script) {
			at, p := s.seconds(200, 300), pick(s.dice, 500*time.Millisecond, time.Second, 2*time.Second)
			s.results(longAgo, at, about(p))
			s.results(at, time.Hour, about(p*12))
			s.inputs(longAgo, forever, time.Second)
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 4*time.Minute, "slow").first("unknown")
			s.follow(15 * time.Minute)
		}},
		{"the rate falls to a tenth and comes back", whatIsTypical, func(s *script) {
			at, back := s.seconds(200, 300), s.seconds(900, 1000)
			s.results(longAgo, at, about(time.Second))
			s.results(at, back, about(12*time.Second))
			s.results(back, time.Hour, about(time.Second))
			s.inputs(longAgo, forever, time.Second)
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 4*time.Minute, "slow").first("unknown")
			s.from(back, 3*time.Minute, "healthy")
			s.follow(25 * time.Minute)
		}},
		{"the rate halves", whatIsTypical, func(s *script) {
			at, p := s.seconds(200, 300), s.anyPace()
			s.results(longAgo, at, about(p))
			s.results(at, time.Hour, about(2*p))
			s.inputs(longAgo, forever, time.Second)
			s.soundFor(20 * time.Minute)
		}},
		{"results come ever later", whatIsTypical, func(s *script) {
			at := s.seconds(60, 120)
			s.lagging(at, pick(s.dice, 0.2, 0.4))
			s.form = "documented"
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 6*time.Minute, "late").first("slow")
			s.follow(14 * time.Minute)
		}},
		{"a queue builds up, and drains minutes late", whatIsTypical, func(s *script) {
			s.well(about(s.anyPace()))
			s.form = "documented"
			at, by := s.seconds(60, 90), s.seconds(90, 300)
			for i := range s.items {
				if s.items[i].at > at {
					s.items[i].late = by
				}
			}
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 60*time.Second, "outputs-lost", "late", "unknown", "buffered").guess()
			s.from(at+by, 2*time.Minute, "late").first("buffered", "healthy")
			s.follow(14 * time.Minute)
		}},
		{"everything is minutes late by the service's own clock", whatIsTypical, func(s *script) {
			s.well(about(s.anyPace()))
			s.form = "documented"
			by := s.seconds(120, 300)
			for i := range s.items {
				s.items[i].late = by
			}
			s.skew = pick(s.dice, 0, time.Hour, -30*time.Second)
			s.from(0, 3*time.Minute, "late").first("healthy")
			s.follow(8 * time.Minute)
		}},
		{"results each 50 s, heartbeats each 30 s, then a stall", whatIsTypical, func(s *script) {
			at := s.seconds(400, 500)
			s.stalls(at, about(50*time.Second))
			s.beatEvery = 30 * time.Second
			s.from(0, 2*time.Minute, "healthy").first("unknown")
			s.from(at, 6*time.Minute, "pipeline-stalled").first("unknown")
			s.follow(20 * time.Minute)
		}},
		{"bursts each 2 min, then a stall", whatIsTypical, func(s *script) {
			s.bursts(longAgo, 20*time.Minute, about(2*time.Minute), 8)
			s.inputs(longAgo, forever, time.Second)
			last := s.items[len(s.items)-1].at
			s.from(0, 280*time.Second, "healthy").first("unknown") // when one pause has been seen whole
			s.from(last, 10*time.Minute, "pipeline-stalled").first("unknown")
			s.follow(40 * time.Minute)
		}},
		{"one pause, twice as long as any before", whatIsTypical, func(s *script) {
			p := s.seconds(4, 6)
			at := s.seconds(300, 400)
			s.results(longAgo, at, every(p))
			s.results(at+p, time.Hour, every(p))
			s.inputs(longAgo, forever, time.Second)
			s.soundFor(20 * time.Minute)
		}},
		{"heartbeats stop with the results", whatIsTypical, func(s *script) {
			at := s.seconds(200, 300)
			s.well(about(s.anyPace()))
			s.beatEvery = pick(s.dice, 5*time.Second, 15*time.Second)
			s.silence = []silence{{window{at, forever}, true}}
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 70*time.Second, "line-dead").first("unknown", "outputs-lost")
			s.follow(at + 110*time.Second)
		}},
		{"heartbeats come at another pace from a time on", whatIsTypical, func(s *script) {
			s.well(about(pick(s.dice, 2*time.Second, 20*time.Second, 50*time.Second)))
			s.beatLater = beats{s.seconds(200, 400), pick(s.dice, 12*time.Second, 30*time.Second, 60*time.Second)}
			s.soundFor(30 * time.Minute)
		}},
		{"a proxy passes events in bursts", whatIsTypical, func(s *script) {
			s.well(about(time.Second))
			s.hold = pick(s.dice, 12*time.Second, 20*time.Second, 30*time.Second)
			s.from(0, 4*time.Minute, "buffered", "healthy", "late").first("unknown")
			s.follow(10 * time.Minute)
		}},
	}
}

// lagging puts out a result each second, and the way to the viewer takes more time for each from a time on.
func (x *session) lagging(at time.Duration, grows float64) {
	x.well(about(time.Second))
	for i := range x.items {
		if d := x.items[i].at - at; d > 0 {
			x.items[i].late = time.Duration(float64(d) * grows)
		}
	}
}

// stallsByPace are stalls and want of input at each pace of results, while it is watched. The slower a
// stream is, the longer it takes to know.
func stallsByPace() (list []scenario) {
	for _, p := range []time.Duration{200 * time.Millisecond, time.Second, 5 * time.Second, 20 * time.Second, time.Minute, 3 * time.Minute} {
		due := 40*time.Second + 6*p
		at := 90*time.Second + 12*p
		play := func(s *script, starved bool, code string) {
			at := at + s.between(0, p)
			if starved {
				s.starves(at, about(p))
			} else {
				s.stalls(at, about(p))
			}
			s.beatEvery = pick(s.dice, 5*time.Second, 15*time.Second, 30*time.Second, 60*time.Second, 0)
			s.from(0, 5*time.Second+3*p, "healthy").first("unknown")
			s.from(at, due, code).first("unknown")
			s.follow(at + 2*due)
		}
		list = append(list,
			scenario{fmt.Sprintf("a result each %v, then a stall", p), whatIsTypical, func(s *script) { play(s, false, "pipeline-stalled") }},
			scenario{fmt.Sprintf("a result each %v, then no input", p), whatIsTypical, func(s *script) { play(s, true, "no-input") }},
		)
	}
	return list
}
