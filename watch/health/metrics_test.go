package health

import (
	"slices"
	"testing"
	"time"

	"lenswatch/client"
)

func TestHeartbeatsExpectedAndMissed(t *testing.T) {
	s := begin(t).at(0).connect()
	for i := 5.0; i <= 50; i += 5 {
		s.at(i).heartbeat()
	}
	check := func(seen, missed int64, every time.Duration) {
		t.Helper()
		f := s.m.Metrics(s.now)
		if f.HeartbeatsSeen != seen || f.HeartbeatsMissed != missed || f.HeartbeatInterval != every {
			t.Errorf("at %s: %d seen, %d missed, every %s", s.now.Sub(epoch), f.HeartbeatsSeen, f.HeartbeatsMissed, f.HeartbeatInterval)
		}
	}
	check(10, 0, 5*time.Second)
	s.at(57)
	check(10, 0, 5*time.Second) // late, not missing
	s.at(58)
	check(10, 1, 5*time.Second)
	s.at(70).heartbeat()
	check(11, 3, s.m.heartbeats.every) // 55, 60 and 65 never came
	for i := 71.0; i < 100; i++ {
		s.at(i).result() // events make heartbeats unnecessary
	}
	check(11, 3, s.m.heartbeats.every)
	s.at(112).notice(client.Notice{Code: client.NoticeReconnecting}, "")
	check(11, 5, s.m.heartbeats.every)
	s.at(160).connect()
	check(11, 5, s.m.heartbeats.every) // no line, no heartbeats
}

func TestHeartbeatIntervalIsLearnt(t *testing.T) {
	s := begin(t).at(0).connect()
	for i := 1; i <= 20; i++ {
		s.at(float64(15 * i)).heartbeat()
	}
	f := s.m.Metrics(s.now)
	if (f.HeartbeatInterval - 15*time.Second).Abs() > time.Second {
		t.Errorf("the interval is %s, want 15 s", f.HeartbeatInterval)
	}
	if f.SilentAfter < 45*time.Second {
		t.Errorf("silent after %s, with heartbeats every 15 s", f.SilentAfter)
	}
	s.at(15*20 + 44).state(Live)
	s.at(15*20 + 125).state(Silent)
}

// A silence is no slow pulse, and a comment next to a heartbeat no fast one.
func TestHeartbeatIntervalIsNotMisled(t *testing.T) {
	s := begin(t).at(0).connect()
	for i := 5.0; i <= 300; i += 5 {
		if i < 100 || i > 200 {
			s.at(i).comment().heartbeat()
		}
	}
	if f := s.m.Metrics(s.now); f.HeartbeatInterval != 5*time.Second {
		t.Errorf("the interval is %s", f.HeartbeatInterval)
	}
}

// Heartbeats that are delivered in bunches are no fast pulse either.
func TestBunchesAreNoPulse(t *testing.T) {
	s := begin(t).at(0).connect()
	for i := 10.0; i <= 200; i += 10 {
		s.at(i).heartbeat().heartbeat()
	}
	if f := s.m.Metrics(s.now); f.HeartbeatInterval < 5*time.Second {
		t.Errorf("the interval is %s", f.HeartbeatInterval)
	}
}

// Comments keep a line alive, and are no heartbeats.
func TestComments(t *testing.T) {
	s := begin(t).at(0).connect()
	for i := 1.0; i <= 119; i++ {
		s.at(i).comment()
	}
	if f := s.m.Metrics(s.now); f.HeartbeatsSeen != 0 || f.HeartbeatAge != Never || f.ByteAge != 0 {
		t.Errorf("%d heartbeats, the last %s ago; last byte %s ago", f.HeartbeatsSeen, f.HeartbeatAge, f.ByteAge)
	}
	for i := 120.0; i <= 420; i += 15 {
		s.at(i).comment().heartbeat()
	}
	if f := s.m.Metrics(s.now); (f.HeartbeatInterval - 15*time.Second).Abs() > time.Second {
		t.Errorf("the interval is %s, want 15 s", f.HeartbeatInterval)
	}
}

