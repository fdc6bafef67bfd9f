package agenthuman

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"lenswatch/client"
	"lenswatch/client/rest"
	"lenswatch/client/simulator"
	"lenswatch/client/simulator/memnet"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// testKey is the key of the tests against servers written by hand.
const testKey = "tk-9d41c07be2f85a36"

// world is the simulator and a Service that speaks to it, in a bubble.
type world struct {
	*testing.T
	sim *simulator.Simulator
	s   *Service
	net *memnet.Listener
	seen
}

// seen remembers the requests that were made.
type seen struct {
	mu       sync.Mutex
	next     http.RoundTripper
	requests []string
	limited  int
}

func (n *seen) RoundTrip(r *http.Request) (*http.Response, error) {
	n.mu.Lock()
	n.requests = append(n.requests, r.Method+" "+r.URL.RequestURI())
	n.mu.Unlock()
	resp, err := n.next.RoundTrip(r)
	if err == nil && resp.StatusCode == http.StatusTooManyRequests {
		n.mu.Lock()
		n.limited++
		n.mu.Unlock()
	}
	return resp, err
}

func (n *seen) count() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.requests)
}

func inBubble(t *testing.T, cfg simulator.Config, f func(*testing.T, *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		sim, err := simulator.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		w := &world{T: t, sim: sim, net: memnet.Listen()}
		transport := w.net.Transport()
		w.seen.next = transport
		served := make(chan error, 1)
		go func() { served <- sim.Serve(w.net) }()
		w.s, err = New(Options{Endpoint: "http://sim.test", Key: rest.NewSecret(simulator.DefaultHumanKey), Transport: &w.seen})
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			sim.Close()
			transport.CloseIdleConnections()
			if err := <-served; err != nil {
				t.Error(err)
			}
		}()
		f(t, w)
	})
}

// control asks the control endpoint.
func (w *world) control(method, path, body string) map[string]any {
	w.Helper()
	req, err := http.NewRequest(method, "http://sim.test/_sim"+path, strings.NewReader(body))
	if err != nil {
		w.Fatal(err)
	}
	resp, err := w.seen.next.RoundTrip(req)
	if err != nil {
		w.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != 200 {
		w.Fatalf("%s %s: HTTP %d: %s, %v", method, path, resp.StatusCode, text, err)
	}
	var out map[string]any
	if text[0] == '{' && json.Unmarshal(text, &out) != nil {
		w.Fatalf("%s", text)
	}
	return out
}

func (w *world) create() string {
	w.Helper()
	session, err := w.s.Create(w.Context(), client.CreateRequest{LensID: lensID, Inputs: goodInputs()})
	if err != nil {
		w.Fatal(err)
	}
	return session.ID
}

// roomToken is a secret that must show nowhere.
const roomToken = "room-tk-77c0e4"

func goodInputs() map[string]string {
	return map[string]string{
		"avatar": "avat_01J8QZ4M7N3R5T6V8W9X0Y1Z2A", "room_platform": "livekit", "room_url": "wss://room.example/r1", "room_token": roomToken,
	}
}

// diary is the events of one watch.
type diary struct {
	mu     sync.Mutex
	events []client.Event
	err    error
	done   bool
	cancel context.CancelFunc
}

// watch watches in the background until the test ends.
func watch(t *testing.T, s *Service, id string, opts client.WatchOptions) *diary {
	ctx, cancel := context.WithCancel(t.Context())
	d := &diary{cancel: cancel}
	over := make(chan struct{})
	go func() {
		defer close(over)
		err := s.Watch(ctx, id, opts, func(ev client.Event) {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.events = append(d.events, ev)
		})
		d.mu.Lock()
		d.err, d.done = err, true
		d.mu.Unlock()
	}()
	t.Cleanup(func() { cancel(); <-over })
	return d
}

// find is the events of a type on the wire, or of a notice's code.
func (d *diary) find(wire string) (out []client.Event) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, ev := range d.events {
		if ev.Wire == wire || ev.Notice != nil && string(ev.Notice.Code) == wire {
			out = append(out, ev)
		}
	}
	return out
}

// story is the events without heartbeats, one a word.
func (d *diary) story() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []string
	for _, ev := range d.events {
		switch {
		case ev.Notice != nil:
			out = append(out, string(ev.Notice.Code))
		case ev.Kind != client.KindHeartbeat:
			out = append(out, ev.Wire)
		}
	}
	return strings.Join(out, " ")
}

func (d *diary) over() (bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.done, d.err
}

// text is everything that the diary holds.
func (d *diary) text() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	var b strings.Builder
	for _, ev := range d.events {
		fmt.Fprintf(&b, "%+v %s %+v\n", ev, ev.Raw, ev.Notice)
	}
	fmt.Fprint(&b, d.err)
	return b.String()
}

// pass lets time pass.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// byHand serves a handler, and makes a Service that speaks to it.
func byHand(t *testing.T, handler http.HandlerFunc) *Service {
	t.Helper()
	network := memnet.Listen()
	server := &http.Server{Handler: handler}
	done := make(chan error, 1)
	go func() { done <- server.Serve(network) }()
	transport := network.Transport()
	s, err := New(Options{Endpoint: "http://hand.test/", Key: rest.NewSecret(testKey), Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		server.Close()
		<-done
	})
	return s
}

// say answers with a status, a body and headers.
func say(status int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}
