package agenthuman

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
	"lenswatch/client/simulator"
)

// 200 sessions are watched, listed every 5 s as the hub does, and probed; then all end at once.
func TestRateLimitHoldsWithManySessions(t *testing.T) {
	inBubble(t, simulator.Config{Human: simulator.HumanConfig{Sessions: 500, Minutes: 1e6}}, func(t *testing.T, w *world) {
		const n = 200
		var ids []string
		var diaries []*diary
		for range n {
			id, err := w.sim.CreateHuman()
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, id)
		}
		if _, err := w.s.Sessions(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, id := range ids {
			diaries = append(diaries, watch(t, w.s, id, client.WatchOptions{}))
		}
		for range 24 { // two minutes
			pass(5 * time.Second)
			if _, err := w.s.Sessions(t.Context()); err != nil {
				t.Error(err)
			}
			if _, err := w.s.Ping(t.Context()); err != nil {
				t.Error(err)
			}
		}
		if got := w.count(); got > 2*30 {
			t.Errorf("%d requests in two minutes", got)
		}
		for _, d := range diaries {
			if d.story() != "connecting connected session.started" {
				t.Fatal(d.story())
			}
		}
		for _, id := range ids {
			if err := w.sim.EndHuman(id, simulator.HumanDisconnect); err != nil {
				t.Fatal(err)
			}
		}
		pass(20 * time.Second)
		for _, d := range diaries {
			if over, err := d.over(); !over || err != nil || len(d.find("session.ended")) != 1 {
				t.Fatalf("over %v, %v: %s", over, err, d.story())
			}
		}
		if w.limited > 0 {
			t.Errorf("%d requests were too many", w.limited)
		}
	})
}

// Requests beyond the rate are held back here rather than refused there, and ending still works.
func TestRateLimitHoldsUnderLoad(t *testing.T) {
	inBubble(t, simulator.Config{}, func(t *testing.T, w *world) {
		id := w.create()
		var refused error
		for range 100 {
			if _, err := w.s.find(t.Context(), id, false); err != nil {
				refused = err
				break
			}
		}
		if client.RemedyOf(refused) != client.RemedyRateLimited || w.limited > 0 {
			t.Fatalf("%v, %d of %d too many", refused, w.limited, w.count())
		}
		if _, err := w.s.Destroy(t.Context(), id); err != nil {
			t.Errorf("ending is held up by reading: %v", err)
		}
	})
}

// Another program uses the same key.
func TestRateOfTheServiceIsBelieved(t *testing.T) {
	inBubble(t, simulator.Config{Human: simulator.HumanConfig{Rate: 60}}, func(t *testing.T, w *world) {
		d := watch(t, w.s, w.create(), client.WatchOptions{})
		pass(7 * time.Second)
		for range 60 {
			req := httptest.NewRequest("GET", "http://sim.test/v1/sessions", nil)
			req.RequestURI = ""
			req.Header.Set("x-api-key", simulator.DefaultHumanKey)
			resp, err := w.seen.next.RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
		}
		pass(15 * time.Second)
		lost := d.find("reconnecting")
		if len(lost) == 0 || lost[0].Notice.Remedy != client.RemedyRateLimited || lost[0].Notice.Status != 429 {
			t.Fatalf("%s", d.story())
		}
		if wait := lost[0].Notice.Next.Sub(lost[0].Received); wait < 40*time.Second || wait > 62*time.Second {
			t.Errorf("it waits for %v", wait)
		}
		before := w.count()
		pass(30 * time.Second)
		if n := w.count() - before; n != 0 {
			t.Errorf("%d requests before the reset", n)
		}
		pass(time.Minute)
		if len(d.find("connected")) != 2 {
			t.Errorf("%s", d.story())
		}
	})
}

func TestResetForms(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	unix := func(d time.Duration) string { return fmt.Sprint(now.Add(d).Unix()) }
	for _, c := range []struct {
		header  []string
		limited bool
		want    time.Duration
	}{
		{nil, false, 0},
		{nil, true, time.Minute},
		{[]string{"X-RateLimit-Reset", unix(20 * time.Second)}, true, 20 * time.Second},
		{[]string{"X-RateLimit-Reset", "20"}, true, 20 * time.Second},
		{[]string{"Retry-After", "7"}, true, 7 * time.Second},
		{[]string{"X-RateLimit-Reset", unix(9000 * time.Hour)}, true, maxReset},
		{[]string{"X-RateLimit-Reset", "soon"}, true, time.Minute},
		{[]string{"X-RateLimit-Reset", "NaN"}, true, time.Minute},
		{[]string{"X-RateLimit-Reset", "-5"}, true, time.Minute},
		// The service's clock is an hour ahead.
		{[]string{"X-RateLimit-Reset", unix(time.Hour + 9*time.Second), "Date", now.Add(time.Hour).Format(http.TimeFormat)}, true, 9 * time.Second},
	} {
		h := http.Header{}
		for i := 0; i < len(c.header); i += 2 {
			h.Set(c.header[i], c.header[i+1])
		}
		if got := resetIn(h, now, c.limited); got != c.want {
			t.Errorf("%s: %v, want %v", strings.Join(c.header, " "), got, c.want)
		}
	}
}

func TestBudgetNeverLetsMoreThroughThanTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b budget
		var made []time.Time
		for range 4000 {
			time.Sleep(100 * time.Millisecond)
			if b.take(time.Now(), true) <= 0 {
				made = append(made, time.Now())
			}
		}
		for i := range made[:len(made)-defaultLimit] {
			if d := made[i+defaultLimit].Sub(made[i]); d < window {
				t.Fatalf("%d requests within %v", defaultLimit+1, d)
			}
		}
		if len(made) < 6*defaultLimit {
			t.Errorf("only %d requests in %v", len(made), 400*time.Second)
		}
	})
}
