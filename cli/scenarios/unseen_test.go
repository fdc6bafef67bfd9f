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
	}
}
