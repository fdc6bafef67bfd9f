package health

import (
	"fmt"
	"time"

	"lenswatch/client"
)

// What the rules about the connection look at; see connectionRules.

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
	unmet: func(f *facts) string {
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
	unmet: func(f *facts) string {
		if f.open() && f.state != Silent {
			return "the stream was opened (HTTP 200)"
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
		return "The session exists, but the service has no stream for it" + http(d.status) + "." + f.retry()
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
	met: func(f *facts) string {
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
		if f.readsFile() && f.counters.in.value > 0 && noResults.test(f).found == yes && inputsStand.test(f).found == yes {
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
			return f.inputType()
		}
		return Evidence{Metric: "end of stream", Value: "announced by the server"}
	},
	met: func(*facts) string { return "the server announces the ends, after the last input" },
}

// pauseOfSource is the doubt about a file that seems to be at its end while the stream is open.
var pauseOfSource = check{
	says: "whether such a pause is typical",
	test: func(f *facts) answer {
		_, ended := f.connections.firstSince(f.lastOutput)
		return answer{found: when(!ended && f.now < f.quietAt && !f.hardlyTypical()).found, by: f.quietAt} // a file has no pauses
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
