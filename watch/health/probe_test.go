package health

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"lenswatch/client"
)

// A live session needs one probe. One that is not needs them rarely, and more rarely with time.
func TestProbesAreRare(t *testing.T) {
	w := newWorld(t, 1)
	w.open()
	w.run(minute)
	if len(w.probes) != 1 {
		t.Fatalf("a live session was probed at %v", w.probes)
	}
	w.stalled = true
	w.run(11 * minute)
	if n := len(w.probes); n < 8 || n > 24 {
		t.Errorf("%d probes in ten minutes", n)
	}
	for i := 1; i < len(w.probes); i++ {
		if d := w.probes[i] - w.probes[i-1]; d < minProbeInterval {
			t.Errorf("two probes within %s", d)
		}
	}
}

func TestProbeEveryHasALeast(t *testing.T) {
	m := New(session, epoch, Config{ProbeEvery: time.Millisecond})
	m.Observe(&client.Event{Kind: client.KindNotice, Received: epoch, Notice: &client.Notice{Code: client.NoticeReconnecting, Remedy: client.RemedyNetwork}})
	if _, ok := m.NeedsProbe(epoch.Add(time.Second)); !ok {
		t.Fatal("no probe is wanted")
	}
	if _, ok := m.NeedsProbe(epoch.Add(5 * time.Second)); ok {
		t.Error("another probe is wanted after 4 s")
	}
	if _, ok := m.NeedsProbe(epoch.Add(6 * time.Second)); !ok {
		t.Error("no other probe is wanted after 5 s")
	}
}

func TestWhichProbe(t *testing.T) {
	lost := func(r client.Remedy) func(*script) {
		return func(s *script) {
			s.at(1).connect().at(2).notice(client.Notice{Code: client.NoticeReconnecting, Remedy: r}, "")
		}
	}
	for _, c := range []struct {
		name string
		play func(*script)
		at   float64
		want ProbeKind
	}{
		{"connecting for 1 s", func(s *script) {}, 1, ProbeNone},
		{"connecting for 6 s", func(s *script) {}, 6, ProbeNetwork},
		{"live, nothing yet", func(s *script) { s.at(1).connect() }, 10, ProbeSession},
		{"live, not asked yet", func(s *script) { s.at(1).connect().at(2).result().at(9).result() }, 10, ProbeSession},
		{"live", func(s *script) {
			s.at(1).connect().at(2).result().at(9).result()
			s.m.Probe(ProbeResult{Kind: ProbeSession, At: s.now})
		}, 10, ProbeNone},
		{"quiet", func(s *script) { s.at(1).connect().at(119).heartbeat() }, 122, ProbeSession},
		{"silent", func(s *script) { s.at(1).connect().at(5).heartbeat().at(10).heartbeat() }, 60, ProbeMetadata},
		{"network lost", lost(client.RemedyNetwork), 3, ProbeNetwork},
		{"server error", lost(client.RemedyServer), 3, ProbeNetwork},
		{"rate limited", lost(client.RemedyRateLimited), 60, ProbeNone},
		{"refused", lost(client.RemedyRefused), 60, ProbeNone},
		{"ended", func(s *script) { s.at(1).connect().at(2).notice(client.Notice{Code: client.NoticeClosed}, "") }, 3, ProbeSession},
		{"destroyed", func(s *script) {
			s.at(1).connect().at(2).record(client.Session{ID: session, Status: client.StatusDestroyed})
		}, 9, ProbeSession},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := begin(t)
			c.play(s)
			s.at(c.at)
			if got, ok := s.m.NeedsProbe(s.now); got != c.want || ok != (c.want != ProbeNone) {
				t.Errorf("wants %v (%v), want %v", got, ok, c.want)
			}
		})
	}
}

func TestSilentTakesTurns(t *testing.T) {
	s := begin(t).at(0).connect().at(5).heartbeat().at(10).heartbeat()
	first, _ := s.m.NeedsProbe(epoch.Add(seconds(55)))
	second, _ := s.m.NeedsProbe(epoch.Add(seconds(60)))
	if first != ProbeMetadata || second != ProbeSession {
		t.Errorf("%v, then %v", first, second)
	}
}

