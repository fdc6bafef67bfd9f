package health

import (
	"time"

	"lenswatch/client"
)

const (
	// learnLeast is from what weight of gaps on the usual gap counts as known.
	learnLeast = 8
	// usualShare is the share of time that passes in gaps no longer than the usual one.
	usualShare = 0.90
	// usualSpread is by how many times the distance from the median the usual gap has to be
	// exceeded. With it, arrivals at random (a Poisson process) are overdue after nearly 16 mean
	// gaps, which happens by chance once in six million.
	usualSpread = 5.3
	// usualFactor is how many times the longest gap seen is still no news.
	usualFactor = 2
	// fewGaps makes the limit longer while few gaps are known: twice as long at a weight of 8.
	fewGaps = 8
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
		if mean, ok := m.priorGap(now); ok {
			return max(2*m.cfg.QuietFloor, min(priorFactor*mean, m.cfg.FirstResult))
		}
		return m.cfg.WarmUp
	}
	if m.limit == 0 {
		m.usual, m.weight, m.limit = m.gaps.limit(&m.cfg)
	}
	return m.limit
}

// limit is what the gaps say: the usual one, what they weigh, and after which one a stream is quiet.
func (g *gaps) limit(cfg *Config) (usual time.Duration, weight float64, limit time.Duration) {
	if g.n == 0 || g.span == 0 {
		return 0, 0, cfg.FirstResult
	}
	median, usual := g.within(0.5, usualShare)
	weight = g.weight()
	long := max(usualFactor*float64(g.longest()), float64(usual)+usualSpread*float64(usual-median))
	long *= 1 + fewGaps/weight
	floor := float64(cfg.QuietFloor) * (1 + float64(shortSpan)/float64(g.span))
	return usual, weight, time.Duration(max(long, min(floor, float64(cfg.FirstResult))))
}

// usualGap is the learnt gap, and whether enough gaps were seen to call it known.
func (m *Monitor) usualGap(now tick) (time.Duration, bool) {
	if m.lastOutput == never {
		return 0, false
	}
	m.overdueAfter(now)
	return m.usual, m.weight >= learnLeast
}

// priorGap is the mean gap by the service's counters, of a session that had produced before it
// was watched.
func (m *Monitor) priorGap(now tick) (time.Duration, bool) {
	c := &m.counters
	age := m.rec.Age(m.time(now))
	if !c.known() || c.prior < learnLeast || age <= 0 {
		return 0, false
	}
	return age / time.Duration(max(c.out.value, c.prior)), true
}

// due is when output is overdue on the open line, if none comes before. A new connection is given a
// moment, but not where output was overdue on the one before: only output shows that all is well.
func (m *Monitor) due(now tick) tick {
	limit := tick(m.overdueAfter(now))
	due := now - tick(m.silence(now)) + limit
	if m.owing {
		return max(due, m.opened)
	}
	return max(due, m.opened+min(limit, tick(m.cfg.QuietFloor)))
}

// overdue reports whether output is missing, and since when.
func (m *Monitor) overdue(now tick) (since tick, ok bool) {
	if m.conn != connOpen || m.channel == client.ChannelPoll {
		return 0, false
	}
	since = m.due(now)
	return since, now >= since
}

// sure reports whether the stream is known well enough to call its silence more than a guess. A
// stream with an irregular pace is given half as long again.
func (m *Monitor) sure(now tick) bool {
	silence, limit := m.silence(now), m.overdueAfter(now)
	switch {
	case m.lastOutput == never:
		return silence >= m.cfg.FirstResult
	case m.weight < learnLeast:
		return silence >= min(youngFactor*limit, m.cfg.SlowStream)
	}
	return limit <= 2*m.cfg.QuietFloor || silence >= limit+limit/2
}

// silentAfter is how long without a byte makes the line silent.
func (m *Monitor) silentAfter(now tick) time.Duration {
	if m.beats.seen == 0 {
		return max(m.cfg.HardIdle, m.overdueAfter(now))
	}
	limit := time.Duration(m.cfg.MissedBeats)*m.beats.every + m.beats.every/4
	// One burst is enough to wait for the next.
	return max(limit, 2*m.clumps.held(now))
}

// silent reports whether the open line is silent, and since when.
func (m *Monitor) silent(now tick) (since tick, ok bool) {
	if m.conn != connOpen {
		return 0, false
	}
	since = max(m.lastByte, m.opened) + tick(m.silentAfter(now))
	return since, now >= since
}
