package health

import (
	"fmt"
	"strings"
	"time"

	"lenswatch/client"
)

// outputRules are about open streams that bring too little, or too late.
var outputRules = []rule{
	{Entry{
		Code: ViewerBehind, Name: "viewer behind", Severity: Warning,
		Cause:    "This program, or its terminal, cannot keep up with what arrives.",
		Evidence: "Received events wait for longer than 1 s, for 3 s or more.",
		RulesOut: "Nothing waiting.",
		Detect:   "3 s.",
		Next:     []Step{{"Filter, or watch fewer sessions at once.", ActionNone}, {"Use a faster terminal, or record now and read later.", ActionNone}},
	}, viewerBehind},
	{Entry{
		Code: ConnectionDead, Name: "line dead", Severity: Alarm,
		Cause:    "The connection looks open, but nothing travels on it any more (half-open).",
		Evidence: "No byte for more than 3 heartbeats, while the service answers other requests; or outputs are counted that do not come.",
		RulesOut: "Any byte.",
		Detect:   "16 s with heartbeats every 5 s; low confidence until another request was answered.",
		Next:     []Step{{"Open the stream again.", ActionReconnect}},
	}, connectionDead},
	{Entry{
		Code: WrongChannel, Name: "wrong channel", Severity: Alarm,
		Cause:    "The session writes its output to the channel that is not being read.",
		Evidence: "The service counts new outputs in 2 tellings, while only heartbeats or empty answers come; or the lens names another channel.",
		RulesOut: "A result on this channel; an output counter that stands still.",
		Detect:   "10 to 15 s, with a telling every 5 s.",
		Next:     []Step{{"Read the other channel.", ActionSwitchChannel}},
	}, wrongChannel},
	{Entry{
		Code: NoOutputStream, Name: "no output stream", Severity: Alarm,
		Cause:    "The lens has no output stream: its results go nowhere.",
		Evidence: "The lens or session record names no output, and no data ever came.",
		RulesOut: "Any data; an output stream set since.",
		Detect:   "10 s if the session's record says so; 120 s if only the lens's does.",
		Next:     []Step{{"Give the session an output: output_stream.set with server_sent_events_writer.", ActionNone}, {"Create a session of a lens that has one.", ActionCreate}},
	}, noOutputStream},
	{Entry{
		Code: Starved, Name: "starved", Severity: Alarm,
		Cause:    "Another session of the same lens takes the work; only one of them gets results.",
		Evidence: "This session's outputs stand still while those of another session of the lens move.",
		RulesOut: "No other session of the lens, or none whose outputs move; both having had results side by side before.",
		Detect:   "When results are overdue: 10 to 20 s on a fast stream.",
		Next:     []Step{{"Destroy one of the two sessions.", ActionDestroyOther}, {"Or give up this one.", ActionDestroy}},
	}, starved},
	{Entry{
		Code: LensErrors, Name: "lens errors", Severity: Alarm,
		Cause:    "The lens reports errors instead of results.",
		Evidence: "Errors came since the last result, and results are overdue.",
		RulesOut: "A result.",
		Detect:   "When results are overdue: 10 to 20 s on a fast stream.",
		Next:     []Step{{"Read the error; check the input and the lens's settings.", ActionNone}, {"Create another session of the lens.", ActionCreate}},
	}, lensErrors},
	{Entry{
		Code: NotStarted, Name: "not started", Severity: Alarm,
		Cause:    "The session is registered but does not begin to run: no runner is free.",
		Evidence: "The session record still says created or registered after 120 s.",
		RulesOut: "A record that says running; any data.",
		Detect:   "120 s.",
		Next:     []Step{{"Destroy another session to free a runner.", ActionDestroyOther}, {"Destroy this one and create it again.", ActionDestroy}},
	}, notStarted},
	{Entry{
		Code: NoInput, Name: "no input", Severity: Alarm,
		Cause:    "Nothing reaches the session: its source is stopped, unreachable or not set.",
		Evidence: "The input counter stands still for as long as a result is overdue.",
		RulesOut: "An input counter that moves.",
		Detect:   "15 to 25 s on a fast stream; when results are overdue on a slow one. Low confidence for 10 min if no result ever came.",
		Next:     []Step{{"Check the camera, file or program that feeds the session.", ActionNone}, {"Check that the input stream was set (input_stream.set).", ActionNone}},
	}, noInput},
	{Entry{
		Code: PipelineStalled, Name: "pipeline stalled", Severity: Alarm,
		Cause:    "Inputs reach the session, but the lens turns out nothing.",
		Evidence: "The input counter moves in 2 tellings, the output counter does not, and results are overdue.",
		RulesOut: "A result, or an output counter that moves.",
		Detect:   "10 to 20 s on a fast stream; when results are overdue on a slow one. Low confidence for 10 min if no result ever came.",
		Next:     []Step{{"Create another session of the lens.", ActionCreate}, {"Send input more slowly: the lens may be behind.", ActionNone}},
	}, pipelineStalled},
}

