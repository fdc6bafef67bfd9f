package simulator

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Fault is one thing that goes wrong. Faults lists the names.
type Fault struct {
	Name    string // one of the names of Faults
	Arg     string // "" is the fault's default
	Session string // the session that it is limited to, "" for all
}

// String is NAME or NAME=ARG, as ParseFault reads it.
func (f Fault) String() string {
	if f.Arg == "" {
		return f.Name
	}
	return f.Name + "=" + f.Arg
}

// FaultInfo describes a fault for help texts.
type FaultInfo struct {
	Name string
	Arg  string // what the argument is, "" if it takes none
	Doc  string
}

// param is a fault's argument, read.
type param struct {
	n      int // a number of events; 0: once, where that makes a difference
	once   bool
	d      time.Duration
	size   int
	text   string
	group  string // HTTP faults: the group of paths, "" for all
	silent bool   // late-first-result: no heartbeats either
}

// faultKind is a row of the table of faults.
type faultKind struct {
	FaultInfo
	parse func(arg string) (param, error)
}

// faultKinds is sorted by name.
var faultKinds = []faultKind{
	{FaultInfo{FaultBadGateway, "[GROUP]", "answer 502 with a web page, as a proxy does"}, groupArg},
	{FaultInfo{FaultBadJSON, "[N]", "cut every Nth event's JSON short (3)"}, countArg(defaultBadEvery)},
	{FaultInfo{FaultBigEvent, "[SIZE[,N]]", "make every Nth event at least SIZE long (1MiB,5)"}, sizeArg},
	{FaultInfo{FaultBursts, "[DURATION]", "hold everything back and send it in bursts, as a buffering proxy does (10s)"}, durationArg(defaultBurst)},
	{FaultInfo{FaultComments, "", "put comment lines between the frames and into them"}, noArg},
	{FaultInfo{FaultCRLF, "", "end lines with CR LF"}, noArg},
	{FaultInfo{FaultDestroyed, "[DURATION]", "someone else destroys the session this long after it started running (10s)"}, durationArg(defaultEnding)},
	{FaultInfo{FaultDrop, "[N|once]", "cut each connection inside a frame after N events; without N, cut one connection once"}, onceArg},
	{FaultInfo{FaultDuplicate, "[N]", "a reconnecting reader gets the last N events again (3)"}, countArg(defaultReplay)},
	{FaultInfo{FaultEOF, "[N|once]", "end each stream cleanly, but without sse.stream.end, after N events; without N, one stream once"}, onceArg},
	{FaultInfo{FaultEventName, "[NAME]", "send event: NAME in place of event: message (update)"}, textArg(defaultEventName)},
	{FaultInfo{FaultExhausted, "", "the input ends: a last log, sse.stream.end, then heartbeats only; the session stays RUNNING"}, noArg},
	{FaultInfo{FaultFailed, "[DURATION]", "the session becomes FAILED this long after it started running (10s)"}, durationArg(defaultEnding)},
	{FaultInfo{FaultFalsePage, "[GROUP]", "do nothing, and answer 200 with a web page, as a portal does"}, groupArg},
	{FaultInfo{FaultHalfOpen, "[N]", "open streams die after N events: the socket stays, no more data arrives (0)"}, countArg(0)},
	{FaultInfo{FaultHang, "[GROUP]", "accept requests and do not answer them"}, groupArg},
	{FaultInfo{FaultIdleEnd, "[DURATION]", "no results, and sse.stream.end this long after the stream was last busy; the session stays RUNNING (58s)"}, durationArg(defaultIdleEnd)},
	{FaultInfo{FaultLateResult, "[DURATION[,silent]]", "the first result is this late; silent: no heartbeats until then (90s)"}, lateArg},
	{FaultInfo{FaultLost, "[N]", "a reconnecting reader misses the next N events (3)"}, countArg(defaultReplay)},
	{FaultInfo{FaultLostAnswer, "[GROUP]", "carry out the request, but close the connection instead of responding"}, groupArg},
	{FaultInfo{FaultMailboxOnly, "", "outputs are counted and go to the mailbox; the stream has heartbeats only"}, noArg},
	{FaultInfo{FaultMissingType, "[N]", "leave the type out of every Nth event (3)"}, countArg(defaultBadEvery)},
	{FaultInfo{FaultMultiLine, "", "spread the JSON over several data lines"}, noArg},
	{FaultInfo{FaultNoInput, "", "no input reaches the session"}, noArg},
	{FaultInfo{FaultNoOutput, "", "the lens has no output stream"}, noArg},
	{FaultInfo{FaultNotFound, "[GROUP]", "answer 404"}, groupArg},
	{FaultInfo{FaultQuotaFull, "", "refuse to create sessions"}, noArg},
	{FaultInfo{FaultRateLimit, "[SECONDS[,GROUP]]", "answer 429 with Retry-After (5)"}, rateLimitArg},
	{FaultInfo{FaultReset, "[GROUP]", "close the connection in place of an answer"}, groupArg},
	{FaultInfo{FaultServerError, "[GROUP]", "answer 500"}, groupArg},
	{FaultInfo{FaultSilence, "", "send no byte to streams while this lasts; the session continues and the events are sent later"}, noArg},
	{FaultInfo{FaultSlowAnswer, "[DURATION[,GROUP]]", "carry out the request, and respond this much later (3s)"}, slowArg},
	{FaultInfo{FaultStale, "[DURATION]", "the session becomes STALE this long after it started running (10s)"}, durationArg(defaultEnding)},
	{FaultInfo{FaultStall, "", "inputs are counted, outputs are frozen, only heartbeats arrive"}, noArg},
	{FaultInfo{FaultStarved, "", "a newer session of the same lens takes all of the older one's input"}, noArg},
	{FaultInfo{FaultUnauthorized, "[GROUP]", "answer 401"}, groupArg},
	{FaultInfo{FaultUnknownType, "[N]", "give every Nth event an unknown type (3)"}, countArg(defaultBadEvery)},
	{FaultInfo{FaultUTF8Split, "", "cut frames between the bytes of a character, each half sent by itself"}, noArg},
}

