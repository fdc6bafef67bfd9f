package scenarios

import "time"

const tooShortToKnow = 1

// joinedLate is by when a cause stands on the screen where the viewer joined after it: 25 mean intervals by the record, 40 s
// at least. A lens that puts out that many results at once looks the same until then; a diagnosis without a flag, which has no more
// than 30 s, names it as a guess.
const joinedLate = 2 * time.Minute

// late is by when a cause has to be more than a guess where the viewer joined after it.
const late = 3 * time.Minute

// anyPace is one of the paces of the lenses that were seen, from five results a second to one in 3 s.
func (s *script) anyPace() time.Duration {
	return pick(s.dice, 200*time.Millisecond, 500*time.Millisecond, time.Second, 1400*time.Millisecond, 3*time.Second)
}

// tooShort are sessions that nothing can be learnt of by watching a short time, unless the service is asked.
func tooShort() []scenario {
	return []scenario{
		{"outputs froze before it was joined", tooShortToKnow, func(s *script) {
			s.stalls(-s.seconds(40, 1200), about(s.anyPace()))
			s.diagnose(3, "pipeline-stalled").not("healthy:", "Nothing needs doing")
			s.from(0, joinedLate, "pipeline-stalled").sureBy(late)
			s.follow(4 * time.Minute)
		}},
		{"inputs froze before it was joined", tooShortToKnow, func(s *script) {
			s.starves(-s.seconds(40, 1200), about(s.anyPace()))
			s.diagnose(3, "no-input").not("Nothing needs doing")
			s.from(0, 30*time.Second, "no-input").sureBy(late)
			s.follow(4 * time.Minute)
		}},
		{"frozen before it was joined, and nobody counts", tooShortToKnow, func(s *script) {
			s.stalls(-s.seconds(200, 1200), about(s.anyPace()))
			s.flows, s.counters = nil, noCounters
			s.diagnose(3, "unknown", "no-input", "pipeline-stalled").not("Nothing needs doing")
			s.from(0, 30*time.Second, "unknown", "no-input", "pipeline-stalled").guess()
			s.follow(2 * time.Minute)
		}},
		{"frozen before it was joined, without heartbeats", tooShortToKnow, func(s *script) {
			s.stalls(-s.seconds(40, 1200), about(s.anyPace()))
			s.beatEvery = 0
			s.diagnose(3, "pipeline-stalled").not("Nothing needs doing")
			s.from(0, joinedLate, "pipeline-stalled").sureBy(late)
			s.follow(100 * time.Second)
		}},
		{"three results in 0.4 s, then a stall", tooShortToKnow, func(s *script) {
			s.stalls(2*time.Second, about(time.Second))
			s.items = s.items[:len(s.items)-1]
			for i := range 3 {
				s.result(s.seconds(1, 1.1) + time.Duration(i)*180*time.Millisecond)
			}
			s.diagnose(3, "pipeline-stalled")
			s.from(0, 2*time.Second, "healthy")
			s.from(3*time.Second, 40*time.Second, "pipeline-stalled")
			s.follow(3 * time.Minute)
		}},
		{"one result while it is watched, then a stall", tooShortToKnow, func(s *script) {
			// One result shows that it works, and not how often: that is known by the record alone.
			p := s.anyPace()
			s.stalls(-time.Second, about(p))
			s.result(s.seconds(0.5, 2))
			s.diagnose(3, "pipeline-stalled")
			s.from(0, 3*time.Second, "healthy").first("unknown")
			s.from(4*time.Second, 45*time.Second+12*p, "pipeline-stalled").first("unknown")
			s.follow(3 * time.Minute)
		}},
		{"joined while results come", tooShortToKnow, func(s *script) {
			s.well(about(s.anyPace()))
			s.diagnose(0, "healthy")
			s.from(0, 5*time.Second, "healthy")
			s.follow(2 * time.Minute)
		}},
		{"joined, with a result in 20 to 50 s", tooShortToKnow, func(s *script) {
			s.well(about(s.seconds(20, 50)))
			s.diagnose(0, "healthy", "unknown").orExit(3)
			s.from(0, 2*time.Minute, "healthy").first("unknown")
			s.follow(10 * time.Minute)
		}},
		{"joined in the warm-up", tooShortToKnow, func(s *script) {
			s.youth(s.seconds(5, 20))
			s.results(s.seconds(55, 85), time.Hour, about(s.anyPace()))
			s.inputs(s.started, forever, time.Second)
			s.diagnose(3, "warming-up", "unknown")
			s.from(0, 90*time.Second, "healthy").first("warming-up")
			s.follow(4 * time.Minute)
		}},
		{"nothing ever came, of a session 10 minutes old", tooShortToKnow, func(s *script) {
			s.youth(s.seconds(500, 900))
			s.inputs(s.started, forever, time.Second)
			s.diagnose(3, "pipeline-stalled").not("typically takes 30 to 90 s")
			s.from(0, joinedLate, "pipeline-stalled").sureBy(late)
			s.follow(4 * time.Minute)
		}},
		{"no input ever came, of a session 10 minutes old", tooShortToKnow, func(s *script) {
			s.youth(s.seconds(500, 900))
			s.diagnose(3, "no-input").not("typically takes 30 to 90 s")
			s.from(0, 30*time.Second, "no-input").sureBy(late)
			s.follow(4 * time.Minute)
		}},
	}
}

// youth makes the session so old.
func (x *session) youth(age time.Duration) {
	x.registered, x.started = -age, -age+3*time.Second
	x.base = counts{}
}

// noCounters leaves them out.
func noCounters(time.Duration, counts) map[string]any { return nil }
