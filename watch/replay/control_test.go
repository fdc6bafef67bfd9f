package replay_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
	"lenswatch/watch"
	"lenswatch/watch/recorder"
	"lenswatch/watch/replay"
)

// evenly records an event a second, n of them, and a tick after each.
func evenly(t *testing.T, n int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a")
	store := watch.NewStore(nil, 0)
	rec, err := recorder.Start(path, recorder.Options{}, store)
	if err != nil {
		t.Fatal(err)
	}
	for range n {
		<-time.After(time.Second)
		rec.Batch(watch.Batch{Delivered: time.Now(), Events: []client.Event{{Session: "s", Kind: client.KindLog, Received: time.Now()}}})
		rec.Tick(time.Now(), store)
	}
	if err := rec.Stop(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPauseAndSpeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, err := replay.Open(t.Context(), evenly(t, 100), replay.Options{})
		if err != nil {
			t.Fatal(err)
		}
		_, rest := play(t, p)
		expect := func(what string, wait time.Duration, events int64, now time.Duration) {
			t.Helper()
			<-time.After(wait)
			rest()
			if pos := p.Position(); pos.Now != now || pos.Events != events {
				t.Fatalf("%s: %+v; want %d events, %v", what, pos, events, now)
			}
		}
		expect("as it was", 10*time.Second+time.Second/2, 10, 10*time.Second+time.Second/2)
		p.Pause()
		expect("paused", time.Hour, 10, 10*time.Second+time.Second/2)
		p.SetSpeed(4)
		p.Resume()
		expect("at speed 4", 5*time.Second, 30, 30*time.Second+time.Second/2)
		p.SetSpeed(.5)
		expect("at half the speed", 10*time.Second, 35, 35*time.Second+time.Second/2)
		p.SetSpeed(0)
		expect("as fast as can be", 0, 100, 100*time.Second)
		if pos := p.Position(); !pos.AtEnd || pos.Cut != nil || !pos.LengthKnown || pos.Length != 100*time.Second {
			t.Fatalf("%+v", pos)
		}
		p.SetSpeed(1)
		if err := p.Seek(t.Context(), 90*time.Second); err != nil {
			t.Fatal(err)
		}
		expect("from the end back", 5*time.Second+time.Second/2, 95, 95*time.Second+time.Second/2)
		expect("the end again", time.Minute, 100, 100*time.Second)
	})
}

// A wish that arrives while another place is being looked for takes its place.
func TestNewestSeekWins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, err := replay.Open(t.Context(), evenly(t, 3000), replay.Options{})
		if err != nil {
			t.Fatal(err)
		}
		p.Pause()
		store, rest := play(t, p)
		outcome := make(chan error, 20)
		for i := range 20 {
			go func() { outcome <- p.Seek(t.Context(), time.Duration(i+1)*100*time.Second) }()
		}
		won := 0
		for range 20 {
			switch err := <-outcome; {
			case err == nil:
				won++
			case !errors.Is(err, context.Canceled):
				t.Error(err)
			}
		}
		rest()
		if pos := p.Position(); won == 0 || pos.Seeking || pos.Events != store.Events() || pos.Now != time.Duration(store.Events())*time.Second {
			t.Fatalf("%d won; %d events, %+v", won, store.Events(), pos)
		}
	})
}

// The first events are handed over as soon as they are due: only events follow events no faster than the
// pace, so that the first frame of a screen has them.
func TestTheFirstEventsDoNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "a")
		rec, err := recorder.Start(path, recorder.Options{}, watch.NewStore(nil, 0))
		if err != nil {
			t.Fatal(err)
		}
		event := func() []client.Event {
			return []client.Event{{Session: "s", Kind: client.KindLog, Received: time.Now()}}
		}
		rec.Batch(watch.Batch{Delivered: time.Now(), Opened: []watch.StreamOpened{{Service: "archetype", Session: "s"}}})
		rec.Batch(watch.Batch{Delivered: time.Now(), Events: event()})
		<-time.After(time.Millisecond)
		rec.Batch(watch.Batch{Delivered: time.Now(), Events: event()})
		if err := rec.Stop(); err != nil {
			t.Fatal(err)
		}
		p, err := replay.Open(t.Context(), path, replay.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		start, events := time.Now(), 0
		for _, want := range []time.Duration{0, watch.DefaultBatchInterval} {
			for before := events; events == before; {
				b, err := p.Next(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				events += len(b.Events)
			}
			if waited := time.Since(start); waited != want {
				t.Errorf("%d events after %v, want %v", events, waited, want)
			}
		}
	})
}
