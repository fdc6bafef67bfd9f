package watch

import (
	"testing"
	"time"

	"lenswatch/client"
	"lenswatch/watch/health"
)

// The age of a session that is over stands still from when that became known, or is what the service says.
func TestAgeStopsWithTheEnd(t *testing.T) {
	ended := StreamEnded{Session: "one", At: at.Add(time.Minute)}
	closed := func(rec *client.Session) Batch {
		return Batch{Delivered: ended.At, Ended: []StreamEnded{ended}, Events: []client.Event{{
			Service: "a", Session: "one", Kind: client.KindNotice, Received: ended.At,
			Notice: &client.Notice{Code: client.NoticeClosed, Session: client.StatusDestroyed, Record: rec},
		}}}
	}
	final, running := record("one", client.StatusDestroyed), record("one", client.StatusRunning)
	final.Ended, final.Duration = at.Add(50*time.Second), 62*time.Second
	running.Fetched = at.Add(time.Second)
	notFound := health.ProbeResult{Kind: health.ProbeSession, At: ended.At, Remedy: client.RemedyNotFound}
	list := Listing{Service: "a", At: ended.At}
	for name, c := range map[string]struct {
		change func(*client.Session) // of the record of the running session
		over   Batch
		want   time.Duration
	}{
		"its stream said so":    {over: closed(nil), want: 2 * time.Minute},
		"the service's own":     {over: closed(&final), want: 62 * time.Second},
		"last record of many":   {over: closed(&running), want: 2 * time.Minute},
		"a final sample":        {over: Batch{Delivered: ended.At, Samples: []Sample{{Session: record("one", client.StatusDestroyed)}}}, want: 2 * time.Minute},
		"not listed, not found": {over: Batch{Delivered: ended.At, Lists: []Listing{list}, Probes: []ProbeOutcome{{Session: "one", Result: notFound}}}, want: 2 * time.Minute},
		"only a duration":       {func(s *client.Session) { s.Registered, s.Duration = time.Time{}, 30*time.Second }, closed(nil), 90 * time.Second},
		"by the service's clock": {func(s *client.Session) {
			s.Registered, s.Answered = at.Add(time.Hour-time.Minute), at.Add(time.Hour)
		}, closed(nil), 2 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			b, rec := NewStore([]ServiceInfo{{Name: "a"}}, 0), record("one", client.StatusRunning)
			rec.Registered, rec.Fetched = at.Add(-time.Minute), at
			if c.change != nil {
				c.change(&rec)
			}
			b.Apply(Batch{Delivered: at, Opened: []StreamOpened{{Service: "a", Session: "one"}}, Samples: []Sample{{Session: rec}}})
			s := b.Session("one")
			if s.Record.Over() {
				t.Fatal("over while it runs")
			}
			b.Apply(c.over)
			for _, later := range []time.Duration{time.Minute, time.Hour} {
				b.Tick(at.Add(later))
				if got := s.Record.Age(at.Add(later)); got != c.want || !s.Record.Over() {
					t.Fatalf("after %v: %v, over %v; want %v", later, got, s.Record.Over(), c.want)
				}
			}
		})
	}
}

// A session that was taken for over and is heard again goes on ageing; one whose watching ended goes on too.
func TestAgeGoesOnWhileTheSessionLives(t *testing.T) {
	b, rec := NewStore(nil, 0), record("one", client.StatusRunning)
	rec.Registered, rec.Fetched = at, at
	b.Apply(Batch{Delivered: at, Opened: []StreamOpened{{Session: "one"}}, Samples: []Sample{{Session: rec}}})
	s := b.Session("one")
	b.Apply(Batch{Delivered: at, Ended: []StreamEnded{{Session: "one", Err: client.ErrNetwork, At: at}}})
	if got := s.Record.Age(at.Add(time.Hour)); got != time.Hour || s.Record.Over() {
		t.Errorf("whose stream broke: %v", got)
	}
	b.Apply(Batch{Delivered: at, Ended: []StreamEnded{{Session: "one", At: at}}})
	b.Apply(Batch{Delivered: at, Opened: []StreamOpened{{Session: "one"}}})
	if got := s.Record.Age(at.Add(time.Hour)); got != time.Hour || s.Record.Over() {
		t.Errorf("opened again: %v", got)
	}
}

// Nobody here saw when a session ended that was over before: what its record says stands.
func TestAgeOfOneThatWasOverBefore(t *testing.T) {
	b, rec := NewStore(nil, 0), record("one", client.StatusDestroyed)
	rec.Registered, rec.LastUpdate, rec.Fetched = at.Add(-2*time.Hour), at.Add(-time.Hour), at
	b.Apply(Batch{Delivered: at, Opened: []StreamOpened{{Session: "one"}}, Samples: []Sample{{Session: rec}}})
	b.Apply(Batch{Delivered: at, Samples: []Sample{{Session: rec}}, Ended: []StreamEnded{{Session: "one", At: at}}})
	b.Tick(at.Add(time.Minute))
	if got := b.Session("one").Record.Age(at.Add(time.Hour)); got != time.Hour {
		t.Errorf("%v, want 1h", got)
	}
}
