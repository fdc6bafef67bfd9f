package simulator_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"lenswatch/client/simulator"
)

// human makes one request to AgentHuman with the key.
func (w *world) human(method, path, body string) (int, http.Header, map[string]any) {
	w.t.Helper()
	code, header, answer := w.doWith(method, "/v1"+path, body, http.Header{"X-Api-Key": {simulator.DefaultHumanKey}})
	return code, header, object(w.t, answer)
}

func (w *world) setHuman(settings string) {
	w.t.Helper()
	if code, _, answer := w.doWith("POST", "/_sim/human", settings, nil); code != 200 {
		w.t.Fatalf("%s: %s", settings, answer)
	}
}

const goodCreate = `{"avatar": "avat_01J8QZ4M7N3R5T6V8W9X0Y1Z2A", "room": {"platform": "livekit", "url": "wss://room.test", "token": "room-token-1"}}`

// dig walks down an object.
func dig(v any, path ...string) any {
	for _, p := range path {
		m, _ := v.(map[string]any)
		v = m[p]
	}
	return v
}

func TestHumanLifecycle(t *testing.T) {
	inBubble(t, simulator.Config{}, func(w *world) {
		code, header, made := w.human("POST", "/sessions", goodCreate)
		id, _ := dig(made, "session", "session_id").(string)
		if code != 201 || !strings.HasPrefix(id, "sess_") || dig(made, "session", "status") != "started" || dig(made, "session", "session_token") == nil {
			t.Fatalf("HTTP %d: %v", code, made)
		}
		if header.Get("X-RateLimit-Limit") != "60" || header.Get("X-RateLimit-Remaining") != "59" {
			t.Errorf("header %v", header)
		}
		w.pass(90 * time.Second)
		_, _, got := w.human("GET", "/sessions/"+id, "")
		if dig(got, "session", "duration") != 90.0 || dig(got, "session", "session_token") != nil || dig(got, "session", "room") != nil {
			t.Errorf("after 90 s: %v", got)
		}
		if _, _, all := w.human("GET", "/sessions?status=ended", ""); len(all["sessions"].([]any)) != 0 {
			t.Errorf("ended: %v", all)
		}
		_, _, usage := w.human("GET", "/usage", "")
		if u := usage["usage"]; dig(u, "active_minutes") != 2.0 || dig(u, "total_remaining") != 1000.0 || dig(u, "active_sessions").([]any)[0].(map[string]any)["status"] != "active" {
			t.Errorf("usage %v", usage)
		}
		for range 2 { // ending is idempotent
			code, _, ended := w.human("POST", "/sessions/"+id+"/end", "")
			if s := ended["session"].(map[string]any); code != 200 || s["status"] != "ended" || len(s) != 4 {
				t.Errorf("HTTP %d: %v", code, ended)
			}
			w.pass(time.Minute)
		}
		_, _, got = w.human("GET", "/sessions/"+id, "")
		if dig(got, "session", "duration") != 90.0 {
			t.Errorf("after the end: %v", got)
		}
		if _, _, usage = w.human("GET", "/usage", ""); dig(usage, "usage", "total_remaining") != 998.0 {
			t.Errorf("usage %v", usage)
		}
		_, _, all := w.human("GET", "/sessions?status=whatever", "")
		if dig(all["sessions"].([]any)[0], "billing") == nil {
			t.Errorf("all: %v", all)
		}
	})
}

func TestHumanRefuses(t *testing.T) {
	inBubble(t, simulator.Config{Human: simulator.HumanConfig{Sessions: 2}}, func(w *world) {
		for _, c := range []struct {
			body, message string
			code          int
		}{
			{`{}`, "Avatar ID is required", 400},
			{`nonsense`, "Request body must be a JSON object", 400},
			{strings.Replace(goodCreate, `"avatar"`, `"metadata": [], "avatar"`, 1), "metadata must be an object", 400},
			{strings.Replace(goodCreate, `"avatar"`, `"aspect_ratio": "16:9", "avatar"`, 1), "Invalid aspect_ratio", 400},
			{`{"avatar": "avat_1"}`, "room is required", 400},
			{strings.Replace(goodCreate, "avat_01J8QZ4M7N3R5T6V8W9X0Y1Z2A", simulator.HumanForeignAvatar, 1), "Access denied to this avatar", 403},
		} {
			if code, _, got := w.human("POST", "/sessions", c.body); code != c.code || dig(got, "error", "message") != c.message || got["success"] != false {
				t.Errorf("%s: HTTP %d: %v", c.body, code, got)
			}
		}
		code, _, answer := w.doWith("GET", "/v1/sessions", "", nil)
		if code != 401 || object(t, answer)["error"] != "API key required" {
			t.Errorf("without a key: HTTP %d: %s", code, answer)
		}
		code, _, answer = w.doWith("GET", "/v1/sessions", "", http.Header{"X-Api-Key": {"another"}})
		if code != 401 || strings.Contains(answer, "success") {
			t.Errorf("with another key: HTTP %d: %s", code, answer)
		}
		if code, _, got := w.human("GET", "/sessions/sess_no", ""); code != 404 || dig(got, "error", "message") != "Session not found" {
			t.Errorf("HTTP %d: %v", code, got)
		}
		for range 2 {
			w.human("POST", "/sessions", goodCreate)
		}
		if code, _, got := w.human("POST", "/sessions", goodCreate); code != 403 || dig(got, "error", "details", "max") != 2.0 {
			t.Errorf("one too many: HTTP %d: %v", code, got)
		}
		w.setHuman(`{"minutes": 0, "sessions": 5}`)
		if code, _, got := w.human("POST", "/sessions", goodCreate); code != 403 || dig(got, "error", "code") != "INSUFFICIENT_MINUTES" {
			t.Errorf("without minutes: HTTP %d: %v", code, got)
		}
	})
}

