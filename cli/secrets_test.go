package cli_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lenswatch/cli"
)

// echoedKey is the key that the server of this test knows, with characters that every spelling changes.
const echoedKey = "lw-test/0123456789+abcdef_=~xyz"

// keySpellings are forms in which a JSON string may hold the key.
func keySpellings() map[string]string {
	every := func(format string) string {
		var b strings.Builder
		for _, c := range []byte(echoedKey) {
			fmt.Fprintf(&b, format, c)
		}
		return b.String()
	}
	return map[string]string{
		"plain": echoedKey, "slashes": strings.ReplaceAll(echoedKey, "/", `\/`), "one escape": `\u006c` + echoedKey[1:], "escapes": every(`\u%04X`),
		"twice escaped": every(`\\u%04x`), "percent": url.QueryEscape(echoedKey), "percent, lower": every("%%%02x"), "entities": every("&#%d;"),
		"hex entities": every("&#x%X;"), "named entities": strings.ReplaceAll(html.EscapeString(echoedKey), "/", "&sol;"), "hexadecimal": hex.EncodeToString([]byte(echoedKey)),
		"base64": base64.StdEncoding.EncodeToString([]byte(echoedKey)), "raw base64": base64.RawURLEncoding.EncodeToString([]byte(echoedKey)),
		"base64 in more, 1": base64.StdEncoding.EncodeToString([]byte("x" + echoedKey + "yz")), "base64 in more, 2": base64.URLEncoding.EncodeToString([]byte("~~" + echoedKey + "~~")),
	}
}

// echoServer is a Lens API that says a text in every place that it can.
func echoServer(t *testing.T, text string) string {
	t.Helper()
	record := `{"session_id":"lsn-1","lens_id":"lns-1","lens_name":"` + text + `","session_status":"SESSION_STATUS_RUNNING","session_runner":"` + text + `","node_tag":"` + text + `","org_id":"` + text + `","num_outputs":1,"api_key":"` + text + `"}`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch path := r.URL.Path; {
		case strings.Contains(path, "/consumer/"):
			w.Header().Set("Content-Type", "text/event-stream")
			fmt.Fprintf(w, ": %s\n\nid: %s\nevent: %s\ndata: %s\n\n", text, text, text, text)
			for _, body := range []string{
				`{"type":"inference.result","event_data":{"response":["` + text + `"],"query_id":"` + text + `","sensor_id":"` + text + `"}}`,
				`{"type":"inference.result","event_data":{"response":["` + text + `",{"` + text + `":1}]}}`,
				`{"type":"log.info","event_data":{"message":"` + text + `"}}`, `{"type":"` + text + `","event_data":{"x":{"` + text + `":["` + text + `"]}}}`,
				`{"type":"error","message":"` + text + `","errors":[{"code":"` + text + `","message":"` + text + `","suggestion":"` + text + `","error_uid":"` + text + `"}]}`,
			} {
				fmt.Fprintf(w, "data: %s\n\n", body)
			}
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		case strings.HasSuffix(path, "/lens/metadata"):
			fmt.Fprintf(w, `[{"lens_id":"lns-1","lens_name":"%s","lens_status":"%s"}]`, text, text)
		case strings.HasSuffix(path, "/sessions/metadata"):
			fmt.Fprint(w, "["+record+"]")
		case strings.HasSuffix(path, "/create"), strings.HasSuffix(path, "/destroy"):
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprintf(w, `{"errors":[{"code":"%s","message":"%s","suggestion":"%s","error_uid":"%s"}]}`, text, text, text, text)
		default:
			fmt.Fprint(w, record)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// No output of any command holds the key, however the service spells it.
func TestNoOutputHoldsTheKeyInAnySpelling(t *testing.T) {
	t.Parallel()
	for name, spelt := range keySpellings() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base, dir := echoServer(t, "a "+spelt+" b"), t.TempDir()
			record, settings := filepath.Join(dir, "record.ndjson"), filepath.Join(dir, "settings.toml")
			received := receiver(t)
			rules := fmt.Sprintf("[rules.any]\nmatch = \"kind:result,error\"\nwebhook = %q\ncooldown = \"1ms\"\n", received.URL)
			if err := os.WriteFile(settings, []byte(rules), 0o600); err != nil {
				t.Fatal(err)
			}
			for _, args := range [][]string{
				{"sessions"}, {"sessions", "-o", "json"}, {"lenses"}, {"lenses", "-o", "json"}, {"doctor"}, {"diagnose", "lsn-1", "-o", "json"}, // it takes its time, and one spelling is enough to see where it puts things
				{"tail", "lsn-1", "--max-events", "5", "--for", "10s", "--notices"}, {"tail", "lsn-1", "--max-events", "5", "--for", "10s", "-o", "json", "--record", record}, {"tail", "lsn-1", "--max-events", "5", "--for", "10s", "-o", "raw"},
				{"replay", record, "--max", "--no-tui"}, {"replay", record, "--grep", "a", "-o", "json"}, {"stats", record, "-o", "json"}, {"report", record}, {"alerts", "test", record, "-o", "json"},
				{"sessions", "show", "lsn-1", "-o", "json"}, {"stats", "lsn-1", "--for", "2s"}, {"report", "lsn-1", "--for", "2s", "-o", "json"},
				{"sessions", "create", "lns-1"}, {"sessions", "destroy", "lsn-1", "--yes"},
			} {
				if slices.Contains([]string{"diagnose", "report"}, args[0]) && name != "escapes" {
					continue
				}
				var out, errs bytes.Buffer
				environ := map[string]string{"ATAI_API_KEY": echoedKey, "ATAI_API_ENDPOINT": base, "HOME": dir, "LENSWATCH_CONFIG": settings}
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
				cli.Main(ctx, cli.Env{
					Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, GOOS: "linux", Keyring: fileKeyring(filepath.Join(dir, "keyring")),
					Getenv: func(name string) string { return environ[name] },
				}, args)
				cancel()
				text := out.String() + errs.String()
				if args[0] == "tail" && !strings.Contains(text, "[redacted]") {
					t.Errorf("%v said nothing of it: %s", args, text)
				}
				if at := keyIn(text, spelt); at != "" {
					t.Errorf("%v: %s", args, at)
				}
			}
			if sent := received.all(); !strings.Contains(sent, `"rule":"any"`) || keyIn(sent, spelt) != "" {
				t.Errorf("the webhook got %s", sent)
			}
			file, err := os.ReadFile(record)
			if at := keyIn(string(file), spelt); err != nil || at != "" {
				t.Errorf("the recording: %v, %s", err, at)
			}
		})
	}
}

