package sse

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client/guard"
)

// Restart connects at once in every state, keeps the id, and is no failure.
func TestRestart(t *testing.T) {
	refuse := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }
	mute := func(_ http.ResponseWriter, r *http.Request) { hold(r) }
	open := func(w http.ResponseWriter, r *http.Request) {
		stream(w)("id: 5\ndata: x\n\nid: 6\ndata: y")
		hold(r)
	}
	rows := []struct {
		state  string
		first  http.HandlerFunc
		before []StateCode
		id     string
	}{
		{"connecting", mute, []StateCode{Connecting}, "4"},
		{"open", open, []StateCode{Connecting, Open}, "5"},
		{"waiting", refuse, []StateCode{Connecting, Waiting}, "4"},
	}
	for _, row := range rows {
		t.Run(row.state, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var id string
				w := newWorld(t, script(row.first, func(w http.ResponseWriter, r *http.Request) {
					id = r.Header.Get("Last-Event-ID")
					open(w, r)
				}))
				began := time.Now()
				p := w.play(t, Options{LastEventID: "4"})
				codes := func() (codes []StateCode) {
					for _, s := range p.changes() {
						codes = append(codes, s.Code)
					}
					return codes
				}
				if got := codes(); !slices.Equal(got, row.before) {
					t.Fatalf("states before: %v", got)
				}
				p.Restart()
				synctest.Wait()
				if got := codes(); !slices.Equal(got, append(row.before, Connecting, Open)) {
					t.Errorf("states: %v", got)
				}
				for _, s := range p.changes()[len(row.before):] {
					if s.Err != nil || !s.At.Equal(began) || s.Code == Connecting && s.Attempt != 1 {
						t.Errorf("restart gave %+v", s)
					}
				}
				if id != row.id {
					t.Errorf("resumed after %q, not %q", id, row.id)
				}
				p.stop(t)
				synctest.Wait()
				if n := w.connections(); n != 0 {
					t.Errorf("%d connections are left", n)
				}
			})
		})
	}
}

// A handler may restart; what was read already is handed on before the new connection is made.
func TestRestartInHandler(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ids []string
		w := newWorld(t, func(w http.ResponseWriter, r *http.Request) {
			ids = append(ids, r.Header.Get("Last-Event-ID"))
			if len(ids) > 1 {
				w.WriteHeader(http.StatusNoContent)
				return
			}
			stream(w)("id: 1\ndata: a\n\nid: 2\ndata: b\n\n")
			hold(r)
		})
		p := &player{}
		h := p.handler()
		said := h.Event
		h.Event = func(e Event) {
			said(e)
			p.Restart()
		}
		w.playWith(t, Options{}, p, h)
		<-p.done
		if said := p.all(); !slices.Equal(said, []string{`message "a" id "1"`, `message "b" id "2"`}) || !slices.Equal(ids, []string{"", "2"}) {
			t.Errorf("said %q, requests after %q", said, ids)
		}
	})
}

// The delays start over with a restart; a retry field stays.
func TestRestartResetsDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, script(say("retry: 2000\n"), func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }))
		p := w.play(t, Options{})
		time.Sleep(7 * time.Second) // the third wait has begun
		p.Restart()
		synctest.Wait()
		want := []time.Duration{2 * time.Second, 4 * time.Second, 8 * time.Second, 2 * time.Second}
		if waits := p.waits(); !slices.Equal(waits, want) {
			t.Errorf("waits %v, not %v", waits, want)
		}
		p.stop(t)
	})
}

// A Source does nothing on Restart before and after a run, runs once at a time, and resumes when it
// runs again.
func TestRunAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ids []string
		w := newWorld(t, func(w http.ResponseWriter, r *http.Request) {
			ids = append(ids, r.Header.Get("Last-Event-ID"))
			stream(w)("id: 8\ndata: x\n\nid: 9\ndata: y\n\n")
			hold(r)
		})
		ctx, cancel := context.WithCancel(t.Context())
		p := &player{}
		h := p.handler()
		h.Event = func(Event) { cancel() }
		w.transport.Proxy = nil
		s, err := New(Options{URL: "http://example.test", Transport: w.transport})
		if err != nil {
			t.Fatal(err)
		}
		s.Restart()
		if err := s.Run(ctx, h); err != nil {
			t.Errorf("first run: %v", err)
		}
		s.Restart()
		ctx, cancel = context.WithCancel(t.Context())
		done := make(chan error)
		h.Event = func(Event) {}
		go func() { done <- s.Run(ctx, h) }()
		synctest.Wait()
		var e *Error
		if err := s.Run(ctx, Handler{}); !errors.As(err, &e) || !e.Final || !errors.Is(err, ErrRunning) {
			t.Errorf("a second run at once: %v", err)
		}
		cancel()
		if err := <-done; err != nil {
			t.Errorf("second run: %v", err)
		}
		if !slices.Equal(ids, []string{"", "8"}) { // 9 was read, but not handed on
			t.Errorf("requests after %q", ids)
		}
	})
}

// A panic of a handler ends the run, and reaches whoever called it, with its stack.
func TestPanicOfAHandler(t *testing.T) {
	s, err := New(Options{URL: "http://example.test", Transport: roundTripper(func(*http.Request) (*http.Response, error) {
		return response(http.StatusOK, "text/event-stream", strings.NewReader("data: x\n\n")), nil
	})})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		err = guard.Run("test", func() error {
			return s.Run(t.Context(), Handler{Event: func(Event) { panic("secret") }})
		})
		if c := guard.Of(err); c == nil || !strings.Contains(string(c.Stack), "TestPanicOfAHandler") {
			t.Errorf("Run: %v", err)
		}
	}
}

// Every function of a Handler may be missing.
func TestEmptyHandler(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, script(say("id: 1\ndata: x\n\n:c\ndata: yyyy\n\n"), func(w http.ResponseWriter, r *http.Request) {
			if id := r.Header.Get("Last-Event-ID"); id != "1" {
				t.Errorf("resumed after %q", id)
			}
			w.WriteHeader(204)
		}))
		p := w.playWith(t, Options{MaxEventBytes: 3}, &player{}, Handler{})
		if err := <-p.done; err == nil || err.(*Error).Status != 204 {
			t.Errorf("Run returned %v", err)
		}
	})
}
