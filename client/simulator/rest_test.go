package simulator_test

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"lenswatch/client/simulator"
)

// The members of the records, in the order of the documents' samples.
var (
	createMembers = []string{
		"org_id", "api_key", "session_id", "lens_id", "lens_name", "input_data_stream_id", "output_data_stream_id",
		"registration_timestamp", "last_event_timestamp", "last_update_timestamp", "session_start_timestamp",
		"session_destroyed_timestamp", "num_active_connections", "num_updates", "num_inputs", "num_outputs", "num_events",
		"lens_config", "session_status", "session_runner", "session_endpoint", "node_tag", "session_ttl_sec",
	}
	destroyMembers = []string{
		"session_id", "lens_id", "last_update_timestamp", "session_status", "session_runner", "session_endpoint", "session_duration_sec",
	}
)

func TestCreateAndDestroy(t *testing.T) {
	inBubble(t, simulator.Config{}, func(w *world) {
		code, header, body := w.do("POST", "/v0.5/lens/sessions/create", `{"lens_id": "`+simulator.LensNoop+`"}`)
		if code != 200 || header.Get("Content-Type") != "application/json" {
			t.Fatalf("create: HTTP %d, %q", code, header.Get("Content-Type"))
		}
		r := object(t, body)
		if got := slices.Sorted(maps.Keys(r)); !slices.Equal(got, slices.Sorted(slices.Values(createMembers))) {
			t.Errorf("create answers with %v", got)
		}
		for i, m := range createMembers[1:] {
			if strings.Index(body, `"`+createMembers[i]+`": `) > strings.Index(body, `"`+m+`": `) {
				t.Errorf("%s stands after %s", createMembers[i], m)
			}
		}
		id := r["session_id"].(string)
		if !regexp.MustCompile(`^lsn-\d{6}[0-9a-f]{24}$`).MatchString(id) {
			t.Errorf("session id %q", id)
		}
		for member, want := range map[string]any{
			"api_key":                     simulator.DefaultKey,
			"session_status":              "LensSessionStatus.SESSION_STATUS_REGISTERED",
			"session_start_timestamp":     nil,
			"session_destroyed_timestamp": nil,
			"session_ttl_sec":             86400.0,
			"num_inputs":                  0.0,
			"session_endpoint":            "ws://sim.test/v0.5/lens/sessions/" + id,
		} {
			if r[member] != want {
				t.Errorf("create: %s is %v, not %v", member, r[member], want)
			}
		}
		w.pass(90 * time.Second)
		_, _, body = w.do("POST", "/v0.5/lens/sessions/destroy", `{"session_id": "`+id+`"}`)
		r = object(t, body)
		if got := slices.Sorted(maps.Keys(r)); !slices.Equal(got, slices.Sorted(slices.Values(destroyMembers))) {
			t.Errorf("destroy answers with %v", got)
		}
		if r["session_status"] != "SESSION_STATUS_DESTROYED" || r["session_duration_sec"] != 90.0 {
			t.Errorf("destroy: %v after %v s", r["session_status"], r["session_duration_sec"])
		}
		if m := w.metadata(id); m != nil {
			t.Errorf("a destroyed session is still listed: %v", m)
		}
		code, _, body = w.do("POST", "/v0.5/lens/sessions/destroy", `{"session_id": "`+id+`"}`)
		wantErrors(t, "second destroy", code, body, 404, "session_not_found", "Unknown session id: "+id)
	})
}

// wantErrors checks the shape {"errors": [{code, message, suggestion, error_uid}]}.
func wantErrors(t *testing.T, what string, code int, body string, wantCode int, name, message string) {
	t.Helper()
	errors, _ := object(t, body)["errors"].([]any)
	if code != wantCode || len(errors) != 1 {
		t.Errorf("%s: HTTP %d: %s", what, code, body)
		return
	}
	e, _ := errors[0].(map[string]any)
	uid, _ := e["error_uid"].(string)
	if e["code"] != name || !strings.Contains(e["message"].(string), message) || !strings.HasPrefix(uid, "err-") || e["suggestion"] == nil {
		t.Errorf("%s: %s", what, body)
	}
}

