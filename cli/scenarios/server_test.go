package scenarios

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// apiKey is the only key that the server takes.
const apiKey = "sk-scenario-7f3a2b"

// server speaks the Lens API as its documents say, by a script.
type server struct {
	*script
	epoch time.Time // when the viewer starts
	base  string    // where the API is: a WebSocket's address
	ctx   context.Context

	mu      sync.Mutex
	streams map[string]int             // open streams by session
	places  map[string]int             // of readers of mailboxes, by client id
	asked   map[string][]time.Duration // requests by kind
}

func newServer(ctx context.Context, s *script, epoch time.Time, base string) *server {
	for _, x := range s.sessions {
		x.sort()
	}
	return &server{script: s, epoch: epoch, base: base, ctx: ctx, streams: map[string]int{}, places: map[string]int{}, asked: map[string][]time.Duration{}}
}

// now is the viewer's time.
func (v *server) now() time.Duration { return time.Since(v.epoch) }

// clock is the service's time at the viewer's.
func (v *server) clock(t time.Duration) time.Time {
	at := v.epoch.Add(t + v.skew)
	for _, j := range v.jumps {
		if t >= j.at {
			at = at.Add(j.by)
		}
	}
	return at
}

// unix is a time as the records report it.
func (v *server) unix(t time.Duration) float64 { return float64(v.clock(t).UnixMicro()) / 1e6 }

// request is what the server needs of one.
type request struct {
	kind    string // "lenses", "list", "entry", "status", "read", "stream", "socket", "create", "destroy", "info", "other"
	session string
	client  string // of session.read
}

const prefix = "/v0.5"

// kindOf reports what a request asks for.
func kindOf(r *http.Request) request {
	path, ok := strings.CutPrefix(r.URL.Path, prefix)
	if !ok {
		return request{kind: "other"}
	}
	switch {
	case path == "/lens/metadata", path == "/lens/info":
		return request{kind: "lenses", session: r.URL.Query().Get("lens_id")}
	case path == "/lens/sessions/info":
		return request{kind: "info"}
	case path == "/lens/sessions/metadata":
		if id := r.URL.Query().Get("session_id"); id != "" {
			return request{kind: "entry", session: id}
		}
		return request{kind: "list"}
	case strings.HasPrefix(path, "/lens/sessions/consumer/"):
		return request{kind: "stream", session: strings.TrimPrefix(path, "/lens/sessions/consumer/")}
	case path == "/lens/sessions/create", path == "/lens/sessions/destroy", path == "/lens/sessions/events/process":
		return posted(r, path[strings.LastIndexByte(path, '/')+1:])
	case strings.HasPrefix(path, "/lens/sessions/"):
		return request{kind: "socket", session: strings.TrimPrefix(path, "/lens/sessions/")}
	}
	return request{kind: "other"}
}

// event is a request to a session.
type event struct {
	Type string `json:"type"`
	Data struct {
		ClientID string `json:"client_id"`
	} `json:"event_data"`
}

func posted(r *http.Request, kind string) request {
	var body struct {
		SessionID string `json:"session_id"`
		Event     event  `json:"event"`
	}
	b, _ := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	_ = json.Unmarshal(b, &body)
	if kind == "process" {
		kind = strings.TrimPrefix(body.Event.Type, "session.")
	}
	return request{kind: kind, session: body.SessionID, client: body.Event.Data.ClientID}
}

func (v *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := kindOf(r)
	at := v.now()
	v.mu.Lock()
	v.asked[q.kind] = append(v.asked[q.kind], at)
	v.mu.Unlock()
	w.Header()["Date"] = []string{v.clock(at).UTC().Format(http.TimeFormat)}
	for _, rule := range v.rules {
		if rule.has(at) && (slices.Contains(rule.kinds, q.kind) || slices.Contains(rule.kinds, "any")) {
			if v.divert(w, r, rule.answer) {
				return
			}
			break
		}
	}
	if r.Header.Get("Authorization") != "Bearer "+apiKey {
		reply(w, jsonAnswer(http.StatusUnauthorized, `{"detail":"Invalid API key"}`))
		return
	}
	v.respond(w, r, q)
}

// divert answers as a rule says. It reports false where the normal answer follows.
func (v *server) divert(w http.ResponseWriter, r *http.Request, a answer) bool {
	if v.pause(r, a.delay) != nil {
		return true
	}
	switch a.how {
	case "slow":
		return false
	case "hang":
		_ = v.pause(r, forever)
		return true
	case "reset":
		panic(http.ErrAbortHandler)
	case "moved":
		if r.URL.Query().Has("moved") {
			return false
		}
		w.Header().Set("Location", r.URL.Path+"?moved=1")
	}
	if a.date != 0 {
		if a.header = a.header.Clone(); a.header == nil {
			a.header = http.Header{}
		}
		a.header.Set("Retry-After", v.clock(v.now()+a.date).UTC().Format(http.TimeFormat))
	}
	reply(w, a)
	return true
}

// pause waits, until the request or the server is over.
func (v *server) pause(r *http.Request, d time.Duration) error {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	stop := context.AfterFunc(v.ctx, cancel)
	defer stop()
	return sleep(ctx, d)
}

func reply(w http.ResponseWriter, a answer) {
	for k, values := range a.header {
		w.Header()[k] = values
	}
	w.WriteHeader(a.status)
	_, _ = io.WriteString(w, a.body)
}

