package sse

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A tunnel passes bytes on to a server until it is frozen. Connections made after that pass.
type tunnel struct {
	net.Listener
	to     string
	frozen atomic.Int64 // as many of the oldest connections pass nothing
	made   atomic.Int64
	closed atomic.Int64
	wg     sync.WaitGroup
}

func newTunnel(t *testing.T, to string) *tunnel {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	u := &tunnel{Listener: l, to: to}
	u.wg.Go(u.run)
	t.Cleanup(func() {
		_ = l.Close()
		u.wg.Wait()
	})
	return u
}

func (u *tunnel) run() {
	for {
		in, err := u.Accept()
		if err != nil {
			return
		}
		n := u.made.Add(1)
		u.wg.Go(func() {
			defer in.Close()
			out, err := net.Dial("tcp", u.to)
			if err != nil {
				return
			}
			defer out.Close()
			u.wg.Go(func() { u.pass(n, in, out); _ = in.Close() })
			u.pass(n, out, in)
			u.closed.Add(1)
		})
	}
}

// pass copies until an end, or swallows what arrives while the connection is frozen.
func (u *tunnel) pass(n int64, to io.Writer, from io.Reader) {
	buf := make([]byte, 4<<10)
	for {
		k, err := from.Read(buf)
		if err != nil {
			return
		}
		if n > u.frozen.Load() {
			_, _ = to.Write(buf[:k])
		}
	}
}

// overHTTP2 is a server of streams behind a tunnel, and connections that trust it.
func overHTTP2(t *testing.T, handler http.HandlerFunc) (*tunnel, *Connections) {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	u := newTunnel(t, server.Listener.Addr().String())
	transport := NewTransport()
	transport.TLSClientConfig = &tls.Config{RootCAs: server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs}
	c := NewConnections(transport)
	t.Cleanup(c.CloseIdleConnections)
	return u, c
}

func beats(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	send := http.NewResponseController(w)
	for {
		_, _ = io.WriteString(w, ":\n")
		_ = send.Flush()
		select {
		case <-r.Context().Done():
			return
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// opened counts the connections that a Source opened, over its channel.
func opened(t *testing.T, u *tunnel, c *Connections, o Options) (opens chan State, s *Source, stop func()) {
	t.Helper()
	o.URL, o.Transport = "https://"+u.Addr().String(), c
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	var p player
	ctx := newContext(t, &p)
	opens = make(chan State, 16)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.Run(ctx, Handler{State: func(st State) {
			if st.Code == Open {
				opens <- st
			}
		}})
	}()
	return opens, s, func() { p.cancel(); <-done }
}

func within(t *testing.T, what string, d time.Duration, opens chan State) State {
	t.Helper()
	select {
	case s := <-opens:
		return s
	case <-time.After(d):
		t.Fatalf("%s: no connection was opened within %v", what, d)
	}
	return State{}
}

// Over HTTP/2 a dead connection would carry the next request too, until its pings give it up after 30 s.
func TestRestartLeavesADeadConnection(t *testing.T) {
	u, c := overHTTP2(t, beats)
	opens, s, stop := opened(t, u, c, Options{})
	defer stop()
	within(t, "at first", 5*time.Second, opens)
	u.frozen.Store(1)
	s.Restart()
	if st := within(t, "after the restart", 5*time.Second, opens); st.Timing.Reused || u.made.Load() != 2 {
		t.Errorf("%d connections were made; reused: %v", u.made.Load(), st.Timing.Reused)
	}
}

func TestReadTimeoutLeavesADeadConnection(t *testing.T) {
	u, c := overHTTP2(t, beats)
	opens, _, stop := opened(t, u, c, Options{ReadTimeout: 500 * time.Millisecond, InitialDelay: 10 * time.Millisecond})
	defer stop()
	within(t, "at first", 5*time.Second, opens)
	u.frozen.Store(1)
	if st := within(t, "after the silence", 5*time.Second, opens); st.Timing.Reused || u.made.Load() != 2 {
		t.Errorf("%d connections were made; reused: %v", u.made.Load(), st.Timing.Reused)
	}
}

// Many streams that one dead connection carried need one new one, not one each; and a stream that is opened anew
// disturbs none of the others.
func TestRenewIsShared(t *testing.T) {
	u, c := overHTTP2(t, beats)
	o := Options{ReadTimeout: 500 * time.Millisecond, InitialDelay: 10 * time.Millisecond}
	a, first, stopA := opened(t, u, c, o)
	defer stopA()
	within(t, "a", 5*time.Second, a)
	b, _, stopB := opened(t, u, c, o)
	defer stopB()
	within(t, "b", 5*time.Second, b)
	if n := u.made.Load(); n != 1 {
		t.Fatalf("HTTP/2 made %d connections for two streams", n)
	}
	first.Restart()
	within(t, "a, restarted", 5*time.Second, a)
	select {
	case <-b:
		t.Error("the other stream was opened again too")
	case <-time.After(200 * time.Millisecond):
	}
	u.frozen.Store(2)
	within(t, "a, after the silence", 5*time.Second, a)
	within(t, "b, after the silence", 5*time.Second, b)
	if n := u.made.Load(); n > 4 {
		t.Errorf("%d connections for two streams, each opened anew", n)
	}
}

// A stream that the server resets (RST_STREAM), and one whose connection it gives up (GOAWAY), are opened again at once.
func TestResetsOverHTTP2AreOpenedAgain(t *testing.T) {
	for _, how := range []string{"reset", "connection given up"} {
		t.Run(how, func(t *testing.T) {
			var streams atomic.Int64
			u, c := overHTTP2(t, func(w http.ResponseWriter, r *http.Request) {
				if streams.Add(1) > 1 {
					beats(w, r)
					return
				}
				w.Header().Set("Content-Type", "text/event-stream")
				if how != "reset" {
					w.Header().Set("Connection", "close") // sent as GOAWAY
				}
				_, _ = io.WriteString(w, "data: 1\n\n")
				_ = http.NewResponseController(w).Flush()
				panic(http.ErrAbortHandler)
			})
			opens, _, stop := opened(t, u, c, Options{InitialDelay: 10 * time.Millisecond})
			defer stop()
			within(t, "at first", 5*time.Second, opens)
			within(t, "after the reset", 5*time.Second, opens)
		})
	}
}
