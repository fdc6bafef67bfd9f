package health

import (
	"errors"
	"time"

	"lenswatch/client"
)

// ProbeKind says what a probe asks.
type ProbeKind uint8

// The probes, each one request.
const (
	ProbeNone ProbeKind = iota
	// ProbeSession asks for the session's record with its counters (session.status).
	ProbeSession
	// ProbeMetadata asks the API for the session's entry in the list: does it answer at all?
	ProbeMetadata
	// ProbeNetwork opens a new connection to the endpoint and times DNS, connect, TLS and the
	// first byte.
	ProbeNetwork
	// ProbeMailbox counts the messages that wait in the session's mailbox.
	ProbeMailbox
	// ProbeCreate is not a probe that is ever needed: it is how the outcome of a create request
	// is reported, so that a full quota becomes a verdict.
	ProbeCreate
	// ProbeValidate asks the session whether its configuration is complete (session.validate). Its Message is what is
	// wrong; empty if nothing is.
	ProbeValidate
	// ProbeQuestion asks the session for its parameters (session.get). Its Message names them.
	ProbeQuestion
	probeCount
)

// ProbeKinds are all probes but [ProbeNone].
func ProbeKinds() (out []ProbeKind) {
	for k := ProbeNone + 1; k < probeCount; k++ {
		out = append(out, k)
	}
	return out
}

// String is the word for the screen and for JSON.
func (k ProbeKind) String() string {
	return word([]string{"none", "session", "metadata", "network", "mailbox", "create", "validate", "question"}, int(k))
}

// ProbeResult is the outcome of one probe.
type ProbeResult struct {
	Kind    ProbeKind
	At      time.Time       // when the answer arrived, or the failure was seen
	Took    time.Duration   // from the request to At
	Timing  client.Timing   // ProbeNetwork: how long the steps took
	Remedy  client.Remedy   // RemedyNone if it succeeded
	Status  int             // HTTP status, 0 if none was received
	Phase   client.Phase    // where the connection failed
	Message string          // what the service said, clean
	Session *client.Session // the record, where one was the answer; nil otherwise
	// Question is what the session's model is asked to do, by ProbeQuestion.
	Question *client.Question
	// Messages is how many messages the mailbox holds, by ProbeMailbox.
	Messages int64
}

// Outcome makes a ProbeResult of what a request returned; s may be nil. An error that has no
// remedy, such as a cancelled context, says nothing of the service: report is false.
func Outcome(kind ProbeKind, at time.Time, took time.Duration, s *client.Session, err error) (p ProbeResult, report bool) {
	p = ProbeResult{Kind: kind, At: at, Took: took, Session: s, Remedy: client.RemedyOf(err)}
	if err != nil && p.Remedy == client.RemedyNone {
		return p, false
	}
	if e, ok := errors.AsType[*client.Error](err); ok {
		p.Status, p.Phase, p.Message = e.Status, e.Phase, e.Message
	}
	return p, true
}

// probes holds the newest outcomes, and when the next probe may be made.
type probes struct {
	requested tick      // when NeedsProbe last said yes; never
	inRow     int       // how often it did in this state
	state     StateCode // the state that inRow counts in
	reached   tick      // when the API last answered anything about the session; never
	newest    [probeCount]probe
}

type probe struct {
	at       tick
	fail     failure
	took     time.Duration
	messages int64
}

// Probe takes the outcome of a probe.
func (m *Monitor) Probe(p ProbeResult) {
	at := m.tick(p.At)
	if p.Kind == ProbeNone || p.Kind >= probeCount {
		return
	}
	m.probes.newest[p.Kind] = probe{
		at: at, took: p.Took, messages: p.Messages,
		fail: failure{remedy: p.Remedy, status: p.Status, phase: p.Phase, text: short(p.Message, 160)},
	}
	if p.Kind == ProbeCreate {
		return
	}
	switch p.Remedy {
	case client.RemedyNone:
		m.probes.reached = max(at, m.probes.reached)
	case client.RemedyNotFound:
		m.probes.reached = max(at, m.probes.reached)
		if p.Kind == ProbeSession || p.Kind == ProbeMetadata {
			m.notFound = at
		}
	}
	if p.Session != nil {
		m.Record(*p.Session, p.At)
	}
	m.settle(at)
}

// probesFast is how many probes in a row are made at the shortest distance; after that the
// distance doubles from one to the next, up to probeSlow.
const (
	probesFast = 4
	probeSlow  = tick(time.Minute)
	// probePatience is how long a first connection may take before it is looked into.
	probePatience = tick(5 * time.Second)
)

