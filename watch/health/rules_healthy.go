package health

import (
	"fmt"
	"time"

	"lenswatch/client"
	"lenswatch/client/units"
)

// healthyRules are about streams with nothing wrong, or nothing that is understood.
var healthyRules = []rule{
	{
		Entry: Entry{
			Code: WarmingUp, Name: "warming up", Severity: OK,
			Cause:    "The session was opened a short time ago; 30 to 90 s until the first result are typical.",
			RulesOut: "The first result, or 2 min without one.",
			Detect:   "Immediately.",
			Next:     []Step{{"Wait for the first result.", ActionWait}},
		},
		needs:   []check{warming},
		context: []check{statusOf, heartbeatOf, outputOf},
		sentence: func(f *facts) string {
			if f.rec.Status == client.StatusCreated || f.rec.Status == client.StatusRegistered {
				return fmt.Sprintf("Starting… (%s so far)", duration(f.silence.Truncate(time.Second)))
			}
			return fmt.Sprintf("No result yet (%s); the first typically takes 30 to 90 s.", duration(f.silence.Truncate(time.Second)))
		},
	},
	{
		Entry: Entry{
			Code: Buffered, Name: "buffered by proxy", Severity: Warning,
			Cause:    "A proxy buffers the stream and delivers events in bursts.",
			RulesOut: "Events that arrive one by one.",
			Detect:   "With the second burst; high confidence from the third.",
			Next:     []Step{{"Bypass the proxy, or turn off its response buffering.", ActionDoctor}, {"What you see is late, but complete.", ActionWait}},
		},
		needs:   []check{burstsSeen},
		against: []check{lagging},
		context: []check{outputOf},
		sentence: func(f *facts) string {
			return fmt.Sprintf("Events arrive in bursts, about every %s: a proxy holds them back.", duration(f.bursts.hold))
		},
	},
	{
		Entry: Entry{
			Code: Healthy, Name: "healthy", Severity: OK,
			Cause:    "Results arrive at their typical intervals.",
			RulesOut: "A result that is late.",
			Detect:   "With the first result.",
			Next:     []Step{{"No action needed.", ActionWait}},
		},
		needs:    []check{arriving},
		supports: []check{outputsRise},
		context:  []check{outputOf, heartbeatOf, delayOf, uncounted, gapsOf},
		sentence: healthyText,
	},
}

// unknownRule is what is said where no other rule fits. It always does.
var unknownRule = rule{
	Entry: Entry{
		Code: Unknown, Name: "unknown", Severity: Warning,
		Cause:    "Cause unknown, or too early to tell.",
		RulesOut: "Results that arrive, or evidence for a known cause.",
		Detect:   "When results are late; low confidence until they are overdue.",
		Next:     []Step{{"Reconnect now.", ActionReconnect}, {"Check endpoint, network and clock.", ActionDoctor}, {"Create another session of this lens.", ActionCreate}},
	},
	doubts:   []check{nothingSure},
	context:  append([]check{statusOf, outputOf, heartbeatOf, probeRefused}, countersOf...),
	sentence: unknownText,
}

var warming = check{
	says: "the session is less than 4 min old, and the stream has delivered nothing yet, for less than 2 min", source: "stream",
	test: func(f *facts) answer {
		return when(f.state == Live && f.open() && f.lastOutput == never && f.young() && f.channel != client.ChannelPoll &&
			f.silence < f.cfg.WarmUp && f.errors.run == 0 && f.counters.unseen < 2)
	},
}

// young reports whether the session was opened a short time ago.
func (f *facts) young() bool {
	age := f.age(f.now)
	return age > 0 && age < 2*f.cfg.WarmUp
}

var burstsSeen = check{
	says: "heartbeats arrive several at once after a pause, or events that are seconds apart by the service's clock arrive together", source: "stream",
	test: func(f *facts) answer {
		sure, ok := f.bursts.suspect(f.now)
		a := when(f.state == Live && ok)
		a.stated = a.found == yes && sure
		return a
	},
	quote: func(f *facts) Evidence {
		b := &f.bursts
		return Evidence{Metric: "bursts", Value: fmt.Sprintf("%d with several heartbeats, %d of events sent apart; the newest after a pause of %s", b.batched, b.spread, duration(b.hold))}
	},
}

// arriving is what "healthy" needs: output that arrived while watching, and is not late.
var arriving = check{
	says: "a result arrived while watching, and none is late", source: "stream",
	test: func(f *facts) answer {
		switch {
		case f.state != Live:
			return answer{}
		case f.channel == client.ChannelPoll:
			return when(f.rec.Status == client.StatusRunning || f.rec.Status == client.StatusUnknown && f.rec.StatusText == "")
		case f.lastOutput == never:
			return answer{found: pending, by: f.quietAt}
		case f.maybeNotOutput():
			return answer{found: pending, by: f.first + probeUnsure}
		}
		return when(f.now < f.lateAt && !f.reopened() || f.now < f.lastOutput+tick(f.lateAfter(f.now)))
	},
}

