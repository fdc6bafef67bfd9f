package health

import (
	"fmt"
	"time"

	"lenswatch/client"
)

// connectionRules are about the way between the service and here.
var connectionRules = []rule{
	{Entry{
		Code: RateLimited, Name: "rate limited", Severity: Warning,
		Cause:    "Too many requests were made with this key.",
		Evidence: "HTTP 429.",
		RulesOut: "The next request answered.",
		Detect:   "With the answer.",
		Next:     []Step{{"Wait: the next attempt keeps to what the service asks.", ActionWait}, {"Watch fewer sessions, or stop other programs that use the key.", ActionNone}},
	}, rateLimited},
	{Entry{
		Code: NetworkDown, Name: "network down", Severity: Alarm,
		Cause:    "The service cannot be reached: its name is not found, or the connection or TLS fails.",
		Evidence: "Opening a connection failed, at a step that is named.",
		RulesOut: "Any answer of the service.",
		Detect:   "With the first failed attempt; up to 5 s more for a probe.",
		Next:     []Step{{"Check the network, VPN and proxy settings.", ActionDoctor}, {"It goes on by itself once the network is back.", ActionWait}},
	}, networkDown},
	{Entry{
		Code: ServerError, Name: "server error", Severity: Alarm,
		Cause:    "The service, or a proxy before it, fails.",
		Evidence: "HTTP 5xx, an answer that is no event stream, or a connection that is accepted and not answered.",
		RulesOut: "The next request answered.",
		Detect:   "With the answer.",
		Next:     []Step{{"Wait: it is tried again and again.", ActionWait}, {"Check that the endpoint is the right one.", ActionDoctor}},
	}, serverError},
	{Entry{
		Code: ServerLoops, Name: "server loops", Severity: Alarm,
		Cause:    "The server opens the stream and ends it again and again.",
		Evidence: "3 connections within 2 min that were opened and ended within 30 s each.",
		RulesOut: "A connection that lasts longer than 30 s.",
		Detect:   "With the third end.",
		Next:     []Step{{"Check the session: it may be half gone.", ActionList}, {"Create another session of the lens.", ActionCreate}},
	}, serverLoops},
	{Entry{
		Code: SourceExhausted, Name: "source exhausted", Severity: Warning,
		Cause:    "The session's input came to its end, as a file does.",
		Evidence: "The server ended the stream right after results, or a lens that reads a file got no more input; the session lives on.",
		RulesOut: "Inputs that move, or another result.",
		Detect:   "With the end of the stream; otherwise when results are overdue.",
		Next:     []Step{{"Nothing is wrong. Create another session to run the source again.", ActionCreate}, {"Or destroy this one, if it gets no new input.", ActionDestroy}},
	}, sourceExhausted},
	{Entry{
		Code: IdleClose, Name: "idle close", Severity: Info,
		Cause:    "The server closes a stream without results after about 58 s; the session lives on.",
		Evidence: "sse.stream.end after a pause without results, and a session that still runs.",
		RulesOut: "A session that is over; an end in the middle of results.",
		Detect:   "With the end of the stream and the answer about the session.",
		Next:     []Step{{"Nothing: the stream is opened again by itself.", ActionWait}, {"Open it now.", ActionReconnect}},
	}, idleClose},
	{Entry{
		Code: ConnectionLost, Name: "connection lost", Severity: Info,
		Cause:    "The connection broke off; another is being made.",
		Evidence: "An open stream ended unannounced.",
		RulesOut: "The stream open again.",
		Detect:   "At once.",
		Next:     []Step{{"Wait: it is opened again by itself.", ActionWait}, {"Open it now.", ActionReconnect}},
	}, connectionLost},
	{Entry{
		Code: StreamEnded, Name: "stream ended", Severity: Info,
		Cause:    "The stream is over and the service gave no reason.",
		Evidence: "The end of the stream.",
		RulesOut: "Another event.",
		Detect:   "At once.",
		Next:     []Step{{"See whether the session is still there.", ActionList}, {"Create another session of the lens.", ActionCreate}},
	}, streamEnded},
	{Entry{
		Code: Opening, Name: "opening", Severity: OK,
		Cause:    "The first connection is being made.",
		Evidence: "No answer yet, and no failure.",
		RulesOut: "An answer.",
		Detect:   "At once.",
		Next:     []Step{{"Wait a moment.", ActionWait}},
	}, opening},
}

