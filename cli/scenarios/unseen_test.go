package scenarios

import (
	"fmt"
	"time"
)

const unseenBefore = 15

// unseen are those that real servers were found to be diagnosed wrong by.
func unseen() []scenario {
	return []scenario{
		{"a new session has no input stream", unseenBefore, func(s *script) {
			s.youth(s.seconds(5, 150))
			s.inputType, s.noInputID = pick(s.dice, "", "rtsp_video_reader"), true
			s.diagnose(3, "no-input").saying("set-input").not("warming up")
			s.from(0, 25*time.Second, "no-input").first("warming-up", "unknown")
			s.follow(4 * time.Minute)
		}},
		{"inputs are pushed, though no input stream was ever set", unseenBefore, func(s *script) {
			s.youth(s.seconds(60, 150))
			s.inputType = ""
			s.results(-50*time.Second, time.Hour, about(s.anyPace()))
			s.inputs(-50*time.Second, forever, time.Second)
			s.diagnose(0, "healthy")
			s.soundFor(10 * time.Minute)
		}},
		{"it stalled before, and every record is the same", unseenBefore, func(s *script) {
			s.starves(-s.seconds(100, 900), about(pick(s.dice, 500*time.Millisecond, time.Second, 2*time.Second)))
			s.fresh = 24 * time.Hour
			s.diagnose(3, "no-input").saying("confidence medium|confidence high")
		}},
		{"a lens stalled before", unseenBefore, func(s *script) {
			s.stalls(-s.seconds(100, 900), about(pick(s.dice, 500*time.Millisecond, time.Second, 2*time.Second)))
			s.diagnose(3, "pipeline-stalled").saying("confidence medium|confidence high")
		}},
		{"one result is sent again and again", unseenBefore, func(s *script) {
			at := s.seconds(20, 60)
			s.stalls(at, about(time.Second))
			s.ids = s.often(50)
			again := fmt.Sprintf(`{"type": "inference.result", "timestamp": %.3f, "data": {"result": "Worker 7."}}`, 1795737600.125)
			for t := at; t < time.Hour; t += time.Second {
				s.items = append(s.items, item{at: t, payload: again})
			}
			if s.ids {
				s.ids = false
				for i := range s.items {
					if s.items[i].payload == again {
						s.items[i].raw = "id: 42\ndata: " + again + "\n\n"
					}
				}
			}
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 15*time.Second, "repeating").first("unknown")
			s.follow(at + 3*time.Minute)
		}},
		{"a few results are sent again and again, and nothing is counted", unseenBefore, func(s *script) {
			n := 2 + s.r.IntN(8)
			s.counters = noCounters
			for i := range 600 {
				s.items = append(s.items, item{at: time.Duration(i) * time.Second, raw: fmt.Sprintf("id: e%d\ndata: {\"type\": \"inference.result\", \"data\": {\"result\": \"Worker %d.\"}}\n\n", i%n, i%n)})
			}
			s.diagnose(3, "repeating").not("verdict: healthy")
			s.from(0, 20*time.Second, "repeating").first("healthy", "unknown")
			s.follow(2 * time.Minute)
		}},
		{"labels are alike, and times are whole seconds", unseenBefore, func(s *script) {
			s.well(about(200 * time.Millisecond))
			for i := range s.items {
				s.items[i].payload = fmt.Sprintf(`{"type": "inference.result", "timestamp": %d, "event_data": {"response": ["IDLE", {"IDLE": 1, "RUNNING": 0}]}}`, 1795737600+s.items[i].at/time.Second)
			}
			s.soundFor(10 * time.Minute)
		}},
		{"the last event ID never changes, and results are alike", unseenBefore, func(s *script) {
			// An id stays in force until another is sent.
			s.well(about(time.Second))
			for i := range s.items {
				p := fmt.Sprintf(`{"type": "inference.result", "timestamp": %.3f, "data": {"result": "Nobody."}}`, 1795737600+s.items[i].at.Seconds())
				s.items[i].raw = "id: a\ndata: " + p + "\n\n"
			}
			s.soundFor(10 * time.Minute)
		}},
		{"the stream is another session's", unseenBefore, func(s *script) {
			s.well(about(s.anyPace()))
			for i := range s.items {
				s.items[i].payload = fmt.Sprintf(`{"type": "inference.result", "session_id": "lsn-261199ffffffffffffffffffffffff", "data": {"result": "Worker %d."}}`, i)
			}
			s.diagnose(3, "wrong-stream").saying("lsn-261199ffffffffffffffffffffffff")
			s.from(0, 10*time.Second, "wrong-stream").first("healthy", "unknown")
			s.follow(2 * time.Minute)
		}},
		{"results name a session of another system", unseenBefore, func(s *script) {
			s.well(about(s.anyPace()))
			for i := range s.items {
				s.items[i].payload = fmt.Sprintf(`{"type": "inference.result", "event_data": {"session_id": "visit-%d", "response": "Worker %d."}}`, i%5, i)
			}
			s.soundFor(5 * time.Minute)
		}},
		{"three requests for the stream fail, and the fourth does not", unseenBefore, func(s *script) {
			s.well(about(s.anyPace()))
			s.http(longAgo, s.seconds(3.5, 4.5), apiError(pick(s.dice, 500, 502, 503), "internal_logic_error", "Try again."), "stream")
			s.diagnose(0, "healthy")
		}},
		{"registered long before, and never started", unseenBefore, func(s *script) {
			s.youth(s.seconds(600, 900))
			s.status = []step{{longAgo * 2, `"SESSION_STATUS_REGISTERED"`}}
			s.started = forever
			s.diagnose(3, "not-started").saying("has not started for 1")
		}},
		{"only comments keep the stream alive, and the lens stalled before", unseenBefore, func(s *script) {
			s.stalls(-s.seconds(40, 400), about(pick(s.dice, 500*time.Millisecond, time.Second)))
			s.comments, s.beatEvery = true, s.seconds(2, 6)
			s.diagnose(3, "pipeline-stalled").saying("confidence medium|confidence high")
			s.from(0, joinedLate, "pipeline-stalled").sureBy(late)
			s.follow(3 * time.Minute)
		}},
		{"a lens logs its errors as information", unseenBefore, func(s *script) {
			s.stalls(-s.seconds(40, 400), about(time.Second))
			s.say(-time.Minute, time.Hour, about(time.Second), `{"type": "log.info", "level": "ERROR", "message": "CUDA out of memory"}`)
			s.diagnose(3, "lens-errors").saying("CUDA out of memory")
		}},
		{"the list lacks a session that stalled", unseenBefore, func(s *script) {
			s.stalls(-s.seconds(40, 400), about(pick(s.dice, 500*time.Millisecond, time.Second)))
			s.listed = []window{{longAgo, forever}}
			s.diagnose(3, "pipeline-stalled").not("destroyed")
			s.from(0, joinedLate, "pipeline-stalled").sureBy(late)
			s.follow(3 * time.Minute)
		}},
		{"a status that no document names, and nothing moves", unseenBefore, func(s *script) {
			at := -s.seconds(60, 400)
			s.starves(at, about(s.anyPace()))
			s.status = append(s.status, step{at, pick(s.dice, `"SESSION_STATUS_HIBERNATING"`, `"hibernating"`)})
			s.diagnose(3, "no-input", "unknown").saying("hibernating").not("verdict: healthy")
		}},
		{"two outputs are counted for each result", unseenBefore, func(s *script) {
			s.well(about(s.anyPace()))
			s.counters = func(_ time.Duration, c counts) map[string]any {
				c.outputs *= 2
				return c.members()
			}
			s.diagnose(0, "healthy")
			s.soundFor(10 * time.Minute)
		}},
		{"each connection is reset after seconds", unseenBefore, func(s *script) {
			s.well(about(pick(s.dice, 500*time.Millisecond, time.Second)))
			s.life, s.lifeEnd = s.seconds(2, 5), "reset"
			s.diagnose(7, "server-loops", "connection-lost")
			s.from(0, 40*time.Second, "server-loops", "connection-lost").first("healthy", "unknown").or("healthy")
			s.follow(2 * time.Minute)
		}},
		{"a session failed, by its number alone", unseenBefore, func(s *script) {
			s.stalls(-s.seconds(40, 400), about(time.Second))
			s.status = append(s.status, step{-30 * time.Second, pick(s.dice, "6", `"6"`)})
			s.diagnose(3, "failed")
		}},
		{"a result each quarter of a minute", unseenBefore, func(s *script) {
			s.well(about(s.seconds(12, 18)))
			s.diagnose(0, "healthy")
			s.soundFor(20 * time.Minute)
		}},
		{"status is never answered, and all is well", unseenBefore, func(s *script) {
			s.well(about(s.anyPace()))
			s.http(longAgo, forever, answer{how: pick(s.dice, "hang", "reset")}, "status", "socket")
			s.diagnose(0, "healthy")
			s.soundFor(5 * time.Minute)
		}},
	}
}
