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
			Cause:    "Too many requests were made with this key.",
			RulesOut: "Another answer than HTTP 429.",
			Detect:   "With the first response.",
			Next:     []Step{{"Wait: the next attempt is made when the service allows it.", ActionWait}, {"Watch fewer sessions, or stop other programs that use the key.", ActionNone}},
		},
		needs:    []check{failedBy("the stream is answered with HTTP 429", client.RemedyRateLimited)},
		context:  []check{attemptOf},
		sentence: func(f *facts) string { return "The service limits the rate of requests." + f.retry() },
	},
	{
		Entry: Entry{
			Code: NetworkDown, Name: "network down", Severity: Alarm,
			Cause:    "The service cannot be reached: its name is not found, or the connection or TLS fails.",
			RulesOut: "A connection to the service that opens.",
			Detect:   "With the first failed attempt; up to 5 s more for a probe.",
			Next:     []Step{{"Check the network, VPN and proxy settings.", ActionDoctor}, {"lenswatch resumes once the network is back.", ActionWait}},
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
			Cause:    "The service, or a proxy in front of it, fails.",
			RulesOut: "The stream answered with HTTP 200 and events.",
			Detect:   "With the first response.",
			Next:     []Step{{"lenswatch keeps retrying.", ActionWait}, {"Check that the endpoint is the right one.", ActionDoctor}},
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
			Detect: "After the third disconnect.",
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
			Cause:    "End of input: the source file was fully processed.",
			RulesOut: "A new result, or an input counter that rises.",
			Detect:   "With the end of the stream; otherwise when results are overdue.",
			Next:     []Step{{"Nothing is wrong. Create another session to run the source again.", ActionCreate}, {"Destroy this one, if it gets no new input.", ActionDestroy}},
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
			Cause:    "The server closed the stream, as it does after about 58 s without results; the session continues.",
			RulesOut: "A record that says the session is over.",
			Detect:   "With the end of the stream and the answer about the session.",
			Next:     []Step{{"No action needed: lenswatch reopens the stream.", ActionWait}, reconnectNow},
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
			Cause:    "Something in between, such as a proxy or load balancer, ends each connection after the same time.",
			RulesOut: "A connection that lasts longer.",
			Detect:   "After the third disconnect.",
			Next:     []Step{{"Raise the time limit of the proxy or load balancer, or go around it.", ActionNone}, {"lenswatch reconnects automatically.", ActionWait}},
		},
		needs:   []check{cutRegularly},
		context: []check{{source: "stream", test: func(f *facts) answer { return when(!f.open()) }, quote: (*facts).failureEvidence}},
		sentence: func(f *facts) string {
			return "Something in between, such as a proxy, ends each connection after " + duration(f.connections.cut()) + "." + f.retry()
		},
	},
	{
		Entry: Entry{
			Code: ConnectionLost, Name: "connection lost", Severity: Info,
			Cause:    "The connection was lost; lenswatch is reconnecting.",
			RulesOut: "A connection that opens and delivers.",
			Detect:   "Immediately.",
			Next:     []Step{{"lenswatch is reconnecting automatically.", ActionWait}, reconnectNow},
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
			Cause:    "The stream ended and the service gave no reason.",
			RulesOut: "The stream opening again, or a reason from the service.",
			Detect:   "Immediately.",
			Next:     []Step{{"List the sessions: it may still be there.", ActionList}, {"Create another session of this lens.", ActionCreate}},
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
			Cause:    "The first connection is being made.",
			RulesOut: "An answer, or a failed attempt.",
			Detect:   "Immediately.",
			Next:     []Step{{"Wait a moment.", ActionWait}},
		},
		needs:   []check{{says: "no answer yet, and no failure", test: func(f *facts) answer { return when(f.state == Connecting) }}},
		context: []check{{source: "stream", test: func(*facts) answer { return stated(true) }, quote: (*facts).attemptEvidence}},
		sentence: func(f *facts) string {
			return fmt.Sprintf("Connecting; no response for %s.", duration(time.Duration(f.now-f.changed).Truncate(time.Second)))
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
