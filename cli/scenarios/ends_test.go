package scenarios

import "time"

const howItEnds = 8

func ends() []scenario {
	return []scenario{
		{"its lifetime runs out while it is watched", howItEnds, func(s *script) {
			at := s.seconds(5, 15)
			s.ttl = pick(s.dice, time.Hour, 2*time.Hour, 24*time.Hour)
			s.registered = at - s.ttl
			s.started = s.registered + 2*time.Second
			s.results(longAgo, at, about(s.anyPace()))
			s.inputs(longAgo, at, time.Second)
			s.ends(at, pick(s.dice, "end", "eof", "reset"))
			s.diagnose(0, "expired").not("Somebody destroyed")
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 20*time.Second, "expired").first("connection-lost", "idle-close", "ended")
			s.follow(2 * time.Minute)
		}},
		{"it is destroyed while it is watched", howItEnds, func(s *script) {
			at := s.seconds(5, 15)
			s.results(longAgo, at, about(s.anyPace()))
			s.inputs(longAgo, at, time.Second)
			s.ends(at, pick(s.dice, "end", "eof", "reset"))
			s.diagnose(0, "destroyed")
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 20*time.Second, "destroyed").first("connection-lost", "idle-close", "ended")
			s.follow(2 * time.Minute)
		}},
		{"it is destroyed, and its record stays", howItEnds, func(s *script) {
			at := s.seconds(5, 15)
			s.results(longAgo, at, about(s.anyPace()))
			s.inputs(longAgo, at, time.Second)
			s.is(at, "DESTROYED")
			s.cuts = []cut{{at + s.seconds(0, 1), pick(s.dice, "end", "eof", "reset")}}
			s.http(at, forever, apiError(404, "session_not_found", "Unknown session id."), "stream")
			s.diagnose(0, "destroyed")
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 20*time.Second, "destroyed").first("connection-lost", "idle-close", "ended")
			s.follow(2 * time.Minute)
		}},
		{"it fails while it is watched", howItEnds, func(s *script) {
			at := s.seconds(5, 15)
			s.stalls(at, about(s.anyPace()))
			s.status = append(s.status, step{at, pick(s.dice, `"SESSION_STATUS_FAILED"`, `"LensSessionStatus.SESSION_STATUS_FAILED"`, `"6"`, `6`)})
			if s.often(50) {
				s.cuts = []cut{{at, "end"}}
			}
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 45*time.Second, "failed").first("connection-lost", "idle-close", "ended", "pipeline-stalled")
			s.follow(2 * time.Minute)
		}},
		{"it had failed before", howItEnds, func(s *script) {
			at := -s.seconds(30, 600)
			s.starves(at, about(s.anyPace()))
			s.status = append(s.status, step{at, pick(s.dice, `"SESSION_STATUS_FAILED"`, `"LensSessionStatus.SESSION_STATUS_FAILED"`, `"6"`)})
			s.diagnose(3, "failed")
			s.from(0, 20*time.Second, "failed")
			s.follow(time.Minute)
		}},
		{"it is stale", howItEnds, func(s *script) {
			at := -s.seconds(30, 600)
			s.starves(at, about(s.anyPace()))
			s.is(at, "STALE")
			s.diagnose(3, "stale")
			s.from(0, 20*time.Second, "stale")
			s.follow(time.Minute)
		}},
		{"it is paused", howItEnds, func(s *script) {
			at := -s.seconds(60, 600)
			if s.often(50) {
				s.starves(at, about(s.anyPace()))
			} else {
				s.stalls(at, about(s.anyPace()))
			}
			s.is(at, pick(s.dice, "PAUSED", "SUSPENDED", "DRAINING"))
			s.diagnose(3).saying("PAUSED|SUSPENDED|DRAINING").not("Nothing needs doing")
			s.from(0, 30*time.Second, "unknown", "no-input", "pipeline-stalled").guess()
			s.follow(2 * time.Minute)
		}},
		{"its status is one that nobody knows, and results come", howItEnds, func(s *script) {
			s.well(about(s.anyPace()))
			s.status = append(s.status, step{longAgo, pick(s.dice, `"4"`, `2`, `"SESSION_STATUS_ACTIVE_DEGRADED"`, `null`, `"LensSessionStatus.SESSION_STATUS_7"`)})
			s.diagnose(0, "healthy")
			s.soundFor(5 * time.Minute)
		}},
		{"its status is one that nobody knows, and results stop", howItEnds, func(s *script) {
			s.stalls(-s.seconds(60, 600), about(s.anyPace()))
			s.status = append(s.status, step{longAgo, `"SESSION_STATUS_REBALANCING"`})
			s.diagnose(3).saying("REBALANCING")
			s.from(0, 30*time.Second, "unknown", "pipeline-stalled").guess()
			s.follow(2 * time.Minute)
		}},
		{"there is no such session", howItEnds, func(s *script) {
			s.well(about(s.anyPace()))
			s.unknown = "lsn-261127aaaaaaaaaaaaaaaaaaaaaaaa"
			s.diagnose(5, "no-such-session")
			s.from(0, 10*time.Second, "no-such-session")
			s.follow(time.Minute)
		}},
		{"it was destroyed before", howItEnds, func(s *script) {
			at := -s.seconds(60, 600)
			s.starves(at, about(s.anyPace()))
			s.ends(at, "end")
			s.diagnose(5, "no-such-session")
			s.from(0, 10*time.Second, "no-such-session")
			s.follow(time.Minute)
		}},
		{"it was destroyed before, and is listed still", howItEnds, func(s *script) {
			at := -s.seconds(60, 600)
			s.starves(at, about(s.anyPace()))
			s.is(at, "DESTROYED")
			s.http(at, forever, apiError(404, "session_not_found", "Unknown session id."), "stream")
			s.diagnose(0, "destroyed")
			s.from(0, 10*time.Second, "destroyed")
			s.follow(time.Minute)
		}},
		{"the stream ends, and nothing can be asked", howItEnds, func(s *script) {
			at := s.seconds(30, 60)
			s.well(about(s.anyPace()))
			s.cuts = []cut{{at, pick(s.dice, "end", "eof")}}
			s.http(at, forever, apiError(503, "unavailable", "The service is being updated."), "any")
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 30*time.Second, "server-error").first("connection-lost", "idle-close", "ended")
			s.follow(3 * time.Minute)
		}},
		{"the service is restarted", howItEnds, func(s *script) {
			at, down := s.seconds(30, 60), s.seconds(10, 60)
			s.well(about(s.anyPace()))
			s.network.drops = []time.Duration{at}
			s.http(at, at+down, pick(s.dice, page(503, "Service Unavailable", "Back soon."), page(502, "502 Bad Gateway", "nginx"), answer{how: "reset"}), "any")
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 30*time.Second, "server-error", "connection-lost", "network-down")
			s.from(at+down, 45*time.Second, "healthy")
			s.follow(at + down + 3*time.Minute)
		}},
		{"its input file ends", howItEnds, func(s *script) {
			at := s.seconds(60, 200)
			s.inputType = pick(s.dice, "csv_file_reader", "video_file_reader", "jsonl_file_reader")
			s.starves(at, about(s.anyPace()))
			s.finish = at + s.seconds(0.2, 2)
			s.from(0, 5*time.Second, "healthy")
			s.from(s.finish, 60*time.Second, "source-exhausted").first("healthy", "idle-close")
			s.follow(6 * time.Minute)
		}},
		{"its input file ended before", howItEnds, func(s *script) {
			at := -s.seconds(60, 600)
			s.inputType = pick(s.dice, "csv_file_reader", "video_file_reader", "jsonl_file_reader")
			s.starves(at, about(s.anyPace()))
			s.diagnose(0, "source-exhausted", "no-input").orExit(3)
			s.from(0, 40*time.Second, "source-exhausted", "no-input").guess()
			s.follow(2 * time.Minute)
		}},
		{"it does not begin to run", howItEnds, func(s *script) {
			s.youth(s.seconds(200, 1000))
			s.started = forever
			s.status = []step{{longAgo, pick(s.dice, `"LensSessionStatus.SESSION_STATUS_REGISTERED"`, `"SESSION_STATUS_CREATED"`)}}
			s.diagnose(3, "not-started")
			s.from(0, 30*time.Second, "not-started")
			s.follow(2 * time.Minute)
		}},
		{"it was registered a moment ago", howItEnds, func(s *script) {
			s.youth(s.seconds(1, 5))
			run := s.seconds(5, 15)
			s.started = run
			s.status = []step{{longAgo, `"LensSessionStatus.SESSION_STATUS_REGISTERED"`}}
			s.is(run, "RUNNING")
			first := run + s.seconds(30, 80)
			s.results(first, time.Hour, about(s.anyPace()))
			s.inputs(run, forever, time.Second)
			s.from(0, first+5*time.Second, "healthy").first("warming-up", "not-started")
			s.follow(5 * time.Minute)
		}},
		{"the server ends each connection at once", howItEnds, func(s *script) {
			s.starves(-10*time.Minute, about(s.anyPace()))
			s.life, s.lifeEnd = s.seconds(0.2, 5), pick(s.dice, "end", "eof", "reset")
			s.from(0, 90*time.Second, "server-loops", "regular-cut").first("connection-lost", "idle-close", "no-input", "ended", "source-exhausted")
			s.follow(3 * time.Minute)
		}},
		{"a slow stream is closed after 58 s, again and again", howItEnds, func(s *script) {
			p := s.seconds(100, 160)
			s.well(about(p))
			s.life, s.lifeEnd = 58*time.Second, "end"
			s.from(0, 3*p, "healthy", "idle-close").first("unknown", "idle-close").or("regular-cut")
			s.follow(20 * time.Minute)
		}},
	}
}
