package archetype

import (
	"cmp"
	"strings"

	"lenswatch/client"
)

// rule says what an event of one type is to a person.
type rule struct {
	wire  string
	kind  client.Kind
	level client.Level
	// describe writes what the type has of its own into the event, its text included.
	describe func(*scan, *client.Event)
}

// rules are the types that the documents, the SDK and the demonstrations name.
var rules = index([]rule{
	{"sse.stream.start", client.KindStart, client.LevelInfo, describeStart},
	{"sse.stream.heartbeat", client.KindHeartbeat, client.LevelDebug, describeHeartbeat},
	{"sse.stream.end", client.KindEnd, client.LevelInfo, describeEnd},
	{"inference.result", client.KindResult, client.LevelInfo, describeAnswer},
	{"log.debug", client.KindLog, client.LevelDebug, describeAnswer},
	{"log.info", client.KindLog, client.LevelInfo, describeAnswer},
	{"log.warn", client.KindLog, client.LevelWarn, describeAnswer},
	{"log.warning", client.KindLog, client.LevelWarn, describeAnswer},
	{"log.error", client.KindLog, client.LevelError, describeAnswer},
	{"log.critical", client.KindLog, client.LevelError, describeAnswer},
	{"error", client.KindError, client.LevelError, describeError},
	{"error_message", client.KindError, client.LevelError, describeError},
	{"inference.error", client.KindError, client.LevelError, describeError},
	{"session.modify.result", client.KindProgress, client.LevelInfo, describeTraining},
	{"frame.processed", client.KindProgress, client.LevelDebug, describeAnswer},
	{"stream.start", client.KindProgress, client.LevelInfo, describeAnswer},
	{"stream.end", client.KindProgress, client.LevelInfo, describeAnswer},
	{"stream.status", client.KindProgress, client.LevelInfo, describeAnswer},
	{"stream.null", client.KindProgress, client.LevelDebug, describeAnswer},
	{"inference.start", client.KindProgress, client.LevelInfo, describeAnswer},
	{"inference.reset", client.KindProgress, client.LevelInfo, describeAnswer},
})

func index(list []rule) map[string]rule {
	m := make(map[string]rule, len(list))
	for _, r := range list {
		m[r.wire] = r
	}
	return m
}

// ruleFor finds the rule of a type, the one that the payload reported before the one that the channel gave the event.
// The logs have one rule for whatever level is not known, and so have types that end as errors do.
func ruleFor(reported []byte, channel string) rule {
	if r, ok := rules[string(reported)]; ok {
		return r
	}
	wire := cmp.Or(string(reported), channel)
	if r, ok := rules[wire]; ok {
		return r
	}
	r := rule{client.Line1(wire), client.KindOther, client.LevelInfo, describeUnknown}
	switch {
	case wire == "log", strings.HasPrefix(wire, "log."):
		r.kind, r.describe = client.KindLog, describeAnswer
	case rules[channel].kind == client.KindError, strings.HasSuffix(wire, ".error"), strings.HasSuffix(wire, "_error"):
		r.kind, r.level, r.describe = client.KindError, client.LevelError, describeError
	}
	return r
}

// logLevels are the names of levels in logs, and the numbers that Python gives them.
var logLevels = map[string]client.Level{
	"trace": client.LevelDebug, "debug": client.LevelDebug, "10": client.LevelDebug,
	"info": client.LevelInfo, "notice": client.LevelInfo, "20": client.LevelInfo,
	"warn": client.LevelWarn, "warning": client.LevelWarn, "30": client.LevelWarn,
	"error": client.LevelError, "err": client.LevelError, "critical": client.LevelError, "fatal": client.LevelError,
	"alert": client.LevelError, "emergency": client.LevelError, "40": client.LevelError, "50": client.LevelError,
}

// logLevel is the level of a log: the one that it reports, unless its type has a graver one.
func logLevel(s *scan, byType client.Level) client.Level {
	level, ok := logLevels[strings.ToLower(s.str(s.level))]
	if !ok || byType >= client.LevelWarn && level < byType {
		return byType
	}
	return level
}
