package cli

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// pprofEnv is an environment with a runtime folder.
func pprofEnv(t *testing.T) (env Env, dir string) {
	dir = t.TempDir()
	return Env{Getenv: func(name string) string { return map[string]string{"XDG_RUNTIME_DIR": dir}[name] }}, filepath.Join(dir, "lenswatch")
}

// startPprof serves profiles, and gives what is said of them.
func startPprof(t *testing.T, env Env, addr string) (stop func(), said string) {
	t.Helper()
	var text strings.Builder
	env.Stderr = &text
	stop, err := servePprof(env, addr)
	if err != nil {
		t.Fatal(err)
	}
	return stop, strings.TrimSpace(text.String())
}

func heap(t *testing.T, client *http.Client, url string, change func(*http.Request)) (status int, body string) {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, url+"/debug/pprof/heap?debug=1", nil)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(req)
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// Profiles are served on a socket that nobody but the owner can connect to.
func TestPprofOnASocket(t *testing.T) {
	env, dir := pprofEnv(t)
	for _, addr := range []string{"auto", filepath.Join(t.TempDir(), "p.sock")} {
		stop, said := startPprof(t, env, addr)
		path := regexp.MustCompile(`--unix-socket (\S+)`).FindStringSubmatch(said)
		if path == nil {
			t.Fatalf("%s: it is not said where: %s", addr, said)
		}
		info, err := os.Stat(path[1])
		if err != nil {
			t.Fatal(err)
		}
		if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: the socket's mode is %v", addr, info.Mode())
		}
		unix := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", path[1])
		}}}
		if status, body := heap(t, unix, "http://localhost", nil); status != 200 || !strings.HasPrefix(body, "heap profile:") {
			t.Errorf("%s: HTTP %d: %.80s", addr, status, body)
		}
		stop()
		if _, err := os.Stat(path[1]); err == nil {
			t.Errorf("%s: the socket is left after stop", addr)
		}
	}
	if info, err := os.Stat(dir); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o700 {
		t.Errorf("the folder: %v, %v", info, err)
	}
}

// At an address the other users of this machine can connect, and web pages: neither gets a profile.
func TestPprofAtAnAddressNeedsThePassword(t *testing.T) {
	env, _ := pprofEnv(t)
	for _, addr := range []string{"0.0.0.0:0", ":0", "nonsense"} {
		if _, err := servePprof(env, addr); ExitCode(err) != ExitUsage {
			t.Errorf("%s: %v, which is no mistake of usage", addr, err)
		}
	}
	stop, said := startPprof(t, env, "127.0.0.1:0")
	defer stop()
	m := regexp.MustCompile(`http://(pprof:\w+)@(\S+)/debug`).FindStringSubmatch(said)
	if m == nil {
		t.Fatalf("it is not said how: %s", said)
	}
	own, plain := "http://"+m[1]+"@"+m[2], "http://"+m[2]
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	if status, body := heap(t, client, own, nil); status != 200 || !strings.HasPrefix(body, "heap profile:") {
		t.Errorf("HTTP %d: %.80s", status, body)
	}
	refused := map[string]struct {
		url    string
		change func(*http.Request)
	}{
		"another user":   {plain, nil},
		"a guess":        {"http://pprof:x@" + m[2], nil},
		"a rebound name": {own, func(r *http.Request) { r.Host = "evil.example" }},
		"another site":   {own, func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") }},
		"an image":       {own, func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }},
	}
	for who, x := range refused {
		if status, body := heap(t, client, x.url, x.change); status != 401 && status != 403 || strings.Contains(body, "heap profile") {
			t.Errorf("%s: HTTP %d: %.80s", who, status, body)
		}
	}
}
