package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
)

// oneService is a client.Service with one session, whose stream is a function.
type oneService struct {
	watch    func(ctx context.Context, sink func(client.Event)) error
	sessions func() ([]client.Session, error)
}

func (s oneService) Name() string                                  { return "a" }
func (s oneService) Endpoint() string                              { return "http://a.invalid" }
func (s oneService) Lenses(context.Context) ([]client.Lens, error) { return nil, nil }
func (s oneService) Sessions(context.Context) ([]client.Session, error) {
	if s.sessions == nil {
		return nil, nil
	}
	return s.sessions()
}
func (s oneService) Session(context.Context, string) (client.Session, error) {
	return client.Session{}, client.ErrNetwork
}
func (s oneService) Create(context.Context, client.CreateRequest) (client.Session, error) {
	return client.Session{}, client.ErrRequest
}
func (s oneService) Destroy(context.Context, string) (client.Session, error) {
	return client.Session{}, client.ErrRequest
}
func (s oneService) Watch(ctx context.Context, _ string, _ client.WatchOptions, sink func(client.Event)) error {
	return s.watch(ctx, sink)
}

func say(kind client.Kind, text string) client.Event {
	ev := client.Event{Service: "a", Session: "one", Kind: kind, Wire: "w", Text: text, Received: time.Now()}
	if kind == client.KindNotice {
		ev.Notice = &client.Notice{Code: client.NoticeConnected}
	}
	return ev
}

// tailOne runs tail over a service's one session, and returns what it wrote.
func tailOne(t *testing.T, s oneService, o tailOptions) (out, side string, err error) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	env := Env{Stdout: &stdout, Stderr: &stderr}
	sel, err := o.selection()
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	if !o.all {
		ids = []string{"one"}
	}
	err = newTailer(t.Context(), env, &o, sel, ids).run([]client.Service{s})
	return stdout.String(), stderr.String(), err
}

func TestTailGivesUpOnUnreachableSessions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		s := oneService{watch: func(ctx context.Context, sink func(client.Event)) error {
			sink(client.Event{Session: "one", Kind: client.KindNotice, Text: "connection failed", Received: time.Now(), Notice: &client.Notice{
				Code: client.NoticeReconnecting, Remedy: client.RemedyNetwork, Phase: client.PhaseConnect, Attempt: 1, Next: time.Now().Add(time.Hour),
			}})
			<-ctx.Done()
			return nil
		}}
		_, side, err := tailOne(t, s, tailOptions{output: "text"})
		if ExitCode(err) != ExitNetwork || !strings.Contains(side, "connection failed") {
			t.Errorf("%v\n%s", err, side)
		}
		if took := time.Since(start); took != reachWithin {
			t.Errorf("gave up after %v", took)
		}
		_, side, err = tailOne(t, oneService{sessions: func() ([]client.Session, error) { return nil, client.ErrServer }},
			tailOptions{all: true, output: "text"})
		if ExitCode(err) != ExitNetwork || !strings.Contains(side, "server error") {
			t.Errorf("all: %v\n%s", err, side)
		}
	})
}

// A connection that was there once is waited for.
func TestTailWaitsForExistingSessions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := oneService{watch: func(ctx context.Context, sink func(client.Event)) error {
			sink(say(client.KindNotice, "connected"))
			select {
			case <-time.After(time.Hour):
			case <-ctx.Done():
			}
			sink(say(client.KindResult, "at last"))
			return nil
		}}
		out, _, err := tailOne(t, s, tailOptions{output: "text"})
		if err != nil || !strings.Contains(out, "at last") {
			t.Errorf("%v\n%s", err, out)
		}
	})
}

// What came with the last line that --max-events lets through is recorded, and not written.
func TestTailRecordsTheLastBatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := oneService{watch: func(ctx context.Context, sink func(client.Event)) error {
			sink(say(client.KindResult, "1"))
			<-time.After(tailBatchInterval / 5) // the others come within one frame, and so together
			for n := range 4 {
				sink(say(client.KindResult, fmt.Sprint(n+2)))
			}
			<-ctx.Done()
			return nil
		}}
		path := filepath.Join(t.TempDir(), "a")
		out, side, err := tailOne(t, s, tailOptions{output: "text", maxEvents: 2, sinks: sinkOptions{record: recordOptions{file: path}}})
		if err != nil || strings.Count(out, "\n") != 2 {
			t.Errorf("%v\n%s%s", err, out, side)
		}
		written, err := os.ReadFile(path)
		if n := strings.Count(string(written), `"kind":"result"`); n != 5 {
			t.Errorf("%d results are recorded, %v", n, err)
		}
	})
}

// Whatever a payload holds, an event is one line.
func TestOneLinePerEvent(t *testing.T) {
	ev := say(client.KindResult, "first\nsecond")
	ev.Raw = []byte("{\"a\":\r\n1}\n")
	for _, c := range []struct {
		p    printer
		want string
	}{
		{printer{}, "result    first second\n"},
		{printer{format: "raw"}, "{\"a\":  1} \n"},
		{printer{format: "raw", terminal: true}, "{\"a\": 1} \n"},
		{printer{format: "json"}, "}\n"},
	} {
		got := string(c.p.append(nil, &ev, ""))
		if !strings.HasSuffix(got, c.want) || strings.Count(got, "\n") != 1 {
			t.Errorf("%q", got)
		}
	}
	ev.Raw = []byte("a\x1b]0;title\x07b")
	if got := string((&printer{format: "raw", terminal: true}).append(nil, &ev, "")); strings.ContainsAny(got, "\x1b\x07") {
		t.Errorf("a payload steers the terminal: %q", got)
	}
	if got := (&printer{format: "raw"}).append(nil, &client.Event{Text: "a comment"}, ""); len(got) != 0 {
		t.Errorf("an event without a payload is %q", got)
	}
}

