package sse

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestReadTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var id string
		w := newWorld(t, script(func(w http.ResponseWriter, r *http.Request) {
			send := stream(w)
			send("id: 1\ndata: x\n\n")
			for range 20 { // comments and parts of lines are life, too
				time.Sleep(4 * time.Second)
				send(":")
			}
			send("\nda")
			hold(r)
		}, func(w http.ResponseWriter, r *http.Request) {
			id = r.Header.Get("Last-Event-ID")
			stream(w)
			hold(r)
		}))
		began := time.Now()
		p := w.play(t, Options{ReadTimeout: 5 * time.Second})
		time.Sleep(80*time.Second + 4*time.Second)
		synctest.Wait()
		if last := p.last(); last.Code != Open {
			t.Errorf("a line with life was given up: %+v", last)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		last := p.last()
		if e, _ := last.Err.(*Error); last.Code != Waiting || !errors.Is(e, ErrReadTimeout) || e.Phase != PhaseBody {
			t.Errorf("after %v of silence: %+v", time.Since(began)-80*time.Second, last)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if id != "1" || p.last().Code != Open {
			t.Errorf("reconnected after %q: %+v", id, p.last())
		}
		p.stop(t)
	})
}

// An answer that does not come is silence, too, also with a transport that would wait for ever.
func TestReadTimeoutBeforeAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(_ http.ResponseWriter, r *http.Request) { hold(r) })
		w.transport.ResponseHeaderTimeout = 0
		p := w.play(t, Options{ReadTimeout: 5 * time.Second})
		time.Sleep(5 * time.Second)
		synctest.Wait()
		last := p.last()
		if e, _ := last.Err.(*Error); last.Code != Waiting || !errors.Is(e, ErrReadTimeout) || e.Phase != PhaseRequest {
			t.Errorf("%+v", last)
		}
		p.stop(t)
	})
}

// A handler that holds the stream back is no silence of the line.
func TestReadTimeoutWithSlowHandler(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(w http.ResponseWriter, r *http.Request) {
			send := stream(w)
			for {
				send("data: x\n\n")
				select {
				case <-r.Context().Done():
					return
				case <-time.After(time.Second):
				}
			}
		})
		p := &player{}
		events := 0
		h := p.handler()
		h.Event = func(Event) {
			if events++; events == 3 {
				time.Sleep(20 * time.Second)
			}
		}
		w.playWith(t, Options{ReadTimeout: 5 * time.Second}, p, h)
		time.Sleep(30 * time.Second)
		synctest.Wait()
		if waits := p.waits(); events < 10 || len(waits) > 0 {
			t.Errorf("%d events, waits %v", events, waits)
		}
		p.stop(t)
	})
}

// The default transport gives up a server that takes a connection and says nothing.
func TestTransportTimeouts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(_ http.ResponseWriter, r *http.Request) { hold(r) })
		p := w.play(t, Options{})
		time.Sleep(headerTimeout)
		synctest.Wait()
		if last := p.last(); last.Code != Waiting || last.Err.(*Error).Phase != PhaseRequest {
			t.Errorf("no header: %+v", last)
		}
		p.stop(t)
	})
	synctest.Test(t, func(t *testing.T) { // the server's side does not speak TLS: it waits for more
		w := newWorld(t, func(http.ResponseWriter, *http.Request) {})
		p := w.play(t, Options{URL: "https://example.test"})
		time.Sleep(tlsTimeout)
		synctest.Wait()
		if last := p.last(); last.Code != Waiting || last.Err.(*Error).Phase != PhaseTLS {
			t.Errorf("no TLS: %+v", last)
		}
		p.stop(t)
	})
}

// Cancel ends Run at once, in every state, and the server loses its connection.
func TestCancel(t *testing.T) {
	rows := []struct {
		state   string
		handler http.HandlerFunc
		dial    func(context.Context) error
		code    StateCode
	}{
		{"dialling", nil, func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, Connecting},
		{"waiting for the response", func(_ http.ResponseWriter, r *http.Request) { hold(r) }, nil, Connecting},
		{"reading the body of an error", func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(500)
			http.NewResponseController(w).Flush()
			hold(r)
		}, nil, Connecting},
		{"reading the body of a redirect", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "/")
			w.WriteHeader(302)
			http.NewResponseController(w).Flush()
			hold(r)
		}, nil, Connecting},
		{"open", func(w http.ResponseWriter, r *http.Request) { stream(w); hold(r) }, nil, Open},
		{"in the middle of an event", func(w http.ResponseWriter, r *http.Request) { stream(w)("data: x\nda"); hold(r) }, nil, Open},
		{"waiting", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(500) }, nil, Waiting},
	}
	for _, row := range rows {
		t.Run(row.state, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, row.handler)
				w.onDial(row.dial)
				p := w.play(t, Options{})
				if p.last().Code != row.code {
					t.Fatalf("the state is %+v", p.last())
				}
				p.stop(t)
				if last := p.last(); last.Code != Closed || last.Err != nil {
					t.Errorf("the last state is %+v", last)
				}
				w.transport.CloseIdleConnections()
				synctest.Wait()
				if n := w.connections(); n != 0 {
					t.Errorf("%d connections are left", n)
				}
			})
		})
	}
}

// Nothing is tried with a context that is done.
func TestCancelBeforeRun(t *testing.T) {
	s, err := New(Options{URL: "http://a.test", Transport: roundTripper(func(*http.Request) (*http.Response, error) {
		t.Error("a request is made")
		return nil, errors.New("no network")
	})})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var rec recorder
	if err := s.Run(ctx, rec.handler()); err != nil || len(rec.changes()) != 1 || rec.changes()[0].Code != Closed {
		t.Errorf("%v, %+v", err, rec.changes())
	}
}

// A handler that watches the context does not keep Run from ending, and nothing is handed on after
// the cancel, though it has been read.
func TestCancelInHandler(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(w http.ResponseWriter, r *http.Request) {
			stream(w)("id: 1\ndata: a\n\nid: 2\ndata: b\n\n:c\n")
			hold(r)
		})
		ctx, cancel := context.WithCancel(t.Context())
		p := &player{}
		h := p.handler()
		said := h.Event
		h.Event = func(e Event) {
			said(e)
			<-ctx.Done()
		}
		w.playWith(t, Options{}, p, h)
		p.cancel()
		synctest.Wait()
		if n := w.connections(); n != 0 {
			t.Errorf("the handler blocks and %d connections are left", n)
		}
		cancel()
		p.stop(t)
		if said := p.all(); !slices.Equal(said, []string{`message "a" id "1"`}) {
			t.Errorf("said %q", said)
		}
	})
}

// endless is a stream that is never silent, from a transport that is slow to notice a cancel.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return copy(p, "data: x\n\n"), nil }

// A flood does not keep a Source from ending or restarting.
func TestFlood(t *testing.T) {
	requests, events := 0, 0
	var p player
	ctx := newContext(t, &p)
	s, err := New(Options{URL: "http://a.test", Transport: roundTripper(func(*http.Request) (*http.Response, error) {
		requests++
		return response(200, "text/event-stream", endless{}), nil
	})})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Run(ctx, Handler{Event: func(Event) {
		switch events++; events {
		case 1000:
			s.Restart()
		case 2000:
			p.cancel()
		}
	}}); err != nil || requests != 2 || events != 2000 {
		t.Errorf("%v after %d requests and %d events", err, requests, events)
	}
}