func TestErrors(t *testing.T) {
	tests := []struct {
		method, path, body string
		code               int
		name               string
	}{
		{"GET", "/", "", 404, "not_found"},
		{"GET", "/v0.5", "", 404, "not_found"},
		{"GET", "/v0.5/lens", "", 404, "not_found"},
		{"GET", "/lens/metadata", "", 404, "not_found"},
		{"GET", "/v0.5//lens/metadata", "", 404, "not_found"},
		{"GET", "/v0.5/lens/sessions/consumer/", "", 404, "not_found"},
		{"GET", "/v0.5/lens/sessions/consumer/a/b", "", 404, "not_found"},
		{"POST", "/v0.5/lens/metadata", "", 405, "method_not_allowed"},
		{"GET", "/v0.5/lens/sessions/create", "", 405, "method_not_allowed"},
		{"DELETE", "/v0.5/lens/sessions/destroy", "", 405, "method_not_allowed"},
		{"POST", "/v0.5/lens/sessions/consumer/lsn-1", "", 405, "method_not_allowed"},
		{"GET", "/v0.5/lens/sessions/consumer/lsn-1", "", 404, "session_not_found"},
		{"GET", "/v0.5/lens/sessions/lsn-1", "", 404, "session_not_found"},
		{"POST", "/v0.5/lens/sessions/create", "", 400, "invalid_json"},
		{"POST", "/v0.5/lens/sessions/create", "[]", 400, "invalid_json"},
		{"POST", "/v0.5/lens/sessions/create", "{} {}", 400, "invalid_json"},
		{"POST", "/v0.5/lens/sessions/create", "null", 400, "invalid_json"},
		{"POST", "/v0.5/lens/sessions/create", "{}", 400, "missing_parameter"},
		{"POST", "/v0.5/lens/sessions/create", `{"lens_id": "lns-no"}`, 404, "lens_not_found"},
		{"POST", "/v0.5/lens/sessions/destroy", `{"session_id": 7}`, 400, "missing_parameter"},
		{"POST", "/v0.5/lens/sessions/destroy", `{"session_id": "lsn-1"}`, 404, "session_not_found"},
		{"POST", "/v0.5/lens/sessions/events/process", `{}`, 400, "missing_parameter"},
		{"POST", "/v0.5/lens/delete", `{"lens_id": "` + simulator.LensNoop + `"}`, 409, "lens_not_modifiable"},
	}
	inBubble(t, simulator.Config{}, func(w *world) {
		for _, test := range tests {
			code, header, body := w.do(test.method, test.path, test.body)
			wantErrors(t, test.method+" "+test.path+" "+test.body, code, body, test.code, test.name, "")
			if code == 405 && header.Get("Allow") == "" {
				t.Errorf("%s %s: 405 without Allow", test.method, test.path)
			}
		}
		code, _, body := w.do("POST", "/v0.5/lens/sessions/create", `{"lens_id": "`+strings.Repeat("x", 17<<20)+`"}`)
		wantErrors(t, "a body of 17 MiB", code, body, 413, "request_too_large", "")
	})
}

func TestAuthentication(t *testing.T) {
	inBubble(t, simulator.Config{Key: "the-other-key"}, func(w *world) {
		id := w.create(simulator.LensNoop)
		for _, header := range []http.Header{
			{},
			{"Authorization": {"Bearer sim-key"}},
			{"Authorization": {"Bearer "}},
			{"Authorization": {"the-other-key"}},
			{"Authorization": {"Basic the-other-key"}},
			{"X-Api-Key": {"the-other-key"}},
			{"Sec-Websocket-Protocol": {"sim-key"}},
		} {
			for _, path := range []string{"/v0.5/lens/metadata", "/v0.5/lens/sessions/consumer/" + id, "/v0.5/lens/sessions/" + id} {
				code, _, body := w.doWith("GET", path, "", header)
				if code != 401 || body != `{"detail": "Invalid API key"}`+"\n" {
					t.Errorf("%s with %v: HTTP %d: %s", path, header, code, body)
				}
			}
		}
		for _, header := range []http.Header{
			{"Authorization": {"Bearer the-other-key"}},
			{"Authorization": {"bearer the-other-key"}},
		} {
			if code, _, _ := w.doWith("GET", "/v0.5/lens/metadata", "", header); code != 200 {
				t.Errorf("with %v: HTTP %d", header, code)
			}
		}
	})
}

func TestQuota(t *testing.T) {
	inBubble(t, simulator.Config{Quota: 2}, func(w *world) {
		first := w.create(simulator.LensNoop)
		w.create(simulator.LensNoop)
		create := `{"lens_id": "` + simulator.LensNoop + `"}`
		code, _, body := w.do("POST", "/v0.5/lens/sessions/create", create)
		const want = `{"errors": ["Failed to allocate lens runner - try stopping an older session!"]}` + "\n"
		if code != 400 || body != want {
			t.Errorf("over the quota: HTTP %d: %s", code, body)
		}
		if err := w.sim.Destroy(first); err != nil {
			t.Fatal(err)
		}
		if code, _, body := w.do("POST", "/v0.5/lens/sessions/create", create); code != 200 {
			t.Errorf("after a destroy: HTTP %d: %s", code, body)
		}
	})
}

