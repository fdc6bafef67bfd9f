package health

import (
	"fmt"
	"strings"
	"time"

	"lenswatch/client"
	"lenswatch/client/units"
)

// What the rules about open streams look at; see outputRules.

// maySlow is what a guess adds to its sentence.
const maySlow = " It may only be slow."

// withDoubt adds to a sentence that the pause may be typical, while it may.
func withDoubt(sentence func(*facts) string) func(*facts) string {
	return func(f *facts) string {
		if f.now < f.quietAt {
			return sentence(f) + maySlow
		}
		return sentence(f)
	}
}

// lagLasts is how long the viewer has to be behind.
const lagLasts = 3 * time.Second

var behind = check{
	says: "received events wait for longer than 1 s, for 3 s or more", source: "viewer",
	test: func(f *facts) answer {
		l := &f.lag
		return stated(l.at != never && f.now-l.at < lagWindow && l.over != never && time.Duration(l.at-l.over) >= lagLasts)
	},
	quote: func(f *facts) Evidence {
		return Evidence{Metric: "behind", Value: fmt.Sprintf("%s, %s waiting", duration(f.lag.behind), units.Plural(int64(f.lag.pending), "event"))}
	},
	unmet: func(f *facts) string {
		if f.lag.at == never || f.now-f.lag.at >= lagWindow {
			return ""
		}
		return "this viewer is not behind"
	},
}

var lagging = check{
	says: "this viewer itself holds events back",
	test: func(f *facts) answer {
		return when(f.lag.at != never && f.now-f.lag.at < lagWindow && f.lag.over != never)
	},
	met: func(*facts) string { return "this viewer itself holds events back" },
}

var nothingReceived = check{
	says: "no byte for more than 3 heartbeats, or for 20 s while outputs are counted", source: "stream",
	test: func(f *facts) answer {
		if !f.open() {
			return answer{}
		}
		c := &f.counters
		lostHere := c.unseen >= 2 && f.now >= f.lateAt && f.dead >= max(f.cfg.QuietFloor, 2*f.bursts.held(f.now)) && f.lastAny <= c.from
		return when(f.state == Silent || lostHere)
	},
	quote: (*facts).byteEvidence,
	unmet: func(f *facts) string {
		if !f.open() {
			return ""
		}
		if last := f.heartbeats.last; last != never && time.Duration(f.now-last) < 2*f.heartbeats.every {
			return "the last heartbeat arrived " + ago(time.Duration(f.now-last))
		}
		if f.dead >= f.cfg.QuietFloor {
			return ""
		}
		return "the last byte arrived " + ago(f.dead)
	},
}

var serviceWorks = check{
	says: "the service answers other requests, or counts outputs", source: "probe",
	test: func(f *facts) answer {
		return when(f.answeredSince() || f.counters.unseen >= 2)
	},
	quote: func(f *facts) Evidence {
		if f.counters.unseen >= 2 {
			return f.outputsEvidence()
		}
		return Evidence{Metric: "service", Value: "answered " + ago(time.Duration(f.now-f.probes.reached))}
	},
}

var serviceMayBeGone = check{
	says: "whether the service still responds",
	test: func(f *facts) answer {
		return answer{found: when(serviceWorks.test(f).found != yes).found, by: max(f.probes.requested, f.changed) + sampleEvery}
	},
}

// unheldRun is how many intervals show how results arrive.
const unheldRun = 4

// mayBeHeldBack is the doubt about a connection that is silent for a short time: a proxy may hold its data.
var mayBeHeldBack = check{
	says: "whether a proxy holds the data back",
	test: func(f *facts) answer {
		after := max(f.lastByte, f.opened)
		if f.heartbeats.known() {
			after += tick(f.silentAfter(f.now) * 4 / 3)
		} else if f.counters.unseen < 2 {
			after += tick(f.cfg.HardIdle * 3 / 2)
		} else if f.lastHere == never {
			after += tick(3 * f.cfg.QuietFloor)
		} else if f.intervals.n < unheldRun || f.intervals.quantile(.5) < time.Duration(burstSpan) {
			after += tick(2 * f.cfg.QuietFloor)
		} else {
			after += tick(f.cfg.QuietFloor) // what arrived one by one was not held back
		}
		return answer{found: when(f.now < after).found, by: after}
	},
}

