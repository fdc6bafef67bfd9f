package replay_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"lenswatch/client"
	"lenswatch/client/archetype"
	"lenswatch/client/simulator"
	"lenswatch/client/simulator/memnet"
	"lenswatch/watch"
	"lenswatch/watch/history"
	"lenswatch/watch/recorder"
	"lenswatch/watch/replay"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// key is what must not get into a recording.
const key = "atai-0123456789-secret"

// live is a run in virtual time that is recorded: simulator, HTTP, client, hub, book, recorder.
type live struct {
	t         *testing.T
	sim       *simulator.Simulator
	transport *http.Transport
	endpoint  string
	hub       *watch.Hub
	book      *watch.Book
	rec       *recorder.Recorder
	path      string
	start     time.Time
	seen      map[time.Duration]string // what the book knew, by the time since start
	busy      map[time.Duration]bool   // a batch came then
}

func newLive(t *testing.T, name string, o recorder.Options) *live {
	t.Helper()
	sim, err := simulator.New(simulator.Config{Key: key})
	if err != nil {
		t.Fatal(err)
	}
	listener := memnet.Listen()
	served := make(chan struct{})
	go func() { defer close(served); _ = sim.Serve(listener) }()
	transport := listener.Transport()
	transport.ResponseHeaderTimeout = 30 * time.Second
	endpoint := "http://" + listener.Addr().String()
	svc, err := archetype.New(archetype.Options{Endpoint: endpoint, Key: archetype.NewSecret(key), Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	services := []client.Service{svc}
	l := &live{
		t: t, sim: sim, transport: transport, endpoint: endpoint, hub: watch.NewHub(services, watch.Options{All: true}),
		book: watch.NewBook(services, 0), path: filepath.Join(t.TempDir(), name), start: time.Now(), seen: map[time.Duration]string{}, busy: map[time.Duration]bool{},
	}
	if l.rec, err = recorder.Start(l.path, o, l.book); err != nil {
		t.Fatal(err)
	}
	l.hub.Start()
	t.Cleanup(func() {
		l.hub.Close()
		_ = l.rec.Stop()
		_ = sim.Close()
		<-served
		transport.CloseIdleConnections()
		synctest.Wait()
	})
	return l
}

// act is something that happens at a time since the start.
type act struct {
	at time.Duration
	do func()
}

// run lets virtual time go by, as whoever follows a hub does, until the last act, and ends the
// recording.
func (l *live) run(acts ...act) {
	ctx, cancel := context.WithCancel(l.t.Context())
	defer cancel()
	watch.Follow(ctx, l.hub, l.book, func(now time.Time, b *watch.Batch) bool {
		since := now.Sub(l.start)
		if b != nil {
			l.rec.Batch(*b)
			l.busy[since] = true
			return true
		}
		l.rec.Tick(now, l.book)
		l.seen[since] = summary(l.book, now)
		for len(acts) > 0 && since >= acts[0].at {
			if acts[0].do != nil {
				acts[0].do()
			}
			acts = acts[1:]
		}
		return len(acts) > 0
	})
	if err := l.rec.Stop(); err != nil {
		l.t.Fatal(err)
	}
}

func (l *live) create(lens string) string {
	l.t.Helper()
	s, err := l.hub.Create(l.t.Context(), "archetype", client.CreateRequest{LensID: lens})
	if err != nil {
		l.t.Fatal(err)
	}
	return s.ID
}

func (l *live) inject(fault, arg, session string) {
	l.t.Helper()
	if err := l.sim.Inject(simulator.Fault{Name: fault, Arg: arg, Session: session}); err != nil {
		l.t.Fatal(err)
	}
}

// story is a run through several faults.
func (l *live) story() {
	var one, two string
	l.run(
		act{time.Second, func() { one, two = l.create(simulator.LensActivityMonitor), l.create(simulator.LensMachineState) }},
		act{70 * time.Second, func() {
			l.inject(simulator.FaultStall, "", one)
			l.inject(simulator.FaultDrop, "", two)
		}},
		act{115 * time.Second, func() {
			l.sim.Heal(simulator.FaultStall, one)
			l.inject(simulator.FaultLost, "", two)
			l.hub.Command(two, client.CommandReconnect)
		}},
		act{135 * time.Second, func() {
			l.inject(simulator.FaultSilence, "", one)
			l.inject(simulator.FaultServerError, "", "")
			l.hub.Command(two, client.CommandReconnect)
		}},
		act{175 * time.Second, func() {
			l.sim.Heal(simulator.FaultServerError, "")
			l.sim.Heal(simulator.FaultSilence, one)
		}},
		act{205 * time.Second, func() {
			if _, err := l.hub.Destroy(l.t.Context(), "archetype", one); err != nil {
				l.t.Error(err)
			}
		}},
		act{225 * time.Second, nil},
	)
}

// calm finds a whole second in which nothing else happened.
func (l *live) calm(from time.Duration) time.Duration {
	for l.seen[from] == "" || l.busy[from] {
		from += time.Second
	}
	return from
}

// summary is all that a book knows at a moment.
func summary(book *watch.Book, now time.Time) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d events, lag %v, %d lenses\n", book.Events(), book.Lag(), len(book.Lenses()))
	for _, s := range book.Services() {
		fmt.Fprintf(&b, "%s %s %v %d %v\n", s.Name, s.Endpoint, s.Listed, len(s.List.Sessions), s.List.Err)
	}
	for _, s := range book.Sessions() {
		st, v := s.Health.State(now), s.Health.Verdict(now)
		fmt.Fprintf(&b, "%s %s mine %v watched %v listed %v over %v %v slot %d results %d newest %q\n",
			s.Record.ID, s.Record.LensName, s.Mine, s.Watched, s.Listed, s.Over, s.OverErr, s.Slot, s.Results, s.Newest.Text)
		fmt.Fprintf(&b, "  %v %v %v since %d, attempt %d at %d: %s\n", s.Record.Status, s.Record.Counters, st.Code, st.Since.UnixNano(), st.Attempt, st.NextAt.UnixNano(), st.Next)
		fmt.Fprintf(&b, "  %v %v %v since %d: %s\n  %v\n  %v\n", v.Code, v.Severity, v.Confidence, v.Since.UnixNano(), v.Sentence, v.Evidence, v.RuledOut)
		fmt.Fprintf(&b, "  %+v\n", s.Health.Figures(now))
		fmt.Fprintf(&b, "  asked for %v at %d: %v %v\n", s.Asked.Kind, s.Asked.At.UnixNano(), s.Asked.Result.Kind, s.Asked.Result.Remedy)
		for _, c := range s.Health.Timeline() {
			fmt.Fprintf(&b, "  %d %v to %v: %s\n", c.At.UnixNano(), c.From, c.To, c.Cause)
		}
	}
	return b.String()
}

// compare says where two summaries differ.
func compare(t *testing.T, what string, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		if i >= len(g) || i >= len(w) || g[i] != w[i] {
			t.Fatalf("%s, line %d:\ngot  %s\nwant %s", what, i, strings.Join(g[i:min(i+1, len(g))], ""), strings.Join(w[i:min(i+1, len(w))], ""))
		}
	}
}