// normal answers as the service does when nothing is the matter with it.
func (v *server) respond(w http.ResponseWriter, r *http.Request, q request) {
	x, at := v.find(q.session), v.now()
	known := x != nil && at < x.gone
	switch q.kind {
	case "lenses":
		reply(w, jsonAnswer(200, text(v.lenses(q.session))))
	case "info":
		reply(w, jsonAnswer(200, text(map[string]any{"num_sessions": len(v.sessions)})))
	case "list", "entry":
		reply(w, v.listAnswer(q.session))
	case "destroy":
		if !known {
			reply(w, apiError(404, "session_not_found", "Unknown session id: "+q.session))
			return
		}
		reply(w, jsonAnswer(200, text(v.entry(x, at))))
	case "create":
		reply(w, apiError(400, "capacity_reached", "Failed to allocate lens runner - try stopping an older session!"))
	case "stream":
		if !known {
			reply(w, apiError(404, "session_not_found", "Unknown session id: "+q.session))
			return
		}
		v.stream(w, r, x)
	case "socket":
		if !known {
			reply(w, apiError(404, "session_not_found", "Unknown session id: "+q.session))
			return
		}
		v.socket(w, r, x)
	case "other":
		reply(w, jsonAnswer(404, `{"detail":"Not Found"}`))
	default:
		if !known {
			reply(w, jsonAnswer(200, text(map[string]any{"type": "error", "message": "Unknown session id: " + q.session})))
			return
		}
		reply(w, jsonAnswer(200, v.process(x, "session."+q.kind, q.client)))
	}
}

func (v *server) find(id string) *session {
	for _, x := range v.sessions {
		if x.id == id {
			return x
		}
	}
	return nil
}

func (v *server) lenses(id string) []any {
	list := []any{}
	for _, x := range v.sessions {
		if id == "" || x.lens == id {
			list = append(list, map[string]any{
				"lens_id": x.lens, "lens_name": x.lensName, "lens_status": "LENS_STATUS_MOUNTED", "lens_modifiable": false, "lens_config": x.config(),
			})
		}
	}
	return list
}

// listAnswer is how the list is answered.
func (v *server) listAnswer(id string) answer {
	switch v.listForm {
	case "wrapped":
		return jsonAnswer(200, text(map[string]any{"sessions": v.list(id)}))
	case "gzip":
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = io.WriteString(z, text(v.list(id)))
		_ = z.Close()
		return jsonAnswer(200, b.String(), "Content-Encoding", "gzip")
	}
	return jsonAnswer(200, text(v.list(id)))
}

// list is the metadata of the open sessions, or of one.
func (v *server) list(id string) []any {
	list, at := []any{}, v.now()
	for _, x := range v.sessions {
		if at < x.gone && !within(x.listed, at) && (id == "" || id == x.id) {
			list = append(list, v.entry(x, at))
		}
	}
	return list
}

// entry is a session in the list, the status bare.
func (v *server) entry(x *session, at time.Duration) map[string]any {
	at = x.cached(at)
	e := map[string]any{
		"session_id": x.id, "lens_id": x.lens, "last_update_timestamp": v.unix(x.lastEvent(at)),
		"session_status": json.RawMessage(bare(valueAt(x.status, at, "null"))), "session_endpoint": v.endpoint(x),
		"session_duration_sec": (at - x.started).Seconds(),
	}
	if x.listCounts {
		for k, n := range x.counted(at, v.open(x)) {
			e[k] = n
		}
	}
	for _, k := range x.omit {
		delete(e, k)
	}
	return e
}

// bare is a status without the name of its class.
func bare(status string) string { return strings.Replace(status, "LensSessionStatus.", "", 1) }

// record is what session.status reports.
func (v *server) record(x *session, at time.Duration) map[string]any {
	at = x.cached(at)
	r := map[string]any{
		"org_id": "your-org", "api_key": apiKey, "session_id": x.id, "lens_id": x.lens, "lens_name": x.lensName,
		"input_data_stream_id": nil, "output_data_stream_id": nil,
		"registration_timestamp": v.unix(x.registered), "last_event_timestamp": v.unix(x.lastEvent(at)),
		"last_update_timestamp": v.unix(x.lastEvent(at)), "session_start_timestamp": v.unix(x.started), "session_destroyed_timestamp": nil,
		"lens_config": x.ownConfig(), "session_status": json.RawMessage(valueAt(x.status, at, "null")),
		"session_runner": "lens_service:runner:lens-node-worker-node-abc123", "session_endpoint": v.endpoint(x), "node_tag": "default",
		"session_ttl_sec": int(x.ttl.Seconds()),
	}
	if x.inputType != "" && !x.noInputID {
		r["input_data_stream_id"] = "ids-" + x.id[len(x.id)-8:]
	}
	if x.outputName != "" {
		r["output_data_stream_id"] = "ods-" + x.id[len(x.id)-8:]
	}
	if x.started > at {
		r["session_start_timestamp"] = nil
	}
	for k, n := range x.counted(at, v.open(x)) {
		r[k] = n
	}
	for _, k := range x.omit {
		delete(r, k)
	}
	return r
}

func (v *server) endpoint(x *session) string {
	return strings.Replace(v.base, "http", "ws", 1) + prefix + "/lens/sessions/" + x.id
}

func (v *server) open(x *session) int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.streams[x.id]
}
