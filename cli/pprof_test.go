package cli

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// Profiles are there for this machine, and for no other.
func TestPprof(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":0", "nonsense"} {
		if _, err := servePprof(addr); ExitCode(err) != ExitUsage {
			t.Errorf("%s: %v, which is no mistake of usage", addr, err)
		}
	}
	addr := freeAddress(t)
	stop, err := servePprof(addr)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.Get("http://" + addr + "/debug/pprof/heap?debug=1")
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil || !strings.HasPrefix(string(body), "heap profile:") {
		t.Errorf("%v: %.80s", err, body)
	}
	stop()
	if _, err := http.Get("http://" + addr + "/debug/pprof/"); err == nil {
		t.Error("profiles are served after stop")
	}
}

// freeAddress is one on which nothing listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
