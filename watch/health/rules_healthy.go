package health

import (
	"fmt"
	"time"

	"lenswatch/client"
)

// healthyRules are about streams with nothing wrong, or nothing that is understood.
var healthyRules = []rule{
	{Entry{
		Code: WarmingUp, Name: "warming up", Severity: OK,
		Cause:    "The session was opened a short time ago; 30 to 90 s until the first result are usual.",
		Evidence: "The stream is open and nothing has come yet, for less than 120 s.",
		RulesOut: "A first result.",
		Detect:   "At once.",
		Next:     []Step{{"Wait for the first result.", ActionWait}},
	}, warmingUp},
	{Entry{
		Code: Buffered, Name: "buffered by proxy", Severity: Warning,
		Cause:    "Something on the way holds events back and passes them on in bursts.",
		Evidence: "Heartbeats come several at once after a pause, or events that are seconds apart by the service's clock come together.",
		RulesOut: "A heartbeat that comes by itself.",
		Detect:   "With the second burst; sure from the third.",
		Next:     []Step{{"Go around the proxy, or switch its response buffering off.", ActionDoctor}, {"What you see is late, but complete.", ActionWait}},
	}, buffered},
	{Entry{
		Code: Healthy, Name: "healthy", Severity: OK,
		Cause:    "Results come as they usually do.",
		Evidence: "The stream is open and nothing is overdue.",
		RulesOut: "A pause longer than usual.",
		Detect:   "At once.",
		Next:     []Step{{"Nothing needs doing.", ActionWait}},
	}, healthy},
	{Entry{
		Code: Unknown, Name: "unknown", Severity: Warning,
		Cause:    "Something is amiss, and no known cause fits what is seen.",
		Evidence: "What was ruled out.",
		RulesOut: "A cause whose evidence appears.",
		Detect:   "When results are overdue; low confidence for the first 30 s, while the session is being asked.",
		Next:     []Step{{"Open the stream again.", ActionReconnect}, {"Check endpoint, network and clock.", ActionDoctor}, {"Create another session of the lens.", ActionCreate}},
	}, unknown},
}

func warmingUp(f *facts) finding {
	if f.state != Live || f.lastOutput != never || f.channel == client.ChannelPoll {
		return out("")
	}
	if _, prior := f.priorInterval(f.now); prior {
		return out("")
	}
	sentence := fmt.Sprintf("No result yet after %d s; 30 to 90 s are usual.", f.silence/time.Second)
	if f.rec.Status == client.StatusCreated || f.rec.Status == client.StatusRegistered {
		sentence = fmt.Sprintf("The session does not run yet, after %d s.", f.silence/time.Second)
	}
	return fits(Medium, sentence, f.statusEvidence(), f.heartbeatEvidence(), f.outputEvidence())
}

func buffered(f *facts) finding {
	sure, ok := f.bursts.suspect(f.now)
	switch {
	case f.state != Live || !ok:
		return out("")
	case f.lag.at != never && f.now-f.lag.at < lagWindow && f.lag.behind >= f.cfg.Lag:
		return out("this viewer itself holds events back")
	}
	c := &f.bursts
	return fits(sure, fmt.Sprintf("Events come in bursts, about every %s: a proxy holds them back.", span(c.hold)),
		Evidence{Metric: "heartbeats", Value: fmt.Sprintf("%d bursts of several at once", c.batched), Source: "stream"},
		Evidence{Metric: "events", Value: fmt.Sprintf("%d bursts of some that were sent apart", c.spread), Source: "stream"},
		Evidence{Metric: "newest burst", Value: "after a pause of " + span(c.hold), Source: "stream"})
}

func healthy(f *facts) finding {
	if f.state != Live {
		return out("")
	}
	what := "Logs and steps"
	if f.byResults {
		what = "Results"
	}
	switch typical, ok := f.typicalInterval(f.now); {
	case f.channel == client.ChannelPoll:
		return fits(Medium, "The service answers when it is asked.", f.statusEvidence())
	case f.lastOutput == never:
		return fits(Low, fmt.Sprintf("Open for %d s; nothing has come yet.", f.silence/time.Second), f.outputEvidence(), f.heartbeatEvidence())
	case f.reopened() && f.silence >= f.limit:
		return fits(Medium, f.awaited(), f.outputEvidence(), f.heartbeatEvidence())
	case !ok:
		return fits(Medium, what+" come; too few yet to know what is usual.", f.outputEvidence(), f.heartbeatEvidence())
	default:
		return fits(High, fmt.Sprintf("%s come, usually within %s; the last %s.", what, span(typical), ago(f.silence)), f.outputEvidence(), f.heartbeatEvidence())
	}
}

// probeFirst is for how long after a stream became quiet the cause may still be on its way.
const probeFirst = 30 * time.Second

func unknown(f *facts) finding {
	sure := f.guess(Medium)
	if time.Duration(f.now-f.changed) < probeFirst {
		sure = Low
	}
	evidence := []Evidence{f.outputEvidence(), f.heartbeatEvidence()}
	sentence := "Something is amiss, and the cause is not known."
	switch {
	case f.state == Quiet && f.reopened() && time.Duration(f.now-f.opened) < probeFirst:
		sentence = f.awaited()
	case f.state == Quiet && !f.counters.known():
		sentence = "Nothing for " + span(f.silence) + ", and the service tells no counters that would say why."
	case f.state == Quiet && sure == Low:
		sentence = "Nothing for " + span(f.silence) + "; the cause is being looked for."
	case f.state == Quiet:
		sentence = "Nothing for " + span(f.silence) + ", and no known cause fits."
	}
	if f.counters.known() {
		evidence = append(evidence, f.inputsEvidence(), f.outputsEvidence())
	}
	return fits(sure, sentence, evidence...)
}
