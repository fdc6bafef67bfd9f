package health

import (
	"fmt"
	"strings"
	"time"

	"lenswatch/client"
)

// endedRules are about sessions that are over, and requests that no waiting will help.
var endedRules = []rule{
	{
		Entry: Entry{
			Code: SessionFailed, Name: "session failed", Severity: Alarm,
			Cause:    "The session failed.",
			RulesOut: "A later record that says running.",
			Detect:   "Next status poll (every 5 s).",
			Next:     []Step{{"Create another session of this lens.", ActionCreate}, {"Read the last log lines for the reason.", ActionNone}},
		},
		needs:    []check{statusIs(client.StatusFailed)},
		context:  []check{outputOf},
		sentence: say("The session failed; it will not run again."),
	},
	{
		Entry: Entry{
			Code: SessionStale, Name: "session stale", Severity: Alarm,
			Cause:    "The service lost touch with the session's runner and marked the session stale.",
			RulesOut: "A later record that says running.",
			Detect:   "Next status poll (every 5 s).",
			Next:     []Step{{"Create another session of this lens.", ActionCreate}},
		},
		needs:    []check{statusIs(client.StatusStale)},
		context:  []check{outputOf},
		sentence: say("The service marked the session stale."),
	},
	{
		Entry: Entry{
			Code: SessionExpired, Name: "session expired", Severity: Warning,
			Cause:    "The session expired: it reached its lifetime, or 30 minutes without activity.",
			RulesOut: "A later record that says running.",
			Detect:   "Next status poll (every 5 s).",
			Next:     []Step{{"Create another session of this lens.", ActionCreate}},
		},
		needs:   []check{sessionOver, limitReached},
		context: []check{statusOf},
		sentence: func(f *facts) string {
			if how, _ := f.expiry(); how == expiredIdle {
				return "The session expired after " + duration(f.cfg.Inactivity) + " without activity."
			}
			return "The session expired."
		},
	},
	{
		Entry: Entry{
			Code: SessionDestroyed, Name: "session destroyed", Severity: Warning,
			Cause:    "The session was destroyed, by you or by someone else. An AgentHuman session also ends when its command WebSocket closes or everyone leaves the room.",
			RulesOut: "A later record that says running.",
			Detect:   "With the end of the stream, or the next status poll (every 5 s).",
			Next:     []Step{{"Create another session of this lens.", ActionCreate}, {"List the sessions that are left.", ActionList}},
		},
		needs:   []check{sessionOver},
		against: []check{limitReached},
		context: []check{endOf, statusOf, outputOf},
		sentence: func(f *facts) string {
			switch {
			case f.channel == client.ChannelPoll && f.endText != "":
				return "The session ended."
			case f.rec.Status == client.StatusDestroyed:
				return "The session was destroyed."
			}
			return "The service no longer knows the session: it was destroyed."
		},
	},
	{
		Entry: Entry{
			Code: NoSuchSession, Name: "no such session", Severity: Alarm,
			Cause:    "The ID is misspelt, belongs to another account, or the session ended long ago.",
			RulesOut: "An answer that knows the session.",
			Detect:   "With the first response.",
			Next:     []Step{{"Choose one from the list of sessions.", ActionList}},
		},
		needs:    []check{neverKnown},
		sentence: say("No session with this ID."),
	},
	{
		Entry: Entry{
			Code: KeyRefused, Name: "key refused", Severity: Alarm,
			Cause:    "The API key is missing, wrong, expired or lacks the permission.",
			RulesOut: "Another answer to the same key.",
			Detect:   "With the first response.",
			Next:     []Step{{"Set a valid key and restart; lenswatch config show says where it is read from.", ActionFixKey}, {"Check the endpoint: each key works with one endpoint only.", ActionDoctor}},
		},
		needs: []check{failedBy("the stream is refused (HTTP 401 or 403), or no key is set", client.RemedyRefused, client.RemedyNoKey)},
		sentence: func(f *facts) string {
			switch {
			case f.down.remedy == client.RemedyNoKey:
				return "No API key is set."
			case f.probes.reached != never && f.probes.reached+sameTime >= f.changed:
				return "The service refuses the stream to this API key" + http(f.down.status) + ", but answers other requests with it."
			}
			return "The service refuses the API key" + http(f.down.status) + "."
		},
	},
	{
		Entry: Entry{
			Code: QuotaFull, Name: "quota full", Severity: Alarm,
			Cause:    "All runners of the account are in use.",
			RulesOut: "A session that is created.",
			Detect:   "With the first response.",
			Next:     []Step{{"Destroy a session that is not needed.", ActionDestroyOther}, {"Sessions left by crashed programs count too.", ActionList}},
		},
		needs:    []check{quotaReached},
		sentence: say("All runners of the account are in use."),
	},
	{
		Entry: Entry{
			Code: LocalLimit, Name: "local limit", Severity: Alarm,
			Cause:    "This machine has no file descriptors, memory, ports or disk space left for a connection, or does not allow it.",
			RulesOut: "A connection that this machine opens.",
			Detect:   "With the first failed attempt.",
			Next:     []Step{{"Free what the message names, or raise its limit.", ActionNone}, {"Watch fewer sessions at once.", ActionNone}},
		},
		needs:    []check{failedBy("this machine refuses the connection", client.RemedyLocal)},
		sentence: func(f *facts) string { return "The connection fails on this machine, not in the network." + f.retry() },
	},
	{
		Entry: Entry{
			Code: ProxyRefused, Name: "proxy refused", Severity: Alarm,
			Cause:    "The proxy in between refuses the connection or cannot be reached.",
			RulesOut: "An answer of the service through the proxy.",
			Detect:   "With the first failed attempt.",
			Next:     []Step{{"Check HTTPS_PROXY and NO_PROXY, and the proxy's user and password.", ActionDoctor}},
		},
		needs: []check{failedBy("the proxy refuses or fails (HTTP 407, or no CONNECT)", client.RemedyProxy)},
		sentence: func(f *facts) string {
			return "The proxy refuses the connection" + http(f.down.status) + "." + f.retry()
		},
	},
	{
		Entry: Entry{
			Code: WrongEndpoint, Name: "wrong endpoint", Severity: Alarm,
			Cause:    "The endpoint is not the API: its path is wrong, or a proxy, login page, captive portal or firewall answers instead.",
			RulesOut: "An answer of the API at this endpoint.",
			Detect:   "With the first response.",
			Next:     []Step{{"Check the endpoint, and open it in a browser to see what answers.", ActionDoctor}},
		},
		needs: []check{failedBy("the answer is a web page, or of another API", client.RemedyEndpoint, client.RemedyIntermediary)},
		sentence: func(f *facts) string {
			if f.down.remedy == client.RemedyIntermediary {
				return "A proxy, portal or firewall answers instead of the service" + http(f.down.status) + "." + f.retry()
			}
			return "The endpoint is not the Lens API" + http(f.down.status) + "." + f.retry()
		},
	},
	{
		Entry: Entry{
			Code: Rejected, Name: "request rejected", Severity: Alarm,
			Cause:    "The service rejected the request.",
			RulesOut: "The same request accepted.",
			Detect:   "With the first response.",
			Next:     []Step{{"Read what the service said; check the session ID.", ActionNone}, {"List the sessions.", ActionList}},
		},
		needs:    []check{failedBy("another 4xx answer than 401, 403, 404, 407 and 429", client.RemedyRequest)},
		sentence: func(f *facts) string { return "The service rejects the request" + http(f.down.status) + "." },
	},
}

