package simulator_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"lenswatch/client/simulator"
	"lenswatch/client/simulator/memnet"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const base = "http://sim.test/v0.5"

// world is a simulator and an HTTP client that reaches it, without sockets.
type world struct {
	t      *testing.T
	sim    *simulator.Simulator
	net    *memnet.Listener
	client *http.Client

	streams []*stream // closed in the end
}

// inBubble runs f with a simulator under simulated time.
func inBubble(t *testing.T, cfg simulator.Config, f func(*world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		sim, err := simulator.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		w := &world{t: t, sim: sim, net: memnet.Listen()}
		transport := w.net.Transport()
		w.client = &http.Client{Transport: transport}
		served := make(chan error, 1)
		go func() { served <- sim.Serve(w.net) }()
		defer func() {
			for _, s := range w.streams {
				s.close()
			}
			sim.Close()
			transport.CloseIdleConnections()
			if err := <-served; err != nil {
				t.Errorf("Serve: %v", err)
			}
		}()
		f(w)
	})
}

// do makes one request with the key and returns status, header and body.
func (w *world) do(method, path, body string) (int, http.Header, string) {
	w.t.Helper()
	return w.doWith(method, path, body, http.Header{"Authorization": {"Bearer " + simulator.DefaultKey}})
}

func (w *world) doWith(method, path, body string, header http.Header) (int, http.Header, string) {
	w.t.Helper()
	req, err := http.NewRequest(method, "http://sim.test"+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header = header
	resp, err := w.client.Do(req)
	if err != nil {
		w.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatalf("%s %s: %v", method, path, err)
	}
	return resp.StatusCode, resp.Header, string(b)
}

// pass lets simulated time pass.
func (w *world) pass(d time.Duration) { <-time.After(d) }

// create starts a session in the simulator itself.
func (w *world) create(lens string) string {
	w.t.Helper()
	id, err := w.sim.Create(lens)
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

// event is one SSE record as received.
type event struct {
	name, id, data string
	body           map[string]any // nil if data is no JSON object
	at             time.Time
	comments       int
	dataLines      int
}

func (e event) typ() string {
	t, _ := e.body["type"].(string)
	return t
}

// stream is an open event stream.
type stream struct {
	w    *world
	body io.ReadCloser
	buf  *bufio.Reader
}

// open connects to a session's stream.
func (w *world) open(session, lastID string) *stream {
	w.t.Helper()
	req, err := http.NewRequest("GET", base+"/lens/sessions/consumer/"+session, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+simulator.DefaultKey)
	if lastID != "" {
		req.Header.Set("Last-Event-ID", lastID)
	}
	resp, err := w.client.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		b, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		w.t.Fatalf("stream of %s: HTTP %d: %s", session, resp.StatusCode, b)
	}
	s := &stream{w: w, body: resp.Body, buf: bufio.NewReader(resp.Body)}
	w.streams = append(w.streams, s)
	return s
}

func (s *stream) close() { s.body.Close() }

// next reads one record. It returns the error of a stream that ends instead.
func (s *stream) next() (event, error) {
	var e event
	for {
		line, err := s.buf.ReadString('\n')
		if err != nil {
			return e, err
		}
		line = strings.TrimRight(line, "\r\n")
		field, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case line == "" && e.name != "":
			e.at = time.Now()
			_ = json.Unmarshal([]byte(e.data), &e.body)
			return e, nil
		case line == "":
		case field == "":
			e.comments++
		case field == "event":
			e.name = value
		case field == "id":
			e.id = value
		case field == "data":
			if e.dataLines > 0 {
				e.data += "\n"
			}
			e.data += value
			e.dataLines++
		default:
			s.w.t.Fatalf("line %q", line)
		}
	}
}

// mustNext is next for streams that continue.
func (s *stream) mustNext() event {
	s.w.t.Helper()
	e, err := s.next()
	if err != nil {
		s.w.t.Fatalf("the stream broke off: %v", err)
	}
	return e
}

// until reads on to the next record of a type and returns what came before it, and it.
func (s *stream) until(typ string) (before []event, found event) {
	s.w.t.Helper()
	for {
		e := s.mustNext()
		if e.typ() == typ {
			return before, e
		}
		if before = append(before, e); len(before) == 100_000 {
			s.w.t.Fatalf("no %s among %d events", typ, len(before))
		}
	}
}

// data is the event_data of an event.
func (e event) eventData() map[string]any {
	m, _ := e.body["event_data"].(map[string]any)
	return m
}

// call makes an RPC by HTTP.
func (w *world) call(session, typ, data string) map[string]any {
	w.t.Helper()
	body := `{"session_id": "` + session + `", "event": {"type": "` + typ + `"}}`
	if data != "" {
		body = `{"session_id": "` + session + `", "event": {"type": "` + typ + `", "event_data": ` + data + `}}`
	}
	code, _, answer := w.do("POST", "/v0.5/lens/sessions/events/process", body)
	if code != http.StatusOK {
		w.t.Fatalf("%s: HTTP %d: %s", typ, code, answer)
	}
	return object(w.t, answer)
}

// object decodes a JSON object.
func object(t *testing.T, s string) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(s), &m); err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return m
}

// list decodes a JSON array of objects.
func list(t *testing.T, s string) []map[string]any {
	t.Helper()
	var m []map[string]any
	if err := json.Unmarshal([]byte(s), &m); err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return m
}

// metadata is the record of one session, nil if it is not listed.
func (w *world) metadata(session string) map[string]any {
	w.t.Helper()
	_, _, body := w.do("GET", "/v0.5/lens/sessions/metadata?session_id="+session+"&shard_index=-1&max_items_per_shard=-1", "")
	if l := list(w.t, body); len(l) > 0 {
		return l[0]
	}
	return nil
}

// inject puts a fault in force for one session, or for all if session is empty.
func (w *world) inject(fault, session string) {
	w.t.Helper()
	f, err := simulator.ParseFault(fault)
	if err != nil {
		w.t.Fatal(err)
	}
	f.Session = session
	if err := w.sim.Inject(f); err != nil {
		w.t.Fatal(err)
	}
}

// during reads the stream for a while and returns what arrived, and the error if it broke off.
func (s *stream) during(d time.Duration) ([]event, error) {
	var events []event
	failed := make(chan error, 1)
	timer := time.AfterFunc(d, func() { s.close() })
	go func() {
		for {
			e, err := s.next()
			if err != nil {
				failed <- err
				return
			}
			events = append(events, e)
		}
	}()
	err := <-failed
	if !timer.Stop() {
		return events, nil // it was we who closed it
	}
	return events, err
}

// count is how many of the events have a type.
func count(events []event, typ string) int {
	n := 0
	for _, e := range events {
		if e.typ() == typ {
			n++
		}
	}
	return n
}

// number is the last part of an event's id, which counts the session's events.
func (e event) number(t *testing.T) int {
	t.Helper()
	_, digits, _ := strings.Cut(e.id, "-")
	n, err := strconv.Atoi(digits)
	if err != nil {
		t.Fatalf("the id %q: %v", e.id, err)
	}
	return n
}
