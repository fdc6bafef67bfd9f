package scenarios

import "time"

const otherServices = 13

// times are the members of records that hold a time.
var times = []string{
	"registration_timestamp", "last_event_timestamp", "last_update_timestamp", "session_start_timestamp", "session_duration_sec", "session_ttl_sec",
}

// elsewhere are services that keep to the documents, and do what the one that was seen does not.
func elsewhere() []scenario {
	return []scenario{
		{"records have no times, and it stalled before", otherServices, func(s *script) {
			s.stalls(-s.seconds(40, 400), about(s.anyPace()))
			s.omit = times
			s.diagnose(3, "pipeline-stalled")
			s.from(0, 30*time.Second, "pipeline-stalled", "unknown").guess()
			s.follow(3 * time.Minute)
		}},
		{"records have no times, and all is well", otherServices, func(s *script) {
			s.well(pick(s.dice, about, chance)(pick(s.dice, time.Second, 5*time.Second, 30*time.Second)))
			s.omit = times
			s.soundFor(20 * time.Minute)
		}},
		{"records are cached for a minute, and all is well", otherServices, func(s *script) {
			s.well(about(s.anyPace()))
			s.fresh = s.seconds(30, 60)
			s.soundFor(20 * time.Minute)
		}},
		{"records are cached for seconds, and the lens stalls", otherServices, func(s *script) {
			// Where they are cached for longer than 10 s, counters that stand still look like inputs that stopped.
			at := s.seconds(100, 160)
			s.stalls(at, about(s.anyPace()))
			s.fresh = s.seconds(4, 9)
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 4*time.Minute, "pipeline-stalled").first("unknown", "outputs-lost")
			s.follow(at + 6*time.Minute)
		}},
		{"the session is paused", otherServices, func(s *script) {
			at := -s.seconds(40, 400)
			s.starves(at, about(s.anyPace()))
			s.status = append(s.status, step{at, pick(s.dice, `"SESSION_STATUS_PAUSED"`, `"PAUSED"`)})
			s.diagnose(3, "no-input", "unknown").saying("paused")
			s.from(0, 30*time.Second, "no-input", "unknown").guess()
			s.follow(3 * time.Minute)
		}},
		{"the lens logs errors in the place of results", otherServices, func(s *script) {
			s.stalls(-s.seconds(30, 200), about(time.Second))
			s.say(-time.Minute, time.Hour, about(s.seconds(1, 3)), logLine("error", "CUDA out of memory"))
			s.diagnose(3, "lens-errors").not(", 0 in all")
			s.from(0, 25*time.Second, "lens-errors")
			s.follow(2 * time.Minute)
		}},
		{"results are minutes old, by the Date of the answers alone", otherServices, func(s *script) {
			s.well(about(s.anyPace()))
			s.form = "documented"
			by := s.seconds(120, 300)
			for i := range s.items {
				s.items[i].late = by
			}
			s.omit = times
			s.skew = pick(s.dice, 0, time.Hour, -30*time.Second)
			s.from(0, 3*time.Minute, "late").first("healthy")
			s.follow(6 * time.Minute)
		}},
		{"the stream is answered with 204", otherServices, func(s *script) {
			s.well(about(s.anyPace()))
			s.http(longAgo, forever, answer{status: 204, header: headers()}, "stream")
			s.diagnose(7, "server-error", "server-loops").saying("204").not("whether the session continues", "it may still be there")
			s.from(0, 30*time.Second, "server-error", "server-loops")
			s.follow(2 * time.Minute)
		}},
		{"a connection that dies after its first results", otherServices, func(s *script) {
			s.well(about(time.Second))
			s.beatEvery = pick(s.dice, 0, 5*time.Second)
			s.silence = []silence{{window{s.seconds(4, 6), forever}, false}}
			s.diagnose(3, "line-dead", "outputs-lost")
			s.from(0, 2*time.Second, "healthy")
			s.from(6*time.Second, 50*time.Second, "line-dead").first("unknown", "outputs-lost")
			s.follow(110 * time.Second)
		}},
		{"progress each second, and no result", otherServices, func(s *script) {
			s.stalls(-s.seconds(40, 400), about(s.anyPace()))
			s.say(longAgo, time.Hour, about(time.Second), `{"type": "lens.progress", "event_data": {"frame": 12, "of": 400}}`)
			s.diagnose(3, "pipeline-stalled", "unknown").not("verdict: healthy")
			s.from(0, 60*time.Second, "pipeline-stalled", "unknown").guess()
			s.follow(3 * time.Minute)
		}},
		{"the service's clock goes wrong slowly", otherServices, func(s *script) {
			s.well(about(s.anyPace()))
			s.form = "documented"
			drift := pick(s.dice, -4*time.Millisecond, 4*time.Millisecond)
			for t := time.Second; t < 20*time.Minute; t += time.Second {
				s.jumps = append(s.jumps, jump{t, drift})
			}
			s.soundFor(20 * time.Minute)
		}},
		{"only one reader is let in, and it is another", otherServices, func(s *script) {
			s.well(about(s.anyPace()))
			s.http(longAgo, forever, jsonAnswer(409, `{"detail":"session already has a consumer"}`), "stream")
			s.diagnose(0, "rejected", "another-reader", "server-error", "connection-lost").orExit(2, 3, 6, 7).saying("already has a consumer").not("verdict: healthy")
			s.asked.exits = s.asked.exits[1:]
			s.from(0, 30*time.Second, "rejected", "another-reader", "server-error", "connection-lost")
			s.follow(time.Minute)
		}},
		{"another reader takes every second result", otherServices, func(s *script) {
			s.well(about(pick(s.dice, 500*time.Millisecond, time.Second, 2*time.Second)))
			at := s.seconds(80, 120)
			s.readers, s.listCounts = []step{{at, "1"}}, true // nobody else is asked about a stream that delivers
			for i := range s.items {
				if t := s.items[i].at; t > at && i%2 == 0 {
					s.deaf = append(s.deaf, window{t, t + time.Millisecond})
				}
			}
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 70*time.Second, "another-reader").first("unknown")
			s.follow(at + 3*time.Minute)
		}},
		{"a second reader has all too, and each delivery is counted", otherServices, func(s *script) {
			s.well(about(pick(s.dice, 500*time.Millisecond, time.Second, 2*time.Second)))
			at := s.seconds(80, 120)
			s.readers = []step{{at, "1"}}
			n := -1
			s.counters = func(t time.Duration, c counts) map[string]any {
				if t > at {
					if n < 0 {
						n = c.outputs
					}
					c.outputs += c.outputs - n
				}
				return c.members()
			}
			s.soundFor(10 * time.Minute)
		}},
		{"a long queue of inputs is worked off", otherServices, func(s *script) {
			s.results(longAgo, time.Hour, about(s.anyPace()))
			s.inputs(longAgo, s.seconds(-300, 60), time.Second)
			s.diagnose(0, "healthy")
			s.soundFor(10 * time.Minute)
		}},
		{"a stall, and each connection is cut after 25 s", otherServices, func(s *script) {
			at := s.seconds(60, 90)
			s.stalls(at, about(s.anyPace()))
			for t := at; t < at+5*time.Minute; t += 25 * time.Second {
				s.cuts = append(s.cuts, cut{t, "eof"})
			}
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 80*time.Second, "pipeline-stalled", "server-loops", "connection-lost", "regular-cut", "idle-close", "unknown").guess()
			s.follow(at + 4*time.Minute)
		}},
		{"it resumes while it is diagnosed", otherServices, func(s *script) {
			gap := about(pick(s.dice, 500*time.Millisecond, time.Second))
			s.results(longAgo, -s.seconds(60, 300), gap)
			s.results(s.seconds(3, 8), time.Hour, gap)
			s.inputs(longAgo, forever, time.Second)
			s.diagnose(0, "healthy")
		}},
		{"it stalls while it is diagnosed", otherServices, func(s *script) {
			s.stalls(s.seconds(3, 8), about(pick(s.dice, 500*time.Millisecond, time.Second, 2*time.Second)))
			s.diagnose(3, "pipeline-stalled").not("verdict: healthy")
		}},
		{"it is starved while it is diagnosed", otherServices, func(s *script) {
			s.starves(s.seconds(3, 8), about(pick(s.dice, 500*time.Millisecond, time.Second, 2*time.Second)))
			s.diagnose(3, "no-input").not("verdict: healthy")
		}},
		{"the source rests for minutes", otherServices, func(s *script) {
			at, back := s.seconds(100, 200), s.seconds(400, 500)
			gap := about(pick(s.dice, time.Second, 3*time.Second))
			s.results(longAgo, at, gap)
			s.results(back, time.Hour, gap)
			s.inputs(longAgo, at, time.Second)
			s.inputs(back, forever, time.Second)
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 80*time.Second, "no-input").first("unknown")
			s.from(back, 20*time.Second, "healthy")
			s.follow(back + 3*time.Minute)
		}},
		{"the session is started again in between", otherServices, func(s *script) {
			at, back := s.seconds(100, 200), s.seconds(250, 280)
			gap := about(s.anyPace())
			s.results(longAgo, at, gap)
			s.results(back, time.Hour, gap)
			s.inputs(longAgo, at, time.Second)
			s.inputs(back, forever, time.Second)
			s.is(at, "REGISTERED")
			s.is(back, "RUNNING")
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 80*time.Second, "not-started", "no-input", "unknown").guess()
			s.from(back, 20*time.Second, "healthy")
			s.follow(back + 3*time.Minute)
		}},
		{"the record's times are milliseconds, and it stalled before", otherServices, func(s *script) {
			s.stalls(-s.seconds(40, 400), about(s.anyPace()))
			s.counters = func(t time.Duration, c counts) map[string]any {
				m := c.members()
				m["registration_timestamp"] = float64(time.Date(2026, 11, 26, 23, 0, 0, 0, time.UTC).UnixMilli())
				m["session_start_timestamp"] = float64(time.Date(2026, 11, 26, 23, 0, 3, 0, time.UTC).UnixMilli())
				return m
			}
			s.diagnose(3, "pipeline-stalled")
			s.from(0, 30*time.Second, "pipeline-stalled", "unknown").guess()
			s.follow(3 * time.Minute)
		}},
		{"every answer takes seconds, and it stalled before", otherServices, func(s *script) {
			s.stalls(-s.seconds(40, 400), about(s.anyPace()))
			s.http(longAgo, forever, answer{how: "slow", delay: s.seconds(3, 8)}, "list", "status", "entry", "lenses")
			s.diagnose(3, "pipeline-stalled", "unknown").not("verdict: healthy")
			s.from(0, time.Minute, "pipeline-stalled", "unknown").guess()
			s.follow(4 * time.Minute)
		}},
		{"counters are of type text and count past a billion", otherServices, func(s *script) {
			s.stalls(-s.seconds(40, 400), about(time.Second))
			s.base = counts{inputs: 5_000_000_000, outputs: 4_000_000_000}
			s.diagnose(3, "pipeline-stalled")
			s.from(0, joinedLate, "pipeline-stalled").sureBy(late)
			s.follow(4 * time.Minute)
		}},
		{"a stall of a burst lens before anything was seen", otherServices, func(s *script) {
			s.bursts(longAgo, -s.seconds(300, 900), about(30*time.Second), 20+s.r.IntN(20))
			s.inputs(longAgo, forever, time.Second)
			s.diagnose(3, "pipeline-stalled", "unknown").not("verdict: healthy")
			s.from(0, 3*time.Minute, "pipeline-stalled").first("unknown")
			s.follow(5 * time.Minute)
		}},
		{"many results at once, each 20 s, and all is well", otherServices, func(s *script) {
			s.bursts(longAgo, time.Hour, about(20*time.Second), 20+s.r.IntN(20))
			s.inputs(longAgo, forever, time.Second)
			s.soundFor(30 * time.Minute)
		}},
	}
}
