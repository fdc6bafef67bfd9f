package simulator

import "time"

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
