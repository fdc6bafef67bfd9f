package archetype

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"lenswatch/client"
)

func TestPingOpensANewConnection(t *testing.T) {
	connections := 0
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "" {
			t.Error("the key is missing")
		}
		w.WriteHeader(http.StatusInternalServerError) // it was reached all the same
	}))
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			connections++
		}
	}
	server.Start()
	defer server.Close()
	s, err := New(Options{Endpoint: server.URL, Key: NewSecret("k-ping")})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		p, err := s.Ping(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if p.Timing.Reused || p.Timing.Connect <= 0 || p.Timing.FirstByte <= 0 || p.Took < p.Timing.FirstByte || p.Date.IsZero() {
			t.Errorf("%+v", p)
		}
	}
	if connections != 2 {
		t.Errorf("%d connections for two pings", connections)
	}
}

func TestPingSaysWhereItFailed(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close() // nobody listens there now
	s, err := New(Options{Endpoint: "http://" + l.Addr().String(), Key: NewSecret("k-ping")})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Ping(context.Background())
	var e *client.Error
	if !errors.As(err, &e) || e.Kind != client.ErrNetwork || e.Phase != client.PhaseConnect {
		t.Fatalf("%v", err)
	}
	if strings.Contains(err.Error(), "http://") || strings.Contains(err.Error(), "k-ping") {
		t.Errorf("the error is to name the step, not the URL: %v", err)
	}
}

func TestCurlNamesTheKeyOnly(t *testing.T) {
	s, err := New(Options{Endpoint: "https://example.invalid", Key: NewSecret("k-curl")})
	if err != nil {
		t.Fatal(err)
	}
	want := `curl -N "https://example.invalid/v0.5/lens/sessions/consumer/lsn-1" -H "Authorization: Bearer $ATAI_API_KEY" -H "Accept: text/event-stream"`
	if got := s.Curl("lsn-1"); got != want {
		t.Errorf("%s", got)
	}
}

func TestCurlEscapesTheID(t *testing.T) {
	s, err := New(Options{Endpoint: "https://example.invalid", Key: NewSecret("k-curl")})
	if err != nil {
		t.Fatal(err)
	}
	got := s.Curl("x\"; echo `id` $(id) $HOME '\\")
	path, _, _ := strings.Cut(strings.TrimPrefix(got, `curl -N "`), `" -H`)
	if strings.ContainsAny(path, "\"`$()' \\") {
		t.Errorf("%s", got)
	}
}
