package health

import (
	"slices"
	"testing"
	"time"

	"lenswatch/client"
)

// While a session is not live it is asked itself, once each and no more often than any probe; what it says is evidence by
// the service's own names.
func TestASessionThatIsNotLiveIsAskedItself(t *testing.T) {
	s := begin(t)
	rec := running(0, 0)
	rec.TTL, rec.Registered = time.Hour, epoch
	s.at(0).record(rec)
	s.at(1).connect()
	asked := map[ProbeKind]int{}
	last := -time.Hour
	for sec := 2.0; sec < 1200; sec++ {
		s.at(sec)
		if int(sec)%5 == 0 {
			s.heartbeat()
		}
		kind, ok := s.m.NeedsProbe(s.now)
		if !ok {
			continue
		}
		if d := s.now.Sub(epoch) - last; d < minProbeInterval {
			t.Fatalf("%v after %s", kind, d)
		}
		last = s.now.Sub(epoch)
		asked[kind]++
		p := ProbeResult{Kind: kind, At: s.now}
		switch kind {
		case ProbeValidate:
			p.Message = "Missing input stream."
		case ProbeSession:
			p.Session = &rec
		}
		s.m.Probe(p)
	}
	if asked[ProbeValidate] < 1 || asked[ProbeValidate] > 2 || asked[ProbeQuestion] < 1 || asked[ProbeQuestion] > 2 {
		t.Errorf("asked %v", asked)
	}
	v := s.m.Verdict(s.now)
	for _, want := range []Evidence{
		{"session.validate", "Missing input stream.", "probe"}, {"input_data_stream_id", "null", "session record"},
	} {
		if !slices.Contains(v.Evidence, want) {
			t.Errorf("%v has no %v: %v", v.Code, want, v.Evidence)
		}
	}
	if v.Code != NoInput {
		t.Errorf("verdict %v", v.Code)
	}
}

// A session that was made and never set up lacks both streams: both are said at once.
func TestASessionWithoutStreamsIsSaidToLackBoth(t *testing.T) {
	s := begin(t)
	s.m.Lens(client.Lens{Channel: client.ChannelNone})
	rec := running(0, 0)
	rec.Registered, rec.TTL, rec.NoInputStream, rec.Channel = epoch, time.Hour, true, client.ChannelNone
	s.at(0).record(rec)
	s.at(1).connect()
	s.at(15).record(rec)
	v := s.m.Verdict(s.now)
	if v.Code != NoInput || v.Sentence != "The session has neither an input nor an output stream." || len(v.Next) != 2 || v.Next[0].Action != ActionSetOutput || v.Next[1].Action != ActionSetInput {
		t.Errorf("%v: %s %v", v.Code, v.Sentence, v.Next)
	}
}
