package cli_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"

	"lenswatch/client/simulator"
)

// maxResident is what no attack makes a process take, in bytes, with default settings.
const maxResident = 250 << 20

// hostile is a service that answers as its fields say.
type hostile struct {
	sessions int
	status   func(w http.ResponseWriter)              // of whatever asks about a session
	stream   func(w http.ResponseWriter, beat func()) // the SSE consumer
}

func (h hostile) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.Contains(r.URL.Path, "/consumer/"):
		w.Header().Set("Content-Type", "text/event-stream")
		h.stream(w, func() { _ = http.NewResponseController(w).Flush() })
	case strings.HasSuffix(r.URL.Path, "/lens/sessions/metadata"):
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, "[")
		for i := range h.sessions {
			if i > 0 {
				_, _ = io.WriteString(w, ",")
			}
			fmt.Fprintf(w, `{"session_id":"lsn-%08d","lens_id":"lns-1","session_status":"SESSION_STATUS_RUNNING","session_endpoint":"wss://api.u1.archetypeai.app/v0.5/lens/sessions/lsn-%08d","session_duration_sec":%d,"num_outputs":%d}`, i, i, i, i)
		}
		_, _ = io.WriteString(w, "]")
	case strings.HasSuffix(r.URL.Path, "/lens/metadata"):
		_, _ = io.WriteString(w, `[{"lens_id":"lns-1","lens_name":"x","lens_config":{"model_pipeline":[{"processor_name":"server_sent_events_writer"}]}}]`)
	case h.status != nil:
		h.status(w)
	default:
		_, _ = io.WriteString(w, `{"session_id":"lsn-00000000","session_status":"SESSION_STATUS_RUNNING"}`)
	}
}

// endless sends an event again and again, until nobody reads any more.
func endless(event string) func(http.ResponseWriter, func()) {
	return func(w http.ResponseWriter, flush func()) {
		for {
			if _, err := io.WriteString(w, "data: "+event+"\n\n"); err != nil {
				return
			}
			flush()
		}
	}
}

func deep(n int, before, after string) string {
	return strings.Repeat(before, n) + `"` + strings.Repeat("x", 1<<20) + `"` + strings.Repeat(after, n)
}

func resultOf(n int) string {
	return `{"type":"inference.result","event_data":{"response":"` + strings.Repeat("r", n) + `"}}`
}

// attacks are what servers do, and where their victims stand.
var attacks = []struct {
	name   string
	server hostile
}{
	{"1 MB events", hostile{sessions: 3, stream: endless(resultOf(1 << 20))}},
	{"sessions with 15 MB results", hostile{sessions: 60, stream: endless(resultOf(15 << 20))}},
	{"a line without an end", hostile{sessions: 20, stream: func(w http.ResponseWriter, _ func()) {
		_, _ = io.WriteString(w, "data: ")
		for {
			if _, err := w.Write(bytes.Repeat([]byte("x"), 64<<10)); err != nil {
				return
			}
		}
	}}},
	{"error events nested 4,000 deep", hostile{sessions: 3, stream: endless(`{"type":"error","errors":` + deep(4000, "[", "]") + "}")}},
	{"a session.status nested 9,000 deep", hostile{sessions: 3,
		status: func(w http.ResponseWriter) { _, _ = io.WriteString(w, deep(9000, `{"event_data":`, "}")) },
		stream: func(w http.ResponseWriter, _ func()) {
			_, _ = io.WriteString(w, "data: {\"type\":\"sse.stream.end\"}\n\n")
		}}},
	{"error answers nested 4,000 deep", hostile{sessions: 1,
		status: func(w http.ResponseWriter) {
			w.WriteHeader(500)
			_, _ = io.WriteString(w, `{"errors":`+deep(4000, "[", "]")+"}")
		},
		stream: func(w http.ResponseWriter, _ func()) {
			_, _ = io.WriteString(w, "data: {\"type\":\"sse.stream.end\"}\n\n")
		}}},
	{"an account of 100,000 sessions", hostile{sessions: 100_000, stream: func(w http.ResponseWriter, flush func()) {
		flush()
		for {
			if _, err := io.WriteString(w, ": beat\n\n"); err != nil {
				return
			}
			flush()
			time.Sleep(time.Second)
		}
	}}},
}