// A service may show the key of another one, or of another profile: that is masked too.
func TestNoOutputHoldsTheKeyOfAnotherService(t *testing.T) {
	t.Parallel()
	const other, third = "other-service-key-0002", "other-profile-key-0003"
	base, dir := echoServer(t, "a "+other+" b "+third), t.TempDir()
	settings := filepath.Join(dir, "settings.toml")
	profiles := fmt.Sprintf("[profiles.prod]\nendpoint = %q\napi_key_variable = \"PROD_API_KEY\"\n[profiles.stage]\nendpoint = %q\napi_key_variable = \"STAGE_API_KEY\"\n", base, base)
	if err := os.WriteFile(settings, []byte(profiles), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"tail", "lsn-1", "--max-events", "5", "--for", "10s", "-o", "json"},
		{"tail", "prod:lsn-1", "--profile", "prod,stage", "--max-events", "5", "--for", "10s", "-o", "json"},
		{"sessions", "--profile", "prod,stage", "-o", "json"},
	} {
		var out, errs bytes.Buffer
		environ := map[string]string{
			"ATAI_API_KEY": echoedKey, "AGENTHUMAN_API_KEY": other, "ATAI_API_ENDPOINT": base, "AGENTHUMAN_API_ENDPOINT": base,
			"PROD_API_KEY": echoedKey, "STAGE_API_KEY": third, "HOME": dir, "LENSWATCH_CONFIG": settings,
		}
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		cli.Main(ctx, cli.Env{
			Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, GOOS: "linux", Keyring: fileKeyring(filepath.Join(dir, "keyring")),
			Getenv: func(name string) string { return environ[name] },
		}, args)
		cancel()
		text := out.String() + errs.String()
		if !strings.Contains(text, "[redacted]") || strings.Contains(text, other) || strings.Contains(text, third) {
			t.Errorf("%v printed %s", args, text)
		}
	}
}

// inbox is a server that retains what it is sent.
type inbox struct {
	*httptest.Server
	mu   sync.Mutex
	text strings.Builder
}

func receiver(t *testing.T) *inbox {
	t.Helper()
	x := &inbox{}
	x.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		x.mu.Lock()
		defer x.mu.Unlock()
		x.text.Write(body)
	}))
	t.Cleanup(x.Close)
	return x
}

func (x *inbox) all() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.text.String()
}

// keyIn is the line of a text in which the key can be read, or its spelling.
func keyIn(text, spelt string) string {
	for line := range strings.Lines(text) {
		if strings.Contains(line, echoedKey) || strings.Contains(line, spelt) || strings.Contains(line, echoedKey[8:24]) {
			return line
		}
	}
	return ""
}
