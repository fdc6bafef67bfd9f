package health

import (
	"testing"
	"time"

	"lenswatch/client"
)

// turn reads another channel from now on, as the client reports it.
func (s *script) turn(c client.Channel) *script {
	s.notice(client.Notice{Code: client.NoticeChannel, Channel: c}, "reading another channel")
	s.notice(client.Notice{Code: client.NoticeConnecting, Attempt: 1, Channel: c}, "connecting")
	return s.notice(client.Notice{Code: client.NoticeConnected, Channel: c}, "connected")
}

// poll is an answer of the mailbox, which may have brought something.
func (s *script) poll() *script { s.m.Connection(1, s.now); return s }

// Outputs that are counted while an answered mailbox brings none go elsewhere, also where the session
// had brought data by the other channel, or by this one.
func TestMailboxWithoutResults(t *testing.T) {
	for _, before := range []struct {
		name string
		play func(*script)
	}{
		{"data by the other channel", func(s *script) { s.at(60.5).turn(client.ChannelMailbox) }},
		{"data by this one", func(s *script) {
			s.at(60.5).turn(client.ChannelMailbox)
			for i := 61.0; i <= 64; i++ {
				s.at(i).poll().result()
			}
		}},
	} {
		t.Run(before.name, func(t *testing.T) {
			s := flow(t)
			s.m.Lens(client.Lens{Channel: client.ChannelSSE})
			before.play(s)
			for i := 65.0; i < 75; i++ {
				if s.at(i).poll(); i == 65 || i == 70 {
					s.record(running(int64(i), int64(i)))
				}
				if v := s.m.Verdict(s.now); v.Code != Healthy && v.Code != ConnectionLost && v.Confidence > Low && v.Code != WrongChannel {
					t.Errorf("at %s: %v", s.now.Sub(epoch), v.Code)
				}
			}
			s.at(75).poll().record(running(75, 75)).at(76).poll().at(77).poll().verdict(WrongChannel, Medium)
			if got := s.m.Verdict(s.now).Next[0].Action; got != ActionSwitchChannel {
				t.Errorf("advice %v", got)
			}
		})
	}
}

// An output that was counted after the newest answer may come with the next one.
func TestMailboxPolledSeldom(t *testing.T) {
	s := flow(t).at(60.5).turn(client.ChannelMailbox).at(61).poll().result()
	for i := 65.0; i <= 80; i += 5 {
		s.at(i).record(running(int64(i), int64(i)))
	}
	s.m.Connection(1, epoch.Add(seconds(66)))
	s.at(81)
	if v := s.m.Verdict(s.now); v.Code == WrongChannel {
		t.Errorf("%v after an answer before the first sample", v.Code)
	}
}

// What the other channel had is none of this one's.
func TestChannelSwitchResets(t *testing.T) {
	s := flow(t)
	if f := s.m.Metrics(s.now); f.HeartbeatAge != 0 || f.Reader == "" {
		t.Fatalf("heartbeat %s old, reader %q", f.HeartbeatAge, f.Reader)
	}
	s.at(61).turn(client.ChannelMailbox).at(70)
	if f := s.m.Metrics(s.now); f.HeartbeatAge != Never || f.Reader != "" || f.HeartbeatsSeen != 0 || f.Claimed != (client.Heartbeat{}) {
		t.Errorf("heartbeat %s old, %d seen, reader %q, claims %+v", f.HeartbeatAge, f.HeartbeatsSeen, f.Reader, f.Claimed)
	}
	f := s.m.facts(s.m.tick(s.now))
	if e := f.heartbeatEvidence(); e.Value != "none on this channel" {
		t.Errorf("last heartbeat: %s", e.Value)
	}
	s.at(71).turn(client.ChannelSSE).at(76).heartbeat().at(77)
	if f := s.m.Metrics(s.now); f.HeartbeatAge != time.Second || f.HeartbeatsSeen != 1 {
		t.Errorf("heartbeat %s old, %d seen", f.HeartbeatAge, f.HeartbeatsSeen)
	}
}

// The channels are named by words that fit the sentence.
func TestWrongChannelByTheRecord(t *testing.T) {
	s := begin(t).at(0).connect()
	r := running(0, 0)
	r.Channel = client.ChannelMailbox
	s.record(r).at(15).heartbeat().verdict(WrongChannel, Medium)
	if got := s.m.Verdict(s.now).Sentence; got != "Results are going to the mailbox; you're reading SSE." {
		t.Error(got)
	}
}
