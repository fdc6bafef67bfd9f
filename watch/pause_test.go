package watch

import (
	"strings"
	"testing"
	"time"

	"lenswatch/client"
	"lenswatch/watch/health"
)

// Nothing is concluded from a time in which the store was not used, and the timeline says that it was not.
func TestWhatDidNotRunMissesNothing(t *testing.T) {
	a := newTenant(map[string]time.Duration{"one": always}, nil)
	a.run(time.Minute)
	stopped := a.now
	a.now = a.now.Add(10 * time.Minute)
	a.Tick(a.now)
	s := a.Session("one")
	if st := s.Health.State(a.now); st.Code != health.Live {
		t.Errorf("after the pause it is %v", st.Code)
	}
	if m := s.Health.Metrics(a.now); m.ResultAge > 5*time.Second || m.HeartbeatsMissed > 0 {
		t.Errorf("the pause counts: the last result %v ago, %d heartbeats missed", m.ResultAge, m.HeartbeatsMissed)
	}
	timeline := s.Health.Timeline()
	last := timeline[len(timeline)-1]
	if !strings.Contains(last.Cause, "lenswatch was suspended or its output was blocked") || !strings.Contains(last.Cause, "10 min") || last.At.After(stopped) {
		t.Errorf("the timeline ends with %+v", last)
	}
}

// A second or two without a tick, as on a busy machine, is no pause.
func TestAShortDelayIsNoPause(t *testing.T) {
	a := newTenant(map[string]time.Duration{"one": always}, nil)
	a.run(time.Minute)
	n := a.Session("one").Health.TimelineLen()
	a.now = a.now.Add(maxIdle - time.Second) // after the newest tick, which was a second ago
	a.Tick(a.now)
	if got := a.Session("one").Health.TimelineLen(); got != n {
		t.Errorf("%+v", a.Session("one").Health.Timeline())
	}
}

// What was received before a pause, or with its end, waited for no viewer. What was received in the midst of it did:
// lenswatch ran, and something held it up.
func TestOnlyWhatArrivedInAPauseIsBehind(t *testing.T) {
	for name, received := range map[string]time.Duration{"before": -time.Second, "within": 5 * time.Minute} {
		a := newTenant(map[string]time.Duration{"one": always}, nil)
		a.run(time.Minute)
		from := a.now.Add(-time.Second) // the newest tick
		a.now = from.Add(10 * time.Minute)
		oldest := from.Add(received)
		a.Apply(Batch{Delivered: a.now, Oldest: oldest, Events: []client.Event{{Service: "a", Session: "one", Kind: client.KindResult, Received: oldest}}})
		want := a.now.Sub(oldest)
		if name == "before" {
			want -= 10 * time.Minute
		}
		if got := a.Lag(); got != want {
			t.Errorf("%s: %v behind, want %v", name, got, want)
		}
	}
}
