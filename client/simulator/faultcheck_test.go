package simulator_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"lenswatch/client/simulator"
)

func wantStatus(w *world, id, want string) {
	w.t.Helper()
	if m := w.metadata(id); m == nil || m["session_status"] != want {
		w.t.Errorf("the session is %v", m)
	}
}

// checkCounters sees whether inputs and outputs move: 0 means that they must not.
func checkCounters(w *world, id string, inputs, outputs int) {
	w.t.Helper()
	before := w.metadata(id)
	events, err := w.open(id, "").during(21 * time.Second)
	if err != nil || count(events, "sse.stream.heartbeat") != 4 {
		w.t.Errorf("%d events without 4 heartbeats: %v", len(events), err)
	}
	after := w.metadata(id)
	for name, moves := range map[string]int{"num_inputs": inputs, "num_outputs": outputs} {
		if got := after[name].(float64) > before[name].(float64); got != (moves > 0) {
			w.t.Errorf("%s went from %v to %v", name, before[name], after[name])
		}
	}
	if got := count(events, "inference.result") > 0; got != (outputs > 0) {
		w.t.Errorf("%d results among %d events", count(events, "inference.result"), len(events))
	}
}

func checkStall(w *world, id string) {
	checkCounters(w, id, 1, 0)
	s := w.open(id, "")
	w.sim.Heal("stall", id)
	if before, _ := s.until("inference.result"); len(before) > 1 {
		w.t.Errorf("before the first result after the stall: %v", before)
	}
}

func checkDropOnce(w *world, id string) {
	s := w.open(id, "")
	events, err := s.during(10 * time.Second)
	if !errors.Is(err, io.ErrUnexpectedEOF) || count(events, "inference.result") != 0 {
		w.t.Errorf("%d events, then %v", len(events), err)
	}
	if _, err := w.open(id, "").during(time.Minute); err != nil {
		w.t.Errorf("the second connection: %v", err)
	}
}

func checkEOFOnce(w *world, id string) {
	events, err := w.open(id, "").during(10 * time.Second)
	if err != io.EOF || len(events) != 1 {
		w.t.Errorf("%d events, then %v", len(events), err)
	}
	if _, err := w.open(id, "").during(time.Minute); err != nil {
		w.t.Errorf("the second connection: %v", err)
	}
	w.inject("eof=3", id)
	for range 3 { // again and again
		events, err := w.open(id, "").during(time.Minute)
		if results := len(texts(events)); err != io.EOF || results != 3 {
			w.t.Errorf("eof=3: %d results, then %v", results, err)
		}
	}
}

func checkLate(w *world, _ string) {
	for _, test := range []struct {
		fault string
		beats int
		after time.Duration
	}{
		{"late-first-result", 18, 90 * time.Second},
		{"late-first-result=30s,silent", 0, 30 * time.Second},
	} {
		w.inject(test.fault, "")
		began := time.Now()
		before, result := w.open(w.create(simulator.LensActivityMonitor), "").until("inference.result")
		// Between creation and RUNNING are 250 ms.
		if d := result.at.Sub(began) - 250*time.Millisecond; d != test.after || count(before, "sse.stream.heartbeat") != test.beats {
			w.t.Errorf("%s: after %v and %d heartbeats", test.fault, d, count(before, "sse.stream.heartbeat"))
		}
		w.sim.Heal("late-first-result", "")
	}
}

