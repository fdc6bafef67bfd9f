package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what has to come.
const patience = 30 * time.Second

// A request is what the stream server saw.
type request struct {
	method, body string
	header       http.Header
}

// A suite plays the part of a contract suite: it serves a stream and the callbacks.
type suite struct {
	*testing.T
	service   string // its URL
	stream    *httptest.Server
	callbacks *httptest.Server

	requests chan request
	messages chan string // "<number> <body>"
	// answers has what the stream server answers, one a connection: an answer writes, and holds the
	// connection until it returns.
	answers chan http.HandlerFunc
}

func newSuite(t *testing.T) *suite {
	s := &suite{
		T:        t,
		requests: make(chan request, 100),
		messages: make(chan string, 100),
		answers:  make(chan http.HandlerFunc, 100),
	}
	s.stream = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.requests <- request{r.Method, string(body), r.Header}
		if answer := <-s.answers; answer != nil { // none at the end of the test
			answer(w, r)
		}
	}))
	t.Cleanup(s.stream.Close)
	s.callbacks = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.messages <- strings.TrimPrefix(r.URL.Path, "/callback/") + " " + string(body)
		w.WriteHeader(http.StatusAccepted)
	}))
	t.Cleanup(s.callbacks.Close)
	contract := newService(slog.New(slog.DiscardHandler), func() {})
	server := httptest.NewServer(contract.handler())
	t.Cleanup(func() {
		contract.close()
		server.Close()
		close(s.answers)
		http.DefaultClient.CloseIdleConnections()
	})
	s.service = server.URL
	return s
}

// events answers with an event stream that stays open.
func events(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
		io.WriteString(w, text)
		http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}
}

// ended answers with an event stream that ends.
func ended(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		io.WriteString(w, text)
	}
}

// call makes a request to the service.
func (s *suite) call(method, path string, body any) *http.Response {
	s.Helper()
	var text []byte
	if raw, ok := body.(string); ok {
		text = []byte(raw)
	} else if body != nil {
		text, _ = json.Marshal(body)
	}
	req, err := http.NewRequest(method, s.service+path, bytes.NewReader(text))
	if err != nil {
		s.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.Fatal(err)
	}
	answer, _ := io.ReadAll(resp.Body)
	resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(answer))
	return resp
}

// create makes a stream with more parameters than the two addresses, and returns its path.
func (s *suite) create(more map[string]any) string {
	s.Helper()
	p := map[string]any{
		"streamUrl": s.stream.URL, "callbackUrl": s.callbacks.URL + "/callback", "tag": s.Name(), "initialDelayMs": 0,
	}
	for name, value := range more {
		p[name] = value
	}
	resp := s.call("POST", "/", p)
	if resp.StatusCode != http.StatusCreated || resp.Header.Get("Location") != "/1" {
		s.Fatalf("POST / answered %s, Location %q", resp.Status, resp.Header.Get("Location"))
	}
	return resp.Header.Get("Location")
}

// wait waits for the next of what arrives.
func wait[T any](s *suite, from chan T) (next T) {
	s.Helper()
	select {
	case next = <-from:
	case <-time.After(patience):
		s.Fatal("nothing came")
	}
	return next
}

// expect waits for messages; an error is one whatever it says, unless that is given.
func (s *suite) expect(want ...string) {
	s.Helper()
	for _, want := range want {
		got := wait(s, s.messages)
		if strings.HasSuffix(want, "error") {
			got, _, _ = strings.Cut(strings.Replace(got, `{"kind":"error","error":"`, "error ", 1), "error ")
			got += "error"
		}
		if got != want {
			s.Errorf("the message is %s, not %s", got, want)
		}
	}
}

func TestStatus(t *testing.T) {
	s := newSuite(t)
	resp := s.call("GET", "/", nil)
	body, _ := io.ReadAll(resp.Body)
	want := `{"capabilities":["bom","comments","headers","last-event-id","post","read-timeout","report","restart","server-directed-shutdown-request"]}`
	if strings.TrimSpace(string(body)) != want || resp.StatusCode != http.StatusOK {
		t.Errorf("%s %s", resp.Status, body)
	}
}

