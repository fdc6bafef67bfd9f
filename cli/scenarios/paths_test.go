package scenarios

import "time"

const onePath = 3

// paths are those in which one kind of request fails, which says nothing of the others.
func paths() []scenario {
	forbidden := jsonAnswer(403, `{"detail":"Not authorized to list sessions"}`)
	broken := []answer{
		apiError(500, "internal_logic_error", "Something went wrong."), page(502, "502 Bad Gateway", "nginx"), apiError(429, "rate_limited", "Too many requests."),
		jsonAnswer(200, `{"type":"error","message":"Failed to fetch session_runner!"}`), {how: "hang"}, {how: "reset"}, forbidden,
	}
	return []scenario{
		{"the list is forbidden while results stall", onePath, func(s *script) {
			at := s.seconds(20, 60)
			s.stalls(at, about(s.anyPace()))
			s.http(longAgo, forever, forbidden, "list", "entry")
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 45*time.Second, "pipeline-stalled")
			s.follow(4 * time.Minute)
		}},
		{"the list is forbidden, and it stalled before", onePath, func(s *script) {
			s.stalls(-s.seconds(40, 300), about(s.anyPace()))
			s.http(longAgo, forever, forbidden, "list", "entry")
			s.diagnose(3, "pipeline-stalled").not("key was refused", "key is refused")
			s.from(0, joinedLate, "pipeline-stalled").sureBy(late)
			s.follow(4 * time.Minute)
		}},
		{"the list is forbidden while results come", onePath, func(s *script) {
			s.well(about(s.anyPace()))
			s.http(longAgo, forever, forbidden, "list", "entry")
			s.diagnose(0, "healthy")
			s.soundFor(10 * time.Minute)
		}},
		{"nothing but the stream is allowed, and results come", onePath, func(s *script) {
			s.well(about(s.anyPace()))
			s.http(longAgo, forever, forbidden, "list", "entry", "status", "lenses", "info", "read")
			s.diagnose(0, "healthy")
			s.soundFor(10 * time.Minute)
		}},
		{"nothing but the stream is allowed, and results stall", onePath, func(s *script) {
			at := s.seconds(20, 60)
			s.stalls(at, about(s.anyPace()))
			s.http(longAgo, forever, forbidden, "list", "entry", "status", "lenses", "info", "read")
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 45*time.Second, "unknown", "pipeline-stalled", "no-input").guess()
			s.follow(4 * time.Minute)
		}},
		{"questions fail while results come", onePath, func(s *script) {
			s.well(about(s.anyPace()))
			s.http(longAgo, forever, pick(s.dice, broken...), "list", "entry", "status", "info", "read")
			s.diagnose(0, "healthy")
			s.soundFor(10 * time.Minute)
		}},
		{"questions fail while results stall", onePath, func(s *script) {
			at := s.seconds(20, 60)
			s.stalls(at, about(s.anyPace()))
			s.http(longAgo, forever, pick(s.dice, broken...), "list", "entry", "status", "info", "read")
			s.from(0, 8*time.Second, "healthy") // the question which channel to read may take 3 s
			s.from(at, 45*time.Second, "unknown", "pipeline-stalled", "no-input").guess()
			s.follow(4 * time.Minute)
		}},
		{"the session cannot be asked, and the list counts a stall", onePath, func(s *script) {
			s.stalls(-s.seconds(40, 300), about(s.anyPace()))
			s.listCounts = true
			s.http(longAgo, forever, pick(s.dice, broken...), "status")
			s.diagnose(3, "pipeline-stalled")
			s.from(0, joinedLate, "pipeline-stalled").sureBy(late)
			s.follow(4 * time.Minute)
		}},
		{"the stream is not there, and the session runs", onePath, func(s *script) {
			s.well(about(s.anyPace()))
			s.http(longAgo, forever, pick(s.dice, jsonAnswer(404, `{"detail":"Not Found"}`), apiError(404, "not_found", "No such consumer.")), "stream")
			s.diagnose(7, "server-error", "wrong-endpoint").not("destroyed", "no such session:", "is gone")
			s.from(0, 30*time.Second, "server-error", "wrong-endpoint")
			s.follow(2 * time.Minute)
		}},
		{"the stream is answered by something else", onePath, func(s *script) {
			s.well(about(s.anyPace()))
			s.http(longAgo, forever, pick(s.dice, jsonAnswer(200, `{"status": "ok"}`), jsonAnswer(200, `{"type":"error","message":"Failed to fetch session_runner!"}`),
				answer{status: 200, header: headers("Content-Type", "text/plain"), body: "ok"}), "stream")
			s.diagnose(7, "server-error", "wrong-endpoint")
			s.from(0, 30*time.Second, "server-error", "wrong-endpoint")
			s.follow(time.Minute)
		}},
		{"the stream is not there for a while after a cut", onePath, func(s *script) {
			s.well(about(s.anyPace()))
			at := s.seconds(30, 60)
			s.cuts = []cut{{at, pick(s.dice, "eof", "reset", "end")}}
			s.http(at, at+40*time.Second, jsonAnswer(404, `{"detail":"Not Found"}`), "stream")
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 30*time.Second, "server-error", "wrong-endpoint", "connection-lost", "idle-close")
			s.from(at+40*time.Second, 60*time.Second, "healthy")
			s.follow(5 * time.Minute)
		}},
		{"the list leaves a session out that is well", onePath, func(s *script) {
			s.well(about(s.anyPace()))
			s.listed = []window{{s.seconds(10, 40), forever}}
			s.diagnose(0, "healthy")
			s.soundFor(5 * time.Minute)
		}},
		{"the list leaves a session out that stalls", onePath, func(s *script) {
			at := s.seconds(20, 40)
			s.stalls(at, about(s.anyPace()))
			s.listed = []window{{at - 10*time.Second, forever}}
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 45*time.Second, "pipeline-stalled")
			s.follow(3 * time.Minute)
		}},
		{"the session says that it is unknown, and results come", onePath, func(s *script) {
			s.well(about(s.anyPace()))
			s.http(longAgo, forever, jsonAnswer(200, `{"type":"error","message":"Unknown session id: lsn-0"}`), "status")
			s.diagnose(0, "healthy")
			s.soundFor(5 * time.Minute)
		}},
		{"the key is refused", onePath, func(s *script) {
			s.well(about(s.anyPace()))
			s.http(longAgo, forever, pick(s.dice, jsonAnswer(401, `{"detail":"Invalid API key"}`), apiError(401, "invalid_api_key", "The key is not valid."),
				apiError(403, "forbidden", "The key has expired."), answer{status: 401}), "any")
			s.diagnose(4, "key-refused")
			s.from(0, 5*time.Second, "key-refused")
			s.follow(time.Minute)
		}},
		{"the key may not read streams", onePath, func(s *script) {
			s.well(about(s.anyPace()))
			s.http(longAgo, forever, apiError(403, "forbidden", "This key may not read the output of sessions."), "stream")
			s.diagnose(4, "key-refused").saying("may not read the output")
			s.from(0, 10*time.Second, "key-refused")
			s.follow(time.Minute)
		}},
		{"too many requests", onePath, func(s *script) {
			s.well(about(s.anyPace()))
			wait := pick(s.dice, "20", "45", "90")
			s.http(longAgo, forever, jsonAnswer(429, `{"errors":[{"code":"rate_limited","message":"Too many requests."}]}`, "Retry-After", wait), pick(s.dice, "any", "stream"))
			s.diagnose(6, "rate-limited")
			s.from(0, 10*time.Second, "rate-limited")
			s.follow(time.Minute)
		}},
		{"the server fails", onePath, func(s *script) {
			s.well(about(s.anyPace()))
			s.http(longAgo, forever, pick(s.dice, apiError(500, "internal_logic_error", "Something went wrong."), page(502, "502 Bad Gateway", "nginx"),
				page(503, "Service Unavailable", "No server is available."), answer{status: 504}), pick(s.dice, "any", "stream"))
			s.diagnose(7, "server-error")
			s.from(0, 10*time.Second, "server-error").first("connection-lost")
			s.follow(2 * time.Minute)
		}},
		{"the stream is taken and not answered", onePath, func(s *script) {
			s.well(about(s.anyPace()))
			s.http(longAgo, forever, answer{how: "hang"}, pick(s.dice, "any", "stream"))
			s.diagnose(7, "server-error", "opening", "network-down").orExit(3)
			s.from(0, 60*time.Second, "server-error", "network-down").first("opening", "connection-lost")
			s.follow(2 * time.Minute)
		}},
	}
}
