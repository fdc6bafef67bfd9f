package health

import (
	"fmt"
	"testing"
	"time"

	"lenswatch/client"
)

// flow is a minute of one result a second, with records every 5 s.
func flow(t testing.TB) *script {
	s := begin(t).at(0).connect()
	for i := 1.0; i <= 60; i++ {
		s.at(i).result()
		if int(i)%5 == 0 {
			s.heartbeat().record(running(int64(i), int64(i)))
		}
	}
	return s
}

// One sample in which inputs moved is no proof: the output may be on its way.
func TestOneSampleIsNotEnough(t *testing.T) {
	s := flow(t).at(65).heartbeat().at(70).heartbeat().record(running(70, 60)).at(73).verdict(Unknown, Low)
	s.at(75).heartbeat().record(running(75, 60)).verdict(PipelineStalled, Low)
	for i := 80.0; i <= 105; i += 5 {
		s.at(i).heartbeat().record(running(int64(i), 60)).verdict(PipelineStalled, Medium)
		if v := s.m.Verdict(s.now); i < 105 != (v.Code == Unknown && v.Severity == Info) {
			t.Errorf("at %v a screen says %v (%v)", i, v.Code, v.Severity)
		}
	}
}

// An output that was counted and not seen may be on its way; two samples of them are not, once the
// line has had a moment to bring what it held back.
func TestOneUnseenOutputIsNotEnough(t *testing.T) {
	s := flow(t).at(65).heartbeat().record(running(65, 61)).verdict(Healthy, Medium)
	s.at(67).heartbeat().record(running(70, 62)).verdict(Healthy, Medium).at(71).verdict(OutputsLost, Low)
	s.m.Probe(ProbeResult{Kind: ProbeMailbox, At: s.now})
	s.verdict(OutputsLost, Medium)
	s.at(72).result().verdict(Healthy, Medium)
}

// wholeRecord is the whole record, as session.status gives it.
func wholeRecord(in, out int64) client.Session {
	r := running(in, out)
	r.Registered = epoch
	return r
}

// Counters that begin anew prove nothing.
func TestCountersRestart(t *testing.T) {
	s := flow(t).at(65).heartbeat().record(wholeRecord(65, 60)).at(70).heartbeat().record(wholeRecord(0, 0)).at(75).heartbeat().record(wholeRecord(5, 0))
	if c := &s.m.counters; c.noOutput != 1 || c.fed != 5 || c.lost != 0 {
		t.Errorf("counters %+v", c)
	}
}

// What was put out while there was no connection does not speak against the new one.
func TestOutputsDuringAnOutage(t *testing.T) {
	s := flow(t).at(61).notice(client.Notice{Code: client.NoticeReconnecting, Remedy: client.RemedyNetwork}, "")
	for i := 65.0; i <= 90; i += 5 {
		s.at(i).record(running(int64(i), int64(i)))
	}
	s.at(92).connect().at(93).verdict(ConnectionLost, Medium)
	s.at(98).record(running(95, 95)).verdict(Unknown, Low)
	s.at(99).heartbeat().at(100).record(running(100, 100)).verdict(Unknown, Low)
	s.at(105).heartbeat().record(running(105, 105)).at(106).verdict(OutputsLost, Low)
}

// outputsAlone is a record that does not report the inputs.
func outputsAlone(out int64) client.Session {
	r := running(0, out)
	r.Counters.NoInputs = true
	return r
}

// Records of another sort between the samples, with outputs alone, change nothing.
func TestMixedRecords(t *testing.T) {
	s := flow(t)
	for i := 65.0; i <= 105; i += 5 {
		s.at(i).heartbeat().record(running(int64(i), 60)).at(i + 1).record(outputsAlone(60))
	}
	s.verdict(PipelineStalled, Medium)

	s = flow(t)
	for i := 65.0; i <= 105; i += 5 {
		s.at(i).heartbeat().record(outputsAlone(60))
	}
	s.verdict(Unknown, Medium)
}

