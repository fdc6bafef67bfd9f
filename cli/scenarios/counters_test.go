package scenarios

import (
	"fmt"
	"sync"
	"time"
)

const whatIsCounted = 7

// zeros counts nothing, whatever happens.
func zeros(_ time.Duration, c counts) map[string]any {
	return counts{connections: c.connections}.members()
}

func counters() []scenario {
	return []scenario{
		{"no output was ever counted, by an explicit 0", whatIsCounted, func(s *script) {
			s.youth(s.seconds(300, 3000))
			s.inputs(s.started, forever, time.Second)
			s.diagnose(3, "pipeline-stalled")
			s.from(0, joinedLate, "pipeline-stalled").sureBy(12 * time.Minute)
			s.follow(4 * time.Minute)
		}},
		{"counters stay at 0 although results come", whatIsCounted, func(s *script) {
			s.well(about(s.anyPace()))
			s.counters = zeros
			s.diagnose(0, "healthy")
			s.soundFor(10 * time.Minute)
		}},
		{"counters stay at 0 although results come, and then none", whatIsCounted, func(s *script) {
			at := s.seconds(60, 120)
			s.stalls(at, about(s.anyPace()))
			s.counters = zeros
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 60*time.Second, "unknown").guess()
			s.follow(6 * time.Minute)
		}},
		{"counters stay where they were although results come", whatIsCounted, func(s *script) {
			s.well(about(s.anyPace()))
			s.counters = func(_ time.Duration, c counts) map[string]any {
				return counts{inputs: 500, outputs: 300, events: 800}.members()
			}
			s.diagnose(0, "healthy")
			s.soundFor(10 * time.Minute)
		}},
		{"counters stay where they were, and results stop", whatIsCounted, func(s *script) {
			at := s.seconds(60, 120)
			s.stalls(at, about(s.anyPace()))
			s.counters = func(_ time.Duration, c counts) map[string]any {
				return counts{inputs: 500, outputs: 300, events: 800}.members()
			}
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 60*time.Second, "unknown").guess()
			s.follow(6 * time.Minute)
		}},
		{"counters begin anew while results come", whatIsCounted, func(s *script) {
			s.well(about(s.anyPace()))
			s.counters = anew(s.seconds(60, 120))
			s.soundFor(10 * time.Minute)
		}},
		{"counters begin anew, and then nothing moves", whatIsCounted, func(s *script) {
			at := s.seconds(60, 120)
			s.starves(at, about(s.anyPace()))
			s.counters = anew(at)
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 60*time.Second, "no-input", "unknown").guess()
			s.follow(5 * time.Minute)
		}},
		{"counters begin anew, and the lens stalls", whatIsCounted, func(s *script) {
			at := s.seconds(60, 120)
			s.stalls(at, about(s.anyPace()))
			s.counters = anew(at + 2*time.Second)
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 60*time.Second, "pipeline-stalled")
			s.follow(5 * time.Minute)
		}},
		{"only outputs are counted, and the lens stalls", whatIsCounted, func(s *script) {
			at := s.seconds(60, 120)
			s.stalls(at, about(s.anyPace()))
			s.counters = func(_ time.Duration, c counts) map[string]any { return map[string]any{"num_outputs": c.outputs} }
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 60*time.Second, "unknown", "pipeline-stalled").guess()
			s.follow(5 * time.Minute)
		}},
		{"only inputs are counted, and the lens stalls", whatIsCounted, func(s *script) {
			at := s.seconds(60, 120)
			s.stalls(at, about(s.anyPace()))
			s.counters = func(_ time.Duration, c counts) map[string]any { return map[string]any{"num_inputs": c.inputs} }
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 60*time.Second, "unknown", "pipeline-stalled").guess()
			s.follow(5 * time.Minute)
		}},
		{"counters are spelt as text", whatIsCounted, func(s *script) {
			s.stalls(-s.seconds(60, 300), about(s.anyPace()))
			s.counters = func(_ time.Duration, c counts) map[string]any {
				return map[string]any{"num_inputs": fmt.Sprint(c.inputs), "num_outputs": fmt.Sprint(c.outputs), "num_events": float64(c.events) + 0.0}
			}
			s.diagnose(3, "pipeline-stalled")
			s.from(0, joinedLate, "pipeline-stalled").sureBy(late)
			s.follow(4 * time.Minute)
		}},
		{"inputs come in bursts, and results with them", whatIsCounted, func(s *script) {
			p := s.seconds(20, 40)
			s.bursts(longAgo, time.Hour, every(p), 6)
			for t := longAgo; t < time.Hour; t += p {
				s.inputs(t, t+3*time.Second, 500*time.Millisecond)
			}
			s.soundFor(20 * time.Minute)
		}},
		{"no input any more, of a lens that is slow", whatIsCounted, func(s *script) {
			s.starves(-s.seconds(600, 900), about(s.seconds(20, 40)))
			s.diagnose(3, "no-input")
			s.from(0, 45*time.Second, "no-input").sureBy(6 * time.Minute)
			s.follow(8 * time.Minute)
		}},
		{"inputs come back", whatIsCounted, func(s *script) {
			at, back := s.seconds(60, 120), s.seconds(240, 300)
			gap := about(s.anyPace())
			s.starves(at, gap)
			s.results(back, time.Hour, gap)
			s.inputs(back-time.Second, forever, time.Second)
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 45*time.Second, "no-input")
			s.from(back, 15*time.Second, "healthy")
			s.follow(8 * time.Minute)
		}},
	}
}

// anew makes the counters begin at 0 at a time, as those of a new runner do.
func anew(at time.Duration) func(time.Duration, counts) map[string]any {
	var mu sync.Mutex
	var first *counts
	return func(t time.Duration, c counts) map[string]any {
		mu.Lock()
		defer mu.Unlock()
		if t >= at {
			if first == nil {
				first = &c
			}
			c.inputs, c.outputs, c.events, c.updates = c.inputs-first.inputs, c.outputs-first.outputs, c.events-first.events, c.updates-first.updates
		}
		return c.members()
	}
}