func TestEventsAndComments(t *testing.T) {
	s := newSuite(t)
	s.answers <- events("\uFEFF: hi\nid: 1\nevent: add\ndata: a\ndata: \"é\"\n\n:\ndata\n\n")
	s.create(nil)
	s.expect(`1 {"kind":"comment","comment":" hi"}`,
		`2 {"kind":"event","event":{"type":"add","data":"a\n\"é\"","id":"1"}}`,
		`3 {"kind":"comment","comment":""}`,
		`4 {"kind":"event","event":{"type":"message","data":"","id":"1"}}`)
	r := wait(s, s.requests)
	if r.method != "GET" || r.header.Get("Accept") != "text/event-stream" || r.header.Get("Cache-Control") != "no-cache" || r.header.Get("Last-Event-Id") != "" {
		t.Errorf("the request is %+v", r)
	}
}

// The answer to POST / does not wait for the connection.
func TestCreateBeforeConnect(t *testing.T) {
	s := newSuite(t)
	path := s.create(nil) // the stream server has no answer yet
	wait(s, s.requests)
	s.answers <- events("data: x\n\n")
	s.expect(`1 {"kind":"event","event":{"type":"message","data":"x","id":""}}`)
	if resp := s.call("DELETE", path, nil); resp.StatusCode != http.StatusNoContent {
		t.Errorf("DELETE answered %s", resp.Status)
	}
	if resp := s.call("DELETE", path, nil); resp.StatusCode != http.StatusNotFound {
		t.Errorf("DELETE again answered %s", resp.Status)
	}
}

func TestReconnect(t *testing.T) {
	s := newSuite(t)
	s.answers <- ended("id: 2\ndata: x\n\nid: 3\ndata: y")
	s.answers <- events("data: z\n\n")
	s.create(map[string]any{"lastEventId": "1"})
	s.expect(`1 {"kind":"event","event":{"type":"message","data":"x","id":"2"}}`,
		`2 {"kind":"error","error":"the server closed the stream"}`,
		`3 {"kind":"event","event":{"type":"message","data":"z","id":"2"}}`)
	first, second := wait(s, s.requests).header.Get("Last-Event-Id"), wait(s, s.requests).header.Get("Last-Event-Id")
	if first != "1" || second != "2" {
		t.Errorf("requests after %q and %q", first, second)
	}
}

func TestRestart(t *testing.T) {
	s := newSuite(t)
	s.answers <- events("data: x\n\n")
	s.answers <- events("data: y\n\n")
	path := s.create(map[string]any{"initialDelayMs": 3_600_000})
	s.expect(`1 {"kind":"event","event":{"type":"message","data":"x","id":""}}`)
	if resp := s.call("POST", path, map[string]any{"command": "restart"}); resp.StatusCode != http.StatusNoContent {
		t.Errorf("restart answered %s", resp.Status)
	}
	s.expect(`2 {"kind":"event","event":{"type":"message","data":"y","id":""}}`)
}

func TestHeadersMethodAndBody(t *testing.T) {
	for _, method := range []string{"POST", "REPORT"} {
		s := newSuite(t)
		s.answers <- ended("")
		s.answers <- events("")
		s.create(map[string]any{
			"method": method, "body": `{"hello": "world"}`,
			"headers": map[string]string{"header-name-1": "value-1", "content-type": "application/json; charset=utf-8"},
		})
		for range 2 {
			r := wait(s, s.requests)
			if r.method != method || r.body != `{"hello": "world"}` || r.header.Get("Header-Name-1") != "value-1" || r.header.Get("Content-Type") != "application/json; charset=utf-8" {
				t.Errorf("the request is %+v", r)
			}
		}
	}
}

func TestReadTimeout(t *testing.T) {
	s := newSuite(t)
	s.answers <- events("data: x\n\n")
	s.answers <- events("data: y\n\n")
	s.create(map[string]any{"readTimeoutMs": 500})
	s.expect(`1 {"kind":"event","event":{"type":"message","data":"x","id":""}}`,
		`2 {"kind":"error","error":"no data within the read timeout"}`,
		`3 {"kind":"event","event":{"type":"message","data":"y","id":""}}`)
}

// 204 ends the stream: no other request is made.
func TestServerDirectedShutdown(t *testing.T) {
	s := newSuite(t)
	s.answers <- func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }
	path := s.create(nil)
	s.expect(`1 error`)
	s.call("POST", path, map[string]any{"command": "restart"}) // revives nothing
	s.call("DELETE", path, nil)
	if n := len(s.requests); n != 1 {
		t.Errorf("%d requests", n)
	}
}

