package health

import (
	"fmt"
	"time"

	"lenswatch/client"
)

// endedRules are about sessions that are over, and requests that no waiting will help.
var endedRules = []rule{
	{Entry{
		Code: SessionFailed, Name: "session failed", Severity: Alarm,
		Cause:    "The service gave the session up.",
		Evidence: "The session record says failed.",
		RulesOut: "A later record with another status.",
		Detect:   "With the next telling of the record, 5 s in the list.",
		Next:     []Step{{"Create another session of the lens.", ActionCreate}, {"Read the last log lines for the reason.", ActionNone}},
	}, sessionFailed},
	{Entry{
		Code: SessionStale, Name: "session stale", Severity: Alarm,
		Cause:    "The service lost touch with the session's runner and wrote it off.",
		Evidence: "The session record says stale.",
		RulesOut: "A later record with another status.",
		Detect:   "With the next telling of the record, 5 s in the list.",
		Next:     []Step{{"Create another session of the lens.", ActionCreate}},
	}, sessionStale},
	{Entry{
		Code: SessionExpired, Name: "session expired", Severity: Warning,
		Cause:    "The session reached its end of life: its lifetime, or 30 minutes without activity.",
		Evidence: "The session is over, and its expiry, its lifetime or the inactivity limit had passed.",
		RulesOut: "An end before any of the limits.",
		Detect:   "With the next telling of the record, 5 s in the list.",
		Next:     []Step{{"Create another session of the lens.", ActionCreate}},
	}, sessionExpired},
	{Entry{
		Code: SessionDestroyed, Name: "session destroyed", Severity: Warning,
		Cause:    "Somebody destroyed the session, here or elsewhere. One of AgentHuman ends also when its command WebSocket closes or everybody has left the room.",
		Evidence: "The session record says destroyed, or the service no longer knows a session that it knew before.",
		RulesOut: "A later record with another status.",
		Detect:   "With the end of the stream, or the next telling of the record, 5 s in the list.",
		Next:     []Step{{"Create another session of the lens.", ActionCreate}, {"See which sessions are left.", ActionList}},
	}, sessionDestroyed},
	{Entry{
		Code: NoSuchSession, Name: "no such session", Severity: Alarm,
		Cause:    "The id is misspelt, belongs to another account, or the session is long gone.",
		Evidence: "HTTP 404 for a session of which nothing was ever heard.",
		RulesOut: "The session in the list.",
		Detect:   "With the first answer.",
		Next:     []Step{{"Choose one from the list of sessions.", ActionList}},
	}, noSuchSession},
	{Entry{
		Code: KeyRefused, Name: "key refused", Severity: Alarm,
		Cause:    "The API key is missing, wrong, expired or lacks the right.",
		Evidence: "HTTP 401 or 403, or no key is set.",
		RulesOut: "Any request answered with this key.",
		Detect:   "With the first answer.",
		Next:     []Step{{"Set a valid key in ATAI_API_KEY (AgentHuman: AGENTHUMAN_API_KEY) and start again.", ActionFixKey}, {"Check the endpoint too: a key is good for one.", ActionDoctor}},
	}, keyRefused},
	{Entry{
		Code: QuotaFull, Name: "quota full", Severity: Alarm,
		Cause:    "Every runner of the account is taken by a session.",
		Evidence: "A request was answered with the quota's error.",
		RulesOut: "A session that can be created.",
		Detect:   "With the answer.",
		Next:     []Step{{"Destroy a session that is not needed.", ActionDestroyOther}, {"Orphans of killed programs count: look at the list.", ActionList}},
	}, quotaFull},
	{Entry{
		Code: Rejected, Name: "request rejected", Severity: Alarm,
		Cause:    "The service understood the request and declined it.",
		Evidence: "A 4xx answer other than 401, 403, 404 and 429.",
		RulesOut: "The same request answered.",
		Detect:   "With the answer.",
		Next:     []Step{{"Read what the service said; check the session id.", ActionNone}, {"See which sessions there are.", ActionList}},
	}, rejected},
}

func sessionFailed(f *facts) finding {
	if f.rec.Status == client.StatusFailed {
		return fits(High, "The session has failed; it will not run again.", f.statusEvidence(), f.outputEvidence())
	}
	if f.rec.Status != client.StatusUnknown {
		return out("the service calls the session " + f.rec.Status.String())
	}
	return out("")
}

