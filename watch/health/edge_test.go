package health

import (
	"testing"
	"time"

	"lenswatch/client"
)

// The end of a stream long after its last output is no end of a source.
func TestIdleEndOfASilentSession(t *testing.T) {
	w := newWorld(t, 1)
	w.open()
	w.run(minute)
	w.inputEvery, w.gap = 0, nil
	w.run(minute + 58*time.Second)
	w.end()
	w.notice(client.Notice{Code: client.NoticeIdleClose}, "")
	if v := w.m.Verdict(w.time()); v.Code != IdleClose || v.Confidence != High {
		t.Errorf("closed: %v (%v)", v.Code, v.Confidence)
	}
	w.run(w.now + time.Second)
	w.open()
	w.run(w.now + 20*time.Second)
	if v := w.m.Verdict(w.time()); v.Code != NoInput {
		t.Errorf("open again: %v", v.Code)
	}
}

// The end of a stream in the middle of results, with inputs that go on, is that of this stream alone.
func TestEndInTheMiddle(t *testing.T) {
	w := newWorld(t, 1)
	w.open()
	w.run(minute)
	w.end()
	w.notice(client.Notice{Code: client.NoticeIdleClose}, "")
	w.run(minute + 20*time.Second)
	if v := w.m.Verdict(w.time()); v.Code != IdleClose || v.Severity > Info {
		t.Errorf("%v (%v)", v.Code, v.Severity)
	}
}

// Without counters, a second end without output in between shows that the source is exhausted.
func TestExhaustedWithoutCounters(t *testing.T) {
	w := newWorld(t, 1)
	w.unlisted = true
	w.answer = func(*world, ProbeKind) ProbeResult { return ProbeResult{} }
	w.open()
	w.run(minute)
	w.gap = nil
	for range 2 {
		if v := w.m.Verdict(w.time()); v.Code == SourceExhausted {
			t.Error("exhausted after the first end already")
		}
		w.end()
		w.notice(client.Notice{Code: client.NoticeIdleClose}, "")
		w.run(w.now + time.Second)
		w.open()
		w.run(w.now + time.Second)
	}
	w.run(w.now + 10*time.Second)
	if v := w.m.Verdict(w.time()); v.Code != SourceExhausted || v.Confidence != Medium {
		t.Errorf("%v (%v)", v.Code, v.Confidence)
	}
}

// The same of a session that is not known to live on is the plain end of the stream.
func TestEndWithoutCountersOrSession(t *testing.T) {
	w := newWorld(t, 1)
	w.unlisted = true
	w.answer = func(*world, ProbeKind) ProbeResult { return ProbeResult{Remedy: client.RemedyServer} }
	w.open()
	w.run(minute)
	w.end()
	w.notice(client.Notice{Code: client.NoticeClosed}, "")
	w.run(2 * minute)
	if v := w.m.Verdict(w.time()); v.Code != StreamEnded {
		t.Errorf("%v", v.Code)
	}
}

// Short connections that are far apart are no loop.
func TestRareLossesAreNoLoop(t *testing.T) {
	w := newWorld(t, 1)
	w.open()
	for range 6 {
		w.run(w.now + 20*time.Second)
		w.lose(1, time.Minute, client.Notice{}, "")
		w.run(w.now + time.Minute)
		w.open()
	}
	w.calm(0)
}

// A probe's failure is forgotten with the next answer.
func TestProbeFailureIsForgotten(t *testing.T) {
	s := begin(t).at(0).connect().at(5).heartbeat().at(10).heartbeat().at(70)
	s.m.Probe(ProbeResult{Kind: ProbeMetadata, At: s.now, Remedy: client.RemedyNetwork, Phase: client.PhaseDNS})
	s.verdict(NetworkDown, High)
	s.at(71).record(running(1, 0)).verdict(ConnectionDead, Medium)
}

// A viewer is behind only if it stays so.
func TestLagHasToLast(t *testing.T) {
	s := flow(t)
	lag := func(at float64, d time.Duration) { s.at(at); s.m.Lag(d, 5, s.now) }
	lag(61, 2*time.Second)
	s.verdict(Healthy, Medium)
	lag(63.9, 2*time.Second)
	s.verdict(Healthy, Medium)
	lag(64.5, 2*time.Second)
	s.verdict(ViewerBehind, High)
	lag(65, 100*time.Millisecond)
	s.verdict(Healthy, Medium)
	lag(66, 2*time.Second)
	s.at(80).result()
	lag(82, 2*time.Second) // the first report in a long time
	s.verdict(Healthy, High)
	s.at(85).result().at(95).verdict(Healthy, High)
}

