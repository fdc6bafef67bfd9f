package health

import (
	"math"
	"time"

	"lenswatch/client"
)

// What is expected of a stream has two limits. After the first, lateAfter, a missing output is worth
// looking into: a verdict about it has low confidence. After the second, quietAfter, the stream is quiet: as
// far as the stream itself has shown, such a pause does not happen by chance.
const (
	// minLearnWeight is from what weight of intervals on the typical one counts as known.
	minLearnWeight = 8
	// typicalShare is the share of time that passes in intervals no longer than the typical one.
	typicalShare = 0.90
	// rarity is minus the logarithm of how rarely a sound stream may be called quiet: an interval of mean m and
	// variance v exceeds m + sqrt(2*v*rarity) + v/m*rarity less than once in e^12 = 160,000 times if its tail is no
	// heavier than that of a Gamma distribution (Bernstein's inequality). Intervals are weighed by the time that
	// passes in them. For a Poisson process that is 21 mean intervals, which one in 10^9 is longer than.
	rarity = 12
	// logNormalRarity is the same where the tail is heavier, that of a log-normal distribution, in standard deviations: one
	// interval in 10^8 is longer.
	logNormalRarity = 5.6
	// typicalFactor is how many times the longest interval seen is still nothing new.
	typicalFactor = 2
	// longestFactor is how many times that length is a stall whatever the variance says: rare pauses of one length
	// make it large. Of 30 intervals of a Poisson process the longest is 4 mean ones.
	longestFactor = 3
	// fewIntervals makes the limit longer while few intervals are known: twice as long at a weight of 8.
	fewIntervals = 8
	// shortSpan makes even the floor longer while the stream was seen to flow only briefly: a minute of
	// results cannot show that there are no pauses of a minute.
	shortSpan = time.Minute
	// Of a stream of which little was seen a mean interval may be known, by the service's own counters. Where results
	// arrive at random, priorFactor mean intervals without one happen once in e^13 = 440,000 times. Where they arrive
	// in bursts the mean says nothing of the pauses: bursts of up to priorBurst results are reckoned with, as far
	// apart as priorPause, and larger ones of up to priorMany results, as far apart as priorRest.
	priorFactor = 13
	priorBurst  = 25
	priorPause  = 150 * time.Second
	priorMany   = 60
	priorRest   = 40 * time.Second
	// fewSeen is the weight of intervals below which the record says more than they do.
	fewSeen = 3
	// burstyFactor is how many times faster than the mean, over minBurstyIntervals intervals, is a burst.
	burstyFactor, minBurstyIntervals = 3, 5
	// steadyFactor is how many typical intervals are still no stall, up to maxSteadyExtra: a stream may
	// become much slower.
	steadyFactor   = 16
	maxSteadyExtra = 40 * time.Second
)

// silence is how long no output has arrived: since the last one, else since the first connection.
// A session that began running after that is given its time from there.
func (m *Monitor) silence(now tick) time.Duration {
	if m.lastOutput != never {
		return time.Duration(max(0, now-m.lastOutput))
	}
	from := max(m.first, 0)
	if m.first != never {
		from = max(from, min(now, m.started()))
	}
	return time.Duration(max(0, now-from))
}

// started is when the session began to run, 0 if that was before it was watched or is not known. The service's clock
// may be wrong, so it goes by how long ago that was when the record was made.
func (m *Monitor) started() tick {
	r := &m.rec
	switch made := m.serviceTime(); {
	case r.Started.IsZero():
		return 0
	case made.After(r.Started):
		return max(0, m.sampled-tick(made.Sub(r.Started)))
	case m.delay.serviceKnown:
		return m.tick(r.Started.Add(-m.delay.service))
	}
	return m.tick(r.Started)
}

// lateAfter is how long a silence has to last before it is looked into.
func (m *Monitor) lateAfter(now tick) time.Duration {
	soon := m.cfg.QuietFloor * 2 / 5 // so that a diagnosis of 28 s knows it of what stopped within its first 20 s
	limit := m.quietAfter(now)
	switch mean, prior := m.priorInterval(now); {
	case m.lastOutput != never && prior && m.weight < minLearnWeight:
		return min(limit, max(soon, m.intervals.longest()*3/2, 3*mean))
	case m.lastOutput != never:
		return min(limit, max(soon, m.intervals.longest()*3/2))
	case prior:
		return min(limit, max(soon, 3*mean))
	case m.noneIn(now, m.cfg.FirstResult/2):
		return soon
	}
	return m.cfg.WarmUp
}

