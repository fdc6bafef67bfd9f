package health

import (
	"testing"
	"time"

	"lenswatch/client"
)

// The limits count down while nothing happens, and start anew with every input or output.
func TestLimitsCountDown(t *testing.T) {
	s := begin(t)
	rec := running(1, 1)
	rec.Registered, rec.TTL, rec.LastEvent = epoch.Add(-time.Hour), 24*time.Hour, epoch.Add(-10*time.Minute)
	s.at(0).record(rec)
	s.at(1).connect()
	expect := func(what string, want ...Limit) {
		t.Helper()
		got := s.m.Limits(s.now)
		if len(got) != len(want) {
			t.Fatalf("%s: %d limits, want %d: %+v", what, len(got), len(want), got)
		}
		for i, w := range want {
			if got[i].Kind != w.Kind || got[i].Left != w.Left || got[i].May != w.May || got[i].Near != w.Near {
				t.Errorf("%s: %+v, want %+v", what, got[i], w)
			}
		}
	}
	lifetime := func(left time.Duration) Limit { return Limit{Kind: LimitLifetime, Left: left, May: true} }
	s.at(60)
	expect("idle before it was watched", Limit{Kind: LimitInactivity, Left: 19 * time.Minute, May: true}, lifetime(22*time.Hour+59*time.Minute))
	s.at(120).result()
	expect("a result", lifetime(22*time.Hour+58*time.Minute))
	rec.Counters.Inputs = 2
	s.at(180).record(rec)
	expect("an input", lifetime(22*time.Hour+57*time.Minute))
	s.at(180 + 26*60)
	expect("idle", Limit{Kind: LimitInactivity, Left: 4 * time.Minute, May: true, Near: true}, lifetime(22*time.Hour+31*time.Minute))
	s.at(180 + 31*60)
	expect("idle for longer than allowed", Limit{Kind: LimitInactivity, May: true, Near: true}, lifetime(22*time.Hour+26*time.Minute))
	s.record(client.Session{ID: session, Status: client.StatusDestroyed, StatusText: "DESTROYED"})
	expect("destroyed")
}

// A short limit of inactivity is warned of too, before it has passed.
func TestShortInactivityIsWarnedOf(t *testing.T) {
	s := begin(t)
	s.m = New(session, epoch, Config{Inactivity: 30 * time.Second})
	s.at(0).record(running(1, 1))
	s.at(1).connect()
	s.at(2).result()
	if got := s.m.Limits(epoch.Add(16 * time.Second)); len(got) != 0 {
		t.Errorf("after 14 s: %+v", got)
	}
	if got := s.m.Limits(epoch.Add(27 * time.Second)); len(got) != 1 || got[0].Kind != LimitInactivity || got[0].Left != 5*time.Second || !got[0].Near {
		t.Errorf("after 25 s: %+v", got)
	}
}

// A clock of the service that is off moves no end: records say how far it is off.
func TestLimitsGoByTheServicesClock(t *testing.T) {
	s := begin(t)
	off := time.Hour // the service's clock is ahead
	rec := running(0, 0)
	rec.Registered, rec.Started, rec.Duration = epoch.Add(off-time.Minute), epoch.Add(off-time.Minute), time.Minute
	rec.LastUpdate = epoch.Add(off)
	rec.Expires = epoch.Add(off + 10*time.Minute)
	s.at(0).record(rec)
	got := s.m.Limits(epoch.Add(9 * time.Minute))
	if len(got) != 1 || got[0].Kind != LimitExpiry || got[0].Left != time.Minute || got[0].May || !got[0].Near {
		t.Errorf("%+v", got)
	}
}

// Of a session of which no record is known nothing is claimed.
func TestLimitsOfNothing(t *testing.T) {
	if got := begin(t).connect().m.Limits(epoch.Add(time.Hour)); got != nil {
		t.Errorf("%+v", got)
	}
}