// lagLasts is how long the viewer has to be behind.
const lagLasts = 3 * time.Second

func viewerBehind(f *facts) finding {
	l := &f.lag
	switch {
	case l.at == never || f.now-l.at >= lagWindow:
		return out("")
	case l.over == never || time.Duration(l.at-l.over) < lagLasts:
		return out("this viewer is not behind")
	}
	return fits(High, fmt.Sprintf("This viewer is %s behind: what you see is old.", span(l.behind)),
		Evidence{Metric: "behind", Value: span(l.behind), Source: "viewer"},
		Evidence{Metric: "events waiting", Value: fmt.Sprint(l.pending), Source: "viewer"})
}

func connectionDead(f *facts) finding {
	if !f.open() {
		return out("")
	}
	c := &f.counters
	unseen := c.unseen >= 2 && f.dead >= f.cfg.QuietFloor && f.lastAny <= c.from
	switch {
	case unseen && f.lastHere != never && (f.state == Silent || f.heartbeats.seen == 0):
		sure := Medium
		if f.state == Silent {
			sure = High
		}
		return fits(sure, "No byte for "+span(f.dead)+", though the service counts new outputs: the connection is dead.",
			f.byteEvidence(), f.outputsEvidence(), f.heartbeatEvidence())
	case f.state != Silent && f.heartbeats.last != never && time.Duration(f.now-f.heartbeats.last) < 2*f.heartbeats.every:
		return out("the last heartbeat came " + ago(time.Duration(f.now-f.heartbeats.last)))
	case f.state != Silent:
		return out("the last byte came " + ago(f.dead))
	case unseen:
		return out("") // nothing ever came: see wrong channel
	case f.heartbeats.seen == 0:
		return fits(Low, "No byte for "+span(f.dead)+". The server sends no heartbeats, so it may only be slow.", f.byteEvidence(), f.heartbeatEvidence())
	case !f.answered():
		return fits(Low, "No byte for "+span(f.dead)+"; whether the service still answers is being asked.", f.byteEvidence(), f.heartbeatEvidence())
	}
	sure := Medium
	if f.dead >= 2*f.silentAfter(f.now) {
		sure = High
	}
	return fits(sure, "No byte for "+span(f.dead)+", though the service answers: the connection is dead.",
		f.byteEvidence(), f.heartbeatEvidence(),
		Evidence{Metric: "service", Value: "answered " + ago(time.Duration(f.now-f.probes.reached)), Source: "probe"})
}

func wrongChannel(f *facts) finding {
	c := &f.counters
	reported := f.told()
	other := reported != client.ChannelUnknown && reported != client.ChannelNone && f.channel != client.ChannelUnknown && reported != f.channel
	switch {
	case !f.open():
		return out("")
	case c.unseen >= 2 && (c.received != never && f.now-c.received >= burstTime || f.lastHere == never):
		sure := Medium
		if moved := f.switched && f.lastHere == never && f.lastData != never; other || moved || c.unseen >= 3 {
			sure = High
		}
		return fits(sure, fmt.Sprintf("The lens puts out results, but not on the channel being read (%s).", f.channel),
			f.outputsEvidence(), f.outputEvidence(), f.heartbeatEvidence(), f.channelEvidence())
	case other && f.lastHere == never && time.Duration(f.now-f.opened) >= f.cfg.QuietFloor:
		return fits(Medium, fmt.Sprintf("The session writes to its %s, and its %s is being read.", channelWord(reported), channelWord(f.channel)),
			f.channelEvidence(), f.outputEvidence())
	case f.state == Quiet && c.fresh(f.now) && c.unseen == 0:
		return out("the service counts no new outputs")
	}
	return out("")
}

// told is the channel that the records name, and told by the session's own rather than its lens's.
func (f *facts) told() client.Channel {
	if f.rec.Channel != client.ChannelUnknown {
		return f.rec.Channel
	}
	return f.lens.channel
}

func (f *facts) channelEvidence() Evidence {
	e := Evidence{Metric: "output channel", Value: fmt.Sprintf("%s, reading %s", f.told(), f.channel), Source: "lens record"}
	if f.rec.Channel != client.ChannelUnknown {
		e.Source = "session record"
	}
	return e
}

func noOutputStream(f *facts) finding {
	switch {
	case !f.open():
		return out("")
	case f.told() != client.ChannelNone:
		if f.told() != client.ChannelUnknown && f.quiet() {
			return out("the output channel is " + f.told().String())
		}
		return out("")
	case f.lastData != never:
		return out("data came")
	case time.Duration(f.now-f.first) < f.cfg.QuietFloor:
		return out("")
	}
	sure := High
	if f.rec.Channel != client.ChannelNone {
		// An output stream may have been set for this session alone.
		sure = Low
		if f.quiet() {
			sure = Medium
		}
	}
	return fits(sure, "The lens has no output stream: its results go nowhere.", f.channelEvidence(), f.outputEvidence(), f.heartbeatEvidence())
}

