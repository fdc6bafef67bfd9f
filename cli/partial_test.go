package cli_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lenswatch/cli"
)

// runAgainst runs a command with a key, an endpoint and settings, and returns the exit code and what it wrote.
func runAgainst(t *testing.T, endpoint, settings string, args ...string) (code int, out, errs string) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "settings.toml")
	if err := os.WriteFile(path, []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	environ := map[string]string{"ATAI_API_KEY": "lw-made-up-key", "PROD_ATAI_API_KEY": "lw-made-up-key", "STAGE_ATAI_API_KEY": "lw-made-up-key",
		"ATAI_API_ENDPOINT": endpoint, "HOME": dir, "LENSWATCH_CONFIG": path}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var stdout, stderr bytes.Buffer
	code = cli.Main(ctx, cli.Env{
		Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr, GOOS: "linux", Keyring: fileKeyring(filepath.Join(dir, "keyring")),
		Getenv: func(name string) string { return environ[name] },
	}, args)
	return code, stdout.String(), stderr.String()
}

// A record that cannot be read is left out of a list, and that is said, once.
func TestListsSayThatARecordCouldNotBeRead(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.Contains(r.URL.Path, "/consumer/"):
			w.Header().Set("Content-Type", "text/event-stream")
			_, _ = io.WriteString(w, "data: {\"type\":\"sse.stream.heartbeat\"}\n\n")
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		case strings.HasSuffix(r.URL.Path, "/lens/metadata"):
			_, _ = io.WriteString(w, `[{"lens_id":"lns-1","lens_name":"Good","lens_config":{"model_pipeline":[{"processor_name":"server_sent_events_writer"}]}},{"lens_name":"none"},7]`)
		default:
			_, _ = io.WriteString(w, `[{"session_id":"lsn-1","lens_id":"lns-1","session_status":"SESSION_STATUS_RUNNING"},{"lens_id":"lns-1"}]`)
		}
	}))
	defer server.Close()
	defer server.CloseClientConnections()
	for _, x := range []struct {
		args []string
		want string
	}{{[]string{"sessions"}, "1 record could not be read"}, {[]string{"lenses"}, "2 records could not be read"}, {[]string{"tail", "--all", "--for", "7s"}, "1 record could not be read"}} {
		_, _, errs := runAgainst(t, server.URL, "", x.args...)
		if strings.Count(errs, x.want) != 1 {
			t.Errorf("%v: %s", x.args, errs)
		}
	}
}

// Of several profiles, each that fails is named with why; the gravest decides.
func TestFailuresNameTheirProfile(t *testing.T) {
	answers := func(status int) string {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, `{"errors":[{"message":"no"}]}`)
		}))
		t.Cleanup(server.Close)
		return server.URL
	}
	settings := fmt.Sprintf("[profiles.prod]\nendpoint = %q\n[profiles.stage]\nendpoint = %q\n", answers(http.StatusUnauthorized), answers(http.StatusForbidden))
	down := fmt.Sprintf("[profiles.prod]\nendpoint = %q\n[profiles.stage]\nendpoint = %q\n", answers(http.StatusUnauthorized), answers(http.StatusServiceUnavailable))
	if _, _, errs := runAgainst(t, "", down, "sessions", "--profile", "prod,stage"); !strings.Contains(errs, "lenswatch: stage:archetype: list sessions: server error (HTTP 503): no; retrying in") {
		t.Errorf("retries: %s", errs)
	}
	for _, command := range []string{"sessions", "lenses"} {
		code, _, errs := runAgainst(t, "", settings, command, "--profile", "prod,stage")
		if code != cli.ExitRefused || !strings.Contains(errs, "prod:archetype: list "+command) || !strings.Contains(errs, "stage:archetype: list "+command) {
			t.Errorf("%s: exit %d: %s", command, code, errs)
		}
	}
}