func rateLimited(f *facts) finding {
	if f.down.remedy != client.RemedyRateLimited {
		return out("")
	}
	return fits(High, "The service limits the rate of requests."+f.retry(), f.failureEvidence(), f.attemptEvidence())
}

func networkDown(f *facts) finding {
	if f.down.remedy != client.RemedyNetwork {
		switch {
		case f.open() && f.state != Silent:
			return out("the stream is open")
		case f.state == Silent && f.answered():
			return out("the service answers other requests")
		}
		return out("")
	}
	sure := Medium
	if f.attempt > 1 || f.probed {
		sure = High
	}
	switch f.down.phase {
	case client.PhaseDNS:
		return fits(sure, "The service's name cannot be found (DNS)."+f.retry(), f.failureEvidence(), f.attemptEvidence())
	case client.PhaseConnect:
		return fits(sure, "The service cannot be reached (TCP connect)."+f.retry(), f.failureEvidence(), f.attemptEvidence())
	case client.PhaseTLS:
		return fits(sure, "No secure connection to the service comes about (TLS)."+f.retry(), f.failureEvidence(), f.attemptEvidence())
	case client.PhaseNone:
		return fits(Medium, "The service cannot be reached."+f.retry(), f.failureEvidence(), f.attemptEvidence())
	}
	return out("the service accepts connections")
}

func serverError(f *facts) finding {
	d := &f.down
	switch {
	case d.remedy == client.RemedyProtocol:
		return fits(Medium, "What answers is not the service's event stream"+http(d.status)+"."+f.retry(), f.failureEvidence(), f.attemptEvidence())
	case d.remedy == client.RemedyServer && d.status >= 502 && d.status <= 504:
		return fits(High, fmt.Sprintf("A proxy answers instead of the service (HTTP %d).%s", d.status, f.retry()), f.failureEvidence(), f.attemptEvidence())
	case d.remedy == client.RemedyServer && d.phase != client.PhaseBody:
		return fits(High, "The service fails"+http(d.status)+"."+f.retry(), f.failureEvidence(), f.attemptEvidence())
	case d.remedy == client.RemedyNetwork && d.phase == client.PhaseRequest:
		return fits(Medium, "The service accepts the connection, but does not answer."+f.retry(), f.failureEvidence(), f.attemptEvidence())
	case f.open() && f.state != Silent:
		return out("the service answered the stream with 200")
	}
	return out("")
}

func serverLoops(f *facts) finding {
	n := f.connections.loops(f.now-tick(f.cfg.LoopWindow), f.cfg.LoopLife)
	switch {
	case n < f.cfg.LoopCount:
		return out("")
	case f.open() && time.Duration(f.now-f.opened) >= f.cfg.LoopLife:
		return out("the connection has lasted " + span(time.Duration(f.now-f.opened)))
	}
	if _, ok := f.exhausted(); ok {
		return out("the ends are announced, after the last input")
	}
	last, _ := f.connections.newest()
	sure := Medium
	if n > f.cfg.LoopCount {
		sure = High
	}
	return fits(sure, fmt.Sprintf("The server opened the stream and ended it again %d times in %s.", n, span(f.cfg.LoopWindow)),
		Evidence{Metric: "short connections", Value: fmt.Sprint(n), Source: "stream"},
		Evidence{Metric: "newest one lasted", Value: span(last.life), Source: "stream"})
}

