package simulator_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

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
	"false-page": {arg: "destroy", global: true, check: func(w *world, id string) {
		if code, _, body := w.do("POST", "/v0.5/lens/sessions/destroy", `{"session_id":"`+id+`"}`); code != 200 || !strings.Contains(body, "<html>") {
			w.t.Errorf("HTTP %d: %s", code, body)
		}
		wantStatus(w, id, "SESSION_STATUS_RUNNING")
	}},
	"lost-answer": {arg: "destroy", global: true, check: func(w *world, id string) {
		req, err := http.NewRequest("POST", base+"/lens/sessions/destroy", strings.NewReader(`{"session_id":"`+id+`"}`))
		if err != nil {
			w.t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+simulator.DefaultKey)
		if resp, err := w.client.Do(req); err == nil {
			resp.Body.Close()
			w.t.Error("there was an answer")
		}
		if m := w.metadata(id); m != nil {
			w.t.Errorf("the session is %v", m)
		}
	}},
	"slow-answer": {arg: "10s,lens", global: true, check: func(w *world, id string) {
		began := time.Now()
		if code, _, body := w.do("GET", "/v0.5/lens/metadata", ""); code != 200 || time.Since(began) != 10*time.Second || !strings.Contains(body, "lens_id") {
			w.t.Errorf("HTTP %d after %v: %s", code, time.Since(began), body)
		}
	}},
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
	"no-input":               {check: func(w *world, id string) { checkCounters(w, id, 0, 0) }},
	"mailbox-only":           {check: checkMailboxOnly},
	"no-output-stream":       {check: checkNoOutput},
	"duplicate-after-resume": {arg: "2", check: func(w *world, id string) { checkResume(w, id, -2) }},
	"lost-after-resume":      {arg: "2", check: func(w *world, id string) { checkResume(w, id, 2) }},
	"bad-json": {arg: "2", check: checkEvents(func(e event) bool {
		return e.body == nil && strings.HasPrefix(e.data, `{"type": "`)
	}, 2)},
	"missing-type": {arg: "3", check: checkEvents(func(e event) bool { return e.body != nil && e.body["type"] == nil && e.eventData() != nil }, 3)},
	"unknown-type": {arg: "4", check: checkEvents(func(e event) bool { return e.typ() == "lens.telemetry" && e.eventData() != nil }, 4)},
	"big-event":    {arg: "100KiB,2", check: checkEvents(func(e event) bool { return e.body != nil && len(e.data) == 100<<10 }, 2)},
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
					t.Errorf("besides it: %d results of %d events, %v", n, len(events), err)
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
					t.Errorf("the next result arrived after %v", d)
				}
			})
		})
	}
}

func TestFaultOfASessionGoesBeforeOneOfAll(t *testing.T) {
	inBubble(t, simulator.Config{}, func(w *world) {
		createdHere, other := w.create(simulator.LensNoop), w.create(simulator.LensNoop)
		wants := func(when string, wantMine, wantOther string) {
			t.Helper()
			for id, want := range map[string]string{createdHere: wantMine, other: wantOther} {
				_, header, _ := w.do("POST", "/v0.5/lens/sessions/destroy", `{"session_id": "`+id+`x"}`)
				if got := header.Get("Retry-After"); got != "" {
					t.Errorf("%s: an unknown session has to wait for %q", when, got)
				}
				_, header, _ = w.do("POST", "/v0.5/lens/sessions/events/process", `{"session_id": "`+id+`"}`)
				if got := header.Get("Retry-After"); got != want {
					t.Errorf("%s: Retry-After is %q, not %q", when, got, want)
				}
			}
		}
		w.inject("rate-limit=7,process", createdHere)
		wants("one of a session", "7", "")
		w.inject("bursts", "") // another, that does not matter here
		w.inject("bursts=1s", createdHere)
		w.sim.Heal("bursts", createdHere)
		if _, _, body := w.doWith("GET", "/_sim/faults", "", nil); len(list(t, body)) != 2 {
			t.Errorf("after healing one of a session: %s", body)
		}
		w.inject("rate-limit=9,process", "")
		wants("both", "9", "9") // the request is refused before it is read
		w.sim.Heal("rate-limit", createdHere)
		wants("one of all", "9", "9")
		w.sim.Heal("", "")
		wants("none", "", "")

		// Streams are asked for their session alone.
		w.pass(time.Second) // past the first log
		w.inject("idle-end=30s", createdHere)
		w.inject("idle-end=10s", "")
		for id, want := range map[string]time.Duration{createdHere: 30 * time.Second, other: 10 * time.Second} {
			began := time.Now()
			if _, end := w.open(id, "").until("sse.stream.end"); end.at.Sub(began) != want {
				t.Errorf("the end came after %v, not %v", end.at.Sub(began), want)
			}
		}
	})
}

func TestReplayWithoutIDs(t *testing.T) {
	inBubble(t, simulator.Config{NoIDs: true}, func(w *world) {
		id := w.create(simulator.LensActivityMonitor)
		w.inject("duplicate-after-resume=2", "")
		read := func(n int) []event {
			s := w.open(id, "")
			defer s.close()
			s.mustNext()
			var out []event
			for len(out) < n {
				if e := s.mustNext(); e.typ() != "sse.stream.heartbeat" {
					out = append(out, e)
				}
			}
			return out
		}
		first := read(6)
		w.pass(10 * time.Second)
		again := read(3)
		if again[0].data != first[4].data || again[1].data != first[5].data || again[2].data == first[5].data {
			t.Errorf("after\n%s\n%s\ncame\n%s\n%s\n%s", first[4].data, first[5].data, again[0].data, again[1].data, again[2].data)
		}
	})
}

func TestBurstsLoseNothing(t *testing.T) {
	inBubble(t, simulator.Config{Rate: 500, PayloadBytes: 1000, WarmUp: -1}, func(w *world) {
		id := w.create(simulator.LensNoop)
		w.inject("bursts=1h", id)
		began := time.Now()
		s := w.open(id, "")
		var previous event
		for n := 0; n < 4000; n++ {
			if n == 3000 { // in the midst of what is held back
				w.sim.Heal("bursts", id)
			}
			e := s.mustNext()
			if !strings.HasPrefix(e.typ(), "inference") {
				continue
			}
			if previous.id != "" && e.number(t) != previous.number(t)+1 {
				t.Fatalf("%s follows %s", e.id, previous.id)
			}
			previous = e
		}
		if d := time.Since(began); d > 20*time.Second {
			t.Errorf("a proxy that holds back 1 MiB at most let 4 MiB through after %v", d)
		}
	})
}
