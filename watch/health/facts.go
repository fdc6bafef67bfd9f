package health

import (
	"fmt"
	"strings"
	"time"

	"lenswatch/client"
	"lenswatch/client/units"
)

// facts is what the rules look at: the Monitor at one moment.
type facts struct {
	*Monitor
	now     tick
	silence time.Duration // without output
	dead    time.Duration // without a byte, of the open connection
	lateAt  tick          // when a missing output is worth looking into
	quietAt tick          // when the stream is quiet
	down    failure       // why there is no connection, or why a probe failed; zero while all is well
	probed  bool          // down was seen by a probe
	suspect *rule         // the cause that there is a doubt about
}

func (m *Monitor) facts(now tick) facts {
	f := facts{Monitor: m, now: now, silence: m.silence(now)}
	f.lateAt, f.quietAt = m.due(now, m.lateAfter(now)), m.due(now, m.quietAfter(now))
	if m.connState == connOpen {
		f.dead = time.Duration(now - max(m.lastByte, m.opened))
	} else {
		f.down = m.fail
	}
	if (m.state == Live || m.state == Quiet) && !f.cutOff() || m.state.Final() {
		return f // what a probe meets is not what the open stream has
	}
	for _, kind := range []ProbeKind{ProbeSession, ProbeMetadata, ProbeNetwork} {
		p := &m.probes.newest[kind]
		if f.open() && kind != ProbeNetwork && p.fail.phase == client.PhaseRequest {
			continue // over a connection that may be as dead as the stream's: whether another is accepted, the network's probe says
		}
		if p.at >= max(m.opened, m.probes.reached) && (f.open() && m.state != Silent || p.at >= m.changed) && f.moreSpecific(&p.fail) {
			f.down, f.probed = p.fail, true
		}
	}
	return f
}

// cutOff reports whether nothing at all arrives any more over an open stream that is late: every request that was made
// since its last byte failed for want of a network.
func (f *facts) cutOff() bool {
	return f.waiting() && f.unanswered(ProbeSession) && f.unanswered(ProbeNetwork)
}

// unanswered reports whether the newest probe of a kind was begun after the last byte of the stream, and failed on
// the way, and the service has answered nothing since.
func (m *Monitor) unanswered(kind ProbeKind) bool {
	p := &m.probes.newest[kind]
	return p.at != never && p.fail.remedy == client.RemedyNetwork && p.at-tick(p.took) >= max(m.lastByte, m.opened) && m.probes.reached < p.at
}

// moreSpecific reports whether a probe's failure says more than what is known: the step at which the
// network fails says more than that it does, and anything says more than nothing. While a stream is open
// only that the network fails says anything of the stream.
func (f *facts) moreSpecific(probe *failure) bool {
	switch {
	case probe.remedy == client.RemedyNone:
		return false
	case f.open():
		return probe.remedy == client.RemedyNetwork
	case f.down.remedy == client.RemedyNone:
		return true
	}
	return f.down.remedy == client.RemedyNetwork && probe.remedy == client.RemedyNetwork && probe.phase != client.PhaseNone
}

// open reports whether the stream is open.
func (f *facts) open() bool { return f.connState == connOpen }

// retrying reports whether another connection is being made, or will be.
func (f *facts) retrying() bool { return f.connState == connOpening || f.connState == connWaiting }

// waiting reports whether output is missing for long enough to be looked into, although the connection
// lives.
func (f *facts) waiting() bool {
	return f.open() && f.channel != client.ChannelPoll && f.state != Silent && f.now >= f.lateAt
}

// reopened reports whether the stream was opened again after the last output.
func (f *facts) reopened() bool {
	return f.open() && f.lastOutput != never && f.opened > f.lastOutput
}

// known reports whether anything was ever received of the session.
func (m *Monitor) known() bool {
	r := &m.rec
	return m.first != never || r.StatusText != "" || r.Status != client.StatusUnknown || r.LensID != "" || r.HasCounters
}

// declared is the channel that the records name: by the session's own rather than its lens's.
func (f *facts) declared() client.Channel {
	if f.rec.Channel != client.ChannelUnknown {
		return f.rec.Channel
	}
	return f.lens.channel
}

// what is the thing that the silence is about: results, where some arrived, else any output.
func (m *Monitor) what() string {
	if m.byResults || m.lastOutput == never {
		return "result"
	}
	return "output"
}