// nothingHere is that the channel being read has delivered nothing of the lens, or nothing of what is counted.
var nothingHere = check{
	says: "the channel being read delivers no output", source: "stream",
	test: func(f *facts) answer {
		if !f.open() {
			return answer{}
		}
		if f.counters.unseen >= 2 && (receivedHere.test(f).found == yes || f.lastHere == never) {
			return answer{found: yes}
		}
		if f.lastHere != never {
			return answer{}
		}
		return from(f.opened+tick(f.cfg.QuietFloor/2), f.now)
	},
	quote: (*facts).heartbeatEvidence,
	unmet: func(f *facts) string {
		if f.state == Quiet && f.counters.fresh(f.now) && f.counters.unseen == 0 && f.counters.outputs() {
			return "the service counts no new outputs"
		}
		return ""
	},
}

var channelElsewhere = check{
	says: "the records name the other channel, or the mailbox holds messages", source: "session record",
	test: func(f *facts) answer {
		if a := mailboxHolds.test(f); a.found == yes {
			return a
		}
		return otherDeclared.test(f)
	},
	quote: func(f *facts) Evidence {
		if mailboxHolds.test(f).found == yes {
			e := mailboxHolds.quote(f)
			e.Source = mailboxHolds.source
			return e
		}
		return f.channelEvidence()
	},
	unmet: otherDeclared.unmet,
}

// firstBurstLate is the doubt about a stream that is new: its first output may still be on the way.
var firstBurstLate = check{
	says: "whether the first results are on their way",
	test: func(f *facts) answer {
		after := f.opened + tick(f.cfg.QuietFloor)
		return answer{found: when(f.lastHere == never && f.now < after).found, by: after}
	},
}

// mailboxUnknown is the doubt until the mailbox was looked into.
var mailboxUnknown = check{
	says: "whether the mailbox holds the outputs",
	test: func(f *facts) answer {
		p := &f.probes.newest[ProbeMailbox]
		by := f.counters.samples + 4*sampleEvery // it may not be possible
		return answer{found: when(f.channel != client.ChannelMailbox && (p.at == never || p.at < f.opened) && f.now < by).found, by: by}
	},
}

var noResults = check{
	says: "no result arrives", source: "stream",
	test: func(f *facts) answer {
		if !f.open() || f.channel == client.ChannelPoll || f.state == Silent {
			return answer{}
		}
		if inputUnset.test(f).found == yes {
			return answer{found: yes} // none can arrive
		}
		if warming.test(f).found == yes {
			return answer{found: pending, by: f.lateAt}
		}
		return from(f.due(f.now, f.cfg.QuietFloor/2), f.now)
	},
	quote: (*facts).outputEvidence,
}

var countedUnseen = check{
	says: "new outputs are counted",
	test: func(f *facts) answer { return when(f.counters.fresh(f.now) && f.counters.unseen > 0) },
	met:  func(*facts) string { return "the service counts new outputs" },
}

var openForAWhile = check{
	says: "the stream has been open for 20 s",
	test: func(f *facts) answer {
		if !f.open() {
			return answer{}
		}
		return from(f.first+tick(f.cfg.QuietFloor), f.now)
	},
}

var noOutputDeclared = check{
	says: "the lens or session record names no output", source: "session record",
	test: func(f *facts) answer {
		return stated(f.declared() == client.ChannelNone)
	},
	quote: (*facts).channelEvidence,
	unmet: func(f *facts) string {
		if d := f.declared(); d != client.ChannelUnknown && f.waiting() {
			return "the output channel is " + d.String()
		}
		return ""
	},
}

