package scenarios

import (
	"fmt"
	"time"
)

const commonCause = 12

func together() []scenario {
	// many sessions of which all but the last stop at a time; on is what happens to them.
	many := func(s *script, n int, at time.Duration, stop func(x *session)) {
		gap := about(pick(s.dice, 500*time.Millisecond, time.Second))
		for range n {
			s.add(fmt.Sprintf("Lens %d", len(s.sessions)))
		}
		for _, x := range s.sessions[:n] {
			x.results(longAgo, at, gap)
			stop(x)
		}
		s.sessions[n].well(gap)
		s.several = true
	}
	return []scenario{
		{"four sessions stall together, and one does not", commonCause, func(s *script) {
			many(s, 4, -s.seconds(100, 200), func(x *session) { x.inputs(longAgo, forever, time.Second) })
			s.diagnose(3, "pipeline-stalled").saying("4 sessions|4 of 5 sessions|4 of the 5 sessions")
		}},
		{"four sessions lose their inputs together, and one does not", commonCause, func(s *script) {
			at := -s.seconds(100, 200)
			many(s, 4, at, func(x *session) { x.inputs(longAgo, at, time.Second) })
			s.diagnose(3, "no-input").saying("4 sessions|4 of 5 sessions|4 of the 5 sessions")
		}},
		{"two sessions stall at quite different times", commonCause, func(s *script) {
			gap := about(time.Second)
			s.add("Another")
			s.stalls(-20*time.Minute, gap)
			s.sessions[1].stalls(-s.seconds(60, 100), gap)
			s.several = true
			s.diagnose(3, "pipeline-stalled").not("2 sessions,", "together")
		}},
		{"another session of the lens takes the work", commonCause, func(s *script) {
			at := s.seconds(60, 90)
			gap := about(s.anyPace())
			s.stalls(at, gap)
			x := s.add("Activity Monitor")
			x.lens, x.listCounts, s.listCounts = s.lens, true, true
			x.registered, x.started = at-5*time.Second, at
			x.results(at, time.Hour, gap)
			x.inputs(at, forever, time.Second)
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 50*time.Second, "starved").first("pipeline-stalled", "unknown")
			s.follow(5 * time.Minute)
		}},
		{"two sessions of a lens, and both have results", commonCause, func(s *script) {
			s.well(about(s.anyPace()))
			x := s.add("Activity Monitor")
			x.lens, x.listCounts, s.listCounts = s.lens, true, true
			x.well(about(s.anyPace()))
			s.soundFor(10 * time.Minute)
		}},
		{"twenty sessions, each at its own pace", commonCause, func(s *script) {
			s.well(about(time.Second))
			for i := range 19 {
				x := s.add(fmt.Sprintf("Lens %d", i))
				x.well(pick(s.dice, about, chance)(pick(s.dice, 2*time.Second, 5*time.Second, 20*time.Second)))
			}
			s.several = true
			s.soundFor(15 * time.Minute)
		}},
		{"the quota is full", commonCause, func(s *script) {
			s.well(about(s.anyPace()))
			s.command(6, "sessions", "create", s.lens).saying("quota")
		}},
		{"what is listed", commonCause, func(s *script) {
			s.well(about(s.anyPace()))
			s.command(0, "sessions").saying(s.id)
		}},
	}
}
