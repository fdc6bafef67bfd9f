package scenarios

import (
	"fmt"
	"time"
)

const writtenBlind = 16

// strangers are those that were written as servers of their own, without a look at the rules, and put to the built program.
func strangers() []scenario {
	return []scenario{
		{"a login page answers the stream alone", writtenBlind, func(s *script) {
			s.well(about(s.anyPace()))
			s.http(longAgo, forever, page(200, "Sign in", "Please sign in."), "stream")
			s.diagnose(7, "wrong-endpoint", "server-error").saying("HTML|web page|not the").not("verdict: key refused")
		}},
		{"the key is revoked while it is watched", writtenBlind, func(s *script) {
			at := s.seconds(5, 10)
			s.well(about(s.anyPace()))
			s.http(at, forever, jsonAnswer(401, `{"detail":"Invalid API key"}`), "any")
			s.cuts = []cut{{at, pick(s.dice, "eof", "reset", "end")}}
			s.diagnose(4, "key-refused")
			s.from(0, 4*time.Second, "healthy")
			s.from(at, 20*time.Second, "key-refused").first("connection-lost", "idle-close", "ended")
			s.follow(time.Minute)
		}},
		{"the service is being maintained", writtenBlind, func(s *script) {
			s.well(about(s.anyPace()))
			s.http(longAgo, forever, page(503, "Maintenance", "Back at noon.", "Retry-After", "120"), "any")
			s.diagnose(7, "server-error", "wrong-endpoint").saying("503|proxy").not("verdict: healthy")
		}},
		{"heartbeats claim messages that there are not", writtenBlind, func(s *script) {
			s.stalls(-s.seconds(40, 400), about(s.anyPace()))
			s.boasts = true
			s.diagnose(3, "pipeline-stalled")
			s.from(0, joinedLate, "pipeline-stalled").sureBy(late)
			s.follow(3 * time.Minute)
		}},
		{"lines end in CRLF, behind a byte order mark", writtenBlind, wellBy("crlf")},
		{"the stream is compressed", writtenBlind, wellBy("gzip")},
		{"the stream is not chunked", writtenBlind, wellBy("unchunked")},
		{"the session cannot be asked, and nothing is counted", writtenBlind, func(s *script) {
			s.stalls(-s.seconds(40, 400), about(s.anyPace()))
			s.listCounts = false
			s.http(longAgo, forever, pick(s.dice, jsonAnswer(404, `{"detail":"Not Found"}`), answer{how: "hang"}), "status", "socket")
			s.diagnose(3, "unknown", "pipeline-stalled", "no-input").not("verdict: healthy")
		}},
		{"the stream has moved", writtenBlind, func(s *script) {
			s.well(about(s.anyPace()))
			s.http(longAgo, forever, answer{status: pick(s.dice, 307, 308), how: "moved"}, "stream")
			s.diagnose(0, "healthy")
		}},
		{"the list is wrapped in an object", writtenBlind, func(s *script) {
			s.well(about(s.anyPace()))
			s.listForm = "wrapped"
			s.diagnose(0, "healthy")
		}},
		{"the list is compressed", writtenBlind, func(s *script) {
			s.stalls(-s.seconds(40, 400), about(s.anyPace()))
			s.listForm = "gzip"
			s.diagnose(3, "pipeline-stalled")
		}},
		{"a stream begins with what it had sent before", writtenBlind, func(s *script) {
			s.well(about(s.anyPace()))
			s.replays, s.ids, s.form = 10+s.r.IntN(40), s.often(50), "documented"
			s.diagnose(0, "healthy")
			s.soundFor(5 * time.Minute)
		}},
		{"a stream begins with what it had sent before, and stalled since", writtenBlind, func(s *script) {
			s.stalls(-s.seconds(40, 400), about(s.anyPace()))
			s.replays, s.ids, s.form = 10+s.r.IntN(40), s.often(50), "documented"
			s.diagnose(3, "pipeline-stalled").not("verdict: healthy")
			s.from(0, joinedLate, "pipeline-stalled").first("unknown", "healthy").sureBy(late)
			s.follow(3 * time.Minute)
		}},
		{"nothing is ever answered", writtenBlind, func(s *script) {
			s.well(about(s.anyPace()))
			s.http(longAgo, forever, answer{how: "hang"}, "any")
			s.diagnose(7, "server-error", "network-down", "unknown", "opening").orExit(3).not("verdict: healthy")
		}},
		{"a payload takes two lines", writtenBlind, func(s *script) {
			s.well(about(s.anyPace()))
			for i := range s.items {
				s.items[i].payload = fmt.Sprintf("{\"type\": \"inference.result\",\n \"data\": {\"result\": \"Worker %d.\"}}", i)
			}
			s.diagnose(0, "healthy")
			s.soundFor(5 * time.Minute)
		}},
		{"events that say nothing in the place of results", writtenBlind, func(s *script) {
			s.stalls(-s.seconds(40, 400), about(s.anyPace()))
			s.say(-time.Minute, time.Hour, about(time.Second), `{"type": "stream.null"}`)
			s.diagnose(3, "pipeline-stalled")
		}},
		{"too many requests, and nobody says how long", writtenBlind, func(s *script) {
			s.well(about(s.anyPace()))
			s.http(longAgo, forever, apiError(429, "rate_limited", "Slow down."), "stream")
			s.diagnose(6, "rate-limited")
		}},
		{"the request for the stream is not understood", writtenBlind, func(s *script) {
			s.well(about(s.anyPace()))
			s.http(longAgo, forever, apiError(422, "missing_parameter", "client_id"), "stream")
			s.diagnose(2, "rejected").saying("client_id")
		}},
		{"the stream has an encoding that nobody asked for", writtenBlind, func(s *script) {
			s.well(about(s.anyPace()))
			s.http(longAgo, forever, answer{status: 200, header: headers("Content-Type", "text/event-stream", "Content-Encoding", "br"), body: "\x8b\x02\x80data"}, "stream")
			s.diagnose(7, "server-error").saying("br")
		}},
		{"another session took the work before it was joined", writtenBlind, func(s *script) {
			at := -s.seconds(60, 300)
			gap := about(pick(s.dice, 500*time.Millisecond, time.Second))
			s.stalls(at, gap)
			x := s.add("Activity Monitor")
			x.lens, x.listCounts, s.listCounts = s.lens, true, true
			x.registered, x.started = at-5*time.Second, at
			x.results(at, time.Hour, gap)
			x.inputs(at, forever, time.Second)
			s.diagnose(3, "starved")
		}},
		{"the server ends the stream after some results, and then there are none", writtenBlind, func(s *script) {
			at := s.seconds(2, 6)
			s.stalls(at, about(500*time.Millisecond))
			s.cuts = []cut{{at + 100*time.Millisecond, "end"}}
			s.diagnose(3, "pipeline-stalled", "unknown", "source-exhausted").orExit(0).not("verdict: healthy")
		}},
		{"most inferences fail, with a result now and then", writtenBlind, func(s *script) {
			s.well(about(s.seconds(6, 9)))
			s.say(longAgo, time.Hour, about(time.Second), logLine("critical", "decoder: bad frame"))
			s.diagnose(3, "lens-errors").saying("bad frame")
			s.from(0, time.Minute, "lens-errors").first("healthy")
			s.follow(5 * time.Minute)
		}},
		{"its status says that it has expired", writtenBlind, func(s *script) {
			at := s.seconds(5, 12)
			s.results(longAgo, at, about(s.anyPace()))
			s.inputs(longAgo, at, time.Second)
			s.is(at, "EXPIRED")
			s.cuts = []cut{{at, pick(s.dice, "end", "eof", "reset")}}
			s.http(at, forever, apiError(404, "session_not_found", "Unknown session id."), "stream")
			s.diagnose(0, "expired")
		}},
	}
}