var outputsCounted = check{
	says: "outputs are counted",
	test: func(f *facts) answer {
		return when(f.counters.out.reported && f.counters.out.value > 0 && !f.writtenElsewhere())
	},
	met: func(*facts) string { return "the service counts outputs" },
}

var writtenElsewhere = check{
	says: "the lens writes them to what is not read",
	test: func(f *facts) answer { return when(f.writtenElsewhere()) },
	met:  func(f *facts) string { return "the lens writes them to " + f.lens.writer },
}

// writtenElsewhere reports whether the results go to something that no channel leads to, such as Kafka.
func (f *facts) writtenElsewhere() bool {
	return f.declared() == client.ChannelNone && f.lens.writer != ""
}

// outputMayBeSet is the doubt where only the lens's record names no output: one may have been set for this
// session alone.
var outputMayBeSet = check{
	says: "whether an output stream was set for this session alone",
	test: func(f *facts) answer {
		return answer{found: when(f.rec.Channel != client.ChannelNone && f.now < f.quietAt).found, by: f.quietAt}
	},
}

// minErrors is how many errors without a result in between are no accident, and errorsLast for how long.
const (
	minErrors  = 3
	errorsLast = 3 * time.Second
	errorShare = .5 // of results and errors, from which most inferences fail
)

var errorsOnly = check{
	says: "3 errors arrived since the last result, or one and results are late, or most inferences fail", source: "stream",
	test: func(f *facts) answer {
		e := &f.errors
		if !f.open() || f.channel == client.ChannelPoll {
			return answer{}
		}
		inRow := e.run >= minErrors && f.silence >= max(errorsLast, 3*f.typical)
		return when(inRow || e.run > 0 && f.now >= min(f.lateAt, f.opened+tick(f.cfg.QuietFloor)+tick(f.typical)) && f.waitingFor() ||
			e.share >= errorShare && e.total >= 10 && !e.over(f.now))
	},
	quote: func(f *facts) Evidence {
		e := &f.errors
		return Evidence{Metric: "newest error", Value: fmt.Sprintf("%s (%s, %s in all)", e.text, ago(time.Duration(f.now-e.at)), units.Count(e.total))}
	},
	unmet: func(f *facts) string {
		if f.waiting() && f.errors.total == 0 {
			return "the lens reports no errors"
		}
		return ""
	},
}

// waitingFor reports whether no result has arrived for long enough to take the first error as the cause.
func (f *facts) waitingFor() bool {
	return f.waiting() || f.lastResult == never && f.silence >= f.cfg.QuietFloor
}

var siblingMoves = check{
	says: "the outputs of another session of the lens rise, and never did together with this one's", source: "session list",
	test: func(f *facts) answer {
		_, ok := f.taker()
		return when(ok)
	},
	quote: func(f *facts) Evidence {
		s, _ := f.taker()
		return Evidence{Metric: "another's outputs", Value: fmt.Sprintf("%s: %s, +%s %s", s.id, units.Count(s.out.value), units.Count(s.out.step), ago(time.Duration(f.now-s.movedAt)))}
	},
	unmet: func(f *facts) string {
		switch {
		case !f.waiting():
			return ""
		case f.siblings.total == 0:
			return "no other session of the lens is known"
		}
		return "no other session of the lens seems to take its work"
	},
}

var siblingsOf = check{
	source: "session list",
	test:   func(f *facts) answer { return when(f.siblings.total > 0) },
	quote: func(f *facts) Evidence {
		return Evidence{Metric: "other sessions", Value: fmt.Sprintf("%d of the lens", f.siblings.total)}
	},
}

var notRunning = check{
	says: "the session record still says created or registered", source: "session record",
	test: func(f *facts) answer {
		return when(f.open() && (f.rec.Status == client.StatusCreated || f.rec.Status == client.StatusRegistered))
	},
	quote: (*facts).statusEvidence,
	unmet: func(f *facts) string {
		if f.waiting() && f.rec.Status == client.StatusRunning {
			return "the session record says running"
		}
		return ""
	},
}