// sameHistory compares what two books remember, event by event.
func sameHistory(t *testing.T, got, want *watch.Book) {
	t.Helper()
	if got.History().Len() != want.History().Len() {
		t.Fatalf("%d events are kept, want %d", got.History().Len(), want.History().Len())
	}
	for n := history.Seq(1); n <= history.Seq(got.History().Len()); n++ {
		g, w := got.History().At(n).Event, want.History().At(n).Event
		if g.Received.UnixNano() != w.Received.UnixNano() || g.Time.UnixNano() != w.Time.UnixNano() {
			t.Fatalf("event %d: %v, %v; want %v, %v", n, g.Received, g.Time, w.Received, w.Time)
		}
		g.Received, g.Time, w.Received, w.Time = time.Time{}, time.Time{}, time.Time{}, time.Time{}
		flat := func(e client.Event) string {
			return fmt.Sprintf("%v %v %v %v %q %q %q %+v %+v %q", e.Service, e.Session, e.Kind, e.Level, e.Wire, e.ID, e.Text, e.Result, e.Beat, e.Raw)
		}
		if flat(g) != flat(w) {
			t.Fatalf("event %d:\ngot  %s\nwant %s", n, flat(g), flat(w))
		}
	}
}

// Health, verdicts, gaps, figures and history come out as they were, at any speed.
func TestReplayIsAsItWas(t *testing.T) {
	for _, name := range []string{"a.ndjson", "a.ndjson.zst"} {
		synctest.Test(t, func(t *testing.T) {
			l := newLive(t, name, recorder.Options{})
			l.story()
			recorded := l.rec.State()
			if recorded.Lost != 0 || recorded.Events < 300 {
				t.Fatalf("%+v", recorded)
			}
			speeds := []float64{replay.Max, 4}
			if strings.HasSuffix(name, ".zst") {
				speeds = speeds[:1] // the timing is the same
			}
			for _, speed := range speeds {
				p, err := replay.Open(l.path, replay.Options{Speed: speed, Stop: true})
				if err != nil {
					t.Fatal(err)
				}
				book, began, seconds := watch.NewBook(p.Services(), 0), time.Now(), 0
				watch.Follow(t.Context(), p, book, func(now time.Time, b *watch.Batch) bool {
					if b != nil {
						return true
					}
					seconds++
					compare(t, fmt.Sprintf("%s at speed %v after %v", name, speed, now.Sub(l.start)), summary(book, now), l.seen[now.Sub(l.start)])
					return true
				})
				sameHistory(t, book, l.book)
				took, want := time.Since(began), time.Duration(0)
				if speed == 4 {
					want = p.Position().Now / 4
				}
				if seconds != len(l.seen) || (took-want).Abs() > time.Second {
					t.Errorf("speed %v: %d of %d seconds, in %v, want %v", speed, seconds, len(l.seen), took, want)
				}
				if pos := p.Position(); !pos.AtEnd || pos.Cut != nil || pos.Skipped+pos.Lost != 0 || pos.Events != recorded.Events || pos.Length < 224*time.Second {
					t.Errorf("%+v", pos)
				}
				_ = p.Close()
			}
		})
	}
}

