package health

import (
	"fmt"
	"time"

	"lenswatch/client"
)

// connectionRules are about the way between the service and here.
var connectionRules = []rule{
	{
		Entry: Entry{
			Code: RateLimited, Name: "rate limited", Severity: Warning,
			Cause:  "Too many requests were made with this key.",
			Detect: "With the answer.",
			Next:   []Step{{"Wait: the next attempt is made when the service allows it.", ActionWait}, {"Watch fewer sessions, or stop other programs that use the key.", ActionNone}},
		},
		needs:    []check{failedBy("the stream is answered with HTTP 429", client.RemedyRateLimited)},
		context:  []check{attemptOf},
		sentence: func(f *facts) string { return "The service limits the rate of requests." + f.retry() },
	},
	{
		Entry: Entry{
			Code: NetworkDown, Name: "network down", Severity: Alarm,
			Cause:  "The service cannot be reached: its name is not found, or the connection or TLS fails.",
			Detect: "With the first failed attempt; up to 5 s more for a probe.",
			Next:   []Step{{"Check the network, VPN and proxy settings.", ActionDoctor}, {"lenswatch resumes once the network is back.", ActionWait}},
		},
		needs:    []check{unreachable},
		supports: []check{attemptOf},
		sentence: func(f *facts) string {
			if f.down.remedy == client.RemedyCertificate {
				return "The server's certificate is not accepted (TLS)." + f.retry()
			}
			return unreachableTexts[f.down.phase] + f.retry()
		},
		next: func(f *facts) []Step {
			switch {
			case f.down.remedy == client.RemedyCertificate:
				return []Step{{"Trust the certificate's authority (SSL_CERT_FILE), or correct the endpoint or this machine's clock; the message says which.", ActionDoctor}}
			case !f.retrying() && !f.open():
				return []Step{{"Check the network, VPN and proxy settings.", ActionDoctor}, reconnectNow}
			}
			return nil
		},
	},
	{
		Entry: Entry{
			Code: ServerError, Name: "server error", Severity: Alarm,
			Cause:  "The service, or a proxy in front of it, fails.",
			Detect: "With the answer.",
			Next:   []Step{{"lenswatch keeps retrying.", ActionWait}, {"Check that the endpoint is the right one.", ActionDoctor}},
		},
		needs:    []check{serverFails},
		context:  []check{attemptOf, statusOf},
		sentence: serverErrorText,
		next:     notRetrying(Step{"Check that the endpoint is the right one.", ActionDoctor}),
	},
	{
		Entry: Entry{
			Code: ServerLoops, Name: "server loops", Severity: Alarm,
			Cause:  "The server keeps closing the stream shortly after it opens.",
			Detect: "With the third end.",
			Next:   []Step{{"The session may be in a broken state; recreate it.", ActionCreate}, {"List the sessions.", ActionList}},
		},
		needs:    []check{endsEarly},
		against:  []check{connectionLasts, sourceEnded},
		supports: []check{endsEarlyAgain},
		sentence: func(f *facts) string {
			return fmt.Sprintf("The server keeps closing the stream (%d times in %s).", f.loops(), duration(f.cfg.LoopWindow))
		},
	},
	{
		Entry: Entry{
			Code: SourceExhausted, Name: "source exhausted", Severity: Warning,
			Cause:  "End of input: the source file was fully processed.",
			Detect: "With the end of the stream; otherwise when results are overdue.",
			Next:   []Step{{"Nothing is wrong. Create another session to run the source again.", ActionCreate}, {"Destroy this one, if it gets no new input.", ActionDestroy}},
		},
		guess:    true,
		needs:    []check{sourceEnded},
		supports: []check{inputsStand},
		doubts:   []check{pauseOfSource},
		context:  append([]check{statusOf, outputOf}, countersOf...),
		sentence: say("End of input: the source was fully processed; the session waits for more."),
	},
	{
		Entry: Entry{
			Code: IdleClose, Name: "idle close", Severity: Info,
			Cause:  "The server closed the stream, as it does after about 58 s without results; the session continues.",
			Detect: "With the end of the stream and the answer about the session.",
			Next:   []Step{{"No action needed: lenswatch reopens the stream.", ActionWait}, reconnectNow},
		},
		needs:   []check{closedIdle},
		context: []check{statusOf},
		sentence: func(f *facts) string {
			end, _ := f.connections.newest()
			if end.silence < f.cfg.IdleClose {
				return "The server closed the stream; the session continues." + f.retry()
			}
			return fmt.Sprintf("The server closed the stream after %s without a result; the session continues.", duration(end.silence))
		},
	},
	{
		Entry: Entry{
			Code: RegularCut, Name: "regular cut", Severity: Warning,
			Cause:  "Something on the way, such as a proxy or a load balancer, ends each connection after the same time.",
			Detect: "With the third end.",
			Next:   []Step{{"Raise the time limit of the proxy or load balancer, or go around it.", ActionNone}, {"lenswatch reconnects automatically.", ActionWait}},
		},
		needs:   []check{cutRegularly},
		context: []check{{source: "stream", test: func(f *facts) answer { return when(!f.open()) }, quote: (*facts).failureEvidence}},
		sentence: func(f *facts) string {
			return "Something on the way ends each connection after " + duration(f.connections.cut()) + "." + f.retry()
		},
	},
	{
		Entry: Entry{
			Code: ConnectionLost, Name: "connection lost", Severity: Info,
			Cause:  "The connection broke off; lenswatch is reconnecting.",
			Detect: "At once.",
			Next:   []Step{{"lenswatch is reconnecting automatically.", ActionWait}, reconnectNow},
		},
		needs:   []check{lost},
		context: []check{attemptOf},
		sentence: func(f *facts) string {
			end, ended := f.connections.newest()
			switch {
			case f.open():
				return "Reconnected; waiting for the first " + f.what() + "."
			case f.first == never:
				return "No connection yet; retrying." + f.retry()
			case ended && end.requested || f.fail.remedy == client.RemedyNone && f.fail.text != "" && !ended:
				return "Reconnecting, as requested." + f.retry()
			}
			return "Connection lost; reconnecting." + f.retry()
		},
	},
	{
		Entry: Entry{
			Code: StreamEnded, Name: "stream ended", Severity: Info,
			Cause:  "The stream ended and the service gave no reason.",
			Detect: "At once.",
			Next:   []Step{{"List the sessions: it may still be there.", ActionList}, {"Create another session of the lens.", ActionCreate}},
		},
		needs:   []check{streamOver},
		doubts:  []check{stillChecking},
		context: []check{statusOf, outputOf},
		sentence: func(f *facts) string {
			switch {
			case f.connState == connEnding:
				return "The server ended the stream; checking whether the session continues."
			case f.state == Reconnecting:
				return "The server ended the stream, though the session continues." + f.retry()
			case f.state == Ended:
				return "The stream ended."
			}
			return "The stream ended: " + failureText(&f.fail) + "."
		},
	},
	{
		Entry: Entry{
			Code: Opening, Name: "opening", Severity: OK,
			Cause:  "The first connection is being made.",
			Detect: "At once.",
			Next:   []Step{{"Wait a moment.", ActionWait}},
		},
		needs:   []check{{says: "no answer yet, and no failure", test: func(f *facts) answer { return when(f.state == Connecting) }}},
		context: []check{{source: "stream", test: func(*facts) answer { return stated(true) }, quote: (*facts).attemptEvidence}},
		sentence: func(f *facts) string {
			return fmt.Sprintf("Connecting; no answer yet after %s.", duration(time.Duration(f.now-f.changed).Truncate(time.Second)))
		},
	},
}

