package health

import (
	"fmt"
	"time"

	"lenswatch/client/units"
)

// streamRules are about open streams that deliver what they should not.
var streamRules = []rule{
	{
		Entry: Entry{
			Code: WrongStream, Name: "wrong stream", Severity: Alarm,
			Cause:    "The stream carries the events of another session: the service, or a proxy or cache in between, mixes them up.",
			RulesOut: "An event that names this session.",
			Detect:   "With the first event that names the other session.",
			Next:     []Step{reconnectNow, {"Go around the proxy in between; report it with both session IDs.", ActionDoctor}},
		},
		needs: []check{anotherNamed},
		sentence: func(f *facts) string {
			return "The stream carries the events of another session, " + f.foreign + "."
		},
	},
	{
		Entry: Entry{
			Code: Repeating, Name: "repeated results", Severity: Alarm,
			Cause:    "The same results arrive again and again: the lens's writer is stuck, or the server replays old output.",
			RulesOut: "A result that has not arrived before.",
			Detect:   "With the fifth repeated result, after 5 s.",
			Next:     []Step{reconnectNow, {"Create another session of this lens.", ActionCreate}},
		},
		needs:    []check{onlyRepeats},
		supports: []check{outputsStand},
		context:  append([]check{outputOf}, countersOf...),
		sentence: func(f *facts) string {
			r := &f.repeats
			return fmt.Sprintf("The same results arrive again and again: %s in %s, and no new one for %s.",
				units.Plural(r.run, "repeat"), duration(time.Duration(r.at-r.since)), duration(f.silence))
		},
	},
}

var anotherNamed = check{
	says: "events of the stream name another session", source: "stream",
	test: func(f *facts) answer { return stated(f.open() && f.foreign != "") },
	quote: func(f *facts) Evidence {
		return Evidence{Metric: "session_id", Value: f.foreign + " in the events"}
	},
}

var onlyRepeats = check{
	says: "5 results in a row, over 5 s, had arrived before, by id and payload", source: "stream",
	test: func(f *facts) answer {
		return stated(f.open() && f.state != Silent && f.repeats.stuck())
	},
	quote: func(f *facts) Evidence {
		return Evidence{Metric: "repeated results", Value: fmt.Sprintf("%s, the last %s", units.Count(f.repeats.run), ago(time.Duration(f.now-f.repeats.at)))}
	},
}