// quietAfter is how long a silence has to last before the stream is quiet.
func (m *Monitor) quietAfter(now tick) time.Duration {
	if m.lastOutput != never {
		if m.limit == 0 {
			m.typical, m.weight, m.limit = m.intervals.limit(&m.cfg, m.steadyFor(now))
			if mean, ok := m.priorInterval(now); ok && m.weight < minLearnWeight {
				m.limit = m.fewLimit(mean)
			}
		}
		return max(m.limit, 2*m.bursts.held(now))
	}
	if mean, ok := m.priorInterval(now); ok {
		// The record may show that it had been silent before it was watched.
		return max(m.cfg.QuietFloor/2, max(m.cfg.QuietFloor, m.priorLimit(mean))-m.before())
	}
	if m.noneIn(now, m.cfg.FirstResult*2/3) {
		return m.cfg.QuietFloor
	}
	return m.cfg.FirstResult
}

// fewLimit is what intervals say of which only a few were seen, together with the mean one by the record, which is that of
// many.
func (m *Monitor) fewLimit(mean time.Duration) time.Duration {
	prior := max(m.cfg.QuietFloor, m.priorLimit(mean))
	switch {
	case m.bursty(mean) && m.intervals.longest() < mean:
		return prior // of one burst; how long the pauses are the record alone says
	case m.bursty(mean):
		return max(prior, m.limit)
	case m.weight < fewSeen:
		return prior
	case !m.atPace(mean):
		return max(m.limit, min(priorFactor*mean, m.cfg.SlowStream)) // those seen are the short ones
	}
	return max(m.limit, min(m.intervals.rare(mean, true), m.cfg.SlowStream))
}

// atPace reports whether outputs arrived here at least about as far apart as they are in the mean, by the record.
func (m *Monitor) atPace(mean time.Duration) bool {
	return mean <= m.intervals.span/time.Duration(max(m.intervals.n, 1))*3/2
}

// rare is the interval that is exceeded as rarely as rarity says, by a mean and by how alike the few are that were seen.
// A few from a Poisson process may be alike by chance: their variance is taken at its upper limit, of which the true one
// is above once in 1,000 times (by the chi-squared distribution, in Wilson and Hilferty's form), and at most at that of
// such a process. A mean that is not known, but taken from n of them, may be short by chance, too: of a Poisson process
// the next is longer than x of their means with the probability (1+x/n)^-n.
func (g *intervals) rare(mean time.Duration, known bool) time.Duration {
	const z = 3.09
	k := float64(g.n - 1)
	least := 1 - 2/(9*k) - z*math.Sqrt(2/(9*k))
	variance := 1.0 // in mean intervals squared
	if k > 0 && least > 0 {
		variance = min(1, (float64(g.n)/g.weight()-1)/(least*least*least))
	}
	r := float64(rarity)
	if n := float64(g.n) / max(variance, 1e-3); !known {
		r = n * math.Expm1(r/n)
	}
	return time.Duration(min(float64(mean)*(1+math.Sqrt(2*variance*r)+variance*r), math.MaxInt64/2))
}

// bursty reports whether outputs arrived here much faster than they do in the mean, by the record.
func (m *Monitor) bursty(mean time.Duration) bool {
	return m.intervals.n >= minBurstyIntervals && mean > burstyFactor*m.intervals.quantile(.5)
}

// priorLimit is for how long a stream may pause of which a mean interval alone is known.
func (m *Monitor) priorLimit(mean time.Duration) time.Duration {
	return min(max(priorFactor*mean, min(priorBurst*mean, priorPause), min(priorMany*mean, priorRest)), m.cfg.SlowStream)
}

// limit is what the intervals say: the typical one, what they weigh, and after which one a stream is quiet.
// flowed is for how long the stream is known to have had no others.
func (g *intervals) limit(cfg *Config, flowed time.Duration) (typical time.Duration, weight float64, limit time.Duration) {
	if g.n == 0 || g.span == 0 {
		return 0, 0, cfg.FirstResult
	}
	median, typical := g.within(0.5, typicalShare)
	weight = g.weight()
	mean, variance := g.moments()
	rare, longest := mean+math.Sqrt(2*variance*rarity)+variance/mean*rarity, float64(g.longest())
	long := max(typicalFactor*longest, min(rare, longestFactor*longest)) * (1 + fewIntervals/weight)
	long = max(long, float64(g.rare(g.span/time.Duration(g.n), false)))
	if mean, deviation, ok := g.logNormal(); ok {
		long = max(long, math.Exp(mean+logNormalRarity*deviation))
	}
	long = min(long, max(float64(cfg.SlowStream), typicalFactor*longest))
	long = max(long, float64(min(steadyFactor*median, maxSteadyExtra)))
	floor := float64(cfg.QuietFloor) * (1 + float64(shortSpan)/float64(max(g.span, flowed)))
	return typical, weight, time.Duration(max(long, min(floor, float64(cfg.FirstResult))))
}

// steadyFor is for how long the session is known, by its record, to have had outputs at the rate at which they
// arrived here: a stream with long pauses would have had fewer.
func (m *Monitor) steadyFor(now tick) time.Duration {
	mean, ok := m.priorInterval(now)
	if !ok || m.intervals.n < 2 || m.bursty(mean) || !m.atPace(mean) {
		return 0
	}
	return m.age(now)
}