// other is another session of the lens, born so many seconds after this one.
func other(id string, outputs int64, born float64) client.Session {
	return client.Session{
		ID: id, LensID: "lns-1", Status: client.StatusRunning, StatusText: "RUNNING", Registered: epoch.Add(seconds(born)),
		Counters: client.Counters{Outputs: outputs}, HasCounters: true,
	}
}

func (s *script) siblings(others ...client.Session) *script { s.m.Siblings(others, s.now); return s }

func TestSiblings(t *testing.T) {
	s := flow(t)
	s.at(50).siblings(other("a", 1, -3600)).at(55).siblings(other("a", 2, -3600))
	s.at(65).heartbeat().at(75).heartbeat().record(running(75, 60)).siblings(other("a", 2, -3600), other(session, 80, -3600))
	if s.m.siblings.total != 1 {
		t.Errorf("%d siblings, want one: a session is none of its own", s.m.siblings.total)
	}
	// Its outputs moved only while this session's did.
	s.at(80).heartbeat().record(wholeRecord(80, 60)).verdict(PipelineStalled, Medium)
	s.at(81).siblings(other("a", 3, -3600)).verdict(Starved, Medium)
	s.at(105).heartbeat().verdict(Starved, Medium).at(116).heartbeat().record(wholeRecord(115, 60)).verdict(Starved, High)
	// A session that is over, or of an unknown lens, is none.
	over := other("b", 3, 80)
	over.Status = client.StatusDestroyed
	nameless := other("c", 3, 80)
	nameless.LensID = ""
	s.at(117).siblings(over, nameless)
	if s.m.siblings.total != 0 {
		t.Errorf("%d siblings, want none", s.m.siblings.total)
	}
}

// Two sessions of a lens that had results side by side do not starve each other.
func TestConcurrentSiblings(t *testing.T) {
	s := flow(t)
	for i := int64(61); i <= 76; i++ {
		if s.at(float64(i)).result(); i%5 == 0 {
			s.siblings(other("a", i, -3600))
		}
	}
	for i := int64(80); i <= 115; i += 5 {
		s.at(float64(i)).heartbeat().record(wholeRecord(i, 76)).siblings(other("a", i, -3600))
	}
	s.verdict(PipelineStalled, Medium)
	s.siblings(other("b", 1, 76)).at(117).siblings(other("b", 2, 76)).verdict(Starved, Medium)
}

// Of many siblings the newest are followed.
func TestManySiblings(t *testing.T) {
	s := begin(t).at(100)
	var others []client.Session
	for _, i := range []int{3, 9, 1, 8, 2, 7, 4, 6} {
		others = append(others, other(fmt.Sprint(i), 0, float64(-i)))
	}
	s.siblings(others...)
	for i, want := range map[string]bool{"1": true, "2": true, "3": true, "4": true, "6": false, "7": false, "8": false, "9": false} {
		if _, ok := s.m.siblings.find(i); ok != want {
			t.Errorf("session %s is followed: %v, want %v", i, ok, want)
		}
	}
}

// A record that took long on its way, and so is older than the one before it, restarts no counting.
func TestStaleSampleCountsForNothing(t *testing.T) {
	s := flow(t)
	for i := 65.0; i <= 90; i += 5 {
		s.at(i).heartbeat().record(wholeRecord(int64(i), 60))
	}
	s.at(91).record(wholeRecord(87, 60))
	if c := &s.m.counters; c.noOutput < 4 || c.in.value != 90 {
		t.Errorf("after a stale sample: %+v", c)
	}
	old := wholeRecord(70, 60)
	old.LastUpdate = epoch.Add(70 * time.Second)
	newer := wholeRecord(95, 60)
	newer.LastUpdate = epoch.Add(95 * time.Second)
	if c := &s.at(95).record(newer).at(96).record(old).m.counters; c.noOutput < 5 || c.in.value != 95 {
		t.Errorf("after a sample that is older by its own time: %+v", c)
	}
}