// reconnectNow is the step for a stream that can be opened again at once.
var reconnectNow = Step{"Reconnect now.", ActionReconnect}

// notRetrying is what to do where no other attempt will be made.
func notRetrying(steps ...Step) func(*facts) []Step {
	return func(f *facts) []Step {
		if f.retrying() || f.open() {
			return nil
		}
		return append([]Step{reconnectNow}, steps...)
	}
}

// unreachableTexts says which step to the service failed.
var unreachableTexts = map[client.Phase]string{
	client.PhaseNone:    "The service cannot be reached.",
	client.PhaseDNS:     "The service's name cannot be found (DNS).",
	client.PhaseConnect: "The service cannot be reached (TCP connect).",
	client.PhaseTLS:     "TLS handshake failed.",
}

var unreachable = check{
	says: "opening a connection failed, at a step that is named", source: "stream",
	test: func(f *facts) answer {
		if f.down.remedy == client.RemedyCertificate {
			return stated(true)
		}
		_, before := unreachableTexts[f.down.phase]
		a := when(f.down.remedy == client.RemedyNetwork && before)
		a.stated = a.found == yes && f.probed
		return a
	},
	quote: (*facts).failureEvidence,
	because: func(f *facts) string {
		switch {
		case f.open() && f.state != Silent && !f.cutOff():
			return "the stream is open"
		case f.state == Silent && f.answeredSince():
			return "the service answers other requests"
		}
		return ""
	},
}

