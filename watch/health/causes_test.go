package health

import (
	"testing"

	"lenswatch/client"
)

// last is the newest change of state.
func (s *script) last() Transition {
	log := s.m.Timeline()
	return log[len(log)-1]
}

func (s *script) cause(to StateCode, want string) *script {
	s.t.Helper()
	s.state(to)
	if x := s.last(); x.To != to || x.Cause != want {
		s.t.Errorf("to %v because of %q, want %q", x.To, x.Cause, want)
	}
	return s
}

// A change of state has the cause that the notice reports which made it, not that of an older one.
func TestCausesAreOfTheirNotice(t *testing.T) {
	const refused = "closed: open stream: the key was refused"
	connecting := client.Notice{Code: client.NoticeConnecting, Attempt: 1}
	s := flow(t)
	s.at(61).notice(client.Notice{Code: client.NoticeReconnecting, Attempt: 1}, "reconnecting, as asked").cause(Reconnecting, "reconnecting, as asked")
	s.at(62).notice(client.Notice{Code: client.NoticeClosed, Remedy: client.RemedyRefused, Status: 401}, refused).cause(Failed, refused)
	s.at(92).notice(connecting, "connecting").cause(Reconnecting, "reopening the stream")
	if v := s.m.Verdict(s.now); v.Code != KeyRefused {
		t.Errorf("before the answer: %v", v.Code)
	}
	s.at(93).connect().cause(Live, "stream opened").result()
	s.at(94).notice(client.Notice{Code: client.NoticeReconnecting, Attempt: 1, Remedy: client.RemedyNetwork}, "connection lost: EOF").cause(Reconnecting, "connection lost: EOF")
	s.at(95).connect().result()
	s.at(96).notice(client.Notice{Code: client.NoticeChannel, Channel: client.ChannelMailbox}, "reading the mailbox from now on: as asked")
	s.notice(connecting, "connecting").cause(Reconnecting, "reading the mailbox from now on: as asked")
	s.at(97).notice(client.Notice{Code: client.NoticeConnected, Channel: client.ChannelMailbox}, "").cause(Live, "stream opened")
	s.at(98).notice(client.Notice{Code: client.NoticeReconnecting, Attempt: 1}, "").cause(Reconnecting, "the connection ended")
}

// A connection that was given up because a person asked for it did not break off.
func TestReconnectAsAsked(t *testing.T) {
	s := flow(t).at(61).notice(client.Notice{Code: client.NoticeReconnecting, Attempt: 1, Ending: client.EndingRequested}, "reconnecting, as asked")
	v := s.m.Verdict(s.now)
	if v.Code != ConnectionLost || v.Severity > Info || v.Sentence != "Reconnecting, as requested." || v.Evidence[0].Value != "reconnecting, as asked" {
		t.Errorf("%v: %s %v", v.Code, v.Sentence, v.Evidence)
	}
}

// A stream that is over may be opened again, as long as its session is not.
func TestNextOfAStreamThatIsOver(t *testing.T) {
	s := flow(t).at(61).notice(client.Notice{Code: client.NoticeClosed, Remedy: client.RemedyRefused, Status: 401}, "refused")
	next := func(want string) {
		t.Helper()
		if st := s.m.State(s.now); s.m.Next(s.now) != want {
			t.Errorf("%v, next: %s, want %s", st.Code, s.m.Next(s.now), want)
		}
	}
	next("final unless you reconnect")
	s.at(96).connect().at(97).notice(client.Notice{Code: client.NoticeClosed, Remedy: client.RemedyRefused}, "refused")
	next("final unless you reconnect")
	s.at(98).record(client.Session{ID: session, Status: client.StatusDestroyed})
	next("final")
}

// What was ruled out goes by the name that the table of verdicts gives it.
func TestRuledOutByName(t *testing.T) {
	s := flow(t).at(61).notice(client.Notice{Code: client.NoticeClosed, Remedy: client.RemedyRefused, Status: 401}, "refused")
	v := s.m.Verdict(s.now)
	if len(v.RuledOut) == 0 || v.RuledOut[0].Verdict != SessionFailed || v.RuledOut[0].Name != "session failed" {
		t.Errorf("ruled out %+v", v.RuledOut)
	}
}