// No attack makes a command take more than its bound of memory, whether what it writes is read or not,
// and each ends when it is asked to.
func TestHostileServersTakeBoundedMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes half a minute")
	}
	bin := program.Path(t)
	for _, a := range attacks {
		server := httptest.NewServer(a.server)
		env := []string{"HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH"), "TERM=xterm-256color", "ATAI_API_ENDPOINT=" + server.URL, "ATAI_API_KEY=" + simulator.DefaultKey}
		for _, args := range [][]string{{"tail", "--all"}, {"tail", "--all", "-o", "json"}, {"diagnose", "lsn-00000000"}, nil} {
			t.Run(a.name+"/"+strings.Join(args, " "), func(t *testing.T) {
				t.Parallel()
				attack(t, env, bin, args)
			})
		}
		t.Cleanup(func() {
			server.CloseClientConnections()
			server.Close()
		})
	}
}

// attack runs a command whose output nobody reads, for a while, and looks at what it took.
func attack(t *testing.T, env []string, bin string, args []string) {
	cmd := exec.Command(bin, args...)
	cmd.Env = env
	if args == nil { // the screen: a terminal that stopped reading
		tty, side, err := pty.Open()
		if err != nil {
			t.Fatal(err)
		}
		defer tty.Close()
		defer side.Close()
		cmd.Stdin, cmd.Stdout, cmd.Stderr = side, side, side
	} else {
		out, in, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer out.Close()
		cmd.Stdout = in
		defer in.Close()
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(2 * time.Second)
	peak := residentPeak(t, cmd.Process.Pid)
	_ = cmd.Process.Signal(os.Interrupt)
	ended := time.AfterFunc(15*time.Second, func() {
		t.Error("it did not end when it was asked to")
		_ = cmd.Process.Kill()
	})
	_ = cmd.Wait()
	ended.Stop()
	t.Logf("%d MiB", peak>>20)
	if peak > maxResident {
		t.Errorf("%d MiB were resident", peak>>20)
	}
}

var peakLine = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// residentPeak is the most that a process had resident; 0 if it has ended.
func residentPeak(t *testing.T, pid int) int64 {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if m := peakLine.FindSubmatch(text); err == nil && m != nil {
		kb, _ := strconv.ParseInt(string(m[1]), 10, 64)
		return kb << 10
	}
	return 0
}

// What is read is let go of: when each of many sessions has given a result of 15 MB, no stream retains its own.
func TestLargeResultsThatAreReadAreLetGoOf(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes some seconds")
	}
	const sessions = 24 // together they would be more than the bound
	server := httptest.NewServer(hostile{sessions: sessions, stream: endless(resultOf(15 << 20))})
	defer server.Close()
	defer server.CloseClientConnections()
	cmd := exec.Command(program.Path(t), "tail", "--all", "--kind", "result")
	cmd.Env = []string{"HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH"), "ATAI_API_ENDPOINT=" + server.URL, "ATAI_API_KEY=" + simulator.DefaultKey}
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	limit := time.AfterFunc(5*time.Minute, func() { _ = cmd.Process.Kill() })
	defer limit.Stop()
	seen := map[string]bool{}
	for lines := bufio.NewReader(out); len(seen) < sessions; {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("%d of %d sessions gave a result: %v", len(seen), sessions, err)
		}
		if i := strings.Index(line, "lsn-"); i >= 0 {
			seen[strings.Fields(line[i:])[0]] = true
		}
	}
	peak := residentPeak(t, cmd.Process.Pid)
	_ = cmd.Process.Signal(os.Interrupt)
	_, _ = io.Copy(io.Discard, out)
	_ = cmd.Wait()
	if t.Logf("%d MiB", peak>>20); peak > maxResident {
		t.Errorf("%d MiB were resident", peak>>20)
	}
}