var serverFails = check{
	says: "HTTP 5xx, an answer that is no event stream, no answer, or no stream of a session that the service lists", source: "stream",
	test: func(f *facts) answer {
		d := &f.down
		switch d.remedy {
		case client.RemedyServer:
			return stated(d.phase != client.PhaseBody)
		case client.RemedyProtocol:
			return when(true)
		case client.RemedyNotFound:
			return stated(f.notFound == never)
		case client.RemedyNetwork:
			return when(d.phase == client.PhaseRequest)
		}
		return when(f.unansweredRequest())
	},
	quote: func(f *facts) Evidence {
		if f.unansweredRequest() {
			return Evidence{Metric: "request", Value: "not answered for " + duration(time.Duration(f.now-f.attemptSince))}
		}
		return f.failureEvidence()
	},
	because: func(f *facts) string {
		if f.open() && f.state != Silent {
			return "the service answered the stream with 200"
		}
		return ""
	},
}

// answerPatience is for how long the request for a stream may stay without an answer while others are answered.
const answerPatience = tick(15 * time.Second)

// unansweredRequest reports whether the request for the stream is not answered, though the service can be reached: it has
// answered another one, or a connection was made, since that was sent.
func (f *facts) unansweredRequest() bool {
	if f.connState != connOpening || f.down.remedy != client.RemedyNone || f.now-f.attemptSince < answerPatience || f.young() {
		return false // of a new session, the answer may begin with the first result
	}
	p := &f.probes.newest[ProbeNetwork]
	return f.probes.reached > f.attemptSince || p.at > f.attemptSince && p.fail.remedy == client.RemedyNone
}

func serverErrorText(f *facts) string {
	d := &f.down
	switch {
	case d.remedy == client.RemedyProtocol:
		return "What answers is not the service's event stream" + http(d.status) + "." + f.retry()
	case d.remedy == client.RemedyNotFound:
		return "The service does not find the session's stream" + http(d.status) + ", though it knows the session." + f.retry()
	case d.remedy == client.RemedyNetwork, f.unansweredRequest():
		return "The service accepts the connection, but does not answer." + f.retry()
	case d.status >= 502 && d.status <= 504:
		return fmt.Sprintf("A proxy answers instead of the service (HTTP %d).%s", d.status, f.retry())
	}
	return "The service fails" + http(d.status) + "." + f.retry()
}

func (f *facts) loops() int {
	return f.connections.loops(f.now-tick(f.cfg.LoopWindow), f.cfg.LoopLife)
}

var endsEarly = check{
	says: "3 connections within 2 min that were opened and ended within 30 s each", source: "stream",
	test: func(f *facts) answer { return when(f.loops() >= f.cfg.LoopCount) },
	quote: func(f *facts) Evidence {
		end, _ := f.connections.newest()
		return Evidence{Metric: "short connections", Value: fmt.Sprintf("%d, the newest lasted %s", f.loops(), duration(end.life))}
	},
}

var endsEarlyAgain = check{
	says: "another one did, too", source: "retry",
	test: func(f *facts) answer { return when(f.loops() > f.cfg.LoopCount) },
}

var connectionLasts = check{
	says: "a connection that lasts longer than 30 s",
	test: func(f *facts) answer { return when(f.open() && time.Duration(f.now-f.opened) >= f.cfg.LoopLife) },
	because: func(f *facts) string {
		if f.loops() < f.cfg.LoopCount {
			return ""
		}
		return "the connection has lasted " + duration(time.Duration(f.now-f.opened))
	},
}

