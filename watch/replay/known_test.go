package replay_test

import (
	"path/filepath"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
	"lenswatch/watch"
	"lenswatch/watch/health"
	"lenswatch/watch/recorder"
	"lenswatch/watch/replay"
)

// When a session ended is known in the replay of a recording that began after that, and its age stands still there too.
func TestEndBeforeTheRecordingIsReplayed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := watch.NewStore([]watch.ServiceInfo{{Name: "a"}}, 0)
		one := client.Session{Service: "a", ID: "one", Status: client.StatusRunning, StatusText: "RUNNING", Registered: time.Now(), Fetched: time.Now()}
		store.Apply(watch.Batch{Delivered: time.Now(), Opened: []watch.StreamOpened{{Service: "a", Session: "one"}}, Samples: []watch.Sample{{Session: one}}})
		time.Sleep(time.Minute)
		closed := client.Event{Service: "a", Session: "one", Kind: client.KindNotice, Received: time.Now(), Notice: &client.Notice{Code: client.NoticeClosed, Session: client.StatusDestroyed}}
		store.Apply(watch.Batch{Delivered: time.Now(), Events: []client.Event{closed}, Ended: []watch.StreamEnded{{Session: "one", At: time.Now()}}})
		time.Sleep(time.Hour)
		path := filepath.Join(t.TempDir(), "later")
		rec, err := recorder.Start(path, recorder.Options{}, store)
		if err != nil {
			t.Fatal(err)
		}
		if err := rec.Stop(); err != nil {
			t.Fatal(err)
		}
		p, err := replay.Open(t.Context(), path, replay.Options{Speed: replay.Max, Stop: true})
		if err != nil {
			t.Fatal(err)
		}
		replayed := watch.NewStore([]watch.ServiceInfo{{Name: "a"}}, 0)
		watch.Follow(t.Context(), p, replayed, func(time.Time, *watch.Batch) bool { return true })
		_ = p.Close()
		live, again := store.Session("one").Record, replayed.Session("one").Record
		if got := again.Age(time.Now()); !live.Over() || got != live.Age(time.Now()) || got != time.Minute || !again.Over() {
			t.Errorf("the age is %v, over %v; live it was %v, over %v", got, again.Over(), live.Age(time.Now()), live.Over())
		}
	})
}

// What a probe learnt of a session's question, and what the account has used of its plan, are known in a replay as they
// were live: from the moment that they arrived, and from the snapshot of a recording that began later.
func TestQuestionAndPlanAreReplayed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := client.Question{Focus: "people", Instruction: "Count them.\nNo cars."}
		used := client.Usage{
			Plan: "Team", MinutesTotal: 600, MinutesUsed: 41.5, MinutesLeft: -1, Sessions: 2, MaxSessions: 5,
			PeriodEnd: time.Now().Add(240 * time.Hour).UTC(), Fetched: time.Now(),
		}
		store := watch.NewStore([]watch.ServiceInfo{{Name: "a"}}, 0)
		first, later := filepath.Join(t.TempDir(), "first"), filepath.Join(t.TempDir(), "later")
		rec, err := recorder.Start(first, recorder.Options{}, store)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range []watch.Batch{
			{Delivered: time.Now(), Samples: []watch.Sample{{Session: client.Session{Service: "a", ID: "one"}}}},
			{
				Delivered: time.Now(), Usages: []watch.UsageReport{{Service: "a", Usage: used}},
				Probes: []watch.ProbeOutcome{{Session: "one", Result: health.ProbeResult{Kind: health.ProbeQuestion, At: time.Now(), Question: &asked}}},
			},
		} {
			store.Apply(b)
			rec.Batch(b)
		}
		if err := rec.Stop(); err != nil {
			t.Fatal(err)
		}
		if rec, err = recorder.Start(later, recorder.Options{}, store); err != nil {
			t.Fatal(err)
		}
		if err := rec.Stop(); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{first, later} {
			p, err := replay.Open(t.Context(), path, replay.Options{Speed: replay.Max, Stop: true})
			if err != nil {
				t.Fatal(err)
			}
			replayed := watch.NewStore([]watch.ServiceInfo{{Name: "a"}}, 0)
			watch.Follow(t.Context(), p, replayed, func(time.Time, *watch.Batch) bool { return true })
			_ = p.Close()
			if s := replayed.Session("one"); s == nil || s.Question == nil || *s.Question != asked {
				t.Errorf("%s: the question is not known: %+v", filepath.Base(path), s)
			}
			got := replayed.Services()[0].Usage
			if got == nil || !got.Fetched.Equal(used.Fetched) || !got.PeriodEnd.Equal(used.PeriodEnd) {
				t.Fatalf("%s: the plan is %+v", filepath.Base(path), got)
			}
			plain := *got
			plain.Fetched, plain.PeriodEnd = used.Fetched, used.PeriodEnd
			if !reflect.DeepEqual(plain, used) {
				t.Errorf("%s: the plan is %+v, was %+v", filepath.Base(path), plain, used)
			}
		}
	})
}
