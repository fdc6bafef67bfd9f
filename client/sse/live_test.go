package sse

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// Over real connections: the timing of each step, HTTP/2, and that a Source with a transport of its
// own leaves no connection (TestMain looks for the goroutines).
func TestLive(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Proto", r.Proto)
		say("data: x\n\n")(w, r)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	for _, proto := range []string{"HTTP/1.1", "HTTP/2.0"} {
		transport := NewTransport()
		transport.TLSClientConfig = server.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
		if proto == "HTTP/1.1" {
			transport.TLSNextProto = map[string]func(string, *tls.Conn) http.RoundTripper{}
		}
		var p player
		ctx := newContext(t, &p)
		s, err := New(Options{URL: server.URL, Transport: transport, InitialDelay: 1})
		if err != nil {
			t.Fatal(err)
		}
		var opens []State
		err = s.Run(ctx, Handler{State: func(s State) {
			if s.Code == Open {
				if opens = append(opens, s); len(opens) == 2 {
					p.cancel()
				}
			}
		}})
		if err != nil || len(opens) != 2 {
			t.Fatalf("%s: %v, %+v", proto, err, opens)
		}
		first, second := opens[0], opens[1]
		if got := first.Header.Get("Proto"); got != proto {
			t.Errorf("%s: speaks %s", proto, got)
		}
		if f := first.Timing; f.Connect <= 0 || f.TLS <= 0 || f.FirstByte <= 0 || f.Reused {
			t.Errorf("%s: first connection %+v", proto, f)
		}
		if f := second.Timing; f.Connect != 0 || f.TLS != 0 || f.FirstByte <= 0 || !f.Reused {
			t.Errorf("%s: second connection %+v", proto, f)
		}
		transport.CloseIdleConnections()
	}
}

func TestOwnTransport(t *testing.T) {
	closed := make(chan struct{}, 1)
	server := httptest.NewUnstartedServer(say("data: x\n\n"))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			closed <- struct{}{}
		}
	}
	server.Start()
	defer server.Close()
	s, err := New(Options{URL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := s.Run(ctx, Handler{State: func(s State) {
		if s.Code == Waiting { // the connection is idle and could be used again
			cancel()
		}
	}}); err != nil {
		t.Error(err)
	}
	select {
	case <-closed:
	case <-time.After(time.Minute):
		t.Error("the idle connection is left open")
	}
}

// The phase says at which step it failed.
func TestPhases(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := l.Addr().String()
	l.Close()
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	rows := []struct {
		url   string
		phase Phase
		text  string
	}{
		{"http://host.invalid/", PhaseDNS, "host lookup: "},
		{"http://" + nobody, PhaseConnect, "connecting: dial tcp"},
		{"https://" + server.Listener.Addr().String(), PhaseTLS, "TLS handshake: "},
	}
	for _, row := range rows {
		var p player
		ctx := newContext(t, &p)
		transport := NewTransport()
		transport.Proxy = nil
		if row.phase == PhaseDNS { // without a network, so that it fails at once
			transport.DialContext = (&net.Dialer{Resolver: &net.Resolver{
				PreferGo: true,
				Dial:     func(context.Context, string, string) (net.Conn, error) { return nil, net.ErrClosed },
			}}).DialContext
		}
		s, err := New(Options{URL: row.url, Transport: transport})
		if err != nil {
			t.Fatal(err)
		}
		s.Run(ctx, Handler{State: func(s State) {
			if s.Code != Waiting {
				return
			}
			p.cancel()
			var e *Error
			if !errors.As(s.Err, &e) || e.Phase != row.phase || len(e.Error()) < len(row.text) || e.Error()[:len(row.text)] != row.text {
				t.Errorf("%s: phase %d, %v", row.url, e.Phase, e)
			}
		}})
		transport.CloseIdleConnections()
	}
}
