package watch

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
	"lenswatch/watch/health"
)

// account is the list of an account with n sessions.
func account(n int) []client.Session {
	list := make([]client.Session, n)
	for i := range list {
		list[i] = client.Session{
			Service: "a", ID: fmt.Sprintf("lsn-%08d", i), LensID: "lens", Status: client.StatusRunning, StatusText: "running",
			LastUpdate: time.Unix(int64(i), 0), HasCounters: true,
		}
	}
	return list
}

// A long list arrives in parts, of which no more than one waits, and is whole when it has arrived.
func TestLongListsComeInParts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 9_500
		s := &service{name: "a", sessions: func() ([]client.Session, error) { return account(n), nil }}
		h := NewHub([]client.Service{s}, Options{})
		defer h.Close()
		h.Start()
		store := NewStore(InfoOf([]client.Service{s}), 0)
		for parts := 0; ; parts++ {
			synctest.Wait()
			b, err := h.Next(t.Context())
			if err != nil || len(b.Lists) > 1 || len(b.Lists) == 1 && len(b.Lists[0].Sessions) > listPart {
				t.Fatalf("%d lists wait, %v", len(b.Lists), err)
			}
			store.Apply(b)
			if len(b.Lists) == 1 && !b.Lists[0].More {
				break
			}
			if parts > 10 {
				t.Fatal("the list has no end")
			}
		}
		listed := 0
		for _, x := range store.Sessions() {
			if x.Listed {
				listed++
			}
		}
		if listed != n {
			t.Errorf("%d sessions are listed, of %d", listed, n)
		}
	})
}

// What a list named, and the next does not, is forgotten, unless more is known of it.
func TestUnlistedSessionsAreForgotten(t *testing.T) {
	store := NewStore(InfoOf([]client.Service{&service{name: "a"}}), 0)
	now := time.Now()
	store.Apply(Batch{Delivered: now, Opened: []StreamOpened{{Service: "a", Session: "lsn-00000001", Connection: new(client.Connection)}}})
	for i := range 10 {
		list := account(100 * (i + 1))[100*i:]
		store.Apply(Batch{Delivered: now, Lists: []Listing{{Service: "a", Sessions: list[:40], More: true}}})
		store.Apply(Batch{Delivered: now, Lists: []Listing{{Service: "a", Sessions: list[40:], Continued: true}}})
		if got := len(store.Sessions()); got > 101 {
			t.Fatalf("%d sessions are known of 100 listed and one watched", got)
		}
	}
	if store.Session("lsn-00000001") == nil {
		t.Error("a watched session was forgotten")
	}
}

// So many sessions are watched at once, what was created here before others, and then what was heard of
// last; how many are not is reported.
func TestAtMostSoManySessionsAreWatched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var open, most atomic.Int64
		s := &service{name: "a", sessions: func() ([]client.Session, error) { return account(5000), nil }}
		s.watch = func(ctx context.Context, id string, _ client.WatchOptions, sink func(client.Event)) error {
			most.Store(max(most.Load(), open.Add(1)))
			defer open.Add(-1)
			<-ctx.Done()
			return nil
		}
		h := NewHub([]client.Service{s}, Options{All: true})
		_ = h.Watch("a", "lsn-00000000") // asked for by name
		h.Start()
		notWatched := 0
		watched := map[string]bool{}
		for end := time.Now().Add(time.Minute); time.Now().Before(end); {
			b, err := h.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range b.Opened {
				watched[o.Session] = true
			}
			for _, l := range b.Lists {
				notWatched = l.NotWatched
			}
		}
		if most.Load() != DefaultMaxWatched || notWatched != 5000-DefaultMaxWatched {
			t.Errorf("%d sessions were watched, %d were reported as not watched", most.Load(), notWatched)
		}
		if !watched["lsn-00000000"] || !watched["lsn-00004999"] || watched["lsn-00000001"] {
			t.Error("others are watched than those that were named and those heard of last")
		}
		h.Close()
	})
}

