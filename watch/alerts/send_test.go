package alerts

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"lenswatch/client"
	"lenswatch/watch"
)

// failures collects what a Sender reports.
type failures struct {
	mu    sync.Mutex
	texts []string
}

func (f *failures) add(text string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.texts = append(f.texts, text)
}

func (f *failures) all() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return strings.Join(f.texts, "\n")
}

var fired = Change{At: start, Rule: "camera", Service: "archetype", Session: "lsn-1", Firing: true, Text: "no <camera>",
	Event: &client.Event{Session: "lsn-1", Kind: client.KindLog, Text: "no camera", Raw: []byte(`{"a":1}`)}}

func TestCommandsGetTheAlertAndNoKey(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the commands are those of Unix")
	}
	f, out := &failures{}, filepath.Join(t.TempDir(), "out")
	s := NewSender(SenderOptions{Environ: []string{"PATH=" + os.Getenv("PATH"), "A=b"}, Failed: f.add})
	s.Send(Rule{Name: "camera", Command: []string{"sh", "-c", `cat > "$0"; env >> "$0"`, out}}, &fired)
	s.Send(Rule{Name: "broken", Command: []string{"false"}}, &fired)
	s.Send(Rule{Name: "missing", Command: []string{"/no/such/program"}}, &fired)
	s.Send(Rule{Name: "says", Command: []string{"sh", "-c", "echo 'no token=abcdefgh1234567890 here' >&2; echo more >&2; yes | head -c 100000 >&2; exit 3"}}, &fired)
	s.Close()
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	line, env, _ := strings.Cut(string(text), "\n")
	var got map[string]any
	if err := json.Unmarshal([]byte(line), &got); err != nil || got["rule"] != "camera" || got["state"] != "firing" || got["text"] != "no <camera>" || got["event"].(map[string]any)["text"] != "no camera" {
		t.Errorf("%s, %v", line, err)
	}
	if !strings.Contains(env, "A=b") || strings.Contains(env, "HOME=") {
		t.Errorf("the environment is %s", env)
	}
	if all := f.all(); !strings.Contains(all, "alert broken: the command false failed: exit status 1") || !strings.Contains(all, "alert missing") {
		t.Errorf("reported: %s", all)
	}
	for _, want := range []string{"alert says: the command sh failed: exit status 3: no token=", "alert missing: the command /no/such/program failed: no such file or directory"} {
		if all := f.all(); !strings.Contains(all, want) || strings.Contains(all, "abcdefgh1234567890") || strings.Contains(all, "more") {
			t.Errorf("%q is not in %s", want, all)
		}
	}
}

// A webhook that does not answer timed out, and one that is not there refuses the connection: without the words of Go.
func TestWebhooksThatAreNotReachedSayWhyInPlainWords(t *testing.T) {
	for want, err := range map[string]error{
		"timed out after 10 s":                        fmt.Errorf("Post: %w", context.DeadlineExceeded),
		"connection refused":                          &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)},
		"its host name has no address":                &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "a.b.c", IsNotFound: true}},
		"the connection was closed without an answer": io.EOF,
		"lenswatch ended":                             context.Canceled,
		"exit status 1":                               errors.New("exit status 1"),
	} {
		if got := plain(err); got == nil || got.Error() != want {
			t.Errorf("%v is %v, want %s", err, got, want)
		}
	}
}

func TestWebhooksAreSignedAndTriedAgain(t *testing.T) {
	var mu sync.Mutex
	var bodies []string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		body, _ := io.ReadAll(r.Body)
		mac := hmac.New(sha256.New, []byte("made-up"))
		mac.Write(body)
		if r.Header.Get("X-Lenswatch-Signature") != "sha256="+hex.EncodeToString(mac.Sum(nil)) {
			t.Errorf("signature %q", r.Header.Get("X-Lenswatch-Signature"))
		}
		if bodies = append(bodies, string(body)); len(bodies) == 1 {
			w.WriteHeader(http.StatusBadGateway)
		}
	}))
	defer srv.Close()
	f := &failures{}
	s := NewSender(SenderOptions{Secret: func(string) string { return "made-up" }, Failed: f.add})
	s.Send(Rule{Name: "camera", Webhook: srv.URL + "/secret-path", SecretVariable: "HOOK_SECRET"}, &fired)
	s.Close()
	mu.Lock()
	defer mu.Unlock()
	if len(bodies) != 2 || bodies[0] != bodies[1] || !strings.Contains(bodies[0], `"rule":"camera"`) {
		t.Errorf("%q", bodies)
	}
	if f.all() != "" {
		t.Error(f.all())
	}
}

