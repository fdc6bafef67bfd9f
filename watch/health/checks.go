package health

import (
	"fmt"
	"time"

	"lenswatch/client"
	"lenswatch/client/units"
)

// The checks that several rules share.
var (
	resultsLate = check{
		says: "results are late", source: "stream",
		test: func(f *facts) answer {
			if !f.open() || f.channel == client.ChannelPoll || f.state == Silent {
				return answer{}
			}
			return from(f.lateAt, f.now)
		},
		quote: (*facts).outputEvidence,
	}
	// pauseMayBeTypical is the doubt that is left until the stream is quiet.
	pauseMayBeTypical = check{
		says: "whether such a pause is typical",
		test: func(f *facts) answer {
			doubt := f.now < f.quietAt && inputUnset.test(f).found != yes
			return answer{found: when(doubt).found, by: f.quietAt, slight: f.hardlyTypical()}
		},
	}
	// connectionLives is a check of the connection by its heartbeats; where there are none it says nothing.
	connectionLives = check{
		says: "the connection delivers", source: "",
		test: func(f *facts) answer {
			return when(f.state != Silent && (!f.heartbeats.known() || f.dead < f.heartbeats.every*3/2))
		},
		quote: (*facts).heartbeatEvidence,
	}
	inputsRise = check{
		says: "inputs rise in two samples", source: "session record",
		test: func(f *facts) answer {
			c := &f.counters
			switch {
			case !c.fresh(f.now) || !c.inputs():
				return answer{}
			case c.noOutput >= 2:
				stands, old := f.stands()
				return when(!stands || old && f.now < c.in.since+cachedRest)
			case c.noOutput == 1 || c.frozen == 0 && c.unseen == 0:
				return f.nextSample()
			}
			return answer{}
		},
		quote: (*facts).inputsEvidence,
		unmet: func(f *facts) string {
			if f.waiting() && f.counters.frozen >= 2 {
				return "no inputs arrive either"
			}
			return ""
		},
	}
	inputsStand = check{
		says: "the input counter is not rising", source: "session record",
		test: func(f *facts) answer {
			c := &f.counters
			if !c.fresh(f.now) || !c.inputs() || c.noOutput > 0 && c.frozen < 2 {
				return answer{}
			}
			if stands, old := f.stands(); stands {
				return answer{found: yes, old: old}
			}
			if c.unseen == 0 {
				return answer{found: pending, by: max(c.in.since+f.inputPatience(), c.last+sampleEvery)}
			}
			return answer{}
		},
		quote: (*facts).inputsEvidence,
		unmet: func(f *facts) string {
			if f.waiting() && f.counters.fed > 0 && f.counters.frozen < 2 {
				return fmt.Sprintf("%s arrived since the last %s", units.Plural(f.counters.fed, "input"), f.what())
			}
			return ""
		},
	}
	// noInputs is that no input arrives, or none was ever set.
	noInputs = check{
		says: "the input counter is not rising, or the record has input_data_stream_id null and counts no input", source: "session record",
		test: func(f *facts) answer {
			if a := inputUnset.test(f); a.found != no {
				return a
			}
			return inputsStand.test(f)
		},
		quote: (*facts).inputsEvidence,
		unmet: inputsStand.unmet,
	}
	// recordMayBeCached is the doubt while nothing shows that a record in which the inputs stand still was made after they
	// moved last. Where records never show that, it is doubted for a while.
	recordMayBeCached = check{
		says: "whether the record is a new one",
		test: func(f *facts) answer {
			by := f.counters.in.since + cachedRest
			return answer{found: when(f.now < by && noInputs.test(f).old).found, by: by, slight: f.counters.frozen >= movedRuns}
		},
	}
	outputsStand = check{
		says: "the output counter stands still", source: "session record",
		test: func(f *facts) answer {
			c := &f.counters
			a := when(c.fresh(f.now) && c.outputs() && c.unseen == 0 && c.frozen+c.noOutput >= 2)
			a.old = a.found == yes && inputsStand.test(f).old
			return a
		},
		quote: (*facts).outputsEvidence,
	}
	outputsUnseen = check{
		says: "outputs rise in two samples and do not arrive", source: "session record",
		test: func(f *facts) answer {
			c := &f.counters
			switch {
			case !f.open() || !c.fresh(f.now):
				return answer{}
			case c.unseen >= 2:
				return answer{found: yes}
			case c.unseen == 1:
				return f.nextSample()
			}
			return answer{}
		},
		quote: (*facts).outputsEvidence,
		unmet: func(f *facts) string {
			if f.waiting() && f.counters.fresh(f.now) && f.counters.outputs() && f.counters.unseen == 0 {
				return "the service counts no new outputs"
			}
			return ""
		},
	}
	// receivedHere is that the connection delivered something since outputs were counted that did not
	// arrive: it is not the connection that lost them.
	receivedHere = check{
		says: "the connection delivered data", source: "stream",
		test: func(f *facts) answer {
			c := &f.counters
			return when(c.received != never && f.now-c.received >= burstTime)
		},
		quote: (*facts).heartbeatEvidence,
	}
	// takenAway is that outputs are counted and do not arrive, none of them or a part.
	takenAway = check{
		says: "outputs rise in two samples and do not arrive although the connection delivers, or only a part of them does since there is another reader", source: "session record",
		test: func(f *facts) answer {
			if _, ok := f.counters.sharing.split(); ok && f.open() && f.counters.fresh(f.now) {
				return answer{found: yes}
			}
			a := outputsUnseen.test(f)
			if a.found == yes {
				return receivedHere.test(f)
			}
			return a
		},
		quote: func(f *facts) Evidence {
			if s := &f.counters.sharing; outputsUnseen.test(f).found != yes {
				return Evidence{Metric: "outputs", Value: fmt.Sprintf("%s counted, %s received since there is another reader", units.Count(s.shared.counted), units.Count(s.shared.received))}
			}
			return f.outputsEvidence()
		},
		unmet: func(f *facts) string {
			if outputsUnseen.test(f).found == yes {
				return "nothing at all arrived on this connection since outputs were counted"
			}
			return outputsUnseen.unmet(f)
		},
	}
	otherConsumer = check{
		says: "the session has another connection", source: "session record",
		test: func(f *facts) answer { return when(max(f.counters.connections, f.counters.readers) > 1) },
		quote: func(f *facts) Evidence {
			return Evidence{Metric: "connections", Value: fmt.Sprintf("%d, including this one", max(f.counters.connections, f.counters.readers))}
		},
		unmet: func(f *facts) string {
			if f.counters.unseen > 0 && f.counters.connections >= 0 {
				return "the service counts no other connection"
			}
			return ""
		},
	}
	mailboxHolds = check{
		says: "its mailbox holds messages", source: "mailbox",
		test: func(f *facts) answer {
			p := &f.probes.newest[ProbeMailbox]
			return stated(f.channel != client.ChannelMailbox && p.at != never && p.at >= f.opened && p.messages > 0)
		},
		quote: func(f *facts) Evidence {
			return Evidence{Metric: "mailbox", Value: fmt.Sprintf("holds %s, reading %s", units.Plural(f.probes.newest[ProbeMailbox].messages, "message"), f.channel)}
		},
	}
	mailboxEmpty = check{
		says: "the mailbox is empty", source: "mailbox",
		test: func(f *facts) answer {
			p := &f.probes.newest[ProbeMailbox]
			return when(f.channel != client.ChannelMailbox && p.at != never && p.at >= f.opened && p.fail.remedy == client.RemedyNone && p.messages == 0)
		},
		met: func(*facts) string { return "the mailbox is empty" },
	}
	otherDeclared = check{
		says: "the records name another output channel", source: "session record",
		test: func(f *facts) answer {
			d := f.declared()
			return when(d != client.ChannelUnknown && d != client.ChannelNone && f.channel != client.ChannelUnknown && d != f.channel)
		},
		quote: (*facts).channelEvidence,
		unmet: func(f *facts) string {
			if f.waiting() && f.declared() == f.channel {
				return "the output channel is the one being read"
			}
			return ""
		},
	}
	anyData = check{
		says: "data arrived",
		test: func(f *facts) answer { return when(max(f.lastData, f.lastHere) != never) },
		met:  func(*facts) string { return "data arrived" },
	}
	// Context: what is quoted besides the evidence.
	statusOf = check{
		test:  func(f *facts) answer { return when(f.rec.StatusText != "" || f.rec.Status != client.StatusUnknown) },
		quote: (*facts).statusEvidence, source: "session record",
	}
	heartbeatOf = check{
		test:  func(f *facts) answer { return when(f.known()) },
		quote: (*facts).heartbeatEvidence, source: "stream",
	}
	outputOf = check{
		test:  func(f *facts) answer { return when(f.known()) },
		quote: (*facts).outputEvidence, source: "stream",
	}
	countersOf = []check{
		{test: func(f *facts) answer { return when(f.counters.in.reported) }, quote: (*facts).inputsEvidence, source: "session record"},
		{test: func(f *facts) answer { return when(f.counters.out.reported) }, quote: (*facts).outputsEvidence, source: "session record"},
	}
	attemptOf = check{
		says: "another attempt failed as well", source: "retry",
		test:  func(f *facts) answer { return when(f.attempt > 1) },
		quote: (*facts).attemptEvidence,
	}
)