// maybeNotOutput reports whether nothing shows yet that events of a type that is not known are output: the service counts
// outputs, and has counted none since.
func (f *facts) maybeNotOutput() bool {
	c := &f.counters
	if f.byResults || f.now >= f.first+probeUnsure {
		return false
	}
	return c.out.reported && c.out.value > 0 && c.out.step == 0 || !c.known() && f.now < f.first+2*sampleEvery
}

var outputsRise = check{
	says: "the output counter rises", source: "session record",
	test: func(f *facts) answer {
		return when(f.counters.fresh(f.now) && f.counters.out.step > 0)
	},
}

// delayOf is how late results arrive, or that nobody knows.
var delayOf = check{
	source: "stream",
	test:   func(f *facts) answer { return when(f.channel != client.ChannelPoll) },
	quote: func(f *facts) Evidence {
		e := Evidence{Metric: "delay", Value: "not known: results carry no time that could be compared"}
		if f.delay.n > 0 {
			e.Value = duration(max(0, f.delayNow()).Round(100*time.Millisecond)) + " above the least seen"
		}
		return e
	},
}

// uncounted says that the service counts nothing that what arrives could be compared with.
var uncounted = check{
	source: "session record",
	test:   func(f *facts) answer { return when(f.channel != client.ChannelPoll && !f.counters.fresh(f.now)) },
	quote: func(*facts) Evidence {
		return Evidence{Metric: "counters", Value: "not known: not compared with what arrives"}
	},
}

var gapsOf = check{
	source: "stream",
	test:   func(f *facts) answer { return when(f.count.Gaps > 0) },
	quote: func(f *facts) Evidence {
		return Evidence{Metric: "gaps", Value: units.Plural(f.count.Gaps, "time") + " that events may have been lost"}
	},
}

func healthyText(f *facts) string {
	what := "results"
	if !f.byResults {
		what = "output"
	}
	if f.channel == client.ChannelPoll {
		return "Polling succeeds."
	}
	typical, ok := f.typicalInterval(f.now)
	if !ok {
		return "Receiving " + what + "; still learning the normal rate."
	}
	if typical < time.Second/2 {
		if f.byResults {
			what = "results arrive"
		} else {
			what = "output arrives"
		}
		return "Healthy: " + what + " several times per second, the last " + ago(f.silence) + "."
	}
	return fmt.Sprintf("Healthy: %s about every %s, the last %s.", article(f.what()), about(typical), ago(f.silence))
}

var probeRefused = check{
	source: "probe",
	test: func(f *facts) answer {
		p := &f.probes.newest[ProbeSession]
		return when(p.at != never && p.at >= f.probes.reached && p.fail.remedy != client.RemedyNone)
	},
	quote: func(f *facts) Evidence {
		return Evidence{Metric: "session status", Value: "not answered: " + failureText(&f.probes.newest[ProbeSession].fail)}
	},
}

// nothingSure is the doubt about a stream that is not known to be quiet.
var nothingSure = check{
	says: "whether another result arrives",
	test: func(f *facts) answer {
		return answer{found: when(f.state != Quiet && f.state != Silent).found, by: f.quietAt}
	},
}

func unknownText(f *facts) string {
	if f.suspect == nil {
		return f.unknownCause()
	}
	text, by := "Suspected: "+f.suspect.Name, never
	for i := range f.suspect.doubts {
		if a := f.suspect.doubts[i].test(f); a.found == yes {
			by = max(by, a.by)
		}
	}
	if by > f.now { // first, as small panes cut the rest
		text += ", known in " + duration(max(time.Duration(by-f.now).Round(time.Second), time.Second))
	}
	return text + ". " + f.unknownCause()
}

// oddStatus is what is said of a status that no rule goes by.
func (f *facts) oddStatus() string {
	if f.rec.Status != client.StatusUnknown || f.rec.StatusText == "" {
		return ""
	}
	return fmt.Sprintf(" The session record says %q.", short(f.rec.StatusText, 60))
}

func (f *facts) unknownCause() string {
	waited := duration(f.silence.Truncate(time.Second))
	_, known := f.typicalInterval(f.now)
	switch {
	case f.state == Silent:
		return "No data for " + duration(f.dead) + "; cause unknown."
	case f.channel == client.ChannelPoll:
		return "Polling succeeds, but the session is not running."
	case f.reopened():
		return fmt.Sprintf("The stream was reopened; no %s has arrived since, the last %s.", f.what(), ago(f.silence))
	case f.state == Quiet && !f.counters.known():
		return "No results for " + waited + "; the service reports no counters to explain why."
	case f.state == Quiet:
		return "Stalled, cause unknown: no results for " + waited + "."
	case f.lastOutput == never:
		if mean, ok := f.priorInterval(f.now); ok {
			return fmt.Sprintf("No result for %s; the session record suggests one every ~%s.", waited, about(mean))
		}
		return "No result for " + waited + " since watching started."
	case f.maybeNotOutput():
		return "Receiving events of an unknown type; the counters will show whether they are results."
	case !known:
		return fmt.Sprintf("%s so far, the last %s; too few to learn the normal rate.", units.Plural(f.intervals.n+1, f.what()), ago(f.silence))
	}
	return fmt.Sprintf("No %s for %s; normal rate not yet known.", f.what(), waited)
}
