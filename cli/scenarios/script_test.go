package scenarios

import (
	"fmt"
	"net/http"
	"time"
)

// script is one variant of a scenario: what the service does, how it is watched, and what is right.
type script struct {
	*dice
	*session // the one that is watched; others stand in sessions
	sessions []*session
	rules    []rule
	network  network
	skew     time.Duration // the service's clock, ahead of the viewer's
	jumps    []jump        // of the service's clock
	stops    []window      // when the viewer does not run
	path     string        // of the endpoint that is set, after the host
	several  bool          // all sessions are watched, not the first alone
	unknown  string        // an id that is watched in place of a session's
	listForm string        // how the list is answered, where it is out of the ordinary: "wrapped", "gzip"
	expect
}

// jump sets the service's clock on by so much.
type jump struct{ at, by time.Duration }

// newScript is a session that is well: an hour old, fed each second, with heartbeats each 5 s. It has no
// results yet.
func newScript(d *dice) *script {
	s := &script{dice: d}
	s.session = s.add("Activity Monitor")
	return s
}

// add adds a session that is well, but has no results.
func (s *script) add(lens string) *session {
	n := len(s.sessions)
	x := &session{
		id: fmt.Sprintf("lsn-2611%02d%024x", 10+n, s.r.Uint64()), lens: fmt.Sprintf("lns-%016x-%08x", s.r.Uint64(), n), lensName: lens, d: s.dice,
		outputName: pick(s.dice, "server_sent_events_writer", "server_side_events_writer"), inputType: "rtsp_video_reader",
		inPipeline: s.often(50), beatEvery: 5 * time.Second, beatsIdle: s.often(50), listCounts: s.often(60),
		form: pick(s.dice, "documented", "list", "label", "text"), registered: -time.Hour, started: -time.Hour + 3*time.Second,
		ttl: 24 * time.Hour, gone: forever, finish: forever, ending: "end", lifeEnd: "end",
	}
	x.status = []step{{longAgo * 2, pick(s.dice, `"SESSION_STATUS_RUNNING"`, `"LensSessionStatus.SESSION_STATUS_RUNNING"`)}}
	s.sessions = append(s.sessions, x)
	return x
}

// diagnosed are the ids that are watched.
func (s *script) diagnosed() (ids []string) {
	switch {
	case s.unknown != "":
		return []string{s.unknown}
	case !s.several:
		return []string{s.id}
	}
	for _, x := range s.sessions {
		ids = append(ids, x.id)
	}
	return ids
}

// judged are the ids of which it is judged what is said: of all where all are sound, or else of the first.
func (s *script) judged() []string {
	if ids := s.diagnosed(); s.sound {
		return ids
	}
	return s.diagnosed()[:1]
}

// every are times at even distances.
func every(d time.Duration) func(*dice) time.Duration { return func(*dice) time.Duration { return d } }

// about are times at distances that vary by a tenth.
func about(d time.Duration) func(*dice) time.Duration {
	return func(x *dice) time.Duration { return time.Duration(float64(d) * (0.9 + 0.2*x.r.Float64())) }
}

// chance are times of a Poisson process.
func chance(mean time.Duration) func(*dice) time.Duration {
	return func(x *dice) time.Duration {
		return max(time.Millisecond, time.Duration(float64(mean)*x.r.ExpFloat64()))
	}
}

// results puts out results in a span of time.
func (x *session) results(from, to time.Duration, gap func(*dice) time.Duration) {
	for t := from + gap(x.d); t < to; t += gap(x.d) {
		x.result(t)
	}
}

// result puts out one result.
func (x *session) result(at time.Duration) {
	x.items = append(x.items, item{at: at, payload: "result", output: true})
}

// bursts puts out n results within a second, again and again.
func (x *session) bursts(from, to time.Duration, gap func(*dice) time.Duration, n int) {
	for t := from; t < to; t += gap(x.d) {
		for i := range n {
			x.result(t + time.Duration(i)*time.Second/time.Duration(n))
		}
	}
}

// inputs feeds the session in a span of time.
func (x *session) inputs(from, to, every time.Duration) {
	x.flows = append(x.flows, flow{window{from, to}, every})
}

// say sends events of a type again and again in a span of time. Whatever is no result is no output of the lens.
func (x *session) say(from, to time.Duration, gap func(*dice) time.Duration, payload ...string) {
	for t := from + gap(x.d); t < to; t += gap(x.d) {
		x.items = append(x.items, item{at: t, payload: pick(x.d, payload...)})
	}
}

// well is a session with results and inputs all the time.
func (x *session) well(gap func(*dice) time.Duration) {
	x.results(longAgo, time.Hour, gap)
	x.inputs(longAgo, forever, time.Second)
}

// stalls is a session that was well until a time; its inputs go on.
func (x *session) stalls(at time.Duration, gap func(*dice) time.Duration) {
	x.results(longAgo, at, gap)
	x.inputs(longAgo, forever, time.Second)
}

// starves is a session that was well until its inputs stopped.
func (x *session) starves(at time.Duration, gap func(*dice) time.Duration) {
	x.results(longAgo, at, gap)
	x.inputs(longAgo, at, time.Second)
}

// is sets the status from a time on; a bare word is spelt in one of the ways that were seen.
func (x *session) is(at time.Duration, status string) {
	x.status = append(x.status, step{at, pick(x.d, `"SESSION_STATUS_`+status+`"`, `"LensSessionStatus.SESSION_STATUS_`+status+`"`)})
}

// ends makes the service destroy the session and forget it.
func (x *session) ends(at time.Duration, how string) {
	x.is(at, "DESTROYED")
	x.gone, x.ending = at, how
}

// rule answers a kind of request in its own way for a while.
type rule struct {
	window
	kinds  []string // see kindOf; "any" for all
	answer answer
}

// answer is how a request is answered.
type answer struct {
	status int
	header http.Header
	body   string
	delay  time.Duration
	how    string // "" for an answer; "hang", "reset", "close"; "slow" for the normal answer after delay, "moved" for that of another address
	date   time.Duration
}

// http makes requests of some kinds be answered by a in a span of time.
func (s *script) http(from, to time.Duration, a answer, kinds ...string) {
	s.rules = append(s.rules, rule{window{from, to}, kinds, a})
}

// jsonAnswer is an answer with a body of JSON.
func jsonAnswer(status int, body string, header ...string) answer {
	return answer{status: status, body: body, header: headers(append(header, "Content-Type", "application/json")...)}
}

// page is an answer with a web page.
func page(status int, title, body string, header ...string) answer {
	return answer{
		status: status, header: headers(append(header, "Content-Type", "text/html; charset=utf-8")...),
		body: "<!DOCTYPE html><html><head><title>" + title + "</title></head><body><h1>" + title + "</h1><p>" + body + "</p></body></html>",
	}
}

func headers(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i+1 < len(pairs); i += 2 {
		h.Set(pairs[i], pairs[i+1])
	}
	return h
}

// The errors of the documents, in the shapes that were seen.
func apiError(status int, code, message string) answer {
	return jsonAnswer(status, text(map[string]any{"errors": []any{map[string]any{
		"code": code, "message": message, "suggestion": "See the documentation.", "error_uid": "err-4f1d",
	}}}))
}