var warmUpOver = check{
	says: "the session is 2 min old",
	test: func(f *facts) answer {
		wait := max(f.cfg.WarmUp-f.registeredFor(), 0)
		return from(f.first+tick(wait), f.now)
	},
}

// registeredFor is for how long the session had existed when it was first watched.
func (f *facts) registeredFor() time.Duration {
	return f.age(f.now) - time.Duration(f.now-max(f.first, 0))
}

// minDelay is from what delay results are late, and delayFactor how many typical intervals it has to be.
const (
	minDelay    = 10 * time.Second
	delayFactor = 3
)

// delayNow is how much later than the fastest the newest results arrived: of some of them in the mean, unless it grows.
func (f *facts) delayNow() time.Duration {
	switch {
	case f.delay.n == 0:
		return 0
	case f.delayGrows():
		return max(f.delay.late(), f.delay.newest-f.delay.skew())
	}
	return f.delay.late()
}

var resultsDelayed = check{
	says: "results arrive at least 10 s later after they were made than the fastest did, or than the service's clock says, or ever later for 16 s", source: "stream",
	test: func(f *facts) answer {
		late := f.delayNow() >= max(minDelay, delayFactor*f.typical) && f.lateFor() >= lasts
		return when(f.open() && f.state == Live && (late || f.delayGrows()))
	},
	quote: func(f *facts) Evidence {
		return Evidence{Metric: "delay", Value: about(f.delayNow()) + " above the least seen"}
	},
}

// delayGrows reports whether results arrive ever later. Where a clock was set, nobody knows.
func (f *facts) delayGrows() bool { return !f.delay.set && f.delay.rise.grown() > 0 }

// lateFor is for how long results have been late.
func (f *facts) lateFor() tick {
	if f.delay.over == never || f.delay.n == 0 {
		return 0
	}
	return f.now - f.delay.over
}

var recordedSource = check{
	says: "the times are those of a recorded source",
	test: func(f *facts) answer { return when(f.readsFile()) },
	met:  func(*facts) string { return "the times are those of a file" },
}

var rateFell = check{
	says: "the newest 4 results are each 8 times as far apart as the long intervals before, or the newest 3 as the mean interval by the session record", source: "stream",
	test: func(f *facts) answer {
		before, n := f.slowedFrom()
		return when(f.open() && f.state == Live && before > 0 && n > 1)
	},
	quote: func(f *facts) Evidence {
		before, n := f.slowedFrom()
		var lately []string
		for i := f.slow.n - min(n, slowRun-1); i < f.slow.n; i++ {
			lately = append(lately, duration(f.slow.recent[i%slowRun]))
		}
		return Evidence{Metric: "intervals", Value: strings.Join(lately, ", ") + " lately, up to " + duration(before) + " before"}
	},
}

// maySoonEnd is the doubt about a rate that only two intervals show to have fallen.
var maySoonEnd = check{
	says: "whether the next result takes as long",
	test: func(f *facts) answer {
		_, n := f.slowedFrom()
		return answer{found: when(n < slowRun-1).found, by: f.lastOutput + tick(f.slow.recent[0])}
	},
}

// slowedFrom is the interval of before of a stream that has slowed down, and how many intervals show it: as it was learnt here,
// or else the mean one by the record.
func (f *facts) slowedFrom() (before time.Duration, n int) {
	if f.slow.before > 0 {
		return f.slow.before, slowRun
	}
	for f.slow.prior > 0 && n < min(f.slow.n, slowRun-1) && f.slow.recent[(f.slow.n-1-n)%slowRun] >= slowFactor*f.slow.prior {
		n++
	}
	return f.slow.prior, n
}

// slowPrior is of how many results the mean interval by the record has to be.
const slowPrior = 100
