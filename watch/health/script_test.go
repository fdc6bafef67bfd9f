package health

import (
	"fmt"
	"testing"
	"time"

	"lenswatch/client"
)

// epoch is when every scripted session begins. It has no monotonic reading, like the times of a
// recording.
var epoch = time.Date(2025, 3, 13, 2, 0, 0, 0, time.UTC)

const session = "lsn-250313c2177253cbaa7a73542edd90"

// script feeds a Monitor as the watcher would: events in order, records at each poll of the list.
type script struct {
	t   testing.TB
	m   *Monitor
	now time.Time
}

func begin(t testing.TB) *script {
	t.Helper()
	return &script{t: t, m: New(session, epoch, Config{}), now: epoch}
}

func (s *script) at(sec float64) *script { s.now = epoch.Add(seconds(sec)); return s }

func (s *script) event(k client.Kind) *script {
	s.m.Observe(&client.Event{Session: session, Kind: k, Received: s.now, Raw: []byte(`{"type":"inference.result"}`)})
	return s
}

func (s *script) result() *script { return s.event(client.KindResult) }

func (s *script) heartbeat() *script {
	s.m.Observe(&client.Event{
		Session: session, Kind: client.KindHeartbeat, Received: s.now,
		Heartbeat: &client.Heartbeat{Status: client.StatusRunning, MessageTimeout: 5 * time.Second},
	})
	return s
}

func (s *script) comment() *script {
	s.m.Observe(&client.Event{Session: session, Kind: client.KindHeartbeat, Wire: "comment", Received: s.now})
	return s
}

func (s *script) notice(n client.Notice, text string) *script {
	s.m.Observe(&client.Event{Session: session, Kind: client.KindNotice, Received: s.now, Notice: &n, Text: text})
	return s
}

// connect opens the stream as the client does.
func (s *script) connect() *script {
	s.notice(client.Notice{Code: client.NoticeConnecting, Attempt: 1}, "connecting")
	s.notice(client.Notice{Code: client.NoticeConnected, Channel: client.ChannelSSE, ReaderID: "87e6d51c992557bc"}, "connected")
	return s.event(client.KindStart)
}

func running(in, out int64) client.Session {
	return client.Session{
		ID: session, Status: client.StatusRunning, StatusText: "SESSION_STATUS_RUNNING",
		Counters: client.Counters{Inputs: in, Outputs: out}, HasCounters: true,
	}
}

func (s *script) record(r client.Session) *script { s.m.Record(r, s.now); return s }

func (s *script) state(want StateCode) *script {
	s.t.Helper()
	if got := s.m.State(s.now).Code; got != want {
		s.t.Errorf("at %s: state %v, want %v\n%s", s.now.Sub(epoch), got, want, s.story())
	}
	return s
}

func (s *script) story() (text string) {
	for _, x := range s.m.Timeline() {
		text += fmt.Sprintf("  %8s %v -> %v: %s\n", x.At.Sub(epoch), x.From, x.To, x.Cause)
	}
	return text
}