// sourceEnded is that the server announced the end of the stream right after output, with no input after
// that, or that a lens that reads a file gets no more of it.
var sourceEnded = check{
	says: "the server ended the stream right after results, or a lens that reads a file got no more input; the session continues", source: "stream",
	test: func(f *facts) answer {
		if f.readsFile() && f.waiting() && inputsStand.test(f).found == yes && f.counters.in.value > 0 && f.counters.out.value > 0 {
			return answer{found: yes}
		}
		first, ok := f.connections.firstSince(f.lastOutput)
		last, _ := f.connections.newest()
		if !ok || !first.announced || f.lastOutput == never || first.silence >= f.cfg.IdleClose || !f.alive() {
			return answer{}
		}
		if c := &f.counters; c.inputs() && c.last > first.at {
			return when(c.in.since <= first.at+2*sampleEvery && c.frozen >= 2 && f.now >= c.in.since+f.inputPatience())
		}
		return when(last.at > first.at && f.now >= f.lateAt || f.now >= f.quietAt)
	},
	quote: func(f *facts) Evidence {
		if f.readsFile() {
			return Evidence{Metric: "input of the lens", Value: short(f.lens.inputs[0], 40), Source: "lens record"}
		}
		return Evidence{Metric: "end of stream", Value: "announced by the server"}
	},
	because: func(*facts) string { return "the ends are announced, after the last input" },
}

// pauseOfSource is the doubt about a file that seems to be at its end while the stream is open.
var pauseOfSource = check{
	says: "whether such a pause is typical",
	test: func(f *facts) answer {
		_, ended := f.connections.firstSince(f.lastOutput)
		return answer{found: when(!ended && f.now < f.quietAt).found, by: f.quietAt}
	},
}

var closedIdle = check{
	says: "the server ended the stream, and the session still runs", source: "stream",
	test: func(f *facts) answer {
		end, ok := f.connections.newest()
		return stated(ok && f.connections.idle && f.fail.remedy == client.RemedyNone && end.at >= f.lastOutput && !f.open())
	},
	quote: func(f *facts) Evidence {
		end, _ := f.connections.newest()
		return Evidence{Metric: "end of stream", Value: fmt.Sprintf("announced, %s after the last result", duration(end.silence))}
	},
}

var cutRegularly = check{
	says: "3 connections in a row ended unannounced after the same time", source: "stream",
	test: func(f *facts) answer {
		if f.connections.cut() == 0 {
			return answer{}
		}
		return when(f.state == Reconnecting || f.open() && f.state == Live && time.Duration(f.now-f.opened) <= f.connections.cut()*11/10)
	},
	quote: func(f *facts) Evidence {
		return Evidence{Metric: "connections", Value: fmt.Sprintf("the newest %d lasted %s each", cutRun, duration(f.connections.cut()))}
	},
}

var lost = check{
	says: "an open stream ended unannounced, and is being opened again", source: "stream",
	test: func(f *facts) answer {
		if end, _ := f.connections.newest(); f.open() && f.state != Silent && f.reopened() && !end.requested && !f.connections.idle && f.now-f.opened < settleIn && f.silence >= f.lateAfter(f.now) {
			return answer{found: yes} // until something arrives
		}
		return when(f.state == Reconnecting && f.connState != connEnding && (!f.connections.idle || f.fail.remedy != client.RemedyNone))
	},
	quote: func(f *facts) Evidence {
		if f.open() {
			return f.outputEvidence()
		}
		return Evidence{Metric: "newest failure", Value: failureText(&f.fail)}
	},
}

// settleIn is how long a connection that was made again is given to deliver the first result.
const settleIn = tick(5 * time.Second)

var streamOver = check{
	says: "the stream ended", source: "stream",
	test: func(f *facts) answer {
		return when(f.connState == connEnding || f.state == Reconnecting || f.state.Final())
	},
	quote: (*facts).outputEvidence,
}

// stillChecking is the doubt while the session is asked for.
var stillChecking = check{
	says: "whether the session continues",
	test: func(f *facts) answer {
		return answer{found: when(f.connState == connEnding || f.state == Reconnecting).found, by: max(f.attemptSince+endingFor, f.now)}
	},
}