// Events that claim to be older than what came before count as having come with it.
func TestEventsOutOfOrder(t *testing.T) {
	s := begin(t).at(0).connect().at(50).result().at(20).result().at(60)
	f := s.m.Metrics(s.now)
	if f.ResultAge != 10*time.Second || f.Interval.N != 1 || f.Interval.Max > time.Millisecond {
		t.Errorf("last result %s ago, gaps %+v", f.ResultAge, f.Interval)
	}
}

func TestRatesAndSpark(t *testing.T) {
	s := begin(t).at(0).connect()
	for i := range 200 {
		s.at(20 + float64(i)/10).result() // ten a second, from second 20 to second 39
	}
	s.at(40)
	f := s.m.Metrics(s.now)
	if len(f.Spark) != 60 || f.Spark[59] != 10 || f.Spark[40] != 10 || f.Spark[39] != 0 {
		t.Errorf("spark %v", f.Spark)
	}
	if f.ResultRate != 10 {
		t.Errorf("rate %g", f.ResultRate)
	}
	s.at(45)
	if f = s.m.Metrics(s.now); f.ResultRate != 5 || f.Spark[59] != 0 || f.Spark[54] != 10 {
		t.Errorf("five seconds later: rate %g, spark %v", f.ResultRate, f.Spark)
	}
	s.at(500)
	if f = s.m.Metrics(s.now); f.ResultRate != 0 || slices.Max(f.Spark) != 0 {
		t.Errorf("much later: rate %g, spark %v", f.ResultRate, f.Spark)
	}
}

// Figures may be asked for ahead of events that are still waiting to be observed.
func TestMetricsCountEvents(t *testing.T) {
	s := begin(t).at(0).connect().at(100)
	s.m.Metrics(epoch.Add(seconds(200)))
	s.result()
	if f := s.m.Metrics(epoch.Add(seconds(200))); slices.Max(f.Spark) != 0 {
		t.Errorf("a result of 100 s ago shows in the last minute: %v", f.Spark)
	}
	s.m.Metrics(epoch.Add(seconds(203)))
	s.at(201.5).result()
	if f := s.m.Metrics(epoch.Add(seconds(204))); f.Spark[57] != 1 {
		t.Errorf("a result of 2 s ago does not show: %v", f.Spark)
	}
}

// The clocks are 90 s apart; events take 20 ms, one takes 2 s.
func TestDelayAndSkew(t *testing.T) {
	s := begin(t).at(0).connect()
	if f := s.m.Metrics(s.now); f.DelayKnown {
		t.Error("a delay is known before any event reported its time")
	}
	send := func(at float64, took time.Duration) {
		s.at(at)
		s.m.Observe(&client.Event{Kind: client.KindResult, Received: s.now, Time: s.now.Add(-took - 90*time.Second)})
	}
	for i := range 50 {
		send(float64(i), 20*time.Millisecond)
	}
	send(50, 2*time.Second)
	f := s.m.Metrics(s.now)
	if f.Skew != 90*time.Second+20*time.Millisecond || s.m.delay.newest-f.Skew != 1980*time.Millisecond || f.Delay <= 0 || f.Delay > time.Second {
		t.Errorf("skew %s, newest delay %s, mean %s", f.Skew, s.m.delay.newest-f.Skew, f.Delay)
	}
	// A clock that was moved is believed after a while.
	for i := range 1300 {
		s.at(51 + float64(i))
		s.m.Observe(&client.Event{Kind: client.KindResult, Received: s.now, Time: s.now.Add(-150 * time.Second)})
	}
	if f = s.m.Metrics(s.now); f.Skew != 150*time.Second {
		t.Errorf("skew %s after the clock was moved", f.Skew)
	}
	// The times of a recording are no delay.
	s.m.Observe(&client.Event{Kind: client.KindResult, Received: s.now, Time: epoch.AddDate(-1, 0, 0)})
	if got := s.m.Metrics(s.now); got.Delay != f.Delay || got.Skew != f.Skew {
		t.Errorf("a recorded time counted as a delay of %s, skew %s", got.Delay, got.Skew)
	}
}

