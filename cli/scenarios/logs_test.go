package scenarios

import (
	"fmt"
	"time"
)

const logsAndErrors = 5

// The forms of logs and errors that were seen.
func logLine(level, message string) string {
	return text(map[string]any{"type": "log." + level, "event_data": map[string]any{"message": message}})
}

var (
	chatter = []string{
		logLine("info", "frame decoded"), logLine("debug", "buffer 5/5"), logLine("info", "heartbeat of the pipeline"),
		`{"type": "frame.processed", "event_data": {"frame_id": 12}}`, `{"type": "stream.status", "event_data": {"status": "ok"}}`,
	}
	warnings = []string{logLine("warn", "queue is long"), logLine("warning", "frame dropped"), chatter[0]}
	failures = []string{
		logLine("error", "CUDA out of memory"), logLine("critical", "CUDA out of memory"),
		`{"type": "inference.error", "event_data": {"error_messages": ["query_id: qry-1 failed!"]}}`,
		`{"type": "error_message", "event_data": {"message": "Input stream is unhealthy!"}}`, `{"type": "error", "message": "Failed to load video"}`,
	}
)

func logs() []scenario {
	return []scenario{
		{"a log line each second while results stop", logsAndErrors, func(s *script) {
			at := s.seconds(30, 90)
			s.stalls(at, about(s.anyPace()))
			s.say(longAgo, forever/100, about(s.seconds(0.5, 2)), pick(s.dice, chatter...))
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 45*time.Second, "pipeline-stalled")
			s.follow(5 * time.Minute)
		}},
		{"warnings in the log while results stop", logsAndErrors, func(s *script) {
			at := s.seconds(30, 90)
			s.stalls(at, about(s.anyPace()))
			s.say(longAgo, time.Hour, about(s.seconds(1, 5)), warnings...)
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 45*time.Second, "pipeline-stalled", "lens-errors")
			s.follow(5 * time.Minute)
		}},
		{"a log line each second, and it stalled before", logsAndErrors, func(s *script) {
			s.stalls(-s.seconds(40, 400), about(s.anyPace()))
			s.say(longAgo, time.Hour, about(s.seconds(0.5, 2)), pick(s.dice, chatter...))
			s.diagnose(3, "pipeline-stalled")
			s.from(0, joinedLate, "pipeline-stalled").sureBy(late)
			s.follow(4 * time.Minute)
		}},
		{"a log line each second and no input", logsAndErrors, func(s *script) {
			s.starves(-s.seconds(40, 400), about(s.anyPace()))
			s.say(longAgo, time.Hour, about(s.seconds(0.5, 2)), pick(s.dice, chatter...))
			s.diagnose(3, "no-input")
			s.from(0, 30*time.Second, "no-input").sureBy(late)
			s.follow(4 * time.Minute)
		}},
		{"nothing but errors in the log", logsAndErrors, func(s *script) {
			s.youth(s.seconds(15, 1000))
			s.inputs(s.started, forever, time.Second)
			s.say(s.started, time.Hour, about(s.seconds(0.5, 4)), failures[:2]...)
			s.diagnose(3, "lens-errors").saying("CUDA out of memory").not("warming up", "healthy")
			s.from(0, 25*time.Second, "lens-errors").first("warming-up")
			s.follow(4 * time.Minute)
		}},
		{"nothing but errors of inference", logsAndErrors, func(s *script) {
			s.youth(s.seconds(15, 1000))
			s.inputs(s.started, forever, time.Second)
			s.say(s.started, time.Hour, about(s.seconds(0.5, 4)), pick(s.dice, failures[2:]...))
			s.diagnose(3, "lens-errors").not("warming up", "verdict: healthy")
			s.from(0, 25*time.Second, "lens-errors").first("warming-up")
			s.follow(4 * time.Minute)
		}},
		{"errors take the place of results", logsAndErrors, func(s *script) {
			at := s.seconds(30, 90)
			gap := about(s.anyPace())
			s.stalls(at, gap)
			s.say(at, time.Hour, gap, failures...)
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 40*time.Second, "lens-errors").first("pipeline-stalled")
			s.follow(4 * time.Minute)
		}},
		{"errors for a while, then results again", logsAndErrors, func(s *script) {
			at, back := s.seconds(30, 90), s.seconds(150, 200)
			gap := about(s.anyPace())
			s.results(longAgo, at, gap)
			s.say(at, back, gap, failures...)
			s.results(back, time.Hour, gap)
			s.inputs(longAgo, forever, time.Second)
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 40*time.Second, "lens-errors").first("pipeline-stalled")
			s.from(back, 15*time.Second, "healthy")
			s.follow(6 * time.Minute)
		}},
		{"one error in many results", logsAndErrors, func(s *script) {
			s.well(about(s.anyPace()))
			s.say(longAgo, time.Hour, about(s.seconds(15, 60)), failures...)
			s.diagnose(0, "healthy")
			s.soundFor(20 * time.Minute)
		}},
		{"results among much chatter", logsAndErrors, func(s *script) {
			s.well(about(s.anyPace()))
			s.say(longAgo, time.Hour, about(300*time.Millisecond), append(warnings, chatter...)...)
			s.diagnose(0, "healthy")
			s.soundFor(10 * time.Minute)
		}},
		{"the log reports the warm-up", logsAndErrors, func(s *script) {
			s.youth(s.seconds(5, 15))
			first := s.seconds(60, 80)
			s.say(s.started, first, about(s.seconds(2, 8)), logLine("info", "loading the model"), logLine("info", "learned class IDLE"))
			s.results(first, time.Hour, about(s.anyPace()))
			s.inputs(s.started, forever, time.Second)
			s.diagnose(3, "warming-up", "unknown")
			s.from(0, first+5*time.Second, "healthy").first("warming-up")
			s.follow(5 * time.Minute)
		}},
		{"types that nobody knows in place of results", logsAndErrors, func(s *script) {
			// What the type means is not known: it may be output. It is no stall that could be claimed, and no health either.
			s.inputs(longAgo, forever, time.Second)
			s.say(longAgo, time.Hour, about(s.anyPace()), `{"type": "vendor.measure", "event_data": {"value": 1.5}}`)
			for i := range s.items {
				s.items[i].output = true
			}
			s.diagnose(0, "healthy", "unknown").orExit(3)
			s.from(0, 45*time.Second, "healthy", "unknown").guess()
			s.follow(5 * time.Minute)
		}},
		{"the same log line again and again, and then no byte", logsAndErrors, func(s *script) {
			at := s.seconds(60, 90)
			s.well(about(s.anyPace()))
			s.say(longAgo, time.Hour, about(time.Second), fmt.Sprintf(`{"type": "log.info", "message": "tick %d"}`, s.r.IntN(9)))
			s.silence = []silence{{window{at, forever}, false}}
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 60*time.Second, "line-dead", "outputs-lost", "unknown").guess()
			s.follow(100 * time.Second)
		}},
	}
}