func TestWebhooksThatAreRefusedAreReportedWithoutTheirURL(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a redirect was followed") }))
	defer elsewhere.Close()
	srv := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusTemporaryRedirect))
	f := &failures{}
	s := NewSender(SenderOptions{Secret: func(string) string { return "" }, Failed: f.add})
	s.Send(Rule{Name: "moved", Webhook: srv.URL + "/secret-path"}, &fired)
	s.Send(Rule{Name: "unset", Webhook: srv.URL + "/secret-path", SecretVariable: "HOOK_SECRET"}, &fired)
	s.Close()
	srv.Close()
	s = NewSender(SenderOptions{Failed: f.add})
	s.Send(Rule{Name: "down", Webhook: srv.URL + "/secret-path"}, &fired)
	s.cancel() // no other attempt
	s.Close()
	all := f.all()
	for _, want := range []string{"alert moved: the webhook failed: HTTP 307", "alert unset: the webhook failed: environment variable HOOK_SECRET is not set", "alert down"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not in %s", want, all)
		}
	}
	if strings.Contains(all, "secret-path") {
		t.Errorf("a URL is in %s", all)
	}
}

// A queue that is full holds nobody up, and what it does not take is counted and reported.
func TestFullQueueIsCountedAndReported(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the commands are those of Unix")
	}
	f := &failures{}
	s := NewSender(SenderOptions{Environ: os.Environ(), Failed: f.add})
	began := time.Now()
	for range queueSize + 1 + 10 {
		s.Send(Rule{Name: "slow", Command: []string{"sleep", "60"}}, &fired)
	}
	if s.Dropped() < 10 || !strings.Contains(f.all(), "alert slow not sent") {
		t.Errorf("%d dropped; %s", s.Dropped(), f.all())
	}
	s.cancel() // as after 5 s
	s.Close()
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("it took %v", took)
	}
}

// A destination that does not answer holds up no other, also once so much waits for it that the queue is full.
func TestSlowDestinationsHoldUpNoOther(t *testing.T) {
	release, asked := make(chan struct{}), make(chan string, 200)
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked <- r.URL.Path
		if r.URL.Path != "/quick" {
			<-release
		}
	}))
	defer srv.Close()
	f := &failures{}
	s := NewSender(SenderOptions{Failed: f.add})
	defer s.Close()
	defer s.cancel()
	defer close(release)
	send := func(name string, times int) {
		for range times {
			s.Send(Rule{Name: name, Webhook: srv.URL + "/" + name}, &fired)
		}
	}
	for _, name := range []string{"dead", "hangs", "stalls"} {
		send(name, 2)
	}
	send("dead", queueSize)
	got := map[string]int{}
	wait := func(path string, times int) {
		for got[path] < times {
			select {
			case path := <-asked:
				got[path]++
			case <-time.After(20 * time.Second):
				t.Fatalf("%s was asked %d times, want %d; all: %v; %s", path, got[path], times, got, f.all())
			}
		}
	}
	send("quick", 1)
	wait("/quick", 1)
	for range 3 {
		send("quick", 1)
	}
	wait("/quick", 4)
	if all := f.all(); s.Dropped() < 3 || !strings.Contains(all, "alert dead not sent: the webhook is slow and the queue full (64 waiting)") || strings.Contains(all, "alert quick") {
		t.Errorf("%d dropped: %s", s.Dropped(), all)
	}
}

// What a service says goes to commands, webhooks, notifications and lists without its credentials.
func TestAlertsHaveNoCredentials(t *testing.T) {
	const secret = "hunter2made0up"
	for _, text := range []string{
		"Authorization: Bearer " + secret, "login with password=" + secret + " failed", "GET /x?token=" + secret, "api_key: " + secret,
		"Set-Cookie: sid=" + secret + "; path=/", "can't open rtsp://admin:" + secret + "@camera-3/live", "https://u:" + secret + "@host/x",
		strings.Repeat("é", 190) + " rtsp://admin:" + secret + "@camera-3/live",
	} {
		raw, err := json.Marshal(map[string]string{"message": text, "client_secret": secret})
		if err != nil {
			t.Fatal(err)
		}
		r := newRun(t, Rule{Name: "any", Match: []string{"kind:log"}}, Rule{Name: "many", Match: []string{"kind:log"}, Count: 1, Within: time.Second})
		changes := r.e.Batch(&watch.Batch{Events: []client.Event{{Service: "archetype", Session: "lsn-1", Kind: client.KindLog, Text: text, Raw: raw, Received: start}}})
		if len(changes) != 2 {
			t.Fatalf("%d changes", len(changes))
		}
		for _, c := range changes {
			payload := Payload(&c)
			if all := c.Text + string(payload); strings.Contains(all, secret[:6]) || !strings.Contains(all, "[redacted]") {
				t.Errorf("%q: %s", text, all)
			}
			if !json.Valid(payload) {
				t.Errorf("no JSON: %s", payload)
			}
		}
	}
}