// A session that is only listed takes little memory.
func TestListedSessionsAreSmall(t *testing.T) {
	const n, most = 20_000, 1200 // bytes for each
	store := NewStore(InfoOf([]client.Service{&service{name: "a"}}), 0)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	store.Apply(Batch{Lists: []Listing{{Service: "a", Sessions: account(n)}}})
	runtime.GC()
	runtime.ReadMemStats(&after)
	if each := (int64(after.HeapAlloc) - int64(before.HeapAlloc)) / n; each > most {
		t.Errorf("a listed session takes %d bytes, at most %d are meant", each, most)
	}
	if store.Session("lsn-00000000").Health.State(time.Now()).Code != health.Connecting {
		t.Error("more is said of a session that is only listed")
	}
	runtime.KeepAlive(store)
}

// What a large account takes is at the expense of history, of which a quarter stays; an account of typical size costs it
// nothing.
func TestLargeAccountsShareTheBudgetOfHistory(t *testing.T) {
	const budget = 64 << 20
	store := NewStore(InfoOf([]client.Service{&service{name: "a"}}), budget)
	for _, tt := range []struct {
		listed int
		left   int64
	}{{5000, budget}, {50_000, budget - 30_000*listedSize}, {90_000, budget / 4}, {1000, budget}} {
		store.Apply(Batch{Lists: []Listing{{Service: "a", Sessions: account(tt.listed)}}}) // what it lacks is forgotten
		store.Apply(Batch{Lists: []Listing{{Service: "a", Sessions: account(tt.listed)}}})
		if _, got := store.History().Bytes(); got != tt.left {
			t.Errorf("with %d sessions listed history may keep %d bytes, not %d", tt.listed, got, tt.left)
		}
	}
}

// The newest result of each session is there whatever the history let go of, and takes a bounded part
// of the memory.
func TestNewestResultsAreBounded(t *testing.T) {
	store := NewStore(InfoOf([]client.Service{&service{name: "a"}}), 1<<20)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	const sessions = 240
	for i := range sessions {
		ev := result(fmt.Sprint("s", i), strings.Repeat("long ", 3000))
		ev.Raw = []byte(strings.Repeat("x", 2<<20))
		ev.Result = &client.Result{Label: strings.Repeat("l", 10_000)}
		for range 256 {
			ev.Result.Scores = append(ev.Result.Scores, client.Score{Label: strings.Repeat("c", 1000), Value: 0.1})
		}
		store.Apply(Batch{Events: []client.Event{ev}, Delivered: time.Now()})
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if retained := int64(after.HeapAlloc) - int64(before.HeapAlloc); retained > 12<<20+sessions*24<<10 {
		t.Errorf("%d KiB are retained of %d sessions and a MiB of history", retained>>10, sessions)
	}
	newest := store.Session("s0").Newest
	if newest.Kind != client.KindResult || !strings.HasSuffix(newest.Text, "… (15000 bytes in all)") || newest.Raw != nil {
		t.Errorf("the newest result of the first session is %.40q … %q", newest.Text, newest.Text[max(0, len(newest.Text)-40):])
	}
	runtime.KeepAlive(store)
}

// A long list that takes its time is asked for less often, at least once a minute all the same; a short one as before.
func TestLongListsAreAskedForLessOften(t *testing.T) {
	for _, tt := range []struct {
		sessions  int
		took      time.Duration
		min, most int // requests in five minutes
	}{
		{100, 2 * time.Second, 40, 61}, {9_500, 10 * time.Millisecond, 55, 61}, {9_500, 2 * time.Second, 9, 11}, {9_500, 10 * time.Second, 4, 6},
	} {
		synctest.Test(t, func(t *testing.T) {
			asked := 0
			s := &service{name: "a", sessions: func() ([]client.Session, error) {
				asked++
				time.Sleep(tt.took)
				return account(tt.sessions), nil
			}}
			h := NewHub([]client.Service{s}, Options{})
			h.Start()
			defer h.Close()
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
			defer cancel()
			for {
				if _, err := h.Next(ctx); err != nil {
					break
				}
			}
			if asked < tt.min || asked > tt.most {
				t.Errorf("a list of %d that takes %v was asked for %d times in five minutes", tt.sessions, tt.took, asked)
			}
		})
	}
}
