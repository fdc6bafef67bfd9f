package health

import (
	"time"

	"lenswatch/client"
)

// Never is the age of what has not happened.
const Never time.Duration = -1

// Metrics are what is known of a session at a time. Ages are [Never] where the thing did not
// happen.
type Metrics struct {
	ByteAge, HeartbeatAge, ResultAge, DataAge time.Duration
	OpenFor                                   time.Duration // of the newest connection; Never if it is not open

	// Spark is results per second, one value for each of the last 60 whole seconds, oldest first.
	Spark      []float64
	ResultRate float64 // per second, averaged over the last 10 whole seconds

	// Interval are the times between outputs: results, or all data until a first result arrived.
	Interval Quantiles
	// Typical is the gap within which outputs typically arrive: 90 % of all time passes in gaps no
	// longer. TypicalKnown is false until 8 gaps were seen.
	Typical      time.Duration
	TypicalKnown bool
	// QuietAfter and SilentAfter are the limits now in force.
	QuietAfter, SilentAfter time.Duration

	// HeartbeatInterval is the learnt interval, the default until it was learnt. A heartbeat is expected
	// once in each interval in which nothing else arrived.
	HeartbeatInterval                time.Duration
	HeartbeatsSeen, HeartbeatsMissed int64
	Claimed                          client.Heartbeat // by the newest heartbeat: hints

	// Delay is from the service to here, Skew how much this clock is ahead of the service's, both
	// estimated: the fastest event of the last 10 to 20 minutes is taken to have needed no time. Where
	// events wait until they are asked for, that says nothing of the clocks.
	Delay, Skew           time.Duration
	DelayKnown, SkewKnown bool
	SkewByDate            bool // Skew is by the dates of the service's answers, to a second: no event had a time

	Counts
	Bytes int64 // over the wire, as reported by Connection
	Lag   time.Duration

	Inputs, Outputs Movement
	Reader          string // id that the server gave this reader
	Channel         client.Channel
	Timing          client.Timing // of opening the newest connection
}

// Counts are what was counted since the Monitor began.
type Counts struct {
	Events, Results, Logs, Errors, Others int64
	Connects, Reconnects, IdleCloses      int64
	Gaps, Duplicates, Skipped             int64
	GapTime                               time.Duration // how long nothing could be received, over all gaps
}

// Quantiles describe the times between outputs, within a sixteenth.
type Quantiles struct {
	N                  int64
	P50, P95, P99, Max time.Duration
}

// Movement is one of the service's counters, and how long it has stood still.
type Movement struct {
	Known bool
	Value int64
	Still time.Duration // since the first sample of Value
}

// Metrics reports what is known at a time.
func (m *Monitor) Metrics(now time.Time) Metrics {
	at := m.tick(now)
	m.settle(at)
	f := Metrics{
		ByteAge: age(m.lastByte, at), HeartbeatAge: age(m.heartbeats.last, at), ResultAge: age(m.lastResult, at),
		DataAge: age(m.lastData, at), OpenFor: Never,
		Spark:      m.rates.spark(at),
		QuietAfter: m.quietAfter(at), SilentAfter: m.silentAfter(at),
		HeartbeatInterval: m.heartbeats.every, HeartbeatsSeen: m.heartbeats.seen, Claimed: m.claims,
		Counts: m.count, Bytes: m.bytes,
		Reader: m.reader, Channel: m.channel, Timing: m.timing,
		Inputs: m.counters.in.movement(at), Outputs: m.counters.out.movement(at),
	}
	f.Typical, f.TypicalKnown = m.typicalInterval(at)
	if m.connState == connOpen {
		f.OpenFor = age(m.opened, at)
	}
	f.HeartbeatsMissed = m.missed(at)
	f.ResultRate = m.rates.mean(at)
	if g := &m.intervals; g.n > 0 {
		f.Interval = Quantiles{N: g.n, P50: g.quantile(.5), P95: g.quantile(.95), P99: g.quantile(.99), Max: g.longest()}
	}
	if d := &m.delay; d.n > 0 {
		f.DelayKnown, f.Skew = true, d.skew()
		f.SkewKnown = m.channel != client.ChannelMailbox
		f.Delay = max(0, time.Duration(d.mean)-f.Skew)
	}
	if d := &m.delay; !f.SkewKnown && d.serviceKnown && d.byDate {
		f.Skew, f.SkewKnown, f.SkewByDate = -d.service-time.Second/2, true, true // a date is cut to whole seconds
	}
	if m.lag.at != never && at-m.lag.at < lagWindow {
		f.Lag = m.lag.behind
	}
	return f
}

// missed is how many heartbeats are missing, those of the silence in progress included.
func (m *Monitor) missed(now tick) int64 {
	n := m.heartbeats.missed
	if m.connState == connOpen && m.heartbeats.known() {
		n += missing(time.Duration(now-max(m.lastByte, m.opened)), m.heartbeats.every)
	}
	return n
}

func (c *counter) movement(now tick) Movement {
	if !c.reported {
		return Movement{}
	}
	return Movement{Known: true, Value: c.value, Still: age(c.since, now)}
}

func age(of, now tick) time.Duration {
	if of == never {
		return Never
	}
	return time.Duration(max(0, now-of))
}
