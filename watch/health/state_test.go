package health

import (
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
	for i := 65.0; i <= 85; i += 5 {
		s.at(i).beat()
	}
	s.at(86).state(Quiet)
	s.at(87).result().state(Live)
	s.at(95).state(Live)
	s.at(115).state(Silent)
	s.at(116).beat().state(Quiet)
	s.at(117).notice(client.Notice{Code: client.NoticeReconnecting, Attempt: 1, Next: epoch.Add(secs(119)), Remedy: client.RemedyNetwork, Phase: client.PhaseBody}, "the connection broke off")
	s.state(Reconnecting)
	s.at(119).connect().state(Live).result()
	s.at(120).record(client.Session{ID: session, Status: client.StatusDestroyed}).state(Destroyed)
	t.Logf("\n%s", s.story())
	t.Logf("%+v", s.m.Figures(s.now))
}