// exhausted reports whether the server announced the end of the stream right after output, and
// how sure it is that no input came after that.
func (f *facts) exhausted() (Confidence, bool) {
	first, ok := f.connections.firstSince(f.lastOutput)
	last, _ := f.connections.newest()
	if !ok || !first.said || f.lastOutput == never || first.silence >= f.cfg.IdleClose {
		return Low, false
	}
	if c := &f.counters; c.whole {
		return High, c.frozen >= 2 && c.in.since <= first.at+tick(f.cfg.QuietFloor)
	}
	return Medium, last.at > first.at || f.silence >= f.limit
}

func sourceExhausted(f *facts) finding {
	c := &f.counters
	if sure, ok := f.exhausted(); ok && f.alive() {
		evidence := []Evidence{f.statusEvidence(), f.outputEvidence(), {Metric: "end of stream", Value: "announced by the server", Source: "stream"}}
		if c.known() {
			evidence = append(evidence, f.inputsEvidence())
		}
		return fits(sure, "The source has come to its end; the session waits for more.", evidence...)
	}
	if !f.quiet() || !f.readsFile() || !f.inputStill() || c.in.value == 0 || c.out.value == 0 {
		return out("")
	}
	return f.orSlow(Medium, "The file that the lens reads seems to be at its end: no more input for "+span(time.Duration(f.now-c.in.since))+".",
		Evidence{Metric: "input of the lens", Value: short(f.lens.inputs[0], 40), Source: "lens record"}, f.inputsEvidence(), f.outputsEvidence(), f.outputEvidence())
}

// alive reports whether the session is known to have outlived the newest end of its stream.
func (f *facts) alive() bool {
	return f.connections.idle || f.open() || f.rec.Status == client.StatusRunning && f.probes.reached > f.attemptSince
}

func idleClose(f *facts) finding {
	end, ok := f.connections.newest()
	switch {
	case !ok || !f.connections.idle || end.at < f.lastOutput:
		return out("")
	case f.open():
		return out("") // see the rules of outputs: why are there none?
	}
	if end.silence < f.cfg.IdleClose {
		return out("the last output was only " + span(end.silence) + " old")
	}
	return fits(High, fmt.Sprintf("The server closed the stream after %s without a result; the session lives on.", span(end.silence)),
		f.statusEvidence(), Evidence{Metric: "end of stream", Value: fmt.Sprintf("announced, %s without a result", span(end.silence)), Source: "stream"})
}

func connectionLost(f *facts) finding {
	if f.state != Reconnecting || f.connState == connEnding || f.connections.idle && f.fail.remedy == client.RemedyNone {
		return out("")
	}
	text, figure := "The connection broke off; another is being made.", "newest failure"
	switch {
	case f.first == never:
		text = "No connection came about; another is being made."
	case f.fail.remedy == client.RemedyNone && f.fail.text != "": // a person asked for it
		text, figure = "The stream is being opened again.", "newest notice"
	}
	return fits(Medium, text+f.retry(), Evidence{Metric: figure, Value: failureText(&f.fail), Source: "stream"}, f.attemptEvidence())
}

func streamEnded(f *facts) finding {
	switch {
	case f.connState == connEnding:
		return fits(Low, "The server ended the stream; whether the session lives on is being asked.", f.outputEvidence())
	case f.state == Reconnecting:
		return fits(Low, "The server ended the stream, though the session lives on."+f.retry(), f.statusEvidence(), f.outputEvidence())
	case f.state == Ended:
		return fits(Medium, "The stream is over.", f.outputEvidence())
	case f.state == Failed || f.state == Destroyed:
		return fits(Medium, "The stream is over: "+failureText(&f.fail)+".", f.outputEvidence())
	}
	return out("")
}

func opening(f *facts) finding {
	if f.state != Connecting {
		return out("")
	}
	return fits(Medium, fmt.Sprintf("Connecting; no answer yet after %d s.", time.Duration(f.now-f.changed)/time.Second), f.attemptEvidence())
}