// checkAnswer looks at the answers of all groups of paths, then of one.
func checkAnswer(code int, retryAfter, part string) func(*world, string) {
	return func(w *world, id string) {
		part := part
		requests := map[string]func() (int, http.Header, string){
			"lens":     func() (int, http.Header, string) { return w.do("GET", "/v0.5/lens/metadata", "") },
			"sessions": func() (int, http.Header, string) { return w.do("GET", "/v0.5/lens/sessions/metadata", "") },
			"create":   func() (int, http.Header, string) { return w.do("POST", "/v0.5/lens/sessions/create", "{}") },
			"destroy":  func() (int, http.Header, string) { return w.do("POST", "/v0.5/lens/sessions/destroy", "{}") },
			"process":  func() (int, http.Header, string) { return w.do("POST", "/v0.5/lens/sessions/events/process", "{}") },
			"socket":   func() (int, http.Header, string) { return w.do("GET", "/v0.5/lens/sessions/"+id, "") },
			"consumer": func() (int, http.Header, string) { return w.do("GET", "/v0.5/lens/sessions/consumer/"+id+"x", "") },
		}
		wants := func(what string, got int, header http.Header, body string) {
			w.t.Helper()
			if got != code || header.Get("Retry-After") != retryAfter || !strings.Contains(body, part) {
				w.t.Errorf("%s: HTTP %d, Retry-After %q: %s", what, got, header.Get("Retry-After"), body)
			}
		}
		for group, request := range requests {
			got, header, body := request()
			wants(group, got, header, body)
		}
		name := map[int]string{401: "unauthorized", 404: "not-found", 429: "rate-limit", 500: "server-error", 502: "bad-gateway"}[code]
		limited, whole := name+"=process", name
		if code == http.StatusTooManyRequests {
			limited, whole = name+"=7,process", name+"=7"
		}
		w.inject(limited, "")
		for group, request := range requests {
			got, header, body := request()
			if group == "process" {
				wants(group, got, header, body)
			} else if got == code && code != 404 {
				w.t.Errorf("%s limited to process: %s answers HTTP %d", name, group, got)
			}
		}
		w.sim.Heal("", "")
		w.inject(whole, id) // limited to the session: found in the path and in the body
		got, header, body := w.do("GET", "/v0.5/lens/sessions/consumer/"+id, "")
		if code == http.StatusNotFound {
			part = "Unknown session id: " + id
		}
		wants("consumer of the session", got, header, body)
		got, header, body = w.do("POST", "/v0.5/lens/sessions/events/process", `{"session_id": "`+id+`", "event": {"type": "session.status"}}`)
		wants("call of the session", got, header, body)
		if got, _, _ := w.do("GET", "/v0.5/lens/metadata", ""); got != 200 {
			w.t.Errorf("limited to a session: lens metadata answers HTTP %d", got)
		}
	}
}

func checkMailboxOnly(w *world, id string) {
	before := w.metadata(id)["num_outputs"].(float64)
	events, err := w.open(id, "").during(21 * time.Second)
	if err != nil || count(events, "sse.stream.heartbeat") != 4 || len(events) != 5 {
		w.t.Errorf("the stream gave %v, %v", events, err)
	}
	if after := w.metadata(id)["num_outputs"].(float64); after < before+9 {
		w.t.Errorf("num_outputs went from %v to %v", before, after)
	}
	data, _ := w.call(id, "session.read", `{"client_id": "a"}`)["event_data"].(map[string]any)
	if messages, _ := data["messages"].([]any); len(messages) < 9 {
		w.t.Errorf("session.read gave %v", data)
	}
	if config := fmt.Sprint(w.call(id, "session.status", "")["lens_config"]); !strings.Contains(config, "server_sent_events_writer") {
		w.t.Errorf("the record gives it away: %s", config)
	}
}

// checkResume reads three events, comes back, and looks at how far it was moved.
func checkResume(w *world, id string, moved int) {
	read := func(lastID string) event {
		s := w.open(id, lastID)
		s.mustNext()
		for {
			if e := s.mustNext(); e.id != "" {
				return e
			}
		}
	}
	first := read("")
	if next := read(first.id); next.number(w.t) != first.number(w.t)+1+moved {
		w.t.Errorf("after %d came %d", first.number(w.t), next.number(w.t))
	}
	w.pass(10 * time.Second)
	if next := read(first.id); next.number(w.t) != first.number(w.t)+1+moved {
		w.t.Errorf("after %d came %d from the ring", first.number(w.t), next.number(w.t))
	}
}