// sameTime is how far apart two answers may be that show what the service does at one time.
const sameTime = tick(2 * time.Second)

// say is a sentence that is always the same.
func say(text string) func(*facts) string { return func(*facts) string { return text } }

// statusIs checks the status of the session's record.
func statusIs(want client.Status) check {
	return check{
		says: "the session record says " + want.String(), source: "session record",
		test:  func(f *facts) answer { return stated(f.rec.Status == want) },
		quote: (*facts).statusEvidence,
		unmet: func(f *facts) string {
			if f.rec.Status == client.StatusUnknown {
				return ""
			}
			return "the session record says " + f.rec.Status.String()
		},
	}
}

// failedBy checks why there is no connection.
func failedBy(says string, remedies ...client.Remedy) check {
	return check{
		says: says, source: "stream",
		test: func(f *facts) answer {
			for _, r := range remedies {
				if f.down.remedy == r {
					return stated(true)
				}
			}
			return answer{}
		},
		quote: (*facts).failureEvidence,
		unmet: func(f *facts) string {
			if f.first != never && remedies[0] == client.RemedyRefused {
				return "the stream was opened with this key"
			}
			return ""
		},
	}
}

var sessionOver = check{
	says: "the session is over: its record says so, or the service no longer knows it", source: "session record",
	test: func(f *facts) answer { return stated(f.state == Destroyed && f.known()) },
	quote: func(f *facts) Evidence {
		if f.rec.Status.Final() {
			return f.statusEvidence()
		}
		return Evidence{Metric: "session", Value: "not found, though it was known before", Source: "probe"}
	},
}

