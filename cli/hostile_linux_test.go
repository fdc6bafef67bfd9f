package cli_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/creack/pty"

	"lenswatch/client/simulator"
)

var attackTime = flag.Duration("attack", 2*time.Second, "how long TestHostileServersTakeBoundedMemory attacks each command")

// maxResident is what no attack makes a process take, in bytes, with default settings.
const maxResident = 250 << 20

// hostile is a service that answers as its fields say.
type hostile struct {
	sessions int
	lenses   func(w http.ResponseWriter)              // the list of lenses
	list     func(w http.ResponseWriter)              // the list of sessions, in place of so many sessions
	status   func(w http.ResponseWriter)              // of whatever asks about a session
	stream   func(w http.ResponseWriter, beat func()) // the SSE consumer
	says     string                                   // what tail has to say
}

func (h hostile) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.Contains(r.URL.Path, "/consumer/"):
		w.Header().Set("Content-Type", "text/event-stream")
		if h.stream == nil {
			h.stream = quiet
		}
		h.stream(w, func() { _ = http.NewResponseController(w).Flush() })
	case strings.HasSuffix(r.URL.Path, "/lens/sessions/metadata") && h.list != nil:
		h.list(w)
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
	case strings.HasSuffix(r.URL.Path, "/lens/metadata") && h.lenses != nil:
		h.lenses(w)
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
	{"an account of 100,000 sessions", hostile{sessions: 100_000}},

	{"headers without an end", hostile{sessions: 3, status: raw(headersForever), stream: func(w http.ResponseWriter, _ func()) { raw(headersForever)(w) }, says: "response headers exceeded"}},
	{"a chunk of 8 EB", hostile{sessions: 3, status: raw(hugeChunk), stream: func(w http.ResponseWriter, _ func()) { raw(hugeChunk)(w) }}},
	{"redirects without an end", hostile{sessions: 3, status: redirect, stream: func(w http.ResponseWriter, _ func()) { redirect(w) }, says: "redirect loop"}},
	{"fields of no length", hostile{sessions: 5, stream: repeat(strings.Repeat("data:\n", 10_000))}},
	{"comments without an end", hostile{sessions: 5, stream: repeat(strings.Repeat(": x\n", 10_000))}},
	{"a retry of 300 years", hostile{sessions: 3, stream: func(w http.ResponseWriter, _ func()) {
		_, _ = io.WriteString(w, "retry: 9223372036854775807\nretry: 99999999999999999999999\ndata: {}\n\n")
	}, says: "retrying in 30 s"}},
	{"IDs of 1 MB", hostile{sessions: 5, stream: numbered(func(w io.Writer, i int) {
		fmt.Fprintf(w, "id: %d%s\ndata: {}\n\n", i, strings.Repeat("i", 1<<20))
	}), says: "skipped an event: its ID or type is longer than 16 KiB"}},
	{"a label for each result", hostile{sessions: 5, stream: numbered(func(w io.Writer, i int) {
		fmt.Fprintf(w, "data: {\"type\":\"inference.result\",\"event_data\":{\"response\":[\"label %d %s\"],\"query_id\":\"%d\"}}\n\n", i, strings.Repeat("l", 1000), i)
	})}},
	{"a type for each event", hostile{sessions: 5, stream: numbered(func(w io.Writer, i int) {
		fmt.Fprintf(w, "event: e%d\ndata: {\"type\":\"type.%d%s\",\"event_data\":{\"message\":\"m%d\"}}\n\n", i, i, strings.Repeat("t", 1000), i)
	})}},
	{"a lens nested 9,000 deep", hostile{sessions: 3, lenses: func(w http.ResponseWriter) {
		_, _ = io.WriteString(w, `[{"lens_id":"lns-1","lens_config":`+deep(9000, `{"model_pipeline":[`, "]}")+`}]`)
	}}},
	{"lenses without an end", hostile{sessions: 3, lenses: func(w http.ResponseWriter) {
		forever(w, `{"lens_id":"lns-%d","lens_name":"`+strings.Repeat("n", 10_000)+`"},`)
	}}},
	{"sessions without an end", hostile{list: func(w http.ResponseWriter) {
		forever(w, `{"session_id":"lsn-%08d","session_status":"SESSION_STATUS_RUNNING"},`)
	}}},
	{"a record without an end", hostile{list: func(w http.ResponseWriter) {
		_, _ = io.WriteString(w, `[{"session_id":"lsn-00000000","session_endpoint":"`)
		forever(w, "%d")
	}}},
	{"gzip of nothing but zeros", hostile{sessions: 5, status: zipped(`{"session_id":"lsn-00000000","x":"`), list: zipped(`[{"session_id":"lsn-00000000","x":"`), lenses: zipped(`[{"lens_id":"lns-1","x":"`),
		stream: func(w http.ResponseWriter, _ func()) { zipped("data: {\"x\":\"")(w) }}},
	{"other sessions in each list", hostile{list: otherSessions()}},
}

