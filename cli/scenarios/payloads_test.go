package scenarios

import "time"

const whatComes = 11

func payloads() []scenario {
	sent := func(name string, change func(s *script)) scenario {
		return scenario{name, whatComes, func(s *script) {
			change(s)
			s.well(about(s.anyPace()))
			s.diagnose(0, "healthy")
			s.soundFor(10 * time.Minute)
		}}
	}
	errorEvent := func(name string, payload ...string) scenario {
		return scenario{name, whatComes, func(s *script) {
			at := s.seconds(20, 40)
			s.stalls(at, about(s.anyPace()))
			n := len(s.items)
			s.say(at, time.Hour, about(s.seconds(1, 4)), payload...)
			for i := range s.items[n:] {
				s.items[n+i].name = "error"
			}
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 40*time.Second, "lens-errors").first("pipeline-stalled")
			s.follow(4 * time.Minute)
		}}
	}
	return []scenario{
		sent("scores that are no numbers", func(s *script) { s.form = "nan" }),
		sent("embeddings with numbers that are none", func(s *script) { s.form = "embedding" }),
		sent("times in milliseconds", func(s *script) { s.form = "milliseconds" }),
		sent("times without a zone", func(s *script) { s.form = "naive"; s.skew = pick(s.dice, 0, 5*time.Hour, -8*time.Hour) }),
		sent("each event in many chunks", func(s *script) { s.chunks = true }),
		sent("heartbeats that are comments", func(s *script) { s.comments = true }),
		errorEvent("error events with text", "model worker crashed"),
		errorEvent("error events with a string", `"model worker crashed"`),
		errorEvent("error events with a list", `["model worker crashed", "restarting"]`),
		errorEvent("error events with nothing", ""),
		errorEvent("error events with an object", `{"code": 500, "detail": "model worker crashed"}`),
		{"scores that are no numbers, then a stall", whatComes, func(s *script) {
			at := s.seconds(60, 90)
			s.form = pick(s.dice, "nan", "embedding", "milliseconds")
			s.stalls(at, about(s.anyPace()))
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 45*time.Second, "pipeline-stalled")
			s.follow(4 * time.Minute)
		}},
		{"numbers are printed as they came", whatComes, func(s *script) {
			s.inputs(longAgo, forever, time.Second)
			s.say(longAgo, time.Hour, every(2*time.Second), `{"type": "inference.result", "event_data": {"response": {"count": 12345678901234567890, "price": 1.10, "share": NaN}}}`)
			d := s.command(0, "tail", s.id).saying("12345678901234567890", "1.10", "NaN")
			d.stop = 10 * time.Second
		}},
		{"garbage between results", whatComes, func(s *script) {
			s.well(about(s.anyPace()))
			n := len(s.items)
			s.say(longAgo, time.Hour, about(s.seconds(2, 6)), "x")
			for i := range s.items[n:] {
				s.items[n+i].raw = pick(s.dice, "data: {\"type\": \"inference.res\n\n", ": comment\n\n", "data\n\n", "id\ndata: \x00\x01\n\n", "retry: abc\n\n", "event: nothing\n\n", "data: [1, 2\n\n")
			}
			s.diagnose(0, "healthy")
			s.soundFor(10 * time.Minute)
		}},
	}
}