func TestCountsAndLine(t *testing.T) {
	s := begin(t).at(0)
	f := s.m.Metrics(s.now)
	for name, age := range map[string]time.Duration{
		"byte": f.ByteAge, "beat": f.HeartbeatAge, "result": f.ResultAge, "data": f.DataAge, "open": f.OpenFor,
	} {
		if age != Never {
			t.Errorf("%s: %s, want Never", name, age)
		}
	}
	s.at(1).connect().at(2).result().event(client.KindLog).event(client.KindError).event(client.KindProgress).event(client.KindOther)
	s.notice(client.Notice{Code: client.NoticeGap, Duration: 3 * time.Second}, "")
	s.notice(client.Notice{Code: client.NoticeDuplicate, Count: 7}, "")
	s.notice(client.Notice{Code: client.NoticeSkipped, Count: 1 << 20}, "")
	s.at(3).notice(client.Notice{Code: client.NoticeReconnecting, Attempt: 2, Next: epoch.Add(5 * time.Second)}, "")
	st := s.m.State(s.now)
	if st.Code != Reconnecting || st.Attempt != 2 || !st.NextAt.Equal(epoch.Add(5*time.Second)) || s.m.Next(s.now) != "attempt 2 in 2 s" {
		t.Errorf("state %+v", st)
	}
	s.at(5).connect()
	s.m.Connection(4096, epoch.Add(6*time.Second))
	s.m.Lag(700*time.Millisecond, 12, epoch.Add(6*time.Second))
	s.at(7).record(running(100, 90)).at(8).record(running(130, 91)).at(10)
	f = s.m.Metrics(s.now)
	want := Counts{
		Events: 7, Results: 1, Logs: 1, Errors: 1, Others: 2, Connects: 2, Reconnects: 1,
		Gaps: 1, GapTime: 3 * time.Second, Duplicates: 7, Skipped: 1,
	}
	if f.Counts != want {
		t.Errorf("counts %+v, want %+v", f.Counts, want)
	}
	if f.Bytes != 4096 || f.ByteAge != 4*time.Second || f.Lag != 700*time.Millisecond || f.OpenFor != 5*time.Second {
		t.Errorf("line %+v", f)
	}
	if f.Inputs != (Movement{Known: true, Value: 130, Still: 2 * time.Second}) || f.Outputs.Value != 91 {
		t.Errorf("inputs %+v, outputs %+v", f.Inputs, f.Outputs)
	}
	if f.Reader != "87e6d51c992557bc" || f.Channel != client.ChannelSSE {
		t.Errorf("reader %q, channel %v", f.Reader, f.Channel)
	}
}

// A list that reports outputs alone does not say that there is no input.
func TestOutputsAlone(t *testing.T) {
	s := begin(t).at(0).connect()
	for i := 0.0; i < 1200; i += 5 {
		s.at(i).heartbeat().record(outputsAlone(0))
	}
	if f := s.m.Metrics(s.now); f.Inputs.Known || !f.Outputs.Known {
		t.Errorf("inputs %+v, outputs %+v", f.Inputs, f.Outputs)
	}
	if v := s.m.Verdict(s.now); v.Code != Unknown {
		t.Errorf("verdict %v: %s", v.Code, v.Sentence)
	}
	for i := 1200.0; i < 1340; i += 5 {
		s.at(i).heartbeat().record(wholeRecord(0, 0))
	}
	if v := s.m.Verdict(s.now); v.Code != NoInput || v.Severity != Alarm {
		t.Errorf("verdict %v (%v): %s", v.Code, v.Severity, v.Sentence)
	}
}

// What waits until it is asked for says nothing of the clocks, and nothing of the channel before.
func TestNoSkewWhereEventsWait(t *testing.T) {
	s := begin(t).at(0).connect()
	took := func(d time.Duration) {
		s.m.Observe(&client.Event{Kind: client.KindResult, Received: s.now, Time: s.now.Add(-d)})
	}
	took(20 * time.Millisecond)
	if f := s.m.Metrics(s.now); !f.SkewKnown {
		t.Error("the skew is not known from a stream")
	}
	s.at(1).turn(client.ChannelMailbox)
	if f := s.m.Metrics(s.now); f.DelayKnown {
		t.Error("a delay is known before the mailbox brought anything")
	}
	s.at(2)
	took(750 * time.Millisecond)
	if f := s.m.Metrics(s.now); !f.DelayKnown || f.SkewKnown {
		t.Errorf("delay known: %t, skew known: %t", f.DelayKnown, f.SkewKnown)
	}
}