func TestOutcome(t *testing.T) {
	e := &client.Error{Op: "session.status", Kind: client.ErrServer, Status: 502, Phase: client.PhaseRequest, Message: "bad gateway"}
	p, ok := Outcome(ProbeSession, epoch, time.Second, nil, fmt.Errorf("asking: %w", e))
	want := ProbeResult{
		Kind: ProbeSession, At: epoch, Took: time.Second, Remedy: client.RemedyServer,
		Status: 502, Phase: client.PhaseRequest, Message: "bad gateway",
	}
	if !ok || p != want {
		t.Errorf("got %+v (%v), want %+v", p, ok, want)
	}
	if _, ok := Outcome(ProbeSession, epoch, 0, nil, context.Canceled); ok {
		t.Error("a cancelled request proves something")
	}
	if p, ok := Outcome(ProbeMetadata, epoch, 0, nil, context.DeadlineExceeded); !ok || p.Remedy != client.RemedyNetwork {
		t.Errorf("a deadline gives %+v (%v)", p, ok)
	}
	if p, ok := Outcome(ProbeMetadata, epoch, 0, &client.Session{}, nil); !ok || p.Session == nil {
		t.Errorf("success gives %+v (%v)", p, ok)
	}
	if _, ok := Outcome(ProbeMetadata, epoch, 0, nil, errors.New("a bug")); ok {
		t.Error("an error without a remedy proves something")
	}
}

// A session that a probe does not find is gone, even if its stream is still open.
func TestProbeFindsNothing(t *testing.T) {
	s := begin(t).at(0).connect().at(1).result().at(2).record(running(1, 1))
	s.at(120)
	s.m.Probe(ProbeResult{Kind: ProbeSession, At: s.now, Remedy: client.RemedyNotFound, Status: 404})
	s.state(Destroyed)
	if v := s.m.Verdict(s.now); v.Code != SessionDestroyed {
		t.Errorf("verdict %v", v.Code)
	}
	// But what still speaks is not gone.
	s.at(121).result().state(Live)
}

// Where nothing arrives any more and no request that was made since is answered, the network is the cause, although the
// stream looks open.
func TestNothingPasses(t *testing.T) {
	s := begin(t).at(0).connect()
	for i := 1.0; i <= 60; i++ {
		s.at(i).result()
	}
	s.at(72)
	if kind, _ := s.m.NeedsProbe(s.now); kind != ProbeSession {
		t.Errorf("wants %v", kind)
	}
	s.at(87)
	s.m.Probe(ProbeResult{Kind: ProbeSession, At: s.now, Took: 15 * time.Second, Remedy: client.RemedyNetwork, Phase: client.PhaseRequest})
	if kind, _ := s.m.NeedsProbe(s.now); kind != ProbeNetwork {
		t.Errorf("then wants %v", kind)
	}
	s.at(97)
	s.m.Probe(ProbeResult{Kind: ProbeNetwork, At: s.now, Took: 10 * time.Second, Remedy: client.RemedyNetwork, Phase: client.PhaseConnect})
	s.verdict(NetworkDown, High)
	s.at(98).result()
	if v := s.m.Verdict(s.now); v.Code != Healthy {
		t.Errorf("with the next result: %v", v.Code)
	}
}

// However many waits were looked into, the next one is looked into as soon.
func TestEachWaitIsLookedIntoAsSoon(t *testing.T) {
	s := begin(t).at(0).connect()
	for i := range 20 {
		start := float64(i) * 20
		s.at(start + 1).result()
		s.m.Probe(ProbeResult{Kind: ProbeSession, At: s.now})
		asked := 0
		for sec := start + 2; sec < start+20; sec++ {
			if _, ok := s.m.NeedsProbe(epoch.Add(seconds(sec))); ok {
				asked++
			}
		}
		if i > 2 && asked == 0 {
			t.Fatalf("wait %d is not looked into", i)
		}
	}
}