// quiet is a stream of comments, one a second.
func quiet(w http.ResponseWriter, flush func()) {
	for {
		if _, err := io.WriteString(w, ": beat\n\n"); err != nil {
			return
		}
		flush()
		time.Sleep(time.Second)
	}
}

// repeat is a stream of a text, again and again.
func repeat(text string) func(http.ResponseWriter, func()) {
	return numbered(func(w io.Writer, _ int) { _, _ = io.WriteString(w, text) })
}

// numbered is a stream of what write writes, again and again, until nobody reads any more.
func numbered(write func(w io.Writer, i int)) func(http.ResponseWriter, func()) {
	return func(w http.ResponseWriter, _ func()) {
		for i := 0; http.NewResponseController(w).Flush() == nil; i++ {
			write(w, i)
		}
	}
}

// forever writes an array of records, with a number in each, until nobody reads any more.
func forever(w http.ResponseWriter, record string) {
	out := bufio.NewWriterSize(w, 64<<10)
	_, err := out.WriteString("[")
	for i := 0; err == nil; i++ {
		_, err = fmt.Fprintf(out, record, i)
	}
}

// raw answers by itself, without what Go's server makes of an answer.
func raw(answer func(w io.Writer) error) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		for err = answer(conn); err == nil; {
			_, err = io.WriteString(conn, strings.Repeat("X-A: a\r\n", 10_000))
		}
	}
}

func headersForever(w io.Writer) error {
	_, err := io.WriteString(w, "HTTP/1.1 200 OK\r\n")
	return err
}

func hugeChunk(w io.Writer) error {
	_, err := io.WriteString(w, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n7fffffffffffffff;"+strings.Repeat("x", 1000)+"\r\n{\"")
	return err
}

func redirect(w http.ResponseWriter) {
	w.Header().Set("Location", "/lens/sessions/"+strings.Repeat("on/", 10_000))
	w.WriteHeader(http.StatusTemporaryRedirect)
}

// zipped answers with a text and a gigabyte of spaces, in a megabyte of gzip.
func zipped(text string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		defer z.Close()
		_, err := io.WriteString(z, text)
		for spaces := bytes.Repeat([]byte(" "), 1<<20); err == nil; {
			_, err = z.Write(spaces)
		}
	}
}

// otherSessions lists 20,000 sessions, and never one again.
func otherSessions() func(http.ResponseWriter) {
	var lists atomic.Int64
	return func(w http.ResponseWriter) {
		n := lists.Add(1)
		_, _ = io.WriteString(w, "[")
		for i := range 20_000 {
			if i > 0 {
				_, _ = io.WriteString(w, ",")
			}
			fmt.Fprintf(w, `{"session_id":"lsn-%d-%08d","lens_id":"lns-1","session_status":"SESSION_STATUS_RUNNING"}`, n, i)
		}
		_, _ = io.WriteString(w, "]")
	}
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
				attack(t, env, bin, args, a.server.says)
			})
		}
		t.Cleanup(func() {
			server.CloseClientConnections()
			server.Close()
		})
	}
}

// attack runs a command whose output nobody reads, for a while, and looks at what it took.
func attack(t *testing.T, env []string, bin string, args []string, says string) {
	cmd := exec.Command(bin, args...)
	cmd.Env = env
	var said start
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
		cmd.Stdout, cmd.Stderr = in, &said
		defer in.Close()
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(*attackTime)
	if args != nil && args[0] == "tail" {
		for deadline := time.Now().Add(30 * time.Second); !said.has(says); time.Sleep(100 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Errorf("nothing is said of it: %s", says)
				break
			}
		}
	}
	peak := residentPeak(t, cmd.Process.Pid)
	_ = cmd.Process.Signal(os.Interrupt)
	ended := time.AfterFunc(15*time.Second, func() {
		t.Error("it did not end when it was asked to")
		_ = cmd.Process.Kill()
	})
	_ = cmd.Wait()
	ended.Stop()
	t.Logf("%s: peak %d MiB; said %.300q", t.Name(), peak>>20, said.text)
	if peak > maxResident {
		t.Errorf("%d MiB were resident", peak>>20)
	}
}

// start is the first part of what a program writes.
type start struct {
	mu   sync.Mutex
	text []byte
}

func (s *start) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text = append(s.text, p[:min(len(p), 64<<10-len(s.text))]...)
	return len(p), nil
}

func (s *start) has(text string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return bytes.Contains(s.text, []byte(text))
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