// A full quota is reported for the session that could not be created.
func TestCreateRefused(t *testing.T) {
	m := New("", epoch, Config{})
	m.Probe(ProbeResult{Kind: ProbeCreate, At: epoch, Remedy: client.RemedyQuota, Message: "Failed to allocate lens runner - try stopping an older session!"})
	v := m.Verdict(epoch.Add(time.Second))
	if v.Code != QuotaFull || v.Severity != Alarm || v.Evidence[0].Value != "Failed to allocate lens runner - try stopping an older session!" {
		t.Errorf("%+v", v)
	}
}

// A failure is over with the next good connection.
func TestFailureIsForgotten(t *testing.T) {
	s := flow(t).at(61).notice(client.Notice{Code: client.NoticeReconnecting, Remedy: client.RemedyNetwork, Phase: client.PhaseDNS}, "")
	s.verdict(NetworkDown, Medium).at(63).connect().at(64).result().event(client.KindEnd)
	s.at(65).notice(client.Notice{Code: client.NoticeIdleClose}, "").verdict(IdleClose, High)
}

// A session that begins to run late is given its warm-up from there.
func TestWarmUpStartsWithRunning(t *testing.T) {
	s := begin(t).at(0).connect()
	r := wholeRecord(0, 0)
	r.Started = epoch.Add(seconds(100))
	s.at(118).heartbeat().record(r).at(130).verdict(WarmingUp, Medium).state(Live)
	s.at(219).heartbeat().at(221).heartbeat().verdict(Unknown, Low)
	s.at(700).heartbeat().at(705).heartbeat().state(Quiet)
}

// A dead line is a guess until the service has answered since.
func TestSilenceBeforeAnyAnswer(t *testing.T) {
	flow(t).at(61).heartbeat().record(running(61, 60)).at(80).verdict(ConnectionDead, Low).at(95).record(running(80, 60)).verdict(ConnectionDead, Medium)
}

// Five results do not make a pace: the stall is a guess until a pause of that length is no chance.
func TestStallOfANewStream(t *testing.T) {
	s := begin(t).at(0).connect()
	for i := 1.0; i <= 5; i++ {
		s.at(i).result()
	}
	limit := s.m.Metrics(s.now).QuietAfter.Seconds()
	for i := 10.0; i < 5+2*limit; i += 5 {
		s.at(i).heartbeat().record(running(int64(i), 5))
		v := s.m.Guess(s.now)
		if loud := i >= 5+limit; (v.Severity == Alarm) != loud || i > 25 && v.Code != PipelineStalled {
			t.Errorf("at %g, with a limit of %g s: %v (%v)", i, limit, v.Code, v.Severity)
		}
	}
}

// A session that was busy before it was watched, and whose counters then begin anew.
func TestBusyBeforeWatched(t *testing.T) {
	s := begin(t).at(0).connect()
	r := wholeRecord(900, 900)
	r.Registered = epoch.Add(-time.Hour)
	s.at(1).record(r)
	if got := s.m.Metrics(s.now).QuietAfter; got < 95*time.Second || got > 105*time.Second {
		t.Errorf("quiet after %s, with an output in 4 s until now", got)
	}
	r.Counters = client.Counters{}
	s.at(2).record(r).state(Live)
}

// A start in the future, by a clock that is ahead, does not hide for how long there was no result.
func TestClockAheadHidesNoSilence(t *testing.T) {
	r := wholeRecord(3600, 3000)
	ahead := 3 * time.Hour
	r.Registered, r.Started = epoch.Add(ahead-time.Hour), epoch.Add(ahead-time.Hour)
	s := begin(t).at(0).connect()
	for i := int64(1); i <= 40; i += 5 {
		r.LastUpdate, r.Counters.Inputs = epoch.Add(ahead+seconds(float64(i))), 3600+i
		r.Fetched = epoch.Add(seconds(float64(i)))
		s.at(float64(i)).heartbeat().record(r)
	}
	if v := s.at(40).m.Verdict(s.now); v.Code != PipelineStalled || s.m.silence(s.m.tick(s.now)) < 39*time.Second {
		t.Errorf("%v after a silence of %v: %s %v", v.Code, s.m.silence(s.m.tick(s.now)), v.Sentence, v.Awaits)
	}
}

// Errors that have stopped are no cause any more, however many there were.
func TestErrorsThatStopped(t *testing.T) {
	s := flow(t)
	for i := 61.0; i < 120; i++ {
		s.at(i).event(client.KindError)
	}
	s.verdict(LensErrors, Medium)
	for i := 120.0; i < 126; i++ {
		s.at(i).result()
	}
	if v := s.m.Verdict(s.now); v.Code != Healthy {
		t.Errorf("6 s after the newest error: %v: %s", v.Code, v.Sentence)
	}
}