// checkEvents looks for the harm in every nth event, and only there.
func checkEvents(harmed func(event) bool, nth int) func(*world, string) {
	return func(w *world, id string) {
		events, err := w.open(id, "").during(30 * time.Second)
		if err != nil {
			w.t.Fatal(err)
		}
		results := 0
		for _, e := range events {
			if e.id == "" {
				continue
			}
			results++
			n := e.number(w.t)
			if harmed(e) != (n%nth == 0) {
				w.t.Errorf("event %d: %.200s", n, e.data)
			}
		}
		if results < 12 {
			w.t.Errorf("%d results", results)
		}
	}
}

// checkRaw looks at the bytes of a stream.
func checkRaw(good func(string) bool) func(*world, string) {
	return func(w *world, id string) {
		s := w.open(id, "")
		time.AfterFunc(21*time.Second, func() {
			if err := w.sim.Destroy(id); err != nil {
				w.t.Error(err)
			}
		})
		b, err := io.ReadAll(s.body)
		if err != nil || !good(string(b)) || strings.Count(string(b), "inference.result") < 5 || !strings.Contains(string(b), "sse.stream.end") {
			w.t.Errorf("%q, %v", b, err)
		}
	}
}

func checkSplit(w *world, id string) {
	s := w.open(id, "")
	buf, split, began := make([]byte, 1<<20), 0, time.Now()
	for time.Since(began) < time.Minute {
		n, err := s.body.Read(buf) // each is one chunk
		if err != nil {
			w.t.Fatal(err)
		}
		if !utf8.Valid(buf[:n]) {
			split++
		}
	}
	if split < 6 { // of two halves each
		w.t.Errorf("%d pieces end or begin inside a character", split)
	}
}

func checkBursts(w *world, id string) {
	began := time.Now()
	s := w.open(id, "")
	if d := time.Since(began); d > 0 {
		w.t.Errorf("the answer itself was held back for %v", d)
	}
	events, err := s.during(61 * time.Second)
	if err != nil || count(events, "inference.result") < 20 || count(events, "sse.stream.heartbeat") < 8 {
		w.t.Errorf("%d events, %v", len(events), err)
	}
	times := 0
	for i, e := range events {
		if i == 0 || e.at.Sub(events[i-1].at) > 0 {
			times++
		}
	}
	if times < 4 || times > 6 {
		w.t.Errorf("%d events came at %d different times in a minute", len(events), times)
	}
}

func checkExhausted(w *world, id string) {
	w.sim.Heal("exhausted", id)
	s := w.open(id, "")
	s.until("inference.result")
	w.inject("exhausted", id)
	before, _ := s.until("sse.stream.end")
	if n := len(before); n == 0 || before[n-1].eventData()["message"] != "End of the input stream was reached." {
		w.t.Errorf("before the end came %v", before)
	}
	wantStatus(w, id, "SESSION_STATUS_RUNNING")
	began := time.Now()
	before, end := w.open(id, "").until("sse.stream.end")
	if d := end.at.Sub(began); d != 58*time.Second || len(before) != 12 {
		w.t.Errorf("a stream opened then ended after %v and %d events", d, len(before))
	}
}

func checkNoOutput(w *world, id string) {
	checkCounters(w, id, 1, 0)
	other := w.create(simulator.LensMachineState) // has its writer in the other place
	w.inject("no-output-stream", other)
	for _, id := range []string{id, other} {
		if config := fmt.Sprint(w.call(id, "session.status", "")["lens_config"]); strings.Contains(config, "writer") {
			w.t.Errorf("the record still has a writer: %s", config)
		}
	}
	if _, _, lenses := w.do("GET", "/v0.5/lens/metadata", ""); !strings.Contains(lenses, "server_sent_events_writer") {
		w.t.Error("the lenses have lost their writers for one session's sake")
	}
	w.inject("no-output-stream", "")
	if _, _, lenses := w.do("GET", "/v0.5/lens/metadata", ""); strings.Contains(lenses, "writer") {
		w.t.Error("the lenses still have writers")
	}
	w.sim.Heal("no-output-stream", "")
}