// wellBy is a session that is well, whose stream is sent in its own way.
func wellBy(wire string) func(s *script) {
	return func(s *script) {
		s.well(about(s.anyPace()))
		s.wire = wire
		s.diagnose(0, "healthy")
		s.soundFor(5 * time.Minute)
	}
}

// soonKnown are those that a diagnosis has to find while results arrive, in half a minute.
func soonKnown() []scenario {
	return []scenario{
		{"results come ever later from the first moment", writtenBlind, func(s *script) {
			s.form = "documented"
			s.lagging(s.seconds(0, 4), pick(s.dice, 0.4, 0.6, 0.8))
			s.diagnose(3, "late").saying("later|late").not("verdict: healthy")
		}},
		{"everything is a minute late when it is joined", writtenBlind, func(s *script) {
			s.well(about(s.anyPace()))
			s.form = "documented"
			by := s.seconds(45, 150)
			for i := range s.items {
				s.items[i].late = by
			}
			s.skew = pick(s.dice, 0, time.Hour, -30*time.Second)
			s.diagnose(3, "late").not("verdict: healthy")
		}},
		{"the rate falls to less than a tenth while it is diagnosed", writtenBlind, func(s *script) {
			at := s.seconds(2, 5)
			s.results(longAgo, at, about(400*time.Millisecond))
			s.results(at, time.Hour, about(s.seconds(5, 6.5)))
			s.inputs(longAgo, forever, time.Second)
			s.diagnose(3, "slow", "unknown").saying("slow").not("verdict: healthy")
			s.from(0, 2*time.Second, "healthy")
			s.from(at, 40*time.Second, "slow").first("unknown")
			s.follow(3 * time.Minute)
		}},
		{"the rate had fallen before it was joined", writtenBlind, func(s *script) {
			at := -s.seconds(100, 200)
			s.results(longAgo, at, about(500*time.Millisecond))
			s.results(at, time.Hour, about(s.seconds(7, 9)))
			s.inputs(longAgo, forever, time.Second)
			s.diagnose(3, "slow", "unknown").saying("slow").not("verdict: healthy")
			s.from(0, time.Minute, "slow").first("healthy", "unknown")
			s.follow(3 * time.Minute)
		}},
		{"times are whole seconds, some seconds old", writtenBlind, func(s *script) {
			s.well(about(pick(s.dice, 300*time.Millisecond, 700*time.Millisecond)))
			by := s.seconds(1, 6)
			for i := range s.items {
				s.items[i].payload = fmt.Sprintf(`{"type": "inference.result", "timestamp": %d, "data": {"result": "Worker %d."}}`, 1795737600+s.items[i].at/time.Second, i)
				s.items[i].late = by
			}
			s.diagnose(0, "healthy")
			s.soundFor(10 * time.Minute)
		}},
		{"a mailbox holds old results, and the lens stalled", writtenBlind, func(s *script) {
			s.stalls(-s.seconds(60, 600), about(s.anyPace()))
			s.mailbox, s.outputName = true, "mailbox_writer"
			s.diagnose(3, "pipeline-stalled").not("verdict: healthy")
			s.from(0, joinedLate, "pipeline-stalled").first("unknown").sureBy(late)
			s.follow(3 * time.Minute)
		}},
		{"the input of the session alone is a file, which ended before", writtenBlind, func(s *script) {
			s.starves(-s.seconds(60, 600), about(pick(s.dice, time.Second, 20*time.Second)))
			s.inputType, s.ownInput = "", pick(s.dice, "csv_file_reader", "jsonl_file_reader")
			s.diagnose(0, "source-exhausted").saying("confidence medium|confidence high")
			s.from(0, 40*time.Second, "source-exhausted").sureBy(8 * time.Minute)
			s.follow(2 * time.Minute)
		}},
		{"the input is a file that begins anew, and nothing comes", writtenBlind, func(s *script) {
			s.starves(-s.seconds(60, 600), about(time.Second))
			s.inputType, s.ownInput = "", "csv_file_reader (loop)"
			s.diagnose(3, "no-input")
		}},
	}
}
