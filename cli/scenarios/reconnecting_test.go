package scenarios

import (
	"fmt"
	"time"
)

const reconnects = 10

func reconnecting() []scenario {
	busy := func(s *script, a answer, at, wait time.Duration, kinds ...string) {
		s.well(about(s.anyPace()))
		s.network.drops = []time.Duration{at}
		s.http(at, at+wait-time.Second, a, kinds...)
		s.from(0, 5*time.Second, "healthy")
		s.from(at, 10*time.Second, "rate-limited").first("connection-lost")
		s.from(at+wait, 45*time.Second, "healthy").first("connection-lost")
		s.follow(at + wait + 2*time.Minute)
		s.verify = func(v *server) []string { return v.waited(at, wait, kinds) }
	}
	return []scenario{
		{"it is asked to wait until a time, by a clock that is off", reconnects, func(s *script) {
			at, wait := s.seconds(30, 60), s.seconds(20, 60).Round(time.Second)
			s.skew = pick(s.dice, -time.Hour, 3*time.Hour, -2*time.Minute)
			busy(s, answer{status: 429, header: headers("Content-Type", "application/json"), body: `{"errors":[{"code":"rate_limited","message":"Too many requests."}]}`, date: wait}, at, wait, "stream")
		}},
		{"it is asked to wait so many seconds", reconnects, func(s *script) {
			at, wait := s.seconds(30, 60), s.seconds(20, 60).Round(time.Second)
			busy(s, jsonAnswer(429, `{"errors":[{"code":"rate_limited","message":"Too many requests."}]}`, "Retry-After", fmt.Sprint(wait.Seconds())), at, wait, "stream")
		}},
		{"the list asks to wait until a time, by a clock that is off", reconnects, func(s *script) {
			s.well(about(s.anyPace()))
			at, wait := s.seconds(30, 60), s.seconds(40, 90).Round(time.Second)
			s.skew = pick(s.dice, -time.Hour, 3*time.Hour, -2*time.Minute)
			s.http(at, at+wait-time.Second, answer{status: 429, body: `{}`, date: wait}, "list")
			s.soundFor(6 * time.Minute)
			s.verify = func(v *server) []string { return v.waited(at, wait, []string{"list"}) }
		}},
		{"it is asked to wait, and diagnose says how long", reconnects, func(s *script) {
			s.well(about(s.anyPace()))
			s.skew = pick(s.dice, -time.Hour, 3*time.Hour, 0)
			s.http(longAgo, forever, answer{status: 429, body: `{}`, date: 10 * time.Minute}, "stream")
			s.diagnose(6, "rate-limited").saying("9m|10m|9 min|10 min|600 s|599 s")
		}},
		{"the connection dies, and another would do", reconnects, func(s *script) {
			s.well(about(s.anyPace()))
			at := s.seconds(60, 90)
			s.silence = []silence{{window{at, forever}, true}}
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 60*time.Second, "line-dead").first("unknown", "outputs-lost").or("healthy", "connection-lost")
			s.from(at+130*time.Second, 30*time.Second, "healthy")
			s.follow(at + 5*time.Minute)
		}},
		{"the connection dies without heartbeats", reconnects, func(s *script) {
			s.well(about(s.anyPace()))
			s.beatEvery = 0
			at := s.seconds(60, 90)
			s.silence = []silence{{window{at, forever}, true}}
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 70*time.Second, "line-dead", "outputs-lost", "unknown").guess().or("healthy", "connection-lost")
			s.from(at+130*time.Second, 30*time.Second, "healthy")
			s.follow(at + 5*time.Minute)
		}},
		{"nothing passes any more, and nothing says so", reconnects, func(s *script) {
			s.well(about(s.anyPace()))
			at := s.seconds(60, 90)
			s.network.dead = []window{{at, forever}}
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 90*time.Second, "network-down", "line-dead").first("unknown", "connection-lost")
			s.follow(at + 110*time.Second)
		}},
		{"a short cut, and all goes on", reconnects, func(s *script) {
			s.well(about(s.anyPace()))
			at := s.seconds(60, 90)
			s.cuts = []cut{{at, pick(s.dice, "eof", "reset")}}
			s.ids = s.often(50)
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 10*time.Second, "healthy").first("connection-lost")
			s.follow(5 * time.Minute)
		}},
		{"a cut, and the lens has stalled when it is back", reconnects, func(s *script) {
			at := s.seconds(60, 90)
			s.stalls(at, about(s.anyPace()))
			s.cuts = []cut{{at, pick(s.dice, "eof", "reset")}}
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 60*time.Second, "pipeline-stalled").first("connection-lost", "unknown", "source-exhausted")
			s.follow(5 * time.Minute)
		}},
		{"the mailbox falls silent, and its session is fed", reconnects, func(s *script) {
			at := s.seconds(60, 90)
			s.stalls(at, about(s.anyPace()))
			s.mailbox, s.outputName = true, "mailbox_writer"
			s.from(0, 10*time.Second, "healthy")
			s.from(at, 60*time.Second, "pipeline-stalled")
			s.follow(5 * time.Minute)
		}},
		{"the mailbox does not answer any more", reconnects, func(s *script) {
			at := s.seconds(60, 90)
			s.well(about(s.anyPace()))
			s.mailbox, s.outputName = true, "mailbox_writer"
			s.http(at, forever, answer{how: "hang"}, "read")
			s.from(0, 10*time.Second, "healthy")
			s.from(at, 70*time.Second, "line-dead", "server-error", "connection-lost", "outputs-lost", "network-down").first("unknown")
			s.follow(at + 3*time.Minute)
		}},
	}
}

// waited finds requests of kinds that came before they were asked to.
func (v *server) waited(at, wait time.Duration, kinds []string) (wrong []string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, kind := range kinds {
		var reported time.Duration
		again := false
		for _, t := range v.asked[kind] {
			switch {
			case t < at || again:
			case reported == 0:
				reported = t
			case t < reported+wait-2*time.Second:
				wrong = append(wrong, fmt.Sprintf("%s was asked for again after %v, which should be %v", kind, t-reported, wait))
				again = true
			default:
				again = true
				if t > reported+wait+30*time.Second {
					wrong = append(wrong, fmt.Sprintf("%s was asked for again after %v, which should be %v", kind, t-reported, wait))
				}
			}
		}
		if reported == 0 || !again {
			wrong = append(wrong, kind+" was not asked for again")
		}
	}
	return wrong
}
