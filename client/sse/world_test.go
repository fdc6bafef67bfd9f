package sse

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A world is a server and the pipes that lead to it, for use under synctest.
type world struct {
	transport *http.Transport // connects to the server, whatever the host

	conns chan net.Conn
	down  chan struct{} // closed when the listener is

	mu   sync.Mutex
	open map[net.Conn]bool // the server's side
	dial func(context.Context) error
}

func newWorld(t *testing.T, handler http.HandlerFunc) *world {
	w := &world{
		transport: NewTransport(),
		conns:     make(chan net.Conn),
		down:      make(chan struct{}),
		open:      map[net.Conn]bool{},
	}
	w.transport.Proxy = nil
	w.transport.DialContext = w.connect
	server := &http.Server{Handler: handler, ConnState: w.count}
	go server.Serve(w)
	t.Cleanup(func() {
		w.transport.CloseIdleConnections()
		server.Close()
	})
	return w
}

// connect is the transport's dialler.
func (w *world) connect(ctx context.Context, _, _ string) (net.Conn, error) {
	w.mu.Lock()
	dial := w.dial
	w.mu.Unlock()
	if dial != nil {
		if err := dial(ctx); err != nil {
			return nil, err
		}
	}
	here, there := net.Pipe()
	select {
	case w.conns <- there:
		return here, nil
	case <-w.down:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// onDial sets what happens before a connection is made.
func (w *world) onDial(f func(context.Context) error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dial = f
}

func (w *world) count(conn net.Conn, state http.ConnState) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch state {
	case http.StateNew:
		w.open[conn] = true
	case http.StateClosed, http.StateHijacked:
		delete(w.open, conn)
	}
}

// connections is how many the server has.
func (w *world) connections() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.open)
}

// The world is its server's listener.

func (w *world) Accept() (net.Conn, error) {
	select {
	case conn := <-w.conns:
		return conn, nil
	case <-w.down:
		return nil, net.ErrClosed
	}
}

func (w *world) Close() error {
	close(w.down)
	return nil
}

func (w *world) Addr() net.Addr { return &net.IPAddr{} }

// A player is a Source that runs.
type player struct {
	recorder
	*Source
	cancel context.CancelFunc
	done   chan error
}

// play runs a Source in the world, without jitter.
func (w *world) play(t *testing.T, o Options) *player {
	t.Helper()
	p := &player{done: make(chan error, 1)}
	return w.playWith(t, o, p, p.handler())
}

func (w *world) playWith(t *testing.T, o Options, p *player, h Handler) *player {
	t.Helper()
	if o.URL == "" {
		o.URL = "http://example.test/stream"
	}
	o.Transport = w.transport
	if o.Rand == nil {
		o.Rand = func() float64 { return 0 }
	}
	var err error
	if p.Source, err = New(o); err != nil {
		t.Fatal(err)
	}
	if p.done == nil {
		p.done = make(chan error, 1)
	}
	var ctx context.Context
	ctx, p.cancel = context.WithCancel(t.Context())
	go func() { p.done <- p.Run(ctx, h) }()
	synctest.Wait()
	return p
}

// stop cancels, and checks that Run ends with nil and at once.
func (p *player) stop(t *testing.T) {
	t.Helper()
	began := time.Now()
	p.cancel()
	if err := <-p.done; err != nil {
		t.Errorf("after cancel Run returned %v", err)
	}
	if took := time.Since(began); took > 0 {
		t.Errorf("cancel took %v", took)
	}
}

// last is the latest state.
func (p *player) last() State {
	states := p.changes()
	if len(states) == 0 {
		return State{}
	}
	return states[len(states)-1]
}

// waits is how long the Source waited so far, each time.
func (p *player) waits() (waits []time.Duration) {
	for _, s := range p.changes() {
		if s.Code == Waiting {
			waits = append(waits, s.Delay)
		}
	}
	return waits
}

// stream begins an event stream and returns a function that writes to it at once.
func stream(w http.ResponseWriter) (send func(format string, args ...any)) {
	w.Header().Set("Content-Type", "text/event-stream")
	flush := http.NewResponseController(w).Flush
	flush()
	return func(format string, args ...any) {
		fmt.Fprintf(w, format, args...)
		flush()
	}
}

// hold keeps a connection open until the client goes.
func hold(r *http.Request) { <-r.Context().Done() }
