package health

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"lenswatch/client"
	"lenswatch/client/units"
)

// LinkCode is one link of the chain that a result takes, in its order.
type LinkCode uint8

// The links. The first three carry the rest: without them nothing is known of what follows.
const (
	LinkNetwork LinkCode = iota // the connection to the service
	LinkService                 // the API
	LinkSession                 // the session's runner
	LinkInput                   // what feeds the lens
	LinkLens                    // the lens itself
	LinkOutput                  // the stream or mailbox that is read
	LinkViewer                  // this program and its terminal
	linkCount
)

// String is the word for the screen and for JSON.
func (l LinkCode) String() string {
	return word([]string{"network", "service", "session", "input", "lens", "output", "viewer"}, int(l))
}

// LinkState is what is known of a link.
type LinkState uint8

// The states of a link.
const (
	LinkUnknown LinkState = iota // nothing shows that it works, nor that it does not
	LinkOK                       // evidence shows that it works
	LinkWaiting                  // it has nothing to do yet
	LinkBroken                   // the verdict names it, at more than low confidence
	LinkEnded                    // it is over, and nothing is wrong with that
)

// String is the stable word for JSON.
func (s LinkState) String() string {
	return word([]string{"unknown", "ok", "waiting", "broken", "ended"}, int(s))
}

// Link is one link of a chain.
type Link struct {
	Code  LinkCode  `json:"link"`
	State LinkState `json:"state"`
	// Figure is what shows the state, in a few cells, such as "24 s" or "+21"; it may be empty.
	Figure string `json:"figure"`
	// Suspected is that a verdict of low confidence names it, or one that is still to be confirmed.
	Suspected bool `json:"suspected"`
}

// Chain is the way from the network to this viewer, and how far results get on it. It has at most one broken link:
// the one that the verdict names. A session that is only polled has no results, and no links for them.
type Chain []Link

// chainMarks are the marks of the states in a plain text.
var chainMarks = [...]string{LinkUnknown: "?", LinkOK: "✓", LinkWaiting: "…", LinkBroken: "✗", LinkEnded: "ended"}