func starved(f *facts) finding {
	c := &f.counters
	if !f.quiet() {
		return out("")
	}
	if f.siblings.total == 0 {
		return out("no other session of the lens is known")
	}
	s, ok := f.siblings.mostRecent(f.now - tick(f.silence))
	if !ok || c.known() && c.unseen > 0 {
		return out("no other session of the lens seems to take its work")
	}
	sure := Medium
	if s.started > f.now-tick(f.rec.Age(f.time(f.now))) && c.frozen+c.noOutput >= 2 {
		sure = High
	}
	evidence := []Evidence{
		{Metric: "another's outputs", Value: fmt.Sprintf("%s: %d, %d more %s", s.id, s.out.value, s.out.step, ago(time.Duration(f.now-s.movedAt))), Source: "session list"},
		f.outputEvidence(),
	}
	if c.known() {
		evidence = append(evidence, f.outputsEvidence())
	}
	return f.orSlow(sure, "Another session of the same lens gets the results; this one has had none for "+span(f.silence)+".", evidence...)
}

func lensErrors(f *facts) finding {
	switch {
	case !f.quiet():
		return out("")
	case f.errAt == never || f.errAt < f.lastOutput:
		return out("the lens reports no errors")
	}
	return fits(Medium, "The lens reports errors and has produced nothing for "+span(f.silence)+".",
		Evidence{Metric: "newest error", Value: f.errText, Source: "stream"},
		Evidence{Metric: "errors", Value: fmt.Sprintf("%d, the newest %s", f.count.Errors, ago(time.Duration(f.now-f.errAt))), Source: "stream"},
		f.outputEvidence())
}

func notStarted(f *facts) finding {
	if !f.quiet() || f.lastData != never {
		return out("")
	}
	switch f.rec.Status {
	case client.StatusCreated, client.StatusRegistered:
		return fits(Medium, "The session is registered, but has not begun to run for "+span(f.silence)+".", f.statusEvidence(), f.outputEvidence())
	case client.StatusRunning:
		return out("the service calls the session running")
	}
	return out("")
}

// inputStill reports whether no input was counted for as long as output is overdue.
func (f *facts) inputStill() bool {
	c := &f.counters
	return c.fresh(f.now) && c.countsInputs() && c.frozen >= 2 && time.Duration(f.now-c.in.since) >= f.limit
}

// readsFile reports whether the lens reads a file, which has an end.
func (f *facts) readsFile() bool {
	return len(f.lens.inputs) > 0 && strings.Contains(f.lens.inputs[0], "file_reader")
}

// guess is c, or Low as long as a slow stream would look the same.
func (f *facts) guess(c Confidence) Confidence {
	if !f.confident(f.now) {
		return Low
	}
	return c
}

// maySlow is what a guess adds to its sentence.
const maySlow = " It may only be slow."

// orSlow is a finding that may be a guess, and says so.
func (f *facts) orSlow(c Confidence, sentence string, evidence ...Evidence) finding {
	if c = f.guess(c); c == Low {
		sentence += maySlow
	}
	return fits(c, sentence, evidence...)
}

func noInput(f *facts) finding {
	c := &f.counters
	switch {
	case !f.quiet() || !c.known():
		return out("")
	case c.noOutput > 0 && !f.inputStill():
		return out(fmt.Sprintf("%d inputs came since the last output", c.fed))
	case !f.inputStill():
		return out("")
	}
	sure := Medium
	if f.silence >= 2*f.limit {
		sure = High
	}
	sentence := "No input has reached the session for " + span(time.Duration(f.now-c.in.since)) + "."
	if c.in.value == 0 {
		sentence = "No input has ever reached the session."
	}
	return f.orSlow(sure, sentence, f.inputsEvidence(), f.outputsEvidence(), f.outputEvidence(), f.heartbeatEvidence())
}

func pipelineStalled(f *facts) finding {
	c := &f.counters
	switch {
	case !f.quiet() || !c.fresh(f.now):
		return out("")
	case c.noOutput < 2:
		if c.frozen >= 2 {
			return out("no inputs come either")
		}
		return out("")
	}
	sure := f.guess(Medium)
	if _, prior := f.priorInterval(f.now); prior && f.lastOutput == never {
		sure = Medium // by the service's own counters it was fast, and stopped while inputs go on
	}
	if sure == Medium && c.noOutput >= 4 && f.silence >= 2*f.limit {
		sure = High
	}
	evidence := []Evidence{f.inputsEvidence(), f.outputsEvidence(), f.outputEvidence(), f.heartbeatEvidence()}
	if f.siblings.total > 0 {
		evidence = append(evidence, Evidence{Metric: "other sessions", Value: fmt.Sprintf("%d of the lens", f.siblings.total), Source: "session list"})
	}
	sentence := "Inputs arrive, but the lens has produced nothing for " + span(f.silence) + "."
	if sure == Low {
		sentence += maySlow
	}
	return fits(sure, sentence, evidence...)
}
