package archetype

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
)

// script is a server for one session that does what a test says: each connection to the consumer
// runs the next step, the last one for all that follow.
type script struct {
	steps []func(*wire)
	// status answers session.status and metadata; nil is a running session.
	status http.HandlerFunc
	// metadata answers for the session's record; nil has none.
	metadata http.HandlerFunc
	// mailbox answers session.read over REST, socket the WebSocket; nil is not found.
	mailbox, socket http.HandlerFunc

	mu      sync.Mutex
	lastIDs []string // Last-Event-ID of each connection
}

// wire is one connection to the consumer.
type wire struct {
	http.ResponseWriter
	r *http.Request
	n int // of the connection, from 1
}

// send writes text to the stream as it is, each line of it ended.
func (w *wire) send(lines ...string) {
	_, _ = io.WriteString(w, strings.Join(lines, "\n")+"\n")
	_ = http.NewResponseController(w.ResponseWriter).Flush()
}

// data sends one event, with an id unless that is empty.
func (w *wire) data(id, payload string) {
	if id != "" {
		w.send("id: " + id)
	}
	w.send("event: message", "data: "+payload, "")
}

// wait keeps the connection silent.
func (w *wire) wait(d time.Duration) {
	select {
	case <-time.After(d):
	case <-w.r.Context().Done():
	}
}

// hang keeps the connection silent until the client goes.
func (w *wire) hang() { <-w.r.Context().Done() }

// drop breaks the connection off.
func (w *wire) drop() { panic(http.ErrAbortHandler) }

// refuse answers with something that is no stream.
func refuse(status int, body string, header ...string) func(*wire) {
	return func(w *wire) {
		w.Header().Del("Content-Type")
		say(status, body, header...)(w, w.r)
	}
}

const (
	running  = `{"session_id":"lsn-1","session_status":"SESSION_STATUS_RUNNING"}`
	gone     = `{"type":"error","message":"Unknown session id: lsn-1"}`
	started  = `{"type":"sse.stream.start","event_data":{"session_id":"lsn-1","reader_id":"abc"}}`
	beat     = `{"type":"sse.stream.heartbeat","event_data":{"session_status":"SESSION_STATUS_RUNNING","num_messages":0}}`
	ended    = `{"type":"sse.stream.end"}`
	sessPath = "/v0.5/lens/sessions/"
)

// result is an event of the lens.
func result(text string) string {
	return fmt.Sprintf(`{"type":"inference.result","event_data":{"response":[%q]}}`, text)
}

// query is an event of the lens that has an identity.
func query(id, text string) string {
	return fmt.Sprintf(`{"type":"inference.result","event_data":{"query_id":%q,"response":[%q]}}`, id, text)
}

func (s *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	status := s.status
	if status == nil {
		status = say(200, running)
	}
	switch {
	case strings.HasPrefix(r.URL.Path, sessPath+"consumer/"):
		s.mu.Lock()
		s.lastIDs = append(s.lastIDs, r.Header.Get("Last-Event-ID"))
		n := len(s.lastIDs)
		s.mu.Unlock()
		w.Header().Set("Content-Type", "text/event-stream")
		s.steps[min(n, len(s.steps))-1](&wire{w, r, n})
	case r.URL.Path == sessPath+"metadata" && s.metadata != nil:
		s.metadata(w, r)
	case r.URL.Path == sessPath+"metadata":
		say(200, "[]")(w, r)
	case r.URL.Path == sessPath+"lsn-1" && s.socket != nil:
		s.socket(w, r)
	case strings.Contains(string(body), `"session.status"`):
		status(w, r)
	case s.mailbox != nil && strings.Contains(string(body), `"session.read"`):
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		s.mailbox(w, r)
	default:
		say(404, `{"detail":"Not Found"}`)(w, r)
	}
}

// diary collects what a watch says.
type diary struct {
	mu     sync.Mutex
	events []client.Event
}

func (d *diary) sink(ev client.Event) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.events = append(d.events, ev)
}

// lines are the events in short: notices by their code, what else there is by its text. Connecting,
// starts and heartbeats are left out.
func (d *diary) lines() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []string
	for _, ev := range d.events {
		switch {
		case ev.Kind == client.KindStart, ev.Kind == client.KindHeartbeat:
		case ev.Kind != client.KindNotice:
			out = append(out, ev.Text)
		case ev.Notice.Code == client.NoticeConnecting:
		case ev.Notice.Code == client.NoticeDuplicate:
			out = append(out, fmt.Sprintf("<duplicate %d>", ev.Notice.Count))
		default:
			out = append(out, "<"+string(ev.Notice.Code)+">")
		}
	}
	return strings.Join(out, " ")
}

// find are the events that f accepts.
func (d *diary) find(f func(client.Event) bool) []client.Event {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []client.Event
	for _, ev := range d.events {
		if f(ev) {
			out = append(out, ev)
		}
	}
	return out
}

func (d *diary) notices(code client.NoticeCode) []client.Event {
	return d.find(func(ev client.Event) bool { return ev.Kind == client.KindNotice && ev.Notice.Code == code })
}

// watch watches the script's session for a time, or until it is over. It is called in a bubble of
// synctest.
func (s *script) watch(t *testing.T, d time.Duration, opts client.WatchOptions, change ...func(*Options)) (*diary, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	store := &diary{}
	err := serve(t, s, change...).Watch(ctx, "lsn-1", opts, store.sink)
	synctest.Wait() // the server's side may still be at work with what it notes for the test
	return store, err
}

func expect(t *testing.T, d *diary, want string) {
	t.Helper()
	if got := d.lines(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
		for _, ev := range d.events {
			t.Logf("%v %v %q %+v", ev.Received.Format("05.000"), ev.Kind, ev.Text, ev.Notice)
		}
	}
}