// sampleEvery is how soon the next sample of the counters arrives, from the list or by a probe.
const sampleEvery = tick(5 * time.Second)

// hardlyFactor is for how many mean intervals results are missing where that is a stall by all odds: by chance they are
// once in e^7 = 1,100 times.
const hardlyFactor = 7

// hardlyTypical reports whether a pause is hardly one that is typical of the stream: results are missing for several mean
// intervals, and the counters of the service show none in two samples. Only a lens that works in large batches rests like that.
func (f *facts) hardlyTypical() bool {
	c := &f.counters
	if !c.fresh(f.now) || c.frozen+c.noOutput < 2 || f.silence < f.cfg.QuietFloor {
		return false
	}
	mean, known := f.priorInterval(f.now)
	if n := f.intervals.n; n >= minLearnWeight {
		mean, known = max(mean, f.intervals.span/time.Duration(n)), true
	}
	return known && f.silence+f.before() >= hardlyFactor*mean // before: by the service's own clock
}

func (f *facts) nextSample() answer {
	return answer{found: pending, by: max(f.counters.last+sampleEvery, f.now+tick(time.Second))}
}

// stands reports whether the inputs stand still, and whether that may be so because records are cached.
func (f *facts) stands() (yes, old bool) {
	c, patience := &f.counters, f.inputPatience()
	if c.in.step == 0 {
		patience -= tick(f.before()) // by the service's own clock nothing had happened before it was watched
	}
	yes = c.frozen >= 2 && f.now >= c.in.since+patience
	return yes, yes && !c.current(patience) && f.now < c.in.since+maxRest
}

