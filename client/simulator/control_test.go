package simulator_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"lenswatch/client/simulator"
)

func TestControl(t *testing.T) {
	inBubble(t, simulator.Config{Quota: 1}, func(w *world) {
		ask := func(method, path, body string, wantCode int) string {
			t.Helper()
			code, _, answer := w.doWith(method, path, body, nil)
			if code != wantCode || !json.Valid([]byte(answer)) {
				t.Errorf("%s %s %s: HTTP %d: %s", method, path, body, code, answer)
			}
			return answer
		}
		for _, path := range []string{"/_sim", "/_sim/"} {
			if help := ask("GET", path, "", 200); len(object(t, help)["faults"].([]any)) != len(simulator.Faults()) {
				t.Errorf("GET %s: %s", path, help)
			}
		}
		ask("GET", "/_sim/nothing", "", 404)
		ask("GET", "/_simulator", "", 404)
		ask("PUT", "/_sim/faults", "", 405)
		ask("POST", "/_sim/state", "", 405)

		made := object(t, ask("POST", "/_sim/sessions", `{"lens_id": "`+simulator.LensMachineState+`"}`, 200))
		id := made["session_id"].(string)
		if !slices.Equal(w.sim.Sessions(), []string{id}) {
			t.Errorf("the sessions are %v", w.sim.Sessions())
		}
		ask("POST", "/_sim/sessions", `{}`, 409)
		ask("POST", "/_sim/sessions", `{"lens_id": "lns-no"}`, 404)

		ask("POST", "/_sim/faults", `{"fault": "stall", "session": "`+id+`"}`, 200)
		ask("POST", "/_sim/faults", `{"fault": "drop=5"}`, 200)
		ask("POST", "/_sim/faults", `{"fault": "drop=6"}`, 200) // replaces the one before
		ask("POST", "/_sim/faults", `{"fault": "stal"}`, 400)
		ask("POST", "/_sim/faults", `{}`, 400)
		got := list(t, ask("GET", "/_sim/faults", "", 200))
		if len(got) != 2 || got[0]["session"] != id || got[1]["name"] != "drop" || got[1]["arg"] != "6" {
			t.Errorf("the faults are %v", got)
		}
		if got := list(t, ask("DELETE", "/_sim/faults?name=stall", "", 200)); len(got) != 1 {
			t.Errorf("after healing one: %v", got)
		}
		if got := list(t, ask("DELETE", "/_sim/faults", "", 200)); len(got) != 0 {
			t.Errorf("after healing all: %v", got)
		}

		s := w.open(id, "")
		s.until("inference.result")
		state := object(t, ask("GET", "/_sim/state", "", 200))
		session, _ := at(state, "sessions", 0).(map[string]any)
		if session["session_id"] != id || len(session["readers"].([]any)) != 1 || session["num_inputs"] == 0.0 {
			t.Errorf("the state is %v", state)
		}

		ask("DELETE", "/_sim/sessions/"+id, "", 200)
		ask("DELETE", "/_sim/sessions/"+id, "", 404)
		s.until("sse.stream.end")
	})
}

func TestEmit(t *testing.T) {
	inBubble(t, simulator.Config{}, func(w *world) {
		id := w.create(simulator.LensNoop)
		w.pass(time.Second)
		s := w.open(id, "")
		s.mustNext()
		for payload, want := range map[string]string{
			`{"type": "inference.result", "x": 1}`: `{"type": "inference.result", "x": 1}`,
			"no JSON\r\nbut three\rlines\n":        "no JSON\nbut three\nlines\n",
			"\xff\xfe":                             "\xff\xfe",
		} {
			w.doWith("POST", "/_sim/sessions/"+id+"/emit", payload, nil)
			if e := s.mustNext(); e.data != want || e.id == "" || e.name != "message" {
				t.Errorf("%q came as %+v", payload, e)
			}
		}
		w.doWith("POST", "/_sim/sessions/"+id+"/emit?wire=1", "event: other\ndata: as it is\nretry: 7\n\n", nil)
		want := "event: other\ndata: as it is\nretry: 7\n\n"
		buf := make([]byte, len(want))
		if _, err := s.buf.Read(buf); err != nil || string(buf) != want {
			t.Errorf("on the wire is %q, %v", buf, err)
		}
		if code, _, _ := w.doWith("POST", "/_sim/sessions/"+id+"/emit", "", nil); code != 400 {
			t.Errorf("an empty event: HTTP %d", code)
		}
		if code, _, _ := w.doWith("POST", "/_sim/sessions/lsn-no/emit", "x", nil); code != 404 {
			t.Errorf("an event for nobody: HTTP %d", code)
		}
	})
}

func TestControlIsForThisMachine(t *testing.T) {
	sim, err := simulator.New(simulator.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	for addr, want := range map[string]int{
		"127.0.0.1:4711":   200,
		"[::1]:4711":       200,
		"192.0.2.7:4711":   403,
		"[2001:db8::1]:80": 403,
	} {
		r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1/_sim/state", strings.NewReader(""))
		r.RemoteAddr = addr
		rec := httptest.NewRecorder()
		sim.Handler().ServeHTTP(rec, r)
		if rec.Code != want {
			t.Errorf("from %s: HTTP %d", addr, rec.Code)
		}
	}
}

// What a web page can make a browser send changes nothing, wherever it is sent to.
func TestControlDoesNotObeyWebPages(t *testing.T) {
	sim, u := listen(t, simulator.Config{})
	id, err := sim.Create(simulator.LensNoop)
	if err != nil {
		t.Fatal(err)
	}
	form := http.Header{"Content-Type": {"text/plain"}}
	for what, header := range map[string]http.Header{
		"a form":                form,
		"a form of a site":      {"Content-Type": {"text/plain"}, "Origin": {"https://evil.example"}, "Sec-Fetch-Site": {"cross-site"}},
		"a script of a site":    {"Content-Type": {"application/json"}, "Origin": {"https://evil.example"}},
		"a rebound name":        {"Content-Type": {"application/json"}, "Host": {"evil.example"}},
		"a rebound name, alike": {"Content-Type": {"application/json"}, "Host": {"evil.example"}, "Origin": {"http://evil.example"}},
	} {
		for _, call := range []struct{ method, path, body string }{
			{"POST", "/_sim/sessions", "{}"},
			{"POST", "/_sim/faults", `{"fault": "stall", "x": "="}`},
			{"POST", "/_sim/sessions/" + id + "/emit", "text on the screen"},
			{"POST", "/_sim/human", `{"minutes": 0}`},
			{"POST", "/_sim/human/sessions", "{}"},
		} {
			req, err := http.NewRequest(call.method, "http://"+u.Host+call.path, strings.NewReader(call.body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header, req.Host = header.Clone(), header.Get("Host")
			req.Header.Del("Host")
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if resp.StatusCode != http.StatusForbidden && resp.StatusCode != http.StatusUnsupportedMediaType {
				t.Errorf("%s: %s %s: HTTP %d", what, call.method, call.path, resp.StatusCode)
			}
		}
	}
	if got := sim.Sessions(); len(got) != 1 {
		t.Errorf("there are sessions that a page made: %v", got)
	}
	resp, err := http.Post("http://"+u.Host+"/_sim/sessions", "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("a program of this machine: HTTP %d", resp.StatusCode)
	}
}