// Faults lists every fault, sorted by name.
func Faults() []FaultInfo {
	out := make([]FaultInfo, len(faultKinds))
	for i, k := range faultKinds {
		out[i] = k.FaultInfo
	}
	return out
}

// Groups are the groups of paths that an HTTP fault can be limited to by its argument.
func Groups() []string { return slices.Clone(groupNames) }

// ParseFault reads NAME or NAME=ARG. The error for an unknown name lists the names that are
// nearest to it.
func ParseFault(s string) (Fault, error) {
	name, arg, _ := strings.Cut(strings.TrimSpace(s), "=")
	f := Fault{Name: strings.TrimSpace(name), Arg: strings.TrimSpace(arg)}
	_, err := f.param()
	return f, err
}

// param checks the fault and reads its argument.
func (f Fault) param() (param, error) {
	i, found := slices.BinarySearchFunc(faultKinds, f.Name, func(k faultKind, name string) int { return cmp.Compare(k.Name, name) })
	if !found {
		return param{}, fmt.Errorf("simulator: there is no fault %q; did you mean %s?", f.Name, strings.Join(nearest(f.Name), ", "))
	}
	p, err := faultKinds[i].parse(f.Arg)
	if err != nil {
		return param{}, fmt.Errorf("simulator: fault %s: %w", f, err)
	}
	return p, nil
}

// The names of the faults.
const (
	FaultBadGateway   = "bad-gateway"
	FaultBadJSON      = "bad-json"
	FaultBigEvent     = "big-event"
	FaultBursts       = "bursts"
	FaultComments     = "comments"
	FaultCRLF         = "crlf"
	FaultDestroyed    = "destroyed"
	FaultDrop         = "drop"
	FaultDuplicate    = "duplicate-after-resume"
	FaultEOF          = "eof"
	FaultEventName    = "event-name"
	FaultExhausted    = "exhausted"
	FaultFalsePage    = "false-page"
	FaultFailed       = "failed"
	FaultHalfOpen     = "half-open"
	FaultHang         = "hang"
	FaultIdleEnd      = "idle-end"
	FaultLateResult   = "late-first-result"
	FaultLostAnswer   = "lost-answer"
	FaultLost         = "lost-after-resume"
	FaultMailboxOnly  = "mailbox-only"
	FaultMissingType  = "missing-type"
	FaultMultiLine    = "multi-line"
	FaultNoInput      = "no-input"
	FaultNoOutput     = "no-output-stream"
	FaultNotFound     = "not-found"
	FaultQuotaFull    = "quota-full"
	FaultRateLimit    = "rate-limit"
	FaultReset        = "reset"
	FaultServerError  = "server-error"
	FaultSilence      = "silence"
	FaultSlowAnswer   = "slow-answer"
	FaultStale        = "stale"
	FaultStall        = "stall"
	FaultStarved      = "starved"
	FaultUnauthorized = "unauthorized"
	FaultUnknownType  = "unknown-type"
	FaultUTF8Split    = "utf8-split"
)

// What faults do when they are given no argument.
const (
	defaultIdleEnd    = 58 * time.Second // as the service was seen to close idle streams
	defaultLateResult = 90 * time.Second // the longest warm-up that was reported
	defaultBurst      = 10 * time.Second
	defaultEnding     = 10 * time.Second
	defaultSlow       = 3 * time.Second
	defaultRetryAfter = 5 // s
	defaultReplay     = 3 // events
	defaultBadEvery   = 3 // events
	defaultBigEvery   = 5 // events
	defaultBigSize    = 1 << 20
	maxBigSize        = 64 << 20
	defaultEventName  = "update"
	unknownType       = "lens.telemetry"
)
