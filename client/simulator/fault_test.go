package simulator_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"lenswatch/client/simulator"
)

func TestParseFault(t *testing.T) {
	for text, want := range map[string]simulator.Fault{
		"stall":                            {Name: "stall"},
		"drop=100":                         {Name: "drop", Arg: "100"},
		"drop=once":                        {Name: "drop", Arg: "once"},
		" idle-end = 10s ":                 {Name: "idle-end", Arg: "10s"},
		"late-first-result=90":             {Name: "late-first-result", Arg: "90"},
		"late-first-result=1m30s,silent":   {Name: "late-first-result", Arg: "1m30s,silent"},
		"rate-limit=7":                     {Name: "rate-limit", Arg: "7"},
		"rate-limit=7,consumer":            {Name: "rate-limit", Arg: "7,consumer"},
		"rate-limit=consumer":              {Name: "rate-limit", Arg: "consumer"},
		"unauthorized=create":              {Name: "unauthorized", Arg: "create"},
		"big-event=2MiB,1":                 {Name: "big-event", Arg: "2MiB,1"},
		"big-event=70000":                  {Name: "big-event", Arg: "70000"},
		"event-name=a name with = and all": {Name: "event-name", Arg: "a name with = and all"},
	} {
		got, err := simulator.ParseFault(text)
		if err != nil || got != want {
			t.Errorf("%q is %+v, %v", text, got, err)
		}
	}
	for text, hint := range map[string]string{
		"":                           "stall",
		"stal":                       "stall",
		"unauthorised":               "unauthorized",
		"idle":                       "idle-end",
		"completely-different":       "bad-gateway",
		"stall=1":                    "no argument",
		"drop=-1":                    "number",
		"drop=some":                  "number",
		"bad-json=0":                 "number",
		"idle-end=soon":              "duration",
		"idle-end=-1s":               "duration",
		"late-first-result=9s,loud":  "silent",
		"unauthorized=everything":    "consumer",
		"rate-limit=7,everything":    "consumer",
		"big-event=-1":               "size",
		"big-event=9999999999999999": "size",
		"big-event=1GiB":             "size",
		"big-event=1KiB,0":           "number",
		"event-name=two\nlines":      "line",
	} {
		if _, err := simulator.ParseFault(text); err == nil || !strings.Contains(err.Error(), hint) {
			t.Errorf("%q: the error %v does not speak of %q", text, err, hint)
		}
	}
	infos := simulator.Faults()
	if !slices.IsSortedFunc(infos, func(a, b simulator.FaultInfo) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("Faults is not sorted")
	}
	for _, f := range infos {
		if _, err := simulator.ParseFault(f.Name); err != nil || f.Doc == "" {
			t.Errorf("%s without an argument: %v", f.Name, err)
		}
	}
}