// play starts following a player, and returns the book and a way to wait until the player rests.
func play(t *testing.T, p *replay.Player) (book *watch.Book, rest func()) {
	book = watch.NewBook(p.Services(), 0)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		watch.Follow(ctx, p, book, func(now time.Time, b *watch.Batch) bool {
			if b == nil {
				_ = summary(book, now) // as a screen does
			}
			return true
		})
	}()
	t.Cleanup(func() { cancel(); <-done; _ = p.Close() })
	return book, func() { synctest.Wait() }
}

// Wherever one winds to, the book knows what it knew then.
func TestSeek(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLive(t, "a", recorder.Options{})
		l.story()
		p, err := replay.Open(l.path, replay.Options{})
		if err != nil {
			t.Fatal(err)
		}
		p.Pause()
		book, rest := play(t, p)
		for _, to := range []time.Duration{100 * time.Second, 30 * time.Second, 200 * time.Second, 150 * time.Second} {
			to = l.calm(to)
			if err := p.Seek(t.Context(), to); err != nil {
				t.Fatal(err)
			}
			rest()
			compare(t, fmt.Sprintf("at %v", to), summary(book, l.start.Add(to)), l.seen[to])
			if pos := p.Position(); pos.Now != to || !pos.Paused || pos.Events != book.Events() {
				t.Errorf("%+v, want %v", pos, to)
			}
		}
		// From there it plays on as it was.
		p.Resume()
		later := l.calm(170 * time.Second)
		<-time.After(later - p.Position().Now)
		rest()
		compare(t, "some seconds later", summary(book, l.start.Add(later)), l.seen[later])
		if err := p.Seek(t.Context(), time.Hour); err != nil {
			t.Fatal(err)
		}
		rest()
		sameHistory(t, book, l.book)
		if pos := p.Position(); !pos.AtEnd || pos.Now > 226*time.Second || pos.Now < 224*time.Second {
			t.Errorf("%+v", pos)
		}
	})
}

