package health

import (
	"time"

	"lenswatch/client/units"
)

// VerdictCode names a cause. Its String is stable, for JSON and scripts.
type VerdictCode uint8

// The verdicts. See [Catalogue] for what each means, needs and advises.
const (
	Unknown VerdictCode = iota
	Healthy
	Opening
	WarmingUp
	NotStarted
	NoInput
	PipelineStalled
	LensErrors
	WrongChannel
	AnotherReader
	OutputsLost
	NoOutputStream
	Starved
	Slow
	Late
	ConnectionDead
	NetworkDown
	ConnectionLost
	RegularCut
	ServerError
	ServerLoops
	Buffered
	RateLimited
	QuotaFull
	KeyRefused
	ProxyRefused
	WrongEndpoint
	LocalLimit
	Rejected
	NoSuchSession
	SessionDestroyed
	SessionExpired
	SessionFailed
	SessionStale
	StreamEnded
	IdleClose
	SourceExhausted
	ViewerBehind
	WrongStream
	Repeating
	verdictCount
)

var verdictNames = [verdictCount]string{
	"unknown", "healthy", "opening", "warming-up", "not-started", "no-input", "pipeline-stalled", "lens-errors",
	"wrong-channel", "another-reader", "outputs-lost", "no-output-stream", "starved", "slow", "late", "line-dead",
	"network-down", "connection-lost", "regular-cut", "server-error", "server-loops", "buffered", "rate-limited",
	"quota-full", "key-refused", "proxy-refused", "wrong-endpoint", "local-limit", "rejected", "no-such-session",
	"destroyed", "expired", "failed", "stale", "ended", "idle-close", "source-exhausted", "viewer-behind",
	"wrong-stream", "repeating",
}

// String is the stable name, such as "pipeline-stalled".
func (c VerdictCode) String() string {
	if c < verdictCount {
		return verdictNames[c]
	}
	return "unknown"
}

// Confidence is how certain a verdict is. It follows from the evidence alone; see confidenceOf.
type Confidence uint8

// The confidences.
const (
	// Low: it fits what is known, but a doubt is left.
	Low Confidence = iota
	// Medium: the evidence speaks for it, nothing speaks against it, and there is no doubt, or little is left of it.
	Medium
	// High: the service states it or lenswatch measures it, or two independent sources have agreed for a
	// while.
	High
)

// String is the word for the screen and for JSON.
func (c Confidence) String() string {
	return word([]string{"low", "medium", "high"}, int(c))
}

// Severity is how much a verdict should stand out. Bells and notifications belong to [Alarm].
type Severity uint8

// The severities.
const (
	OK Severity = iota
	Info
	Warning
	Alarm
)

// String is the word for the screen and for JSON.
func (s Severity) String() string {
	return word([]string{"ok", "info", "warning", "alarm"}, int(s))
}

// Verdict is the most likely cause of what is seen, and what to do about it.
type Verdict struct {
	Code       VerdictCode `json:"code"`
	Name       string      `json:"-"`        // for people: "pipeline stalled"
	Sentence   string      `json:"sentence"` // one line, clean
	Confidence Confidence  `json:"confidence"`
	Doubted    bool        `json:"-"` // a doubt is left: the cause is only suspected
	// Severity is that of the catalogue, but never above Info while there is a doubt.
	Severity Severity   `json:"severity"`
	Evidence []Evidence `json:"evidence"`
	RuledOut []RuledOut `json:"ruled_out"`
	// Awaits is what would settle a verdict that is not certain, the soonest first.
	Awaits []Await `json:"awaits"`
	// RulesOut says what would show that this verdict is wrong.
	RulesOut string `json:"rules_out"`
	Next     []Step `json:"next"`
	// Since is when this verdict was first given without interruption.
	Since time.Time `json:"since"`
}

// Evidence is one fact that speaks for a verdict.
type Evidence struct {
	Metric string `json:"metric"` // "last result"
	Value  string `json:"value"`  // "42 s ago, typically within 1.2 s"
	Source string `json:"source"` // "stream", "heartbeat", "session record", "lens record", "session list", "probe", "viewer"
}

// RuledOut is a verdict that was considered, and the reason that it is not the cause.
type RuledOut struct {
	Verdict VerdictCode `json:"verdict"`
	Name    string      `json:"-"` // for people: "session failed"
	Because string      `json:"because"`
}

// Await is something that a diagnosis waits for.
type Await struct {
	What string    `json:"what"` // "whether inputs rise in two samples", "whether such a pause is typical"
	By   time.Time `json:"by"`
}

// Text is what is waited for, and when that will be known: "whether such a pause is typical, known in 9 s".
func (a Await) Text(now time.Time) string {
	return a.What + ", known in " + units.Duration(max(time.Second, a.By.Sub(now).Round(time.Second)))
}

// Step is something that a person can do next.
type Step struct {
	Text   string `json:"text"`
	Action Action `json:"action"`
}

// Action is what a step amounts to, for the screen to offer as a key.
type Action uint8

// The actions.
const (
	ActionNone          Action = iota // no key helps; the text says what to do elsewhere
	ActionWait                        // no action is needed
	ActionReconnect                   // open the stream again now
	ActionSwitchChannel               // read the other output channel
	ActionCreate                      // create a session of the same lens
	ActionDestroy                     // destroy this session
	ActionDestroyOther                // destroy another session
	ActionFixKey                      // set a valid API key
	ActionList                        // look at the list of sessions
	ActionDoctor                      // check endpoint, key, DNS, TLS and clock
	ActionSetOutput                   // give this session an output stream
	ActionSetInput                    // give this session another input
	ActionCreateOther                 // create a session of another lens
)

// String is the stable word for JSON.
func (a Action) String() string {
	return word([]string{
		"none", "wait", "reconnect", "switch-channel", "create", "destroy", "destroy-other", "fix-key", "list", "doctor", "set-output", "set-input", "create-other",
	}, int(a))
}

// word returns words[i], or "unknown" where a value has no word.
func word(words []string, i int) string {
	if i < 0 || i >= len(words) {
		return "unknown"
	}
	return words[i]
}
