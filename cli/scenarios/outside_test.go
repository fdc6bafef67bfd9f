package scenarios

import "time"

const fromOutside = 14

// outside are those that were written by somebody who had read the API's documents and not the rules.
func outside() []scenario {
	return []scenario{
		{"list and status do not know a session whose results arrive", fromOutside, func(s *script) {
			// The stream is the session: what is read from it is there.
			s.well(about(s.anyPace()))
			s.listed = []window{{longAgo, forever}}
			s.http(longAgo, forever, jsonAnswer(200, `{"type":"error","message":"Unknown session id"}`), "status")
			s.diagnose(0, "healthy").not("destroyed")
			s.soundFor(10 * time.Minute)
		}},
		{"results are written to Kafka", fromOutside, func(s *script) {
			s.well(about(s.anyPace()))
			s.outputName, s.deaf = pick(s.dice, "kafka_writer", "s3_object_writer"), []window{{longAgo, forever}}
			s.diagnose(3, "no-output-stream").saying("kafka_writer|s3_object_writer")
			s.from(0, 40*time.Second, "no-output-stream").first("outputs-lost")
			s.follow(2 * time.Minute)
		}},
		{"results stop while a diagnosis is almost done", fromOutside, func(s *script) {
			s.stalls(s.seconds(9, 18), about(pick(s.dice, 200*time.Millisecond, 500*time.Millisecond)))
			s.diagnose(3, "pipeline-stalled", "unknown").not("verdict: healthy")
		}},
		{"inputs stop while a diagnosis is almost done", fromOutside, func(s *script) {
			s.starves(s.seconds(9, 18), about(pick(s.dice, 200*time.Millisecond, 500*time.Millisecond)))
			s.diagnose(3, "no-input", "unknown").not("verdict: healthy")
		}},
		{"the stream's request is never answered", fromOutside, func(s *script) {
			s.well(about(s.anyPace()))
			s.http(longAgo, forever, answer{how: "hang"}, "stream")
			s.diagnose(7, "server-error").saying("does not answer").not("verdict: opening")
			s.from(0, 25*time.Second, "server-error")
			s.follow(25 * time.Second)
		}},
		{"a new session's stream is answered with its first result", fromOutside, func(s *script) {
			s.youth(10 * time.Second)
			s.results(60*time.Second, time.Hour, about(time.Second))
			s.inputs(0, forever, time.Second)
			s.http(longAgo, 25*time.Second, answer{how: "slow", delay: 25 * time.Second}, "stream")
			s.soundFor(5 * time.Minute)
		}},
		{"two requests for the stream fail, and the third does not", fromOutside, func(s *script) {
			s.well(about(s.anyPace()))
			s.http(longAgo, 700*time.Millisecond, apiError(pick(s.dice, 500, 502, 503), "internal_logic_error", "Try again."), "stream")
			s.diagnose(0, "healthy")
		}},
		{"the key may not read the stream", fromOutside, func(s *script) {
			s.well(about(s.anyPace()))
			s.http(longAgo, forever, apiError(403, "forbidden", "Key lacks the scope lens:read"), "stream")
			s.diagnose(4, "key-refused").saying("answers other requests", "lens:read")
		}},
		{"records are cached for a minute, and it stalled before", fromOutside, func(s *script) {
			// The counters of one record stand still however the session does.
			s.stalls(-s.seconds(100, 400), about(s.anyPace()))
			s.fresh = s.seconds(40, 60)
			s.diagnose(3, "no-input", "pipeline-stalled", "unknown").not("no input, confidence high")
			s.from(0, 3*time.Minute, "pipeline-stalled").first("unknown", "no-input", "outputs-lost").guess()
			s.follow(5 * time.Minute)
		}},
		{"records are cached for half a minute, and the lens stalls", fromOutside, func(s *script) {
			at := s.seconds(100, 160)
			s.stalls(at, about(s.anyPace()))
			s.fresh = s.seconds(15, 30)
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 4*time.Minute, "pipeline-stalled").first("unknown", "no-input", "outputs-lost")
			s.follow(at + 6*time.Minute)
		}},
		{"many results at once, and a pause when it is joined", fromOutside, func(s *script) {
			p := s.seconds(28, 34)
			s.bursts(longAgo-s.seconds(0, 3), time.Hour, every(p), 30+s.r.IntN(20))
			s.inputs(longAgo, forever, time.Second)
			s.soundFor(20 * time.Minute)
		}},
		{"a second reader takes a part, and the list counts nothing", fromOutside, func(s *script) {
			s.well(about(pick(s.dice, 500*time.Millisecond, time.Second)))
			at := s.seconds(150, 200)
			s.readers, s.listCounts = []step{{at, "1"}}, false
			for i := range s.items {
				if t := s.items[i].at; t > at && i%2 == 0 {
					s.deaf = append(s.deaf, window{t, t + time.Millisecond})
				}
			}
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 4*time.Minute, "another-reader").first("unknown")
			s.follow(at + 6*time.Minute)
		}},
		{"two sessions of a lens for an hour, of which one stalls", fromOutside, func(s *script) {
			// Both had results all the time: neither took them from the other.
			other := s.add("Activity Monitor")
			other.lens, other.registered, other.started = s.lens, s.registered-time.Minute, s.started-time.Minute
			other.listCounts, s.listCounts = true, true
			other.well(about(s.anyPace()))
			s.stalls(-s.seconds(60, 300), about(time.Second))
			s.diagnose(3, "pipeline-stalled").not("verdict: starved")
			s.from(0, joinedLate, "pipeline-stalled")
			s.follow(3 * time.Minute)
		}},
		{"a connection that never delivers a byte", fromOutside, func(s *script) {
			s.well(about(s.anyPace()))
			s.silence = []silence{{window{longAgo, forever}, false}}
			s.diagnose(3, "line-dead", "outputs-lost").not("verdict: healthy")
			s.from(0, 80*time.Second, "line-dead").first("unknown", "outputs-lost")
			s.follow(100 * time.Second)
		}},
	}
}
