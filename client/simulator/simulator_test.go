package simulator_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client/simulator"
	"lenswatch/client/simulator/memnet"
)

const base = "http://sim.test/v0.5"

// world is a simulator and an HTTP client that reaches it, without sockets.
type world struct {
	t      *testing.T
	sim    *simulator.Simulator
	net    *memnet.Listener
	client *http.Client
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
	return &stream{w: w, body: resp.Body, buf: bufio.NewReader(resp.Body)}
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

// mustNext is next for streams that go on.
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
		before = append(before, e)
	}
}

func TestStreamOfHealthySession(t *testing.T) {
	inBubble(t, simulator.Config{}, func(w *world) {
		id := w.create(simulator.LensActivityMonitor)
		began := time.Now()
		s := w.open(id, "")
		defer s.close()
		start := s.mustNext()
		data, _ := start.body["event_data"].(map[string]any)
		if start.typ() != "sse.stream.start" || data["session_id"] != id || len(data["reader_id"].(string)) != 16 {
			t.Fatalf("the stream starts with %s", start.data)
		}
		_, result := s.until("inference.result")
		if d := result.at.Sub(began); d > 2*time.Second {
			t.Errorf("the first result came after %v", d)
		}
		if result.name != "message" || result.id == "" {
			t.Errorf("a result has event %q and id %q", result.name, result.id)
		}
		for i := 1; i <= 3; i++ {
			_, beat := s.until("sse.stream.heartbeat")
			data := beat.body["event_data"].(map[string]any)
			if d := beat.at.Sub(began); d != time.Duration(i)*5*time.Second {
				t.Errorf("heartbeat %d came after %v", i, d)
			}
			if data["message_timeout"] != float64(5*i) || data["session_status"] != "SESSION_STATUS_RUNNING" || beat.id != "" {
				t.Errorf("heartbeat %d: id %q, %s", i, beat.id, beat.data)
			}
		}
		if err := w.sim.Destroy(id); err != nil {
			t.Fatal(err)
		}
		if before, _ := s.until("sse.stream.end"); len(before) != 0 {
			t.Errorf("%d more events after destroy", len(before))
		}
		if _, err := s.next(); err != io.EOF {
			t.Errorf("after the end came %v, not EOF", err)
		}
	})
}