// faultTests has one check for each fault: it gets a session of the activity monitor that has run
// for 10 s, with the fault newly in force for it, or for all sessions if global is set.
var faultTests = map[string]struct {
	arg    string
	global bool
	check  func(w *world, id string)
}{
	"drop":  {check: checkDropOnce},
	"eof":   {check: checkEOFOnce},
	"stall": {check: checkStall},
	"silence": {check: func(w *world, id string) {
		events, err := w.open(id, "").during(2 * time.Minute)
		if err != nil || len(events) != 1 || events[0].typ() != "sse.stream.start" {
			w.t.Errorf("%d events, %v", len(events), err)
		}
	}},
	"half-open": {arg: "3", check: func(w *world, id string) {
		s := w.open(id, "")
		for range 3 {
			s.until("inference.result")
		}
		w.sim.Heal("half-open", "")
		w.inject("half-open=0", id)
		events, err := s.during(2 * time.Minute)
		if err != nil || len(events) > 0 {
			w.t.Errorf("%d events, %v", len(events), err)
		}
	}},
	"idle-end": {arg: "20s", check: func(w *world, id string) {
		began := time.Now()
		s := w.open(id, "")
		before, end := s.until("sse.stream.end")
		if d := end.at.Sub(began); d != 20*time.Second || count(before, "inference.result") > 0 {
			w.t.Errorf("the end came after %v and %d events", d, len(before))
		}
		wantStatus(w, id, "SESSION_STATUS_RUNNING")
	}},
	"late-first-result": {check: checkLate},
	"unauthorized":      {global: true, check: checkAnswer(401, "", `{"detail": "Invalid API key"}`)},
	"not-found":         {global: true, check: checkAnswer(404, "", `"code": "not_found"`)},
	"rate-limit":        {arg: "7", global: true, check: checkAnswer(429, "7", `"code": "rate_limit_exceeded"`)},
	"server-error":      {global: true, check: checkAnswer(500, "", `"code": "internal_logic_error"`)},
	"bad-gateway":       {global: true, check: checkAnswer(502, "", "<html>")},
	"reset": {global: true, check: func(w *world, id string) {
		if _, err := w.client.Get(base + "/lens/metadata"); err == nil {
			w.t.Error("there was an answer")
		}
	}},
	"hang": {global: true, check: func(w *world, id string) {
		w.client.Timeout = time.Minute
		if _, err := w.client.Get(base + "/lens/metadata"); !errors.Is(err, context.DeadlineExceeded) {
			w.t.Errorf("not a time-out: %v", err)
		}
	}},
	"quota-full": {global: true, check: func(w *world, id string) {
		code, _, body := w.do("POST", "/v0.5/lens/sessions/create", `{"lens_id": "`+simulator.LensNoop+`"}`)
		if code != 400 || !strings.Contains(body, "Failed to allocate lens runner") {
			w.t.Errorf("HTTP %d: %s", code, body)
		}
	}},
	"no-input":     {check: func(w *world, id string) { checkCounters(w, id, 0, 0) }},
	"mailbox-only": {check: checkMailboxOnly},
	"no-output-stream": {check: func(w *world, id string) {
		checkCounters(w, id, 1, 0)
		config := fmt.Sprint(w.call(id, "session.status", "")["lens_config"])
		if strings.Contains(config, "writer") {
			w.t.Errorf("the record still has a writer: %s", config)
		}
	}},
	"duplicate-after-resume": {arg: "2", check: func(w *world, id string) { checkResume(w, id, -2) }},
	"lost-after-resume":      {arg: "2", check: func(w *world, id string) { checkResume(w, id, 2) }},
	"bad-json": {arg: "2", check: checkEvents(func(e event) bool {
		return e.body == nil && strings.HasPrefix(e.data, `{"type": "`)
	}, 2)},
	"missing-type": {arg: "3", check: checkEvents(func(e event) bool { return e.body != nil && e.body["type"] == nil && e.eventData() != nil }, 3)},
	"unknown-type": {arg: "4", check: checkEvents(func(e event) bool { return e.typ() == "lens.telemetry" && e.eventData() != nil }, 4)},
	"big-event":    {arg: "1MiB,2", check: checkEvents(func(e event) bool { return e.body != nil && len(e.data) == 1<<20 }, 2)},
	"event-name":   {arg: "lens_event", check: checkEvents(func(e event) bool { return e.name == "lens_event" }, 1)},
	"comments":     {check: checkEvents(func(e event) bool { return e.comments == 2 }, 1)},
	"multi-line":   {check: checkEvents(func(e event) bool { return e.dataLines > 5 && e.body != nil }, 1)},
	"crlf":         {check: checkRaw(func(s string) bool { return strings.Count(s, "\n") == strings.Count(s, "\r\n") })},
	"utf8-split":   {check: checkSplit},
	"destroyed": {arg: "15s", check: func(w *world, id string) {
		s := w.open(id, "")
		began := time.Now()
		s.until("sse.stream.end")
		if d := time.Since(began); d < 4*time.Second || d > 6*time.Second {
			w.t.Errorf("the end came after %v", d)
		}
		if w.metadata(id) != nil {
			w.t.Error("it is still listed")
		}
	}},
	"failed": {check: func(w *world, id string) {
		s := w.open(id, "")
		before, _ := s.until("sse.stream.end")
		if count(before, "error") != 1 {
			w.t.Errorf("no error before the end: %v", before)
		}
		wantStatus(w, id, "SESSION_STATUS_FAILED")
	}},
	"stale": {check: func(w *world, id string) {
		w.open(id, "").until("sse.stream.end")
		wantStatus(w, id, "SESSION_STATUS_STALE")
	}},
	"bursts":    {check: checkBursts},
	"exhausted": {check: checkExhausted},
	"starved": {global: true, check: func(w *world, id string) {
		younger := w.create(simulator.LensActivityMonitor)
		w.pass(2 * time.Second)
		checkCounters(w, id, 0, 0)
		if before, _ := w.open(younger, "").until("inference.result"); len(before) > 3 {
			w.t.Errorf("the younger session gave %v first", before)
		}
		if err := w.sim.Destroy(younger); err != nil {
			w.t.Fatal(err)
		}
		w.pass(time.Second)
		checkCounters(w, id, 1, 1)
	}},
}

