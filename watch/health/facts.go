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
	if m.conn == connOpen {
		f.dead = time.Duration(now - max(m.lastByte, m.opened))
	} else {
		f.down = m.fail
	}
	// A probe counts while the trouble lasts in which it was made.
	for _, kind := range []ProbeKind{ProbeSession, ProbeMetadata, ProbeNetwork} {
		p := &m.probes.newest[kind]
		if p.fail.remedy != client.RemedyNone && m.state != Live && p.at >= m.changed &&
			(f.down.remedy == client.RemedyNone || f.down.remedy == client.RemedyNetwork && p.fail.remedy == client.RemedyNetwork && p.fail.phase != client.PhaseNone) &&
			p.at >= m.probes.reached {
			f.down, f.probed = p.fail, true
		}
	}
	return f
}

// open reports whether the stream is open.
func (f *facts) open() bool { return f.conn == connOpen }

// quiet reports whether output is overdue on a line that is not silent.
func (f *facts) quiet() bool { return f.state == Quiet }

// known reports whether anything was ever heard of the session.
func (f *facts) known() bool { return f.first != never || f.rec.ID != "" }

// answered reports whether the API answered about the session since the line fell silent.
func (f *facts) answered() bool {
	return f.probes.reached != never && f.probes.reached > max(f.lastByte, f.opened)+tick(f.beats.every)
}

// evidence, each from its source.

func (f *facts) lastOutputWas() Evidence {
	e := Evidence{Figure: "last result", Source: "stream"}
	if !f.byResults {
		e.Figure = "last output"
	}
	if f.lastOutput == never {
		e.Value = "none in " + span(f.silence)
		return e
	}
	e.Value = ago(f.silence)
	if usual, ok := f.usualGap(f.now); ok {
		e.Value += ", usually within " + span(usual)
	}
	return e
}

func (f *facts) lastBeatWas() Evidence {
	e := Evidence{Figure: "last heartbeat", Value: "none ever", Source: "stream"}
	if f.beats.last != never {
		e.Value = fmt.Sprintf("%s, every %s", ago(time.Duration(f.now-f.beats.last)), span(f.beats.every))
	}
	return e
}

func (f *facts) lastByteWas() Evidence {
	return Evidence{Figure: "last byte", Value: fmt.Sprintf("%s, silent after %s", ago(f.dead), span(f.silentAfter(f.now))), Source: "stream"}
}

func (f *facts) inputsAre() Evidence {
	c := &f.counters
	e := Evidence{Figure: "inputs", Source: "session record"}
	switch still := span(time.Duration(f.now - c.in.since)); {
	case c.fed > 0:
		e.Value = fmt.Sprintf("%d, %d more since the last output", c.in.value, c.fed)
	case c.in.step != 0:
		e.Value = fmt.Sprintf("%d, unchanged for %s", c.in.value, still)
	default:
		e.Value = fmt.Sprintf("%d, unchanged in all %s of counting", c.in.value, still)
	}
	return e
}

func (f *facts) outputsAre() Evidence {
	c := &f.counters
	e := Evidence{Figure: "outputs", Source: "session record"}
	if c.lost > 0 {
		e.Value = fmt.Sprintf("%d, %d more that did not come here", c.out.value, c.lost)
		return e
	}
	e.Value = fmt.Sprintf("%d, unchanged for %s", c.out.value, span(time.Duration(f.now-c.out.since)))
	return e
}

func (f *facts) statusIs() Evidence {
	text := f.rec.StatusText
	if text == "" {
		text = f.rec.Status.String()
	}
	return Evidence{Figure: "session status", Value: text, Source: "session record"}
}

func (f *facts) failureWas() Evidence {
	e := Evidence{Figure: "newest failure", Value: failureText(&f.down), Source: "stream"}
	if f.probed {
		e.Source = "probe"
	}
	return e
}

func (f *facts) attemptIs() Evidence {
	return Evidence{Figure: "attempts", Value: fmt.Sprint(max(1, f.attempt)), Source: "stream"}
}

// ago is an age for a table.
func ago(d time.Duration) string { return span(d) + " ago" }

// retry is what the wait for the next attempt adds to a sentence.
func (f *facts) retry() string {
	if f.conn != connWaiting || f.nextAt <= f.now {
		return ""
	}
	return " Trying again in " + span(time.Duration(f.nextAt-f.now)) + "."
}