// endOf quotes what the service says of the end.
var endOf = check{
	source: "stream",
	test:   func(f *facts) answer { return when(f.endText != "") },
	quote:  func(f *facts) Evidence { return Evidence{Metric: "end", Value: f.endText} },
}

var neverKnown = check{
	says: "the service answers that there is no such session, and nothing was ever received of it", source: "probe",
	test:  func(f *facts) answer { return stated(f.gone(f.now)) },
	quote: func(*facts) Evidence { return Evidence{Metric: "session", Value: "not found"} },
}

var quotaReached = check{
	says: "a request was answered with the quota's error", source: "probe",
	test: func(f *facts) answer {
		return stated(f.down.remedy == client.RemedyQuota || f.probes.newest[ProbeCreate].fail.remedy == client.RemedyQuota && !f.open())
	},
	quote: func(f *facts) Evidence {
		if f.down.remedy == client.RemedyQuota {
			return f.failureEvidence()
		}
		return Evidence{Metric: "create", Value: failureText(&f.probes.newest[ProbeCreate].fail)}
	},
}

// The ways in which a session expires.
type expiry uint8

const (
	expiredNot expiry = iota
	expiredAt
	expiredTTL
	expiredIdle
	expiredStated
)

var limitReached = check{
	says: "its expiry, its lifetime or the inactivity limit had passed", source: "session record",
	test: func(f *facts) answer {
		how, _ := f.expiry()
		return answer{found: when(how != expiredNot).found, stated: how == expiredAt || how == expiredTTL || how == expiredStated}
	},
	quote: func(f *facts) Evidence {
		_, value := f.expiry()
		return Evidence{Metric: "end of life", Value: value}
	},
	unmet: func(f *facts) string {
		if f.state != Destroyed {
			return ""
		}
		return "it ended before any time limit"
	},
	met: func(f *facts) string {
		if f.state != Destroyed {
			return ""
		}
		return "its time limit had passed"
	},
}

// expirySlack is how much before its limit a session may be seen to end: records are a poll old.
const expirySlack = 10 * time.Second

// expiry is how a session that is over expired, by the last that was known of it, and what shows it.
func (f *facts) expiry() (how expiry, shown string) {
	end := f.time(f.changed)
	if !f.rec.Ended.IsZero() {
		end = f.rec.Ended
	}
	switch age := f.rec.Age(end); {
	case strings.Contains(strings.ToLower(f.rec.StatusText), "expired"):
		return expiredStated, "the session record says " + f.rec.StatusText
	case !f.rec.Expires.IsZero() && !end.Add(expirySlack).Before(f.rec.Expires):
		return expiredAt, "reached at " + f.rec.Expires.UTC().Format(time.TimeOnly) + " UTC"
	case f.rec.TTL > 0 && age >= f.rec.TTL-min(expirySlack, f.rec.TTL/10):
		return expiredTTL, fmt.Sprintf("%s old, lifetime %s", duration(age), duration(f.rec.TTL))
	case f.channel != client.ChannelPoll && f.silence >= f.cfg.Inactivity && f.idleFor() >= f.cfg.Inactivity:
		return expiredIdle, fmt.Sprintf("no activity for %s, allowed %s", duration(f.idleFor()), duration(f.cfg.Inactivity))
	}
	return expiredNot, ""
}

// idleFor is how long neither an input was counted nor data arrived, before the state changed.
func (f *facts) idleFor() time.Duration {
	newest := max(f.lastData, 0)
	if f.counters.in.reported {
		newest = max(newest, f.counters.in.since)
	}
	return time.Duration(f.changed - newest)
}

// http is the status for a sentence.
func http(status int) string {
	if status == 0 {
		return ""
	}
	return fmt.Sprintf(" (HTTP %d)", status)
}