func TestHumanRateLimit(t *testing.T) {
	inBubble(t, simulator.Config{Human: simulator.HumanConfig{Rate: 3}}, func(w *world) {
		began := time.Now()
		for left := 2; left >= 0; left-- {
			if code, h, _ := w.human("GET", "/sessions", ""); code != 200 || h.Get("X-RateLimit-Remaining") != strconv.Itoa(left) {
				t.Errorf("HTTP %d: %v", code, h)
			}
		}
		code, h, got := w.human("GET", "/sessions", "")
		if code != 429 || got["error"] != "Too many requests. Please retry after 1 minute." {
			t.Errorf("HTTP %d: %v", code, got)
		}
		reset, _ := strconv.ParseInt(h.Get("X-RateLimit-Reset"), 10, 64)
		if wait := time.Unix(reset, 0).Sub(began); wait < time.Minute || wait > 61*time.Second {
			t.Errorf("the reset is in %v", wait)
		}
		w.pass(time.Minute)
		if code, _, _ := w.human("GET", "/sessions", ""); code != 200 {
			t.Errorf("after a minute: HTTP %d", code)
		}
	})
}

func TestHumanEndsByItself(t *testing.T) {
	inBubble(t, simulator.Config{Speed: 2}, func(w *world) {
		causes := map[string]time.Duration{
			simulator.HumanDisconnect: 0, simulator.HumanEmptyRoom: 0, simulator.HumanExpiry: 0, simulator.HumanOrphan: time.Minute,
			"": 30 * time.Minute, // nobody ends it: the longest session, at twice the speed
		}
		for cause, after := range causes {
			id, err := w.sim.CreateHuman()
			if err != nil {
				t.Fatal(err)
			}
			w.pass(10 * time.Second)
			began := time.Now()
			if cause != "" {
				if code, _, answer := w.doWith("DELETE", "/_sim/human/sessions/"+id+"?cause="+cause, "", nil); code != 200 {
					t.Errorf("%s: HTTP %d: %s", cause, code, answer)
				}
			} else {
				after -= 10 * time.Second
			}
			if after > 0 {
				w.pass(after - time.Second)
				if !slices.Contains(w.sim.HumanSessions(), id) {
					t.Errorf("%s: ended within %v", cause, time.Since(began))
				}
				w.pass(time.Second)
			}
			_, _, got := w.human("GET", "/sessions/"+id, "")
			if dig(got, "session", "status") != "ended" {
				t.Errorf("%q: %v", cause, got)
			}
			if cause == "" && dig(got, "session", "ended_at") != dig(got, "session", "expiration") {
				t.Errorf("%v", got)
			}
		}
		if code, _, _ := w.doWith("DELETE", "/_sim/human/sessions/sess_no", "", nil); code != 404 {
			t.Errorf("an unknown session: HTTP %d", code)
		}
	})
}

func TestHumanControl(t *testing.T) {
	inBubble(t, simulator.Config{}, func(w *world) {
		_, _, answer := w.doWith("POST", "/_sim/human/sessions", `{"created": true}`, nil)
		id := object(t, answer)["session_id"].(string)
		if code, _, got := w.human("POST", "/sessions/"+id+"/end", ""); code != 400 {
			t.Errorf("ending what has not started: HTTP %d: %v", code, got)
		}
		w.doWith("POST", "/_sim/human/sessions/"+id+"/start", "", nil)
		w.setHuman(`{"active": true}`)
		if _, _, got := w.human("GET", "/sessions?status=started", ""); dig(got["sessions"].([]any)[0], "status") != "active" {
			t.Errorf("%v", got)
		}
		for _, bad := range []string{`{"minutes": -1}`, `{"rate": "x"}`, `{"sessions": 1e12}`, `{"speed": 1}`, `{"active": 1}`} {
			if code, _, _ := w.doWith("POST", "/_sim/human", bad, nil); code != 400 {
				t.Errorf("%s: HTTP %d", bad, code)
			}
		}
		for fault, code := range map[string]int{"server-error=human": 500, "unauthorized=human": 401, "not-found=human": 404, "rate-limit=9,human": 429} {
			w.doWith("POST", "/_sim/faults", `{"fault": "`+fault+`"}`, nil)
			got, _, body := w.human("GET", "/sessions", "")
			if got != code || body["error"] == nil {
				t.Errorf("%s: HTTP %d: %v", fault, got, body)
			}
			w.doWith("DELETE", "/_sim/faults", "", nil)
		}
		if code, _, _ := w.do("GET", "/v0.5/lens/metadata", ""); code != 200 {
			t.Errorf("the Lens API: HTTP %d", code)
		}
	})
}

func TestStoryHasAHuman(t *testing.T) {
	inBubble(t, simulator.Config{}, func(w *world) {
		defer w.startStory()()
		w.pass(30 * time.Second)
		if got := w.sim.HumanSessions(); len(got) != 1 {
			t.Errorf("after 30 s: %v", got)
		}
		w.pass(38 * time.Second)
		if got := w.sim.HumanSessions(); len(got) != 0 {
			t.Errorf("after 68 s: %v", got)
		}
	})
}
