package recording

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"lenswatch/client"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// at is a moment after the start that tests have.
func at(d time.Duration) time.Time { return received.Add(d) }

// event is the n-th event, n seconds after the start.
func event(n int) client.Event {
	ev := result()
	ev.ID, ev.Received = fmt.Sprint(n), at(time.Duration(n)*time.Second)
	return ev
}

// all reads a recording to its end.
func all(t *testing.T, path string) (items []Item, r *Reader) {
	t.Helper()
	r, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	return rest(t, r), r
}

func rest(t *testing.T, r *Reader) (items []Item) {
	t.Helper()
	t.Cleanup(func() { _ = r.Close() })
	for {
		it, err := r.Next()
		if errors.Is(err, io.EOF) {
			return items
		}
		if err != nil {
			t.Fatal(err)
		}
		items = append(items, it)
	}
}

// everything is an item of each type.
func everything() []Item {
	full := client.Session{
		Service: "a", ID: "lsn-1", LensID: "lns", LensName: "Lens", Status: client.StatusRunning, StatusText: "RUNNING", Channel: client.ChannelMailbox,
		Registered: at(1), Started: at(2), Ended: at(3), LastEvent: at(4), LastUpdate: at(5), Expires: at(6), Duration: time.Hour, TTL: 90 * time.Millisecond,
		Endpoint: "wss://x", Runner: "r", Node: "d", NoInputStream: true, OutputStream: "out", Counters: client.Counters{Updates: 2, Outputs: 4, Events: 5, NoConnections: true, NoInputs: true}, HasCounters: true, Fetched: at(7),
	}
	lens := client.Lens{
		Service: "a", ID: "lns", Name: "Lens", Status: "ok", Model: "m 1", Processors: []string{"p"}, Inputs: []string{"i"}, Outputs: []string{"o"},
		Channel: client.ChannelSSE, Fields: []client.Field{{Name: "n", Label: "l", Required: true, Secret: true}},
	}
	failed := &client.Error{Op: "list", Kind: client.ErrServer, Status: 502, Phase: client.PhaseBody, RetryAfter: time.Second, Message: "bad"}
	entries := []Entry{
		Batch{Events: 1, Lag: 300 * time.Millisecond, Snapshot: true}, Sample{Record: full, CreatedHere: true, Question: &client.Question{Focus: "f"}},
		List{Service: "a", Sessions: []client.Session{full, {ID: "lsn-2"}}, Took: time.Second, Next: at(9)},
		List{Service: "a", Sessions: []client.Session{}, Err: failed}, Lenses{Service: "a", Lenses: []client.Lens{lens}}, StreamOpened{"a", "lsn-1"}, StreamEnded{"lsn-1", failed},
		Probe{Session: "lsn-1", Probe: "network", Took: 1, Timing: client.Timing{DNS: 1, Reused: true}, Remedy: client.RemedyNetwork, HTTPStatus: 500, Phase: client.PhaseTLS, Message: "m", Messages: 3, Record: &full, Question: &client.Question{Instruction: "i", Focus: "f"}},
		Usage{"a", client.Usage{Plan: "Team", MinutesTotal: 600, MinutesUsed: 1.5, MinutesLeft: -1, Sessions: 1, MaxSessions: 5, PeriodEnd: at(10)}},
		Connection{Session: "lsn-1", Bytes: 5, LastByte: at(8)}, Tick{}, State{"lsn-1", "live", "quiet", "no result"},
		Verdict{"lsn-1", "no-input", "warning", "high", "no input"}, Lost{1, 2},
	}
	var items []Item
	for i, e := range entries {
		items = append(items, Item{at(time.Duration(i) * time.Millisecond), e})
	}
	return items
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	for _, name := range []string{"a.ndjson", "a.ndjson.zst"} {
		path := filepath.Join(t.TempDir(), name)
		w, err := Create(path, received, Options{Lenswatch: "1.2.3", Services: []Service{{"a", "https://a"}}}, everything()...)
		if err != nil {
			t.Fatal(err)
		}
		w.Put(Item{at(time.Second), Events{event(1), event(2)}})
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		want := append(everything(), Item{at(time.Second), Event{event(1)}}, Item{at(2 * time.Second), Event{event(2)}})
		got, r := all(t, path)
		end, _ := got[len(got)-1].Entry.(End)
		if got = got[:len(got)-1]; !reflect.DeepEqual(got, want) {
			for i := range min(len(got), len(want)) {
				if !reflect.DeepEqual(got[i], want[i]) {
					t.Errorf("%s:\ngot  %+v\nwant %+v", name, got[i], want[i])
				}
			}
			t.Fatalf("%s: %d items, want %d", name, len(got), len(want))
		}
		if r.Cut() != nil || r.Skipped() != 0 || end.Events != 2 || r.Header().Lenswatch != "1.2.3" || !r.Start().Equal(received) {
			t.Errorf("%s: cut: %v, %d skipped, %+v, %+v", name, r.Cut(), r.Skipped(), end, r.Header())
		}
		if p := w.Progress(); p.Events != 2 || p.Lost != 0 || p.Bytes == 0 || p.Files != 1 {
			t.Errorf("%s: %+v", name, p)
		}
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
}

// The two clocks are read one after the other. A wall clock that was set does not count.
func TestTimesAreThoseOfTheWallClock(t *testing.T) {
	for wall, want := range map[time.Duration]time.Duration{
		time.Minute + 7*time.Microsecond: time.Minute + 7*time.Microsecond,
		time.Minute - 7*time.Millisecond: time.Minute - 7*time.Millisecond,
		time.Hour:                        time.Minute,
		-time.Hour:                       time.Minute,
	} {
		if got := elapsed(time.Minute, wall); got != want {
			t.Errorf("%v by the wall clock: %v, want %v", wall, got, want)
		}
	}
	for start := time.Now(); time.Since(start) < 5*time.Millisecond; {
		if at := time.Now(); !start.Round(0).Add(since(start, at)).Equal(at.Round(0)) {
			t.Fatalf("%v became %v", at, start.Add(since(start, at)))
		}
	}
}

func TestErrorsKeepTheirRemedy(t *testing.T) {
	cause := &client.Error{Op: "open stream", Kind: client.ErrNetwork, Phase: client.PhaseDNS, Err: errors.New("no such host")}
	for _, err := range []error{nil, cause, fmt.Errorf("x: %w", client.ErrQuota), errors.New("a mistake")} {
		text, bad := JSON(StreamEnded{Session: "lsn-1", Err: err})
		it, worse := parse[StreamEnded](text)
		if bad != nil || worse != nil {
			t.Fatal(bad, worse)
		}
		got := it.(StreamEnded).Err
		if err == nil && got == nil {
			continue
		}
		if got.Error() != err.Error() || client.RemedyOf(got) != client.RemedyOf(err) {
			t.Errorf("%v became %v", err, got)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	for text, want := range map[string]string{
		"":                         "empty",
		"\n":                       "not a lenswatch recording",
		"hello\n":                  "not a lenswatch recording",
		`{"type":"tick","t":0}`:    "not a lenswatch recording",
		`{"type":"header","t":0}`:  "not a lenswatch recording",
		"\x28\xb5\x2f\xfd garbage": "read it",
		`{"type":"header","t":0,"time":"2026-03-04T05:06:07Z","format":"lenswatch-recording","version":2,"lenswatch":"9.9"}`: "newer lenswatch (9.9)",
	} {
		path := filepath.Join(dir, "x")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if r, err := Open(t.Context(), path); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%q: %v, %+v", text, err, r)
		}
	}
	if _, err := Open(t.Context(), filepath.Join(dir, "none")); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

// What a reader does not know, or cannot read, it leaves out and counts.
func TestOddLinesAreSkipped(t *testing.T) {
	header, _ := appendEntry(nil, received, Item{received, Header{Format: Format, Version: 1}})
	tick, _ := appendEntry(nil, received, Item{at(time.Second), Tick{}})
	path := filepath.Join(t.TempDir(), "x")
	text := string(header) + "no JSON\n" + `{"type":"song","t":5}` + "\n\n" + strings.Repeat("x", 5000) + "\n" + string(tick) +
		`{ "t": 5, "kind": "log", "text": "a\u001b[31m", "type": "event" }` + "\r\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	r.limit = 4000
	items := rest(t, r)
	if len(items) != 2 || r.Skipped() != 4 || r.Cut() == nil {
		t.Fatalf("%+v, %d skipped, %v", items, r.Skipped(), r.Cut())
	}
	if ev := items[1].Entry.(Event); ev.Text != "a\ufffd[31m" || !items[1].At.Equal(at(5)) || !ev.Received.Equal(at(5)) {
		t.Fatalf("%+v", items[1])
	}
}

// The files of one recording can be put behind each other.
func TestRotation(t *testing.T) {
	for _, name := range []string{"a", "a.zst"} {
		synctest.Test(t, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			start := time.Now()
			w, err := Create(path, start, Options{MaxSize: 500})
			if err != nil {
				t.Fatal(err)
			}
			for i := range 12 {
				ev := event(i)
				ev.Received = time.Now()
				w.Put(Item{time.Now(), Events{ev}})
				<-time.After(time.Second)
				synctest.Wait()
				if w.Full() {
					w.Rotate(time.Now(), Item{time.Now(), StreamOpened{"a", "lsn-1"}})
				}
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			p := w.Progress()
			if p.Files < 3 || p.Events != 12 || p.Warning != nil {
				t.Fatalf("%+v", p)
			}
			var joined []byte
			for n := p.Files - 1; n >= 0; n-- {
				part := path
				if n > 0 {
					part = fmt.Sprintf("%s.%d", path, n)
				}
				items, r := all(t, part)
				if end := items[len(items)-1].Entry.(End); r.Cut() != nil || r.Header().Part != p.Files-n || end.Continues != (n > 0) {
					t.Errorf("%s: %+v, %+v", part, r.Header(), end)
				}
				if _, ok := items[0].Entry.(StreamOpened); n < p.Files-1 && !ok {
					t.Errorf("%s begins with %+v", part, items[0])
				}
				b, _ := os.ReadFile(part)
				joined = append(joined, b...)
			}
			if err := os.WriteFile(path+".all", joined, 0o600); err != nil {
				t.Fatal(err)
			}
			items, r := all(t, path+".all")
			var ids []string
			for _, it := range items {
				if ev, ok := it.Entry.(Event); ok {
					ids = append(ids, ev.ID)
					if want := start.Add(time.Duration(len(ids)-1) * time.Second); !ev.Received.Equal(want) {
						t.Errorf("event %s at %v, want %v", ev.ID, ev.Received, want)
					}
				}
			}
			if want := "0 1 2 3 4 5 6 7 8 9 10 11"; strings.Join(ids, " ") != want || r.Cut() != nil {
				t.Errorf("%v, %v", ids, r.Cut())
			}
			if d, ok := r.Length(); !ok || d != 12*time.Second {
				t.Errorf("length %v, %v", d, ok)
			}
		})
	}
}

func TestNothingIsOverwritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(path, received, Options{}); err == nil || !strings.Contains(err.Error(), "exists") {
		t.Fatal(err)
	}
	if b, _ := os.ReadFile(path); string(b) != "precious" {
		t.Fatalf("%s", b)
	}
	if _, err := Create(filepath.Join(path, "b"), received, Options{}); !errors.Is(err, syscall.ENOTDIR) {
		t.Fatal(err)
	}
}

// fullDisk takes so many bytes and no more.
type fullDisk struct {
	file
	room int
}

func (f *fullDisk) Write(b []byte) (int, error) {
	if len(b) <= f.room {
		f.room -= len(b)
		return f.file.Write(b)
	}
	n, _ := f.file.Write(b[:f.room])
	f.room = 0
	return n, syscall.ENOSPC
}

func TestFullDiskKeepsWhatWasWritten(t *testing.T) {
	for _, name := range []string{"a", "a.zst"} {
		synctest.Test(t, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			w, err := create(path, received, Options{}, func(p string) (file, error) {
				f, err := openFile(p)
				return &fullDisk{f, 1500}, err
			})
			if err != nil {
				t.Fatal(err)
			}
			for i := range 20 {
				w.Put(Item{at(0), Events{event(i)}})
				<-time.After(time.Second)
			}
			p := w.Progress()
			if !errors.Is(p.Err, syscall.ENOSPC) || !strings.Contains(p.Err.Error(), "everything up to that point is usable") {
				t.Fatalf("%v", p.Err)
			}
			if err := w.Close(); !errors.Is(err, syscall.ENOSPC) {
				t.Fatalf("%v", err)
			}
			items, r := all(t, path)
			if len(items) == 0 || int64(len(items)) < p.Events || p.Events+p.Lost != 20 || r.Cut() == nil {
				t.Fatalf("%d items, %+v", len(items), p)
			}
			if b, _ := os.ReadFile(path); name == "a" && b[len(b)-1] != '\n' {
				t.Fatal("the cut line was left in the file")
			}
		})
	}
}

// stuckDisk takes nothing until it is let go.
type stuckDisk struct {
	file
	first bool
	gone  chan struct{}
}

func (f *stuckDisk) Write(b []byte) (int, error) {
	if f.first {
		<-f.gone
	}
	f.first = true
	return f.file.Write(b)
}

// A disk that is too slow makes nobody wait: what it cannot take is counted, and reported in the file.
func TestSlowDiskIsNotWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path, gone := filepath.Join(t.TempDir(), "a"), make(chan struct{})
		w, err := create(path, received, Options{Queue: 10_000}, func(p string) (file, error) {
			f, err := openFile(p)
			return &stuckDisk{f, false, gone}, err
		})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 100 {
			w.Put(Item{at(0), Events{event(i)}})
			if i == 0 {
				<-time.After(2 * time.Second) // it is being written from now on
			}
		}
		for range 10 {
			w.Put(Item{at(0), Tick{}})
		}
		w.Put(Item{at(0), Events{event(100)}})
		lost := w.Progress()
		if lost.Lost < 50 || lost.Lost > 90 || lost.LostEntries == 0 || lost.LostEntries == 10 {
			t.Fatalf("%+v", lost)
		}
		if err := w.Close(); err == nil || !strings.Contains(err.Error(), "did not accept the rest") {
			t.Fatalf("%v", err)
		}
		close(gone)
		synctest.Wait()
		if err := w.Close(); err == nil {
			t.Fatal("a recording that was given up is called whole")
		}
		items, _ := all(t, path)
		events, reported := 0, int64(0)
		for _, it := range items {
			switch e := it.Entry.(type) {
			case Event:
				events++
			case Lost:
				reported += e.Events
			case End:
				if e.Lost != lost.Lost {
					t.Errorf("%+v", e)
				}
			}
		}
		if int64(events)+lost.Lost != 101 || reported != lost.Lost {
			t.Fatalf("%d events, %d reported as lost, %+v", events, reported, lost)
		}
	})
}
