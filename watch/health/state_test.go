package health

import (
	"strings"
	"testing"

	"lenswatch/client"
)

func TestStates(t *testing.T) {
	s := begin(t)
	s.at(0).state(Connecting)
	s.at(.1).connect().state(Live)
	for i := 1.0; i <= 60; i++ {
		s.at(i).result().state(Live)
	}
	for i := 65.0; i <= 135; i += 5 {
		s.at(i).heartbeat()
	}
	s.at(99).state(Live)
	s.at(136).state(Quiet)
	s.at(137).result().state(Live)
	s.at(154).state(Silent)
	s.at(216).heartbeat().state(Quiet)
	s.at(217).notice(client.Notice{
		Code: client.NoticeReconnecting, Attempt: 1, Next: epoch.Add(seconds(219)), Remedy: client.RemedyNetwork, Phase: client.PhaseBody,
	}, "the connection broke off").state(Reconnecting)
	s.at(219).connect().state(Quiet) // the session's silence goes on
	s.at(231).event(client.KindEnd).state(Reconnecting)
	s.at(232).notice(client.Notice{Code: client.NoticeIdleClose}, "").state(Reconnecting)
	s.at(233).connect().result().state(Live)
	s.at(234).record(client.Session{ID: session, Status: client.StatusDestroyed}).state(Destroyed)

	want := []StateCode{Live, Quiet, Live, Silent, Quiet, Reconnecting, Quiet, Reconnecting, Quiet, Live, Destroyed}
	log := s.m.Timeline()
	if len(log) != len(want) || s.m.TimelineLen() != len(want) {
		t.Fatalf("%d transitions, want %d\n%s", len(log), len(want), s.story())
	}
	for i, x := range log {
		if x.To != want[i] || x.Cause == "" {
			t.Errorf("transition %d is %+v, want to %v", i, x, want[i])
		}
	}
	// A pause is dated to when it became one, not to when somebody looked.
	if at := log[1].At.Sub(epoch); at < seconds(100) || at > seconds(101) {
		t.Errorf("quiet since %s", at)
	}
	if at := log[4].At.Sub(epoch); at < seconds(177) || at > seconds(178) {
		t.Errorf("quiet again since %s, want since results were overdue", at)
	}
}

// The ends that are final, by what was reported.
func TestFinalStates(t *testing.T) {
	for _, c := range []struct {
		name string
		play func(*script)
		want StateCode
	}{
		{"failed", func(s *script) { s.record(client.Session{ID: session, Status: client.StatusFailed}) }, Failed},
		{"stale", func(s *script) { s.record(client.Session{ID: session, Status: client.StatusStale}) }, Destroyed},
		{"closed", func(s *script) { s.notice(client.Notice{Code: client.NoticeClosed}, "") }, Ended},
		{"closed by an error", func(s *script) { s.notice(client.Notice{Code: client.NoticeClosed, Remedy: client.RemedyRefused}, "") }, Failed},
		{"not found", func(s *script) {
			s.notice(client.Notice{Code: client.NoticeClosed, Remedy: client.RemedyNotFound}, "")
		}, Destroyed},
		{"ended, and nobody says more", func(s *script) { s.event(client.KindEnd).at(30) }, Ended},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := begin(t).at(0).connect().at(10)
			c.play(s)
			s.state(c.want)
			if st := s.m.State(s.now); !st.Code.Final() || !strings.HasPrefix(s.m.Next(s.now), "final") {
				t.Errorf("state %+v", st)
			}
		})
	}
}

// A heartbeat's claim of the session's end is a hint, no more.
func TestHeartbeatClaims(t *testing.T) {
	s := begin(t).at(0).connect().at(1).result().at(5)
	s.m.Observe(&client.Event{Kind: client.KindHeartbeat, Received: s.now, Heartbeat: &client.Heartbeat{Status: client.StatusDestroyed, Messages: 9}})
	s.state(Live)
	if f := s.m.Metrics(s.now); f.Claimed.Messages != 9 {
		t.Errorf("claims %+v", f.Claimed)
	}
}

// Recordings may lack notices: the events alone show that there is a connection.
func TestWithoutNotices(t *testing.T) {
	s := begin(t).at(1).result().state(Live)
	if f := s.m.Metrics(s.now); f.Connects != 1 || f.OpenFor != 0 {
		t.Errorf("figures %+v", f)
	}
}

// A session that is polled has no line that could fall silent, as long as it answers.
func TestPolled(t *testing.T) {
	s := begin(t).at(0).notice(client.Notice{Code: client.NoticeConnected, Channel: client.ChannelPoll}, "")
	for i := 0.0; i < 3600; i += 5 {
		s.at(i).record(client.Session{ID: session, Status: client.StatusRunning}).state(Live)
		if v := s.m.Verdict(s.now); v.Severity > Info {
			t.Fatalf("verdict %v", v.Code)
		}
	}
	s.at(4400).state(Silent)
}
