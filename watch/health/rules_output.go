package health

import (
	"fmt"
	"time"

	"lenswatch/client"
	"lenswatch/client/units"
)

// outputRules are about open streams that deliver too little, or too late.
var outputRules = []rule{
	{
		Entry: Entry{
			Code: ViewerBehind, Name: "viewer behind", Severity: Warning,
			Cause:    "Output is blocked: lenswatch, its terminal or its output pipe cannot keep up.",
			RulesOut: "Events shown within 1 s of their arrival.",
			Detect:   "3 s.",
			Next:     []Step{{"Filter, or watch fewer sessions at once.", ActionNone}, {"Use a faster terminal, or record now and read later.", ActionNone}},
		},
		needs: []check{behind},
		sentence: func(f *facts) string {
			return "lenswatch is " + duration(f.lag.behind) + " behind; what you see is old."
		},
	},
	{
		Entry: Entry{
			Code: ConnectionDead, Name: "connection dead", Severity: Alarm,
			Cause:    "The connection is half-open: it looks open, but delivers nothing.",
			RulesOut: "Any byte over this connection.",
			Detect:   "16 to 33 s with heartbeats every 5 s; low confidence while a proxy may be holding data back.",
			Next:     []Step{reconnectNow},
		},
		guess:    true,
		needs:    []check{nothingReceived},
		supports: []check{serviceWorks},
		doubts:   []check{mayBeHeldBack, serviceMayBeGone},
		context:  []check{heartbeatOf},
		excludes: []VerdictCode{NoInput, PipelineStalled, LensErrors, Starved, WrongChannel, AnotherReader, OutputsLost},
		sentence: func(f *facts) string {
			if f.counters.unseen >= 2 {
				return "The connection is half-open: no data for " + duration(f.dead) + ", but the service counts new outputs."
			}
			if serviceWorks.test(f).found != yes {
				return "No data for " + duration(f.dead) + "; checking whether the service still responds."
			}
			return "The connection is half-open: no data for " + duration(f.dead) + ", but the service still responds."
		},
	},
	{
		Entry: Entry{
			Code: WrongChannel, Name: "wrong channel", Severity: Alarm,
			Cause:    "The session writes its output to the channel that is not being read.",
			RulesOut: "Results on the channel being read.",
			Detect:   "10 to 20 s, with a sample every 5 s.",
			Next:     []Step{{"Switch to the other channel.", ActionSwitchChannel}},
		},
		guess:   true,
		needs:   []check{nothingHere, channelElsewhere},
		against: []check{mailboxEmpty},
		context: []check{{source: "session record", test: func(f *facts) answer { return when(f.counters.unseen > 0) }, quote: (*facts).outputsEvidence}, outputOf},
		sentence: func(f *facts) string {
			if f.channel == client.ChannelMailbox {
				return "Results are going to the SSE stream; you're reading the mailbox."
			}
			return "Results are going to the mailbox; you're reading SSE."
		},
	},
	{
		Entry: Entry{
			Code: AnotherReader, Name: "another reader", Severity: Alarm,
			Cause:    "Another program reads the session's output, and results go to it instead.",
			RulesOut: "Every counted output arriving here.",
			Detect:   "10 to 15 s, with a sample every 5 s.",
			Next:     []Step{{"Close the other reader of this session.", ActionNone}, {"Create your own session of this lens.", ActionCreate}},
		},
		guess:   true,
		needs:   []check{takenAway, otherConsumer},
		against: []check{mailboxHolds},
		doubts:  []check{firstBurstLate, mailboxUnknown},
		context: []check{outputOf},
		sentence: func(f *facts) string {
			if missing, ok := f.counters.sharing.split(); ok {
				return fmt.Sprintf("Another reader is receiving some of this session's results: %s did not arrive here.", units.Plural(missing, "output"))
			}
			return fmt.Sprintf("Another reader is receiving this session's results: %s did not arrive here.", units.Plural(f.counters.lost, "output"))
		},
	},
	{
		Entry: Entry{
			Code: OutputsLost, Name: "outputs lost", Severity: Alarm,
			Cause:    "Results are lost: the service counts outputs that do not arrive here, and no other channel or reader explains it.",
			RulesOut: "The counted outputs arriving here.",
			Detect:   "15 to 20 s, with a sample every 5 s; low confidence for the first 20 s of a stream.",
			Next:     []Step{reconnectNow, {"Switch to the other channel.", ActionSwitchChannel}, {"Check whether another program reads the session.", ActionNone}},
		},
		guess:   true,
		needs:   []check{outputsUnseen, receivedHere},
		against: []check{otherConsumer, mailboxHolds, writtenElsewhere},
		doubts:  []check{firstBurstLate, mailboxUnknown},
		context: []check{outputOf},
		sentence: func(f *facts) string {
			return fmt.Sprintf("The service counts %s that did not arrive here.", units.Plural(f.counters.lost, "output"))
		},
	},
	{
		Entry: Entry{
			Code: NoOutputStream, Name: "no output stream", Severity: Alarm,
			Cause:  "The lens has no output stream: its results go nowhere.",
			Detect: "After 20 s if the session record says so; after 10 min if only the lens record does (low confidence until then).",
			Next:   []Step{{"Add an output stream (output_stream.set with server_sent_events_writer).", ActionSetOutput}, {"Create a session of a lens that has one.", ActionCreateOther}},
		},
		guess:   true,
		needs:   []check{openForAWhile, noOutputDeclared},
		against: []check{anyData, outputsCounted, mailboxHolds},
		doubts:  []check{outputMayBeSet},
		context: []check{outputOf, heartbeatOf, outputStreamID, validated},
		sentence: func(f *facts) string {
			if f.writtenElsewhere() {
				return "The lens writes its results to " + f.lens.writer + ", which lenswatch cannot read."
			}
			return "The lens has no output stream: its results go nowhere."
		},
	},
	{
		Entry: Entry{
			Code: LensErrors, Name: "lens errors", Severity: Alarm,
			Cause:    "The lens reports errors instead of results.",
			RulesOut: "Results with no more errors between them.",
			Detect:   "With the third error in a row; with the first once results are late.",
			Next:     []Step{{"Read the error; check the input and the lens's settings.", ActionNone}, {"Create another session of this lens.", ActionCreate}},
		},
		needs:    []check{errorsOnly},
		supports: []check{outputsStand},
		context:  []check{outputOf},
		sentence: func(f *facts) string {
			if f.errors.run == 0 {
				return fmt.Sprintf("Most inferences fail: about %d in 10.", int(f.errors.share*10+.5))
			}
			return fmt.Sprintf("The lens reports errors instead of results: %s, no result for %s.", units.Plural(f.errors.run, "error"), duration(f.silence))
		},
	},
	{
		Entry: Entry{
			Code: Starved, Name: "starved", Severity: Alarm,
			Cause:    "Another session of the same lens receives all results.",
			RulesOut: "A new result.",
			Detect:   "When results are late; low confidence until they are overdue.",
			Next:     []Step{{"Destroy one of the two sessions.", ActionDestroyOther}, {"…or destroy this one.", ActionDestroy}},
		},
		guess:    true,
		needs:    []check{resultsLate, connectionLives, siblingMoves},
		against:  []check{countedUnseen},
		supports: []check{outputsStand},
		doubts:   []check{pauseMayBeTypical},
		context:  []check{heartbeatOf},
		excludes: []VerdictCode{NoInput, PipelineStalled},
		sentence: withDoubt(func(f *facts) string {
			return "Another session of the same lens gets the results; this one has had none for " + duration(f.silence) + "."
		}),
	},
	{
		Entry: Entry{
			Code: NotStarted, Name: "not started", Severity: Alarm,
			Cause:    "The session is registered but has not started: no runner is free.",
			RulesOut: "A record that says running.",
			Detect:   "2 min.",
			Next:     []Step{{"Destroy another session to free a runner.", ActionDestroyOther}, {"Destroy this one and create it again.", ActionDestroy}},
		},
		needs:   []check{notRunning, warmUpOver},
		against: []check{anyData},
		context: []check{outputOf},
		sentence: func(f *facts) string {
			return "The session is registered, but has not started for " + duration(max(f.age(f.now), f.silence)) + "."
		},
	},
	{
		Entry: Entry{
			Code: NoInput, Name: "no input", Severity: Alarm,
			Cause:    "Nothing reaches the session: its source is stopped, unreachable or not set.",
			RulesOut: "A new result, or an input counter that rises.",
			Detect:   "At once if the record has no input stream; else 20 to 40 s on a fast stream; low or medium confidence until results are overdue, or for 10 min if none ever arrived.",
			Next:     []Step{{"Check the camera, file or program that feeds the session.", ActionNone}, {"Set the input (input_stream.set).", ActionSetInput}},
		},
		guess:    true,
		needs:    []check{noResults, connectionLives, noInputs},
		against:  []check{countedUnseen},
		supports: []check{outputsStand},
		doubts:   []check{pauseMayBeTypical, recordMayBeCached},
		context:  []check{heartbeatOf, inputStreamID, outputStreamID, validated},
		sentence: func(f *facts) string {
			switch {
			case hasNeitherStream(f):
				return "The session has neither an input nor an output stream."
			case inputUnset.test(f).found == yes:
				return "The session has no input stream, and has never received input."
			case f.counters.in.value == 0:
				return "The session has never received input."
			}
			return "No input has reached the session for " + duration(time.Duration(f.now-f.counters.in.since)) + "."
		},
		next: func(f *facts) []Step {
			set := Step{"Set an input (lenswatch sessions set-input).", ActionSetInput}
			switch {
			case hasNeitherStream(f):
				return []Step{{"Add an output stream (lenswatch sessions set-output).", ActionSetOutput}, set}
			case inputUnset.test(f).found == yes:
				return []Step{set, {"Or send it data (session.update).", ActionNone}}
			}
			return nil
		},
	},
	{
		Entry: Entry{
			Code: PipelineStalled, Name: "pipeline stalled", Severity: Alarm,
			Cause:    "The lens is receiving input but producing no results.",
			RulesOut: "A new result.",
			Detect:   "20 to 40 s on a fast stream; low or medium confidence until results are overdue, or for 10 min if none ever arrived.",
			Next:     []Step{{"Create another session of this lens.", ActionCreate}, {"Send input more slowly: the lens may be behind.", ActionNone}},
		},
		guess:    true,
		needs:    []check{resultsLate, connectionLives, inputsRise},
		against:  []check{countedUnseen},
		supports: []check{outputsStand},
		doubts:   []check{pauseMayBeTypical},
		context:  []check{heartbeatOf, siblingsOf, validated, parameters},
		sentence: withDoubt(func(f *facts) string {
			return "The lens is receiving input but has produced no results for " + duration(f.silence) + "."
		}),
	},
	{
		Entry: Entry{
			Code: Late, Name: "late", Severity: Warning,
			Cause:    "Results arrive later and later: a queue in between is growing.",
			RulesOut: "Results that arrive soon after they were made.",
			Detect:   "When they are 10 s later than the fastest, for 10 s; or when the delay has grown for 16 s.",
			Next:     []Step{{"Send input more slowly, or bypass the proxy.", ActionNone}, reconnectNow},
		},
		needs:   []check{resultsDelayed},
		against: []check{lagging, recordedSource},
		context: []check{outputOf},
		sentence: func(f *facts) string {
			if f.delayGrows() {
				return "Results arrive ever later, by the service's timestamps: " + about(f.delayNow()) + " late now."
			}
			return "Results arrive " + about(f.delayNow()) + " late, by the service's timestamps."
		},
	},
	{
		Entry: Entry{
			Code: Slow, Name: "slow", Severity: Warning,
			Cause:    "Results arrive at a tenth of their earlier rate or less.",
			RulesOut: "Results at the earlier rate.",
			Detect:   "With the fourth result at the new rate; of a session joined late with the third.",
			Next:     []Step{{"Check whether the source or the lens has slowed down.", ActionNone}, {"Create another session of this lens.", ActionCreate}},
		},
		guess:   true,
		needs:   []check{rateFell},
		doubts:  []check{maySoonEnd},
		context: append([]check{outputOf}, countersOf...),
		sentence: func(f *facts) string {
			before, _ := f.slowedFrom()
			earlier := "previously at least every "
			if f.slow.before == 0 {
				earlier = "by the session record one every ~"
			}
			return fmt.Sprintf("Results have slowed down: one every ~%s, %s%s.", about(f.slow.recent[(f.slow.n-1)%slowRun]), earlier, about(before))
		},
	},
}

// hasNeitherStream reports whether the record of the session says that it has no input stream and no output stream.
func hasNeitherStream(f *facts) bool {
	return inputUnset.test(f).found == yes && f.rec.Whole() && f.rec.OutputStream == "" && noOutputDeclared.test(f).found == yes
}
