package health

import (
	"fmt"
	"time"

	"lenswatch/client"
)

// facts is what the rules look at: the Monitor at one moment.
type facts struct {
	*Monitor
	now     tick
	silence time.Duration // without output
	limit   time.Duration // of silence, before the stream is quiet
	dead    time.Duration // without a byte, of the open connection
	down    failure       // why there is no connection, or why a probe failed; zero while all is well
	probed  bool          // down was seen by a probe
}

func (m *Monitor) facts(now tick) facts {
	f := facts{Monitor: m, now: now, silence: m.silence(now), limit: m.overdueAfter(now)}
	if m.connState == connOpen {
		f.dead = time.Duration(now - max(m.lastByte, m.opened))
	} else {
		f.down = m.fail
	}
	if m.state == Live || m.state.Final() {
		return f
	}
	for _, kind := range []ProbeKind{ProbeSession, ProbeMetadata, ProbeNetwork} {
		if p := &m.probes.newest[kind]; p.at >= max(m.changed, m.probes.reached) && moreSpecific(&p.fail, &f.down) {
			f.down, f.probed = p.fail, true
		}
	}
	return f
}

// moreSpecific reports whether a probe's failure says more than what is known: anything says more
// than nothing, and the step at which the network fails says more than that it does.
func moreSpecific(probe, known *failure) bool {
	switch known.remedy {
	case client.RemedyNone:
		return probe.remedy != client.RemedyNone
	case client.RemedyNetwork:
		return probe.remedy == client.RemedyNetwork && probe.phase != client.PhaseNone
	}
	return false
}

// open reports whether the stream is open.
func (f *facts) open() bool { return f.connState == connOpen }

// reopened reports whether the stream was opened again after the last output.
func (f *facts) reopened() bool {
	return f.open() && f.lastOutput != never && f.opened > f.lastOutput
}

// awaited is a sentence for a stream that was opened again and has brought nothing since.
func (f *facts) awaited() string {
	return fmt.Sprintf("The stream was opened again; no %s has come since, the last came %s.", f.awaits(), ago(f.silence))
}

// quiet reports whether output is overdue although the line is alive: no heartbeat is late.
func (f *facts) quiet() bool {
	return f.state == Quiet && (f.heartbeats.seen == 0 || f.dead < f.heartbeats.every*3/2)
}

// answered reports whether the API answered about the session since the line fell silent.
func (f *facts) answered() bool {
	return f.probes.reached != never && f.probes.reached > max(f.lastByte, f.opened)+tick(f.heartbeats.every)
}

// evidence, each from its source.

func (f *facts) outputEvidence() Evidence {
	e := Evidence{Metric: "last " + f.awaits(), Source: "stream"}
	if f.lastOutput == never {
		e.Value = "none in " + span(f.silence)
		return e
	}
	e.Value = ago(f.silence)
	if typical, ok := f.typicalInterval(f.now); ok {
		e.Value += ", usually within " + span(typical)
	}
	return e
}

func (f *facts) heartbeatEvidence() Evidence {
	e := Evidence{Metric: "last heartbeat", Value: "none ever", Source: "stream"}
	if f.switched {
		e.Value = "none by this channel"
	}
	if f.heartbeats.last != never {
		e.Value = fmt.Sprintf("%s, every %s", ago(time.Duration(f.now-f.heartbeats.last)), span(f.heartbeats.every))
	}
	return e
}

func (f *facts) byteEvidence() Evidence {
	return Evidence{Metric: "last byte", Value: fmt.Sprintf("%s, silent after %s", ago(f.dead), span(f.silentAfter(f.now))), Source: "stream"}
}

func (f *facts) inputsEvidence() Evidence {
	c := &f.counters
	e := Evidence{Metric: "inputs", Source: "session record"}
	switch still := span(time.Duration(f.now - c.in.since)); {
	case !c.whole:
		e.Value = "not told"
	case c.fed > 0:
		e.Value = fmt.Sprintf("%d, %d more since the last output", c.in.value, c.fed)
	case c.in.step != 0:
		e.Value = fmt.Sprintf("%d, unchanged for %s", c.in.value, still)
	default:
		e.Value = fmt.Sprintf("%d, unchanged in all %s of counting", c.in.value, still)
	}
	return e
}

func (f *facts) outputsEvidence() Evidence {
	c := &f.counters
	e := Evidence{Metric: "outputs", Source: "session record"}
	if c.lost > 0 {
		e.Value = fmt.Sprintf("%d, %d more that did not come here", c.out.value, c.lost)
		return e
	}
	e.Value = fmt.Sprintf("%d, unchanged for %s", c.out.value, span(time.Duration(f.now-c.out.since)))
	return e
}

func (f *facts) statusEvidence() Evidence {
	text := f.rec.StatusText
	if text == "" {
		text = f.rec.Status.String()
	}
	return Evidence{Metric: "session status", Value: text, Source: "session record"}
}

func (f *facts) failureEvidence() Evidence {
	e := Evidence{Metric: "newest failure", Value: failureText(&f.down), Source: "stream"}
	if f.probed {
		e.Source = "probe"
	}
	return e
}

func (f *facts) attemptEvidence() Evidence {
	return Evidence{Metric: "attempts", Value: fmt.Sprint(max(1, f.attempt)), Source: "stream"}
}

// ago is an age for a table or a sentence.
func ago(d time.Duration) string {
	if d < time.Second/2 {
		return "just now"
	}
	return span(d) + " ago"
}

// retry is what the wait for the next attempt adds to a sentence.
func (f *facts) retry() string {
	if f.connState != connWaiting || f.nextAt <= f.now {
		return ""
	}
	return " Trying again in " + span(time.Duration(f.nextAt-f.now)) + "."
}