func sessionStale(f *facts) finding {
	if f.rec.Status != client.StatusStale {
		return out("")
	}
	return fits(High, "The service has written the session off as stale.", f.statusEvidence(), f.outputEvidence())
}

// over reports whether the session is known to be over.
func (f *facts) over() bool { return f.state == Destroyed && f.known() }

func sessionExpired(f *facts) finding {
	if !f.over() {
		return out("")
	}
	end := f.time(f.changed)
	if !f.rec.Ended.IsZero() {
		end = f.rec.Ended
	}
	limit := Evidence{Metric: "end of life", Source: "session record"}
	switch age := f.rec.Age(end); {
	case !f.rec.Expires.IsZero() && !end.Before(f.rec.Expires):
		limit.Value = "reached at " + f.rec.Expires.UTC().Format(time.TimeOnly) + " UTC"
		return fits(High, "The session reached the end of its life.", f.statusEvidence(), limit)
	case f.rec.TTL > 0 && age >= f.rec.TTL:
		limit.Value = fmt.Sprintf("%s old, allowed %s", span(age), span(f.rec.TTL))
		return fits(High, "The session reached the end of its life.", f.statusEvidence(), limit)
	case f.channel != client.ChannelPoll && f.silence >= f.cfg.Inactivity && f.idleFor() >= f.cfg.Inactivity:
		limit.Value = fmt.Sprintf("no activity for %s, allowed %s", span(f.idleFor()), span(f.cfg.Inactivity))
		return fits(Medium, "The session ended by itself after "+span(f.cfg.Inactivity)+" without activity.", f.statusEvidence(), limit)
	}
	return out("it was over before any of its time limits")
}

// idleFor is how long neither an input was counted nor data came, before the state changed.
func (f *facts) idleFor() time.Duration {
	newest := max(f.lastData, 0)
	if f.counters.known() {
		newest = max(newest, f.counters.in.since)
	}
	return time.Duration(f.changed - newest)
}

func sessionDestroyed(f *facts) finding {
	switch {
	case !f.over():
		return out("")
	case f.channel == client.ChannelPoll && f.endText != "":
		return fits(High, "The session has ended.", f.statusEvidence(), Evidence{Metric: "end", Value: f.endText, Source: "stream"})
	case f.rec.Status == client.StatusDestroyed:
		return fits(High, "The session was destroyed.", f.statusEvidence(), f.outputEvidence())
	}
	return fits(Medium, "The service no longer knows the session: it was destroyed.",
		Evidence{Metric: "session", Value: "not found, though it was known before", Source: "probe"}, f.outputEvidence())
}

func noSuchSession(f *facts) finding {
	if f.ended == never {
		return out("")
	}
	return fits(High, "The service knows no session of this id.",
		Evidence{Metric: "session", Value: "not found", Source: "probe"})
}

func keyRefused(f *facts) finding {
	switch {
	case f.down.remedy == client.RemedyNoKey:
		return fits(High, "No API key is set.", f.failureEvidence())
	case f.down.remedy == client.RemedyRefused:
		return fits(High, "The service refuses the API key"+http(f.down.status)+".", f.failureEvidence())
	case f.first != never:
		return out("the stream was opened with this key")
	}
	return out("")
}

func quotaFull(f *facts) finding {
	if f.down.remedy == client.RemedyQuota {
		return fits(High, "Every runner of the account is taken.", f.failureEvidence())
	}
	p := &f.probes.newest[ProbeCreate]
	if p.fail.remedy != client.RemedyQuota || f.open() {
		return out("")
	}
	return fits(High, "No session could be created: every runner of the account is taken.",
		Evidence{Metric: "create", Value: failureText(&p.fail), Source: "probe"})
}

func rejected(f *facts) finding {
	if f.down.remedy != client.RemedyRequest {
		return out("")
	}
	return fits(High, "The service rejects the request"+http(f.down.status)+".", f.failureEvidence())
}

// http is the status for a sentence.
func http(status int) string {
	if status == 0 {
		return ""
	}
	return fmt.Sprintf(" (HTTP %d)", status)
}