func TestStepsAndMarks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLive(t, "a", recorder.Options{})
		l.story()
		p, err := replay.Open(l.path, replay.Options{})
		if err != nil {
			t.Fatal(err)
		}
		book, rest := play(t, p)
		step := func(n int, want int64) {
			t.Helper()
			if err := p.Step(t.Context(), n); err != nil {
				t.Fatal(err)
			}
			rest()
			if book.Events() != want || p.Position().Events != want || !p.Position().Paused {
				t.Fatalf("%d events after a step of %d, want %d: %+v", book.Events(), n, want, p.Position())
			}
		}
		step(1, 1)
		step(1, 2)
		step(40, 42)
		step(-1, 41)
		step(-10, 31)
		step(1, 32)
		step(-100, 0)
		// The marks, forwards and back.
		var found []int64
		for _, m := range []replay.Mark{replay.MarkGap, replay.MarkError} {
			var there []int64
			for {
				err := p.SeekNext(t.Context(), m)
				if errors.Is(err, replay.ErrNoMark) {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				rest()
				newest := book.History().At(history.Seq(book.Events()))
				if gap := newest.Notice != nil && newest.Notice.Code == client.NoticeGap; m == replay.MarkGap && !gap ||
					m == replay.MarkError && newest.Kind != client.KindError && newest.Level != client.LevelError {
					t.Fatalf("no %v: %+v", m, newest.Event)
				}
				there = append(there, book.Events())
			}
			for i := len(there) - 2; i >= 0; i-- {
				if err := p.SeekPrev(t.Context(), m); err != nil {
					t.Fatal(err)
				}
				rest()
				if book.Events() != there[i] {
					t.Fatalf("back at event %d, want %d of %v", book.Events(), there[i], there)
				}
			}
			found = append(found, int64(len(there)))
			if err := p.Seek(t.Context(), 0); err != nil {
				t.Fatal(err)
			}
			rest()
			if err := p.SeekPrev(t.Context(), m); !errors.Is(err, replay.ErrNoMark) {
				t.Fatal(err)
			}
		}
		if found[0] == 0 {
			t.Fatal("the story has a gap")
		}
		// Another wish takes the place of one that is under way, and after Close there are none.
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
		if err := p.Seek(t.Context(), 0); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	})
}

// A recording begun in the middle, and each file of one that was rotated, tells who is there.
func TestSnapshotAndRotation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLive(t, "a", recorder.Options{MaxSize: 200_000})
		l.run(act{0, func() { l.create(simulator.LensActivityMonitor); l.create(simulator.LensMachineState) }}, act{5 * time.Minute, nil})
		if n := l.rec.State().Files; n < 3 {
			t.Fatalf("%d files", n)
		}
		p, err := replay.Open(l.path, replay.Options{Speed: replay.Max, Stop: true})
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		book := watch.NewBook(p.Services(), 0)
		watch.Follow(t.Context(), p, book, func(time.Time, *watch.Batch) bool { return true })
		if len(book.Sessions()) != 2 || len(book.Lenses()) != len(l.book.Lenses()) {
			t.Fatalf("%d sessions, %d lenses", len(book.Sessions()), len(book.Lenses()))
		}
		now := p.Start().Add(p.Position().Now)
		for i, s := range book.Sessions() {
			want := l.book.Sessions()[i]
			if s.Record.ID != want.Record.ID || s.Record.Status != want.Record.Status || !s.Record.HasCounters ||
				!s.Mine || !s.Watched || !s.Listed || s.Line == nil || s.Line.Bytes() == 0 {
				t.Errorf("got  %+v\nwant %+v", s, want)
			}
			if st := s.Health.State(now); st.Code != want.Health.State(time.Now()).Code {
				t.Errorf("%v", st)
			}
		}
	})
}