func TestLensMetadata(t *testing.T) {
	ids := []string{
		simulator.LensActivityMonitor, simulator.LensMachineState, simulator.LensEmbedding,
		simulator.LensNoop, simulator.LensMailbox, simulator.LensNoOutput,
		simulator.LensBare, simulator.LensTest, simulator.LensImageQA,
	}
	inBubble(t, simulator.Config{}, func(w *world) {
		get := func(query string) []string {
			_, _, body := w.do("GET", "/v0.5/lens/metadata"+query, "")
			var got []string
			for _, r := range list(t, body) {
				got = append(got, r["lens_id"].(string))
				config, _ := r["lens_config"].(map[string]any)
				if r["lens_name"] == "" || !strings.HasPrefix(r["lens_status"].(string), "LENS_STATUS_") || config["model_pipeline"] == nil {
					t.Errorf("lens record %v", r)
				}
			}
			return got
		}
		for query, want := range map[string][]string{
			"": ids,
			"?lens_id=&shard_index=-1&max_items_per_shard=-1":                          ids,
			"?lens_id=" + simulator.LensNoop:                                           {simulator.LensNoop},
			"?lens_id=lns-nothing":                                                     nil,
			"?shard_index=0&max_items_per_shard=4":                                     ids[:4],
			"?shard_index=1&max_items_per_shard=4":                                     ids[4:8],
			"?shard_index=9&max_items_per_shard=4":                                     nil,
			"?shard_index=0&max_items_per_shard=100":                                   ids,
			"?shard_index=5000000000000000000&max_items_per_shard=9223372036854775807": nil,
		} {
			if got := get(query); !slices.Equal(got, want) {
				t.Errorf("metadata%s lists %v", query, got)
			}
		}
		_, _, body := w.do("GET", "/v0.5/lens/info", "")
		if got := object(t, body)["num_lenses"]; got != float64(len(ids)) {
			t.Errorf("lens info: %s", body)
		}
	})
}

func TestLensesCanBeChanged(t *testing.T) {
	inBubble(t, simulator.Config{}, func(w *world) {
		post := func(path, body string) map[string]any {
			t.Helper()
			code, _, answer := w.do("POST", "/v0.5/lens/"+path, body)
			if code != 200 {
				t.Fatalf("%s: HTTP %d: %s", path, code, answer)
			}
			return object(t, answer)
		}
		made := post("register", `{"lens_config": {"lens_name": "My new camera lens!", "lens_config": {
			"model_pipeline": [{"processor_name": "lens_camera_processor"}]}}}`)
		id := made["lens_id"].(string)
		if !regexp.MustCompile(`^lns-my-new-camera-le-[0-9a-f]{8}$`).MatchString(id) {
			t.Errorf("lens id %q", id)
		}
		session := w.create(id)
		clone := post("clone", `{"lens_id": "`+id+`"}`)
		if clone["lens_config"].(map[string]any)["origin_lens_id"] != id {
			t.Errorf("clone: %v", clone)
		}
		if m := post("modify", `{"lens_id": "`+id+`", "lens_name": "Renamed"}`); m["lens_name"] != "Renamed" {
			t.Errorf("modify: %v", m)
		}
		post("delete", `{"lens_id": "`+id+`"}`)
		if _, err := w.sim.Create(id); err == nil {
			t.Error("a deleted lens can be run")
		}
		if w.metadata(session) == nil {
			t.Error("the lens took its session with it")
		}
	})
}

func TestSessionMetadata(t *testing.T) {
	inBubble(t, simulator.Config{}, func(w *world) {
		id := w.create(simulator.LensMachineState)
		if m := w.metadata(id); m["session_status"] != "SESSION_STATUS_REGISTERED" {
			t.Errorf("at first %v", m["session_status"])
		}
		s := w.open(id, "")
		for range 5 {
			s.until("inference.result")
		}
		m := w.metadata(id)
		if m["session_status"] != "SESSION_STATUS_RUNNING" || m["num_outputs"] != 5.0 || m["num_active_connections"] != 1.0 {
			t.Errorf("after 5 results: %v", m)
		}
		if in, events := m["num_inputs"].(float64), m["num_events"].(float64); in < 5 || events < in {
			t.Errorf("after 5 results: %v inputs, %v events", in, events)
		}
		s.close()
		w.pass(time.Second) // the reader is seen to have gone
		if m := w.metadata(id); m["num_active_connections"] != 0.0 {
			t.Errorf("without a reader: %v connections", m["num_active_connections"])
		}
		if m := w.metadata("lsn-nothing"); m != nil {
			t.Errorf("an unknown session: %v", m)
		}
		_, _, body := w.do("GET", "/v0.5/lens/sessions/info", "")
		if r := object(t, body); r["num_active_sessions"] != 1.0 || r["num_sessions_created"] != 1.0 {
			t.Errorf("session info: %s", body)
		}
	})
}
