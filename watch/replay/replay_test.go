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
	"lenswatch/client/simulator"
	"lenswatch/watch"
	"lenswatch/watch/history"
	"lenswatch/watch/recorder"
	"lenswatch/watch/replay"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Health, verdicts, gaps, numbers and history come out as they were, at any speed.
func TestReplayIsIdentical(t *testing.T) {
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
				p, err := replay.Open(t.Context(), l.path, replay.Options{Speed: speed, Stop: true})
				if err != nil {
					t.Fatal(err)
				}
				store, began, seconds := watch.NewStore(p.Services(), 0), time.Now(), 0
				watch.Follow(t.Context(), p, store, func(now time.Time, b *watch.Batch) bool {
					if b != nil {
						return true
					}
					seconds++
					compare(t, fmt.Sprintf("%s at speed %v after %v", name, speed, now.Sub(l.start)), summary(store, now), l.seen[now.Sub(l.start)])
					return true
				})
				sameHistory(t, store, l.store)
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

// play starts following a player, and returns the store and a way to wait until the player rests.
func play(t *testing.T, p *replay.Player) (store *watch.Store, rest func()) {
	store = watch.NewStore(p.Services(), 0)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		watch.Follow(ctx, p, store, func(now time.Time, b *watch.Batch) bool {
			if b == nil {
				_ = summary(store, now) // as a screen does
			}
			return true
		})
	}()
	t.Cleanup(func() { cancel(); <-done; _ = p.Close() })
	return store, func() { synctest.Wait() }
}

// Wherever one seeks to, the store knows what it knew then.
func TestSeek(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLive(t, "a", recorder.Options{})
		l.story()
		p, err := replay.Open(t.Context(), l.path, replay.Options{})
		if err != nil {
			t.Fatal(err)
		}
		p.Pause()
		store, rest := play(t, p)
		for _, to := range []time.Duration{100 * time.Second, 30 * time.Second, 200 * time.Second, 150 * time.Second} {
			to = l.calm(to)
			if err := p.Seek(t.Context(), to); err != nil {
				t.Fatal(err)
			}
			rest()
			compare(t, fmt.Sprintf("at %v", to), summary(store, l.start.Add(to)), l.seen[to])
			if pos := p.Position(); pos.Now != to || !pos.Paused || pos.Events != store.Events() {
				t.Errorf("%+v, want %v", pos, to)
			}
		}
		// From there it plays on as it was.
		p.Resume()
		later := l.calm(170 * time.Second)
		<-time.After(later - p.Position().Now)
		rest()
		compare(t, "some seconds later", summary(store, l.start.Add(later)), l.seen[later])
		if err := p.Seek(t.Context(), time.Hour); err != nil {
			t.Fatal(err)
		}
		rest()
		sameHistory(t, store, l.store)
		if pos := p.Position(); !pos.AtEnd || pos.Now > 226*time.Second || pos.Now < 224*time.Second {
			t.Errorf("%+v", pos)
		}
	})
}

func TestStepsAndMarks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLive(t, "a", recorder.Options{})
		l.story()
		p, err := replay.Open(t.Context(), l.path, replay.Options{})
		if err != nil {
			t.Fatal(err)
		}
		store, rest := play(t, p)
		step := func(n int, want int64) {
			t.Helper()
			if err := p.Step(t.Context(), n); err != nil {
				t.Fatal(err)
			}
			rest()
			if store.Events() != want || p.Position().Events != want || !p.Position().Paused {
				t.Fatalf("%d events after a step of %d, want %d: %+v", store.Events(), n, want, p.Position())
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
				newest := store.History().At(history.Seq(store.Events()))
				if gap := newest.Notice != nil && newest.Notice.Code == client.NoticeGap; m == replay.MarkGap && !gap ||
					m == replay.MarkError && newest.Kind != client.KindError && newest.Level != client.LevelError {
					t.Fatalf("no %v: %+v", m, newest.Event)
				}
				there = append(there, store.Events())
			}
			for i := len(there) - 2; i >= 0; i-- {
				if err := p.SeekPrev(t.Context(), m); err != nil {
					t.Fatal(err)
				}
				rest()
				if store.Events() != there[i] {
					t.Fatalf("back at event %d, want %d of %v", store.Events(), there[i], there)
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

// A recording begun in the middle, and each file of one that was rotated, reports who is there.
func TestSnapshotAndRotation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLive(t, "a", recorder.Options{MaxSize: 200_000})
		l.run(act{0, func() { l.create(simulator.LensActivityMonitor); l.create(simulator.LensMachineState) }}, act{5 * time.Minute, nil})
		if n := l.rec.State().Files; n < 3 {
			t.Fatalf("%d files", n)
		}
		p, err := replay.Open(t.Context(), l.path, replay.Options{Speed: replay.Max, Stop: true})
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		store := watch.NewStore(p.Services(), 0)
		watch.Follow(t.Context(), p, store, func(time.Time, *watch.Batch) bool { return true })
		if len(store.Sessions()) != 2 || len(store.Lenses()) != len(l.store.Lenses()) {
			t.Fatalf("%d sessions, %d lenses", len(store.Sessions()), len(store.Lenses()))
		}
		now := p.Start().Add(p.Position().Now)
		for i, s := range store.Sessions() {
			want, bytes := l.store.Sessions()[i], int64(0)
			if s.Connection != nil {
				bytes, _ = s.Connection.Received()
			}
			if s.Record.ID != want.Record.ID || s.Record.Status != want.Record.Status || !s.Record.HasCounters ||
				!s.CreatedHere || !s.Watched || !s.Listed || bytes == 0 {
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
		rec, err := recorder.Start(path, recorder.Options{}, watch.NewStore(nil, 0))
		if err != nil {
			t.Fatal(err)
		}
		for i := range 12 {
			ev := client.Event{Service: "a", Session: "s", Kind: client.KindResult, Received: time.Now(), Text: fmt.Sprint(i), Raw: bytes.Repeat([]byte("x"), 200)}
			rec.Batch(watch.Batch{Delivered: time.Now(), Events: []client.Event{ev}})
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
			p, err := replay.Open(t.Context(), path, replay.Options{Speed: replay.Max, Stop: true})
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
		if _, err := recorder.Start(l.path, recorder.Options{}, l.store); err == nil || !strings.Contains(err.Error(), "exists") {
			t.Fatal(err)
		}
		p, err := replay.Open(t.Context(), l.path, replay.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		if got, want := p.Services()[0], l.store.Services()[0]; got.Name != "archetype" || got.Endpoint != want.Endpoint || p.Header().Lenswatch != "1.0" {
			t.Fatalf("%+v, %+v", got, p.Header())
		}
	})
}