// typicalInterval is the learnt interval, and whether enough were seen to call it known.
func (m *Monitor) typicalInterval(now tick) (time.Duration, bool) {
	if m.lastOutput == never {
		return 0, false
	}
	m.quietAfter(now)
	return m.typical, m.weight >= minLearnWeight
}

// priorInterval is the mean interval by the service's counters, of a session that had produced before it
// was watched.
func (m *Monitor) priorInterval(now tick) (time.Duration, bool) {
	c := &m.counters
	if !c.outputs() || c.prior < minLearnWeight {
		return 0, false
	}
	age := m.age(now)
	if age <= 0 {
		return c.perInput()
	}
	if idle := m.serviceTime().Sub(m.rec.LastEvent); !m.rec.LastEvent.IsZero() && idle > 0 && idle < age {
		age -= idle // a stall is no pace
	}
	return age / time.Duration(max(c.out.value, c.prior)), true
}

// perInput is the mean interval of a session whose age is not known: as many inputs as there were to each output before it
// was watched, at the pace at which they arrive now.
func (c *counters) perInput() (time.Duration, bool) {
	fed, span := c.in.value-c.priorIn, time.Duration(c.last-c.first)
	if !c.in.reported || c.priorIn <= 0 || fed < minLearnWeight || span <= 0 {
		return 0, false
	}
	return time.Duration(float64(span) / float64(fed) * float64(c.priorIn) / float64(c.prior)), true
}

// noneIn reports whether the session is at least so old, and counts no output.
func (m *Monitor) noneIn(now tick, age time.Duration) bool {
	c := &m.counters
	return c.outputs() && c.out.value == 0 && c.inputs() && m.age(now) >= age
}

// age is how long the session has existed, by the service's own clock as far as its record shows that.
func (m *Monitor) age(now tick) time.Duration {
	r, t := &m.rec, m.time(now)
	switch {
	case r.Status.Final() || r.Fetched.IsZero():
		return r.Age(t)
	case m.delay.serviceKnown && !r.Registered.IsZero():
		return max(0, t.Add(m.delay.service).Sub(r.Registered))
	case r.Duration > 0:
		return r.Duration + max(0, t.Sub(r.Fetched))
	}
	age := r.Age(t)
	if made := m.serviceTime(); !r.Registered.IsZero() && !made.IsZero() && (age <= 0 || age > maxClaimedAge) {
		age = made.Sub(r.Registered) + max(0, t.Sub(r.Fetched)) // by a clock that is off
	}
	return age
}

// maxClaimedAge is the longest life of a session: one that is older is so by a clock that is off.
const maxClaimedAge = 48 * time.Hour

// due is when a silence of limit is reached on the open connection. A new connection is given a moment, but
// not where output was overdue on the one before: only output shows that all is well.
func (m *Monitor) due(now tick, limit time.Duration) tick {
	due := now - tick(m.silence(now)) + tick(limit)
	if m.overdueAtLoss {
		return max(due, m.opened)
	}
	return max(due, m.opened+tick(min(limit, m.cfg.QuietFloor)))
}

// overdue reports whether output is missing, and since when.
func (m *Monitor) overdue(now tick) (since tick, ok bool) {
	if m.connState != connOpen || m.channel == client.ChannelPoll {
		return 0, false
	}
	since = m.due(now, m.quietAfter(now))
	return since, now >= since
}

// silentAfter is how long without a byte makes the connection silent. Until heartbeats have shown their
// interval, nobody knows that bytes are due.
func (m *Monitor) silentAfter(now tick) time.Duration {
	b := &m.heartbeats
	if !b.known() {
		return max(m.cfg.HardIdle, m.quietAfter(now))
	}
	limit := max(time.Duration(m.cfg.MissedHeartbeats)*b.every+b.every/4, b.longest()*3/2)
	if m.lastOutput == never {
		limit = max(limit, patientBeats*b.every)
	} else if now < m.due(now, m.lateAfter(now)) {
		limit = max(limit, patientBeats*b.every, rareBeat) // nothing else is missing: they may have become rarer
	}
	// One burst is enough to wait for the next.
	return max(limit, 2*m.bursts.held(now))
}

// Of a stream that lacks nothing else, patientBeats heartbeats may be missing. Where results arrive, they may even have
// become as rare as once a minute.
const (
	patientBeats = 8
	rareBeat     = 65 * time.Second
)

// silent reports whether the open connection is silent, and since when.
func (m *Monitor) silent(now tick) (since tick, ok bool) {
	if m.connState != connOpen {
		return 0, false
	}
	since = max(m.lastByte, m.opened) + tick(m.silentAfter(now))
	return since, now >= since
}