func TestFaults(t *testing.T) {
	for _, info := range simulator.Faults() {
		test, found := faultTests[info.Name]
		if !found {
			t.Errorf("%s has no test", info.Name)
			continue
		}
		t.Run(info.Name, func(t *testing.T) {
			inBubble(t, simulator.Config{}, func(w *world) {
				w.t = t
				id := w.create(simulator.LensActivityMonitor)
				healthy := w.create(simulator.LensMachineState)
				w.pass(10 * time.Second)
				f, only := simulator.Fault{Name: info.Name, Arg: test.arg}.String(), id
				if test.global {
					only = ""
				}
				w.inject(f, only)
				test.check(w, id)
				if test.global {
					w.sim.Heal(info.Name, "")
				}
				w.client.Timeout = 0
				// Nothing of it reaches another session, or lasts after it is healed.
				events, err := w.open(healthy, "").during(11 * time.Second)
				if n := count(events, "inference.result"); err != nil || n < 6 || count(events, "sse.stream.heartbeat") != 2 {
					t.Errorf("beside it: %d results of %d events, %v", n, len(events), err)
				}
			})
		})
	}
}

func TestHealing(t *testing.T) {
	for _, name := range []string{"stall", "silence", "no-input", "mailbox-only", "no-output-stream", "idle-end", "exhausted", "bursts"} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, simulator.Config{}, func(w *world) {
				w.t = t
				id := w.create(simulator.LensActivityMonitor)
				w.pass(10 * time.Second)
				w.inject(name, "")
				w.pass(30 * time.Second)
				w.sim.Heal(name, id) // is in force for all, and stays
				w.sim.Heal(name, "")
				before, result := w.open(id, "").until("inference.result")
				if d := result.at.Sub(before[0].at); d > 3*time.Second {
					t.Errorf("the next result came after %v", d)
				}
			})
		})
	}
}

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
		if part == `"code": "not_found"` {
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
	number := func(e event) (n int) {
		if _, err := fmt.Sscanf(e.id[9:], "%d", &n); err != nil {
			w.t.Fatalf("%q: %v", e.id, err)
		}
		return n
	}
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
	if next := read(first.id); number(next) != number(first)+1+moved {
		w.t.Errorf("after %d came %d", number(first), number(next))
	}
	w.pass(10 * time.Second)
	if next := read(first.id); number(next) != number(first)+1+moved {
		w.t.Errorf("after %d came %d from the ring", number(first), number(next))
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
			var n int
			if _, err := fmt.Sscanf(e.id[9:], "%d", &n); err != nil {
				w.t.Fatalf("%q: %v", e.id, err)
			}
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
	s := w.open(id, "")
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
