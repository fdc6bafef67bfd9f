package health

import (
	"time"

	"lenswatch/client"
)

const (
	// minLearnWeight is from what weight of gaps on the usual gap counts as known.
	minLearnWeight = 8
	// typicalShare is the share of time that passes in gaps no longer than the usual one.
	typicalShare = 0.90
	// typicalSpread is by how many times the distance from the median the usual gap has to be
	// exceeded. With it, arrivals at random (a Poisson process) are overdue after nearly 16 mean
	// gaps, which happens by chance once in six million.
	typicalSpread = 5.3
	// typicalFactor is how many times the longest gap seen is still no news.
	typicalFactor = 2
	// fewIntervals makes the limit longer while few gaps are known: twice as long at a weight of 8.
	fewIntervals = 8
	// youngFactor is how many times the limit a stream is given of which too few gaps are known.
	youngFactor = 5
	// shortSpan makes even the floor longer while the stream was seen to flow only briefly.
	shortSpan = 10 * time.Second
	// priorFactor is how many mean gaps, by the service's own counters, make a stream overdue that
	// is watched anew.
	priorFactor = 12
)

// silence is how long no output has come: since the last one, else since the first connection.
// A session that began running after that is given its time from there.
func (m *Monitor) silence(now tick) time.Duration {
	if m.lastOutput != never {
		return time.Duration(max(0, now-m.lastOutput))
	}
	from := max(m.first, 0)
	if m.first != never && !m.rec.Started.IsZero() {
		// The service's clock may be wrong, so it cannot move the beginning beyond now.
		from = max(from, min(now, m.tick(m.rec.Started)))
	}
	return time.Duration(max(0, now-from))
}

// overdueAfter is how long a silence has to last before the stream is quiet.
func (m *Monitor) overdueAfter(now tick) time.Duration {
	if m.lastOutput == never {
		if mean, ok := m.priorInterval(now); ok {
			return max(2*m.cfg.QuietFloor, min(priorFactor*mean, m.cfg.FirstResult))
		}
		return m.cfg.WarmUp
	}
	if m.limit == 0 {
		m.typical, m.weight, m.limit = m.intervals.limit(&m.cfg)
	}
	return m.limit
}

// limit is what the gaps say: the usual one, what they weigh, and after which one a stream is quiet.
func (g *intervals) limit(cfg *Config) (typical time.Duration, weight float64, limit time.Duration) {
	if g.n == 0 || g.span == 0 {
		return 0, 0, cfg.FirstResult
	}
	median, typical := g.within(0.5, typicalShare)
	weight = g.weight()
	long := max(typicalFactor*float64(g.longest()), float64(typical)+typicalSpread*float64(typical-median))
	long *= 1 + fewIntervals/weight
	floor := float64(cfg.QuietFloor) * (1 + float64(shortSpan)/float64(g.span))
	return typical, weight, time.Duration(max(long, min(floor, float64(cfg.FirstResult))))
}

// typicalInterval is the learnt gap, and whether enough gaps were seen to call it known.
func (m *Monitor) typicalInterval(now tick) (time.Duration, bool) {
	if m.lastOutput == never {
		return 0, false
	}
	m.overdueAfter(now)
	return m.typical, m.weight >= minLearnWeight
}

// priorInterval is the mean gap by the service's counters, of a session that had produced before it
// was watched.
func (m *Monitor) priorInterval(now tick) (time.Duration, bool) {
	c := &m.counters
	age := m.rec.Age(m.time(now))
	if !c.known() || c.prior < minLearnWeight || age <= 0 {
		return 0, false
	}
	return age / time.Duration(max(c.out.value, c.prior)), true
}

// due is when output is overdue on the open line, if none comes before. A new connection is given a
// moment, but not where output was overdue on the one before: only output shows that all is well.
func (m *Monitor) due(now tick) tick {
	limit := tick(m.overdueAfter(now))
	due := now - tick(m.silence(now)) + limit
	if m.overdueAtLoss {
		return max(due, m.opened)
	}
	return max(due, m.opened+min(limit, tick(m.cfg.QuietFloor)))
}

// overdue reports whether output is missing, and since when.
func (m *Monitor) overdue(now tick) (since tick, ok bool) {
	if m.connState != connOpen || m.channel == client.ChannelPoll {
		return 0, false
	}
	since = m.due(now)
	return since, now >= since
}

// confident reports whether the stream is known well enough to call its silence more than a guess. A
// stream with an irregular pace is given half as long again.
func (m *Monitor) confident(now tick) bool {
	silence, limit := m.silence(now), m.overdueAfter(now)
	switch {
	case m.lastOutput == never:
		return silence >= m.cfg.FirstResult
	case m.weight < minLearnWeight:
		return silence >= min(youngFactor*limit, m.cfg.SlowStream)
	}
	return limit <= 2*m.cfg.QuietFloor || silence >= limit+limit/2
}

// silentAfter is how long without a byte makes the line silent.
func (m *Monitor) silentAfter(now tick) time.Duration {
	if m.heartbeats.seen == 0 {
		return max(m.cfg.HardIdle, m.overdueAfter(now))
	}
	limit := time.Duration(m.cfg.MissedHeartbeats)*m.heartbeats.every + m.heartbeats.every/4
	// One burst is enough to wait for the next.
	return max(limit, 2*m.bursts.held(now))
}

// silent reports whether the open line is silent, and since when.
func (m *Monitor) silent(now tick) (since tick, ok bool) {
	if m.connState != connOpen {
		return 0, false
	}
	since = max(m.lastByte, m.opened) + tick(m.silentAfter(now))
	return since, now >= since
}