// inputPatience is for how long inputs have to stand still: longer than two samples, or several times as long as they
// are apart by the record, or half as long again as the counter ever stood still, which may be one of a cache.
func (f *facts) inputPatience() tick {
	patience := max(inputsRest, min(f.counters.in.rest, maxRest)*3/2)
	if c := &f.counters; c.in.value > 0 {
		if age := f.age(f.now); age > 0 {
			patience = max(patience, tick(3*age/time.Duration(c.in.value)))
		}
	}
	return min(patience, tick(f.cfg.FirstResult))
}

// inputsRest is how long a counter may stand still because a record is some seconds old.
const inputsRest = tick(12 * time.Second)

// cachedRest is for how long a record may be the same because it is cached, unless longer was seen.
const cachedRest = tick(30 * time.Second)

// maxRest is how long a counter may stand still because records are cached. What is longer is a rest of the inputs.
const maxRest = tick(90 * time.Second)

// answeredSince reports whether the API answered about the session since the connection fell silent.
func (f *facts) answeredSince() bool {
	return f.probes.reached != never && f.probes.reached > max(f.lastByte, f.opened)+tick(f.heartbeats.every)
}

// alive reports whether the session is known to have outlived the newest end of its stream.
func (f *facts) alive() bool {
	return f.connections.idle || f.open() || f.rec.Status == client.StatusRunning && f.probes.reached > f.attemptSince
}

// inputType is what feeds the session: by its own record, else by that of its lens.
func (f *facts) inputType() Evidence {
	e := Evidence{Metric: "input of the session", Value: f.rec.InputType, Source: "session record"}
	if e.Value == "" && len(f.lens.inputs) > 0 {
		e = Evidence{Metric: "input of the lens", Value: f.lens.inputs[0], Source: "lens record"}
	}
	e.Value = short(e.Value, 40)
	return e
}

// readsFile reports whether the input is a file, which has an end.
func (f *facts) readsFile() bool { return client.EndsByItself(f.inputType().Value) }