// A cut recording is played to its last whole line. That its reader comes there wherever it was cut is
// tested there; here is a sample, in which each byte near the end is.
func TestCutRecordingPlays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "a")
		rec, err := recorder.Start(path, recorder.Options{}, watch.NewBook(nil, 0))
		if err != nil {
			t.Fatal(err)
		}
		for i := range 12 {
			ev := client.Event{Service: "a", Session: "s", Kind: client.KindResult, Received: time.Now(), Text: fmt.Sprint(i), Raw: bytes.Repeat([]byte("x"), 200)}
			rec.Batch(watch.Batch{Taken: time.Now(), Events: []client.Event{ev}})
			<-time.After(time.Second)
		}
		if err := rec.Stop(); err != nil {
			t.Fatal(err)
		}
		whole, err := os.ReadFile(path)
		if err != nil || len(whole) < 4200 {
			t.Fatal(len(whole), err)
		}
		for cut := 1; cut < 4096; cut++ {
			size := len(whole) - cut
			if cut > 150 && cut%37 != 0 {
				continue
			}
			if err := os.Truncate(path, int64(size)); err != nil {
				t.Fatal(err)
			}
			p, err := replay.Open(path, replay.Options{Speed: replay.Max, Stop: true})
			if err != nil {
				t.Fatalf("cut at %d: %v", size, err)
			}
			for err == nil {
				_, err = p.Next(t.Context())
			}
			lines := int64(bytes.Count(whole[:size], []byte(`{"type":"event"`)))
			if pos := p.Position(); !errors.Is(err, io.EOF) || pos.Events != lines && pos.Events != lines-1 || pos.Cut == nil && size < len(whole)-1 {
				t.Fatalf("cut at %d: %v, %+v, want about %d events", size, err, pos, lines)
			}
			_ = p.Close()
		}
	})
}

// Whatever a service echoes, the key is not in the file.
func TestNoKeyInRecording(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLive(t, "a", recorder.Options{})
		var id string
		l.run(
			act{0, func() { id = l.create(simulator.LensNoop) }}, // its record echoes the key
			act{5 * time.Second, func() {
				l.send(id, `{"api_key":"`+key+`"}`)
				l.send(id, `{"contents":"the key is `+key+`"}`)
				l.send(id, `{"contents":"{\"api_key\":\"`+key+`\"}"}`)
			}},
			act{10 * time.Second, func() { l.inject(simulator.FaultSilence, "", id) }}, // probes ask for the record
			act{90 * time.Second, func() {
				l.sim.Heal(simulator.FaultSilence, id)
				l.inject(simulator.FaultUnauthorized, "", "")
				l.hub.Command(id, client.CommandReconnect)
			}},
			act{100 * time.Second, nil},
		)
		b, err := os.ReadFile(l.path)
		if err != nil {
			t.Fatal(err)
		}
		if i := bytes.Index(b, []byte(key)); i >= 0 {
			t.Errorf("the key is in the recording: %s", b[max(0, i-600):i+100])
		}
		if !bytes.Contains(b, []byte("[redacted]")) || !bytes.Contains(b, []byte(`"probe":`)) {
			t.Errorf("nothing echoed a key, so that this test shows nothing: %d redacted, %d probes", bytes.Count(b, []byte("[redacted]")), bytes.Count(b, []byte(`"probe":`)))
		}
	})
}

// send sends an event to a session, which the noop lens echoes.
func (l *live) send(id, data string) {
	body := `{"session_id":"` + id + `","event":{"type":"data.json","event_data":` + data + `}}`
	req, err := http.NewRequestWithContext(l.t.Context(), http.MethodPost, l.endpoint+"/v0.5/lens/sessions/events/process", strings.NewReader(body))
	if err != nil {
		l.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+key)
	req.Header.Set("Content-Type", "application/json")
	res, err := l.transport.RoundTrip(req)
	if err != nil {
		l.t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, res.Body)
	_ = res.Body.Close()
}

// What would need the service is refused.
func TestRecordingChangesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLive(t, "a", recorder.Options{Lenswatch: "1.0"})
		l.run(act{time.Second, nil})
		if _, err := recorder.Start(l.path, recorder.Options{}, l.book); err == nil || !strings.Contains(err.Error(), "exists") {
			t.Fatal(err)
		}
		p, err := replay.Open(l.path, replay.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		s := p.Service("archetype")
		if s == nil || s.Endpoint() != l.book.Services()[0].Endpoint || p.ServiceOf("x") != "archetype" || p.Header().Lenswatch != "1.0" {
			t.Fatalf("%+v, %+v", s, p.Header())
		}
		_, created := p.Create(t.Context(), "archetype", client.CreateRequest{})
		_, destroyed := p.Destroy(t.Context(), "archetype", "x")
		_, direct := s.Create(t.Context(), client.CreateRequest{})
		for _, err := range []error{created, destroyed, direct, p.Watch("archetype", "x"), s.Watch(t.Context(), "x", client.WatchOptions{}, nil)} {
			if err == nil || !strings.Contains(err.Error(), "this is a recording") {
				t.Error(err)
			}
		}
	})
}