// NeedsProbe says which probe would help now. A session whose results arrive needs none, and none needs one
// more often than Config.ProbeEvery. Yes counts as the probe made: the caller is to make it.
func (m *Monitor) NeedsProbe(now time.Time) (ProbeKind, bool) {
	at := m.tick(now)
	m.settle(at)
	kind := m.mostUseful(at)
	if kind == ProbeNone {
		return kind, false
	}
	p := &m.probes
	if p.state != m.state {
		p.state, p.inRow = m.state, 0
	}
	if m.lastOutput > p.requested && p.requested != never {
		p.inRow = 0 // another wait has begun since
	}
	wait := tick(m.cfg.ProbeEvery)
	for i := probesFast; i < p.inRow && wait < probeSlow; i++ {
		wait *= 2
	}
	if p.requested != never && at-p.requested < max(tick(m.cfg.ProbeEvery), min(wait, probeSlow)) {
		return ProbeNone, false
	}
	p.requested = at
	p.inRow++
	return kind, true
}

// mostUseful is the probe whose answer would help most.
func (m *Monitor) mostUseful(now tick) ProbeKind {
	switch m.state {
	case Connecting, Reconnecting:
		if now-m.changed < probePatience && m.fail.remedy == client.RemedyNone {
			return ProbeNone
		}
		switch m.fail.remedy {
		case client.RemedyRateLimited, client.RemedyRefused, client.RemedyNoKey, client.RemedyLocal:
			return ProbeNone // more requests would not help
		case client.RemedyNotFound:
			return ProbeSession
		case client.RemedyNone:
			if m.connState == connEnding || m.connections.idle {
				return ProbeSession
			}
		}
		return ProbeNetwork
	case Silent:
		// The endpoint has to be distinguished from the session: both in turn.
		if m.probes.inRow%2 == 1 && m.probes.state == Silent {
			return ProbeSession
		}
		return ProbeMetadata
	case Live, Quiet:
		return m.countersProbe(now)
	case Ended, Destroyed:
		if m.probes.state == m.state && m.probes.inRow > 0 || m.notFound != never {
			return ProbeNone
		}
		return ProbeSession // its last record may say why it ended
	}
	return ProbeNone
}

const (
	// probeFirst is how soon a stream that has delivered nothing is looked into.
	probeFirst = tick(2 * time.Second)
	// probeCounters is how old the counters of a stream may be that lacks nothing.
	probeCounters = tick(time.Minute)
	// probeUnsure is for how long a stream is looked into that delivers events of types that are not known.
	probeUnsure = tick(time.Minute)
	// mailboxEvery is how long the count of a mailbox holds. While probes are a minute apart, the counters grow too old
	// if every second probe asks for something else.
	mailboxEvery = tick(3 * time.Minute)
	// probeValidateAt and probeQuestionAt are after how many probes in a state the session itself is asked.
	probeValidateAt = 5
	probeQuestionAt = 8
)

// countersProbe is the probe of an open stream that delivers no output, or that has none to be late.
func (m *Monitor) countersProbe(now tick) ProbeKind {
	if m.channel == client.ChannelPoll {
		return ProbeNone
	}
	if p := &m.probes; p.newest[ProbeSession].at == never && p.inRow == 0 && now-m.opened >= probeFirst {
		return ProbeSession // once: it has what a list leaves out, such as the lifetime
	}
	first := m.lastOutput == never && now-m.opened >= probeFirst
	// Whether what arrives is output, the counters show.
	first = first || m.lastOutput != never && !m.byResults && now-m.first < probeUnsure
	c := &m.counters
	if !first && now < m.due(now, m.lateAfter(now)/2) { // the answers have to be there when it is late
		if c.outputs() && c.connections >= 0 && now-c.last >= probeCounters {
			return ProbeSession // a list that has no counters does not show who else reads
		}
		return ProbeNone
	}
	if m.unanswered(ProbeSession) && !m.unanswered(ProbeNetwork) {
		return ProbeNetwork // is it that request alone?
	}
	if box := &m.probes.newest[ProbeMailbox]; m.channel != client.ChannelMailbox && c.unseen >= 2 &&
		(box.at == never || now-box.at >= mailboxEvery) {
		return ProbeMailbox
	}
	if m.state == m.probes.state {
		switch m.probes.inRow { // once each, when the counters alone have not settled it: they must not grow old
		case probeValidateAt:
			return ProbeValidate
		case probeQuestionAt:
			return ProbeQuestion
		}
	}
	return ProbeSession
}
