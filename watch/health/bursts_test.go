package health

import (
	"testing"
	"time"

	"lenswatch/client"
)

// burst sends n heartbeats and n results at once.
func (s *script) burst(n int) *script {
	for range n {
		s.heartbeat().result()
	}
	return s
}

func (s *script) verdict(want VerdictCode, sure Confidence) *script {
	s.t.Helper()
	if v := s.m.Guess(s.now); v.Code != want || v.Confidence != sure {
		s.t.Errorf("at %s: verdict %v (%v), want %v (%v): %s", s.now.Sub(epoch), v.Code, v.Confidence, want, sure, v.Sentence)
	}
	return s
}

func TestBunchedHeartbeats(t *testing.T) {
	s := begin(t).at(0).connect()
	s.at(10).burst(2).at(11).verdict(Healthy, Medium) // a hiccup
	s.at(20).burst(2).at(21).verdict(Buffered, Medium)
	s.at(30).burst(2).at(31).verdict(Buffered, High)
	s.at(33).heartbeat().at(35).verdict(Healthy, Medium) // nothing is held back
	s.at(45).burst(2).at(46).verdict(Healthy, Medium)
}

func TestBunchesAreForgotten(t *testing.T) {
	s := begin(t).at(0).connect().at(10).burst(2).at(20).burst(2).at(30).burst(2)
	for i := 31.0; i < 200; i++ {
		s.at(i).result()
	}
	s.verdict(Healthy, Medium)
}

// The replay that a reconnect begins with is no burst.
func TestReplayIsNoBurst(t *testing.T) {
	s := begin(t).at(0).connect()
	for i := 10.0; i < 60; i += 10 {
		s.at(i).notice(client.Notice{Code: client.NoticeReconnecting}, "").at(i + 5)
		s.notice(client.Notice{Code: client.NoticeConnected}, "").burst(3)
	}
	if _, ok := s.m.bursts.suspect(s.m.tick(s.now) + second); ok {
		t.Errorf("a replay counts as a burst: %+v", s.m.bursts)
	}
}

// A viewer that is behind reads in bursts itself.
func TestOwnBurstsAreNoProxy(t *testing.T) {
	s := begin(t).at(0).connect().at(10).burst(2).at(20).burst(2).at(30).burst(2).at(31)
	s.m.Lag(2*time.Second, 9, s.now)
	s.verdict(Healthy, Medium)
}