// article is a word with its indefinite article.
func article(word string) string {
	if strings.ContainsRune("aeiou", rune(word[0])) {
		return "an " + word
	}
	return "a " + word
}

// The evidence, each from its source.

func (f *facts) outputEvidence() Evidence {
	e := Evidence{Metric: "last " + f.what(), Value: "none in " + duration(f.silence), Source: "stream"}
	if f.lastOutput == never {
		if before := f.before(); before >= minQuoted {
			e.Value += fmt.Sprintf(" since watching started; last event %s earlier, by the session record", duration(before))
		}
		return e
	}
	e.Value = ago(f.silence)
	if typical, ok := f.typicalInterval(f.now); ok {
		e.Value += ", typically within " + about(typical)
	}
	return e
}

// minQuoted is from what length a silence before watching is worth quoting.
const minQuoted = 10 * time.Second

func (f *facts) heartbeatEvidence() Evidence {
	e := Evidence{Metric: "last heartbeat", Value: "none yet", Source: "stream"}
	if f.switched {
		e.Value = "none on this channel"
	}
	if f.heartbeats.last != never {
		e.Value = ago(time.Duration(f.now - f.heartbeats.last))
		if f.heartbeats.known() {
			e.Value += ", every " + duration(f.heartbeats.every)
		}
	}
	return e
}

func (f *facts) byteEvidence() Evidence {
	value := ago(f.dead)
	if f.heartbeats.known() {
		value += ", silent after " + duration(f.silentAfter(f.now))
	}
	return Evidence{Metric: "last byte", Value: value, Source: "stream"}
}

func (f *facts) inputsEvidence() Evidence {
	c := &f.counters
	e := Evidence{Metric: "inputs", Source: "session record"}
	switch {
	case !c.in.reported:
		e.Value = "not reported"
	case c.fed > 0:
		since := "the last " + f.what()
		if f.lastOutput == never {
			since = "watching started"
		}
		e.Value = fmt.Sprintf("%s, +%s since %s", units.Count(c.in.value), units.Count(c.fed), since)
	default:
		e.Value = fmt.Sprintf("%s, unchanged for %s", units.Count(c.in.value), duration(time.Duration(f.now-c.in.since)))
	}
	return e
}

func (f *facts) outputsEvidence() Evidence {
	c := &f.counters
	e := Evidence{Metric: "outputs", Source: "session record"}
	switch {
	case !c.out.reported:
		e.Value = "not reported"
	case c.lost > 0:
		e.Value = fmt.Sprintf("%s, %s not received", units.Count(c.out.value), units.Count(c.lost))
	default:
		e.Value = fmt.Sprintf("%s, unchanged for %s", units.Count(c.out.value), duration(time.Duration(f.now-c.out.since)))
	}
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
	return Evidence{Metric: "attempts", Value: fmt.Sprint(max(1, f.attempt)), Source: "retry"}
}

func (f *facts) channelEvidence() Evidence {
	e := Evidence{Metric: "output channel", Value: fmt.Sprintf("%s, reading %s", f.declared(), f.channel), Source: "lens record"}
	if f.rec.Channel != client.ChannelUnknown {
		e.Source = "session record"
	}
	return e
}

// duration is a time for a sentence, to the second where that is fine enough: cut, as what counts up on a screen is, so that
// no sentence is ahead of the figure next to it.
func duration(d time.Duration) string {
	if d >= 10*time.Second {
		d = d.Truncate(time.Second)
	}
	return units.Duration(d)
}

// about is a learnt time, which is known to a sixteenth.
func about(d time.Duration) string {
	switch {
	case d >= 10*time.Second:
		d = d.Round(time.Second)
	case d >= time.Second/2:
		d = d.Round(100 * time.Millisecond)
	}
	return duration(d)
}

// ago is an age for a table or a sentence.
func ago(d time.Duration) string {
	if d < time.Second/2 {
		return "just now"
	}
	return duration(d) + " ago"
}

// capital is a text as the beginning of a sentence, with its end.
func capital(text string) string {
	if text == "" {
		return ""
	}
	if text[0] >= 'a' && text[0] <= 'z' {
		text = string(text[0]-'a'+'A') + text[1:]
	}
	return text + "."
}

// retry is what the wait for the next attempt adds to a sentence.
func (f *facts) retry() string {
	if f.connState != connWaiting || f.nextAt <= f.now {
		return ""
	}
	return " Trying again in " + duration(time.Duration(f.nextAt-f.now)) + "."
}