// String is the chain in one line: "network ✓ → service ✓ → LENS ✗ 24 s". The broken link is in capitals.
func (c Chain) String() string {
	parts := make([]string, 0, len(c))
	for _, l := range c {
		text := l.Code.String()
		if l.State == LinkBroken {
			text = strings.ToUpper(text)
		}
		text += " " + chainMarks[l.State]
		if l.Figure != "" {
			text += " " + l.Figure
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, " → ")
}

// Chain is how far results get at a time, where v is the verdict that is shown with it: [Monitor.Verdict] or
// [Monitor.Guess] of that time. Every other link is as the evidence has it.
func (m *Monitor) Chain(now time.Time, v Verdict) Chain {
	at := m.tick(now)
	m.settle(at)
	f := m.facts(at)
	c := make(Chain, linkCount)
	for i, evidence := range linkEvidence {
		state, figure := evidence(&f)
		c[i] = Link{Code: LinkCode(i), State: state, Figure: figure}
	}
	code, suspected := v.Code, v.Doubted
	if code == Unknown {
		if best, fit := f.choose(); fit.doubt && best.guess {
			code, suspected = best.Code, true
		}
	}
	c.apply(&f, code, suspected)
	if f.channel == client.ChannelPoll {
		c = slices.DeleteFunc(c, func(l Link) bool {
			return l.Code >= LinkInput && l.Code <= LinkOutput && l.State != LinkBroken && !l.Suspected
		})
	}
	return c
}

// apply brings the chain into line with the verdict.
func (c Chain) apply(f *facts, code VerdictCode, suspected bool) {
	b, ok := breaks[code]
	if !ok || code == ConnectionLost && f.open() {
		return
	}
	state, figure := b.state, ""
	if b.figure != nil {
		figure = b.figure(f)
	}
	if suspected && state == LinkBroken {
		state = LinkUnknown
	}
	c[b.link] = Link{Code: b.link, State: state, Figure: figure, Suspected: suspected}
	for _, l := range b.works {
		if !suspected {
			c[l] = Link{Code: l, State: LinkOK, Figure: c[l].Figure}
		}
	}
	for l := b.link + 1; l < LinkViewer && !suspected; l++ {
		switch {
		case state == LinkEnded:
			c[l] = Link{Code: l, State: LinkEnded}
		case state == LinkBroken && !f.open() && (b.link != LinkNetwork || !f.answeredAfterLoss()):
			c[l] = Link{Code: l} // whatever was known is of another time
		}
	}
}

// chainBreak is what a verdict says of the chain.
type chainBreak struct {
	link   LinkCode
	state  LinkState
	works  []LinkCode // that the verdict rests on
	figure func(*facts) string
}

// upToService are the links that an answer of the service goes over.
var upToService = []LinkCode{LinkNetwork, LinkService}

// breaks is the link that each verdict names. Those that name none are not here: they say that all is well, or that
// the cause is not known, or (slow) that it may be one of two.
var breaks = map[VerdictCode]chainBreak{
	ConnectionDead: {link: LinkNetwork, state: LinkBroken, figure: func(f *facts) string { return duration(f.dead) }},
	NetworkDown:    {link: LinkNetwork, state: LinkBroken, figure: func(f *facts) string { return phaseWords[f.down.phase] }},
	ConnectionLost: {link: LinkNetwork, state: LinkWaiting, figure: say("reconnecting")},
	Opening:        {link: LinkNetwork, state: LinkWaiting},
	RegularCut:     {link: LinkNetwork, state: LinkBroken, figure: func(f *facts) string { return "cut at " + duration(f.connections.cut()) }},
	Buffered:       {link: LinkNetwork, state: LinkBroken, figure: func(f *facts) string { return "held " + duration(f.bursts.hold) }},
	ProxyRefused:   {link: LinkNetwork, state: LinkBroken, figure: say("proxy")},

	WrongStream:   {link: LinkService, state: LinkBroken, works: []LinkCode{LinkNetwork}, figure: say("wrong stream")},
	ServerError:   {link: LinkService, state: LinkBroken, works: []LinkCode{LinkNetwork}, figure: statusFigure},
	ServerLoops:   {link: LinkService, state: LinkBroken, works: []LinkCode{LinkNetwork}, figure: func(f *facts) string { return fmt.Sprintf("%d ends", f.loops()) }},
	RateLimited:   {link: LinkService, state: LinkBroken, works: []LinkCode{LinkNetwork}, figure: statusFigure},
	KeyRefused:    {link: LinkService, state: LinkBroken, figure: statusFigure},
	WrongEndpoint: {link: LinkService, state: LinkBroken, figure: statusFigure},

	QuotaFull:        {link: LinkSession, state: LinkBroken, works: upToService, figure: say("quota")},
	Rejected:         {link: LinkSession, state: LinkBroken, works: upToService, figure: statusFigure},
	NoSuchSession:    {link: LinkSession, state: LinkBroken, works: upToService, figure: say("not found")},
	SessionFailed:    {link: LinkSession, state: LinkBroken, figure: say("failed")},
	SessionStale:     {link: LinkSession, state: LinkBroken, figure: say("stale")},
	NotStarted:       {link: LinkSession, state: LinkBroken, figure: func(f *facts) string { return duration(f.silence) }},
	SessionDestroyed: {link: LinkSession, state: LinkEnded},
	SessionExpired:   {link: LinkSession, state: LinkEnded, figure: say("expired")},

	NoInput: {link: LinkInput, state: LinkBroken, figure: func(f *facts) string {
		if f.counters.in.value == 0 {
			return "0"
		}
		return duration(time.Duration(f.now - f.counters.in.since))
	}},
	SourceExhausted: {link: LinkInput, state: LinkEnded, figure: say("end of input")},

	WarmingUp:       {link: LinkLens, state: LinkWaiting, figure: silenceFigure},
	PipelineStalled: {link: LinkLens, state: LinkBroken, works: []LinkCode{LinkInput}, figure: silenceFigure},
	Starved:         {link: LinkLens, state: LinkBroken, figure: silenceFigure},
	LensErrors: {link: LinkLens, state: LinkBroken, figure: func(f *facts) string {
		return units.Plural(max(f.errors.run, 1), "error")
	}},

	WrongChannel:   {link: LinkOutput, state: LinkBroken, figure: func(f *facts) string { return "not " + f.channel.String() }},
	AnotherReader:  {link: LinkOutput, state: LinkBroken, works: []LinkCode{LinkLens}, figure: lostFigure},
	OutputsLost:    {link: LinkOutput, state: LinkBroken, works: []LinkCode{LinkLens}, figure: lostFigure},
	NoOutputStream: {link: LinkOutput, state: LinkBroken, figure: say("none")},
	Late:           {link: LinkOutput, state: LinkBroken, figure: func(f *facts) string { return about(f.delayNow()) + " late" }},
	Repeating:      {link: LinkOutput, state: LinkBroken, figure: func(f *facts) string { return units.Plural(f.repeats.run, "repeat") }},
	StreamEnded:    {link: LinkOutput, state: LinkEnded},
	IdleClose:      {link: LinkOutput, state: LinkWaiting, works: []LinkCode{LinkNetwork, LinkService, LinkSession}, figure: say("reopening")},

	ViewerBehind: {link: LinkViewer, state: LinkBroken, figure: func(f *facts) string { return duration(f.lag.behind) }},
	LocalLimit:   {link: LinkViewer, state: LinkBroken, figure: say("local limit")},
}

// phaseWords are the steps to the service, for a figure.
var phaseWords = map[client.Phase]string{client.PhaseDNS: "DNS", client.PhaseConnect: "TCP", client.PhaseTLS: "TLS"}

func silenceFigure(f *facts) string { return duration(f.silence) }

func lostFigure(f *facts) string { return units.Count(f.counters.lost) + " lost" }

func statusFigure(f *facts) string {
	if f.down.status == 0 {
		return ""
	}
	return fmt.Sprintf("HTTP %d", f.down.status)
}

// answeredAfterLoss reports whether the service has answered since the connection was lost.
func (f *facts) answeredAfterLoss() bool {
	return f.probes.reached != never && f.probes.reached > f.changed
}

// delivers reports whether the open connection delivers what it should.
func (f *facts) delivers() bool { return f.open() && f.state != Silent }

// linkEvidence is what shows the state of each link, whatever the verdict.
var linkEvidence = [linkCount]func(*facts) (LinkState, string){
	LinkNetwork: func(f *facts) (LinkState, string) {
		switch {
		case f.delivers(), f.answeredAfterLoss():
			return LinkOK, ""
		case f.state == Connecting:
			return LinkWaiting, ""
		}
		return LinkUnknown, ""
	},
	LinkService: func(f *facts) (LinkState, string) {
		switch {
		case f.delivers(), f.answeredAfterLoss():
			return LinkOK, ""
		case f.state == Silent && f.answeredSince():
			return LinkOK, ""
		case f.state == Connecting:
			return LinkWaiting, ""
		}
		return LinkUnknown, ""
	},
	LinkSession: sessionLink,
	LinkInput:   inputLink,
	LinkLens:    lensLink,
	LinkOutput:  outputLink,
	LinkViewer: func(f *facts) (LinkState, string) {
		switch {
		case f.lag.at == never && !f.delivers() && f.lastAny == never:
			return LinkUnknown, "" // nothing was there to be late with; a delay is reported whenever there is one
		case f.lag.over != never && f.now-f.lag.at < lagWindow:
			return LinkUnknown, duration(f.lag.behind)
		}
		return LinkOK, ""
	},
}

func sessionLink(f *facts) (LinkState, string) {
	known := f.delivers() || f.answeredAfterLoss() || f.answeredSince()
	switch status := f.rec.Status; {
	case status.Final():
		return LinkEnded, ""
	case f.arrives():
		return LinkOK, ""
	case status == client.StatusCreated || status == client.StatusRegistered || f.state == Connecting:
		return LinkWaiting, ""
	case known && (status == client.StatusRunning || f.lastData != never):
		return LinkOK, ""
	}
	return LinkUnknown, ""
}

// inputLink goes by the counter of inputs: how many were counted since the last result where some were, else how many
// in all. What results arrive from is not shown to be an input that goes on.
func inputLink(f *facts) (LinkState, string) {
	c := &f.counters
	switch {
	case !c.in.reported || !c.fresh(f.now) || !c.inputs():
		return LinkUnknown, ""
	case c.fed > 0 && c.frozen < 2:
		return LinkOK, "+" + units.Count(c.fed)
	case c.in.step > 0 && f.now < c.in.since+f.inputPatience():
		return LinkOK, units.Count(c.in.value)
	}
	return LinkUnknown, units.Count(c.in.value)
}

func lensLink(f *facts) (LinkState, string) {
	switch c := &f.counters; {
	case f.state == Connecting:
		return LinkWaiting, ""
	case c.fresh(f.now) && c.unseen > 0, f.arrives():
		return LinkOK, ""
	case !f.delivers():
		return LinkUnknown, ""
	case f.lastOutput == never && f.now < f.lateAt:
		return LinkWaiting, silenceFigure(f)
	}
	return LinkUnknown, silenceFigure(f)
}

func outputLink(f *facts) (LinkState, string) {
	switch {
	case f.counters.fresh(f.now) && f.counters.unseen > 0:
		return LinkUnknown, units.Count(f.counters.lost) + " counted"
	case f.arrives():
		return LinkOK, units.Count(f.count.Results)
	case f.delivers():
		return LinkWaiting, "0"
	case f.state == Connecting:
		return LinkWaiting, ""
	}
	return LinkUnknown, ""
}

// arrives reports whether results arrive over the open connection, and none is late.
func (f *facts) arrives() bool {
	return f.delivers() && f.lastOutput != never && f.now < f.lateAt
}