// Redirects are followed; one to nowhere is an error.
func TestRedirect(t *testing.T) {
	s := newSuite(t)
	s.answers <- func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	}
	s.answers <- ended("data: x\n\n")
	s.answers <- func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusMovedPermanently) }
	s.create(nil)
	s.expect(`1 {"kind":"event","event":{"type":"message","data":"x","id":""}}`, `2 error`, `3 error`)
}

func TestRefusals(t *testing.T) {
	s := newSuite(t)
	good := map[string]any{"streamUrl": "http://127.0.0.1:1", "callbackUrl": "http://127.0.0.1:1"}
	with := func(name string, value any) map[string]any {
		p := map[string]any{name: value}
		for name, value := range good {
			if _, ok := p[name]; !ok {
				p[name] = value
			}
		}
		return p
	}
	rows := []struct {
		method, path string
		body         any
		want         int
	}{
		{"POST", "/", "no JSON", 400},
		{"POST", "/", with("streamUrl", ""), 400},
		{"POST", "/", with("callbackUrl", "nowhere"), 400},
		{"POST", "/", with("initialDelayMs", -1), 400},
		{"POST", "/", with("readTimeoutMs", -1), 400},
		{"POST", "/", with("initialDelayMs", "soon"), 400},
		{"POST", "/", with("method", "A B"), 400},
		{"POST", "/99", map[string]any{"command": "restart"}, 404},
		{"DELETE", "/99", nil, 404},
		{"PUT", "/", nil, 405},
		{"POST", "/", good, 201},
		{"POST", "/1", map[string]any{"command": "dance"}, 400},
		{"POST", "/1", "no JSON", 400},
		{"DELETE", "/1", nil, 204},
	}
	for _, row := range rows {
		if resp := s.call(row.method, row.path, row.body); resp.StatusCode != row.want {
			t.Errorf("%s %s %v: %s, not %d", row.method, row.path, row.body, resp.Status, row.want)
		}
	}
}

// There is an end to the streams that one service holds.
func TestStreamLimit(t *testing.T) {
	s := newService(slog.New(slog.DiscardHandler), func() {})
	for range maxStreams {
		if _, ok := s.add(nil); !ok {
			t.Fatal("refused below the limit")
		}
	}
	if id, ok := s.add(nil); ok {
		t.Errorf("one more is %s", id)
	}
}

func TestAddresses(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:0", "example.test:0", "127.0.0.1"} {
		if l, err := listen(t.Context(), addr); err == nil || !strings.Contains(err.Error(), "127.0.0.1") {
			t.Errorf("%s: %v", addr, err)
			if l != nil {
				l.Close()
			}
		}
	}
	for _, addr := range []string{"127.0.0.1:0", "127.9.9.9:0", "localhost:0"} {
		l, err := listen(t.Context(), addr)
		if err != nil {
			t.Errorf("%s: %v", addr, err)
			continue
		}
		l.Close()
	}
}

// The program says where it listens, and ends when it is asked to.
func TestRun(t *testing.T) {
	out, in := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- run(context.Background(), []string{"--addr", "127.0.0.1:0"}, in) }()
	var line []byte
	for b := make([]byte, 1); !slices.Contains(b, '\n'); line = append(line, b...) {
		if _, err := out.Read(b); err != nil {
			t.Fatal(err)
		}
	}
	go io.Copy(io.Discard, out)
	_, rest, _ := strings.Cut(string(line), "url=")
	address := strings.Fields(rest)[0]
	s := &suite{T: t, service: address}
	defer http.DefaultClient.CloseIdleConnections()
	if resp := s.call("POST", "/", map[string]any{"streamUrl": "http://127.0.0.1:1", "callbackUrl": "http://127.0.0.1:1"}); resp.StatusCode != 201 {
		t.Errorf("POST / answered %s", resp.Status)
	}
	if resp := s.call("DELETE", "/", nil); resp.StatusCode != http.StatusNoContent {
		t.Errorf("DELETE / answered %s", resp.Status)
	}
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(patience):
		t.Error("it does not end")
	}
	in.Close()
	if err := run(t.Context(), []string{"--addr", "0.0.0.0:1"}, io.Discard); err == nil {
		t.Error("it listens everywhere")
	}
	if err := run(t.Context(), []string{"--wrong"}, io.Discard); err == nil || fmt.Sprint(err) == "" {
		t.Error("it takes any flag")
	}
}