func TestLinesAllocateNothing(t *testing.T) {
	ev := say(client.KindResult, "a sentence with\na line feed")
	ev.Raw = []byte(`{"type": "inference.result"}`)
	for _, f := range []string{"text", "json", "raw"} {
		p := printer{format: f, tagged: true}
		buf := make([]byte, 0, 4096)
		if n := testing.AllocsPerRun(100, func() { buf = p.append(buf[:0], &ev, "one") }); n > 0 {
			t.Errorf("format %s: %v allocations a line", f, n)
		}
	}
}

func TestColours(t *testing.T) {
	var w io.Writer = new(bytes.Buffer)
	ev := say(client.KindError, "bad")
	forced := newTermStyles(w, []string{"TTY_FORCE=1", "TERM=xterm-256color"})
	if got := string((&printer{styles: forced}).append(nil, &ev, "")); !strings.Contains(got, "\x1b[") {
		t.Errorf("no colour: %q", got)
	}
	for _, environ := range [][]string{{"TERM=xterm-256color"}, {"TTY_FORCE=1", "NO_COLOR=1", "TERM=xterm-256color"}} {
		if got := string((&printer{styles: newTermStyles(w, environ)}).append(nil, &ev, "")); strings.Contains(got, "\x1b") {
			t.Errorf("%v: coloured: %q", environ, got)
		}
	}
}

func TestKinds(t *testing.T) {
	set, err := parseKinds([]string{"result", " LOG "})
	if err != nil || !set.Has(client.KindResult) || !set.Has(client.KindLog) || set.Has(client.KindError) {
		t.Errorf("%b, %v", set, err)
	}
	defaults, _ := parseKinds(nil)
	for _, k := range client.Kinds() {
		if want := k != client.KindHeartbeat && k != client.KindNotice; defaults.Has(k) != want {
			t.Errorf("%v: %v", k, !want)
		}
		if one, err := parseKinds([]string{k.String()}); err != nil || one != client.SetOf(k) {
			t.Errorf("%v: %b, %v", k, one, err)
		}
	}
}

// A filter that fails on some events says so.
func TestTailReportsFailingFilters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := oneService{watch: func(_ context.Context, sink func(client.Event)) error {
			ev := say(client.KindResult, "x")
			ev.Raw = []byte(`{"a": 1}`)
			sink(ev)
			return nil
		}}
		out, side, err := tailOne(t, s, tailOptions{output: "text", filters: []string{".a.b > 1"}})
		if err != nil || out != "" || !strings.Contains(side, "failed on 1 event") {
			t.Errorf("%v\n%s\n%s", err, out, side)
		}
	})
}

// stuck is a writer whose reader has stopped reading.
type stuck struct{ free chan struct{} }

func (s stuck) Write(p []byte) (int, error) { <-s.free; return len(p), nil }

func TestBlockedOutputIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := stuck{make(chan struct{})}
		ctx, cancel := context.WithCancel(t.Context())
		o := newOutput(ctx, s)
		go cancel()
		if _, err := o.Write([]byte("x")); ExitCode(err) != ExitOK || err == nil {
			t.Errorf("%v", err)
		}
		if _, err := o.Write([]byte("y")); err == nil {
			t.Error("a write after one that was given up")
		}
		o.Close()
		close(s.free)
	})
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestOutputReturnsWriteErrors(t *testing.T) {
	full := errors.New("no space left on device")
	o := newOutput(t.Context(), failing{full})
	defer o.Close()
	if _, err := o.Write([]byte("x")); !errors.Is(err, full) || ExitCode(err) != ExitUnexpected {
		t.Errorf("%v", err)
	}
}

// BenchmarkTail is the way of an event from the hub to the writer.
func BenchmarkTail(b *testing.B) {
	for _, format := range []string{"text", "json", "raw"} {
		b.Run(format, func(b *testing.B) {
			b.ReportAllocs()
			ev := say(client.KindResult, "normal (idle 4.3 %, normal 92.5 %, high_load 2.3 %, bearing_wear 0.9 %)")
			ev.Raw = []byte(`{"type": "inference.result", "event_data": {"response": ["normal", {"idle": 0.043, "normal": 0.925, "high_load": 0.023, "bearing_wear": 0.009}], "query_id": "qry-f8db9658647611e5"}}`)
			var sent atomic.Int64
			s := oneService{watch: func(_ context.Context, sink func(client.Event)) error {
				for range b.N {
					sink(ev)
					sent.Add(1)
				}
				return nil
			}}
			o := tailOptions{output: format}
			sel, _ := o.selection()
			if err := newTailer(b.Context(), Env{Stdout: io.Discard, Stderr: io.Discard}, &o, sel, []string{"one"}).run([]client.Service{s}); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(sent.Load())/b.Elapsed().Seconds(), "events/s")
		})
	}
}
