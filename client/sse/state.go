package sse

import (
	"net/http"
	"time"
)

// StateCode names a change in the life of a connection.
type StateCode uint8

// The changes.
const (
	// Connecting: a request is being made.
	Connecting StateCode = iota
	// Open: the server answered 200 with an event stream.
	Open
	// Waiting: the connection failed or ended, for the reason in Err; the next is made at Until.
	Waiting
	// Closed: the Source is done, for the reason in Err (nil after cancel).
	Closed
	// Skipped: an event above the limit was not read; Size is how large its data was, in bytes. Or it was
	// given up for the reason in Err.
	Skipped
)

// State is one change in the life of a connection.
type State struct {
	Code    StateCode
	At      time.Time
	Attempt int           // connecting and waiting: 1 for the first try since the last good connection
	Err     error         // waiting and closed: why, an *Error
	Delay   time.Duration // waiting: how long
	Until   time.Time     // waiting: until when
	Header  http.Header   // open: of the answer
	Timing  Timing        // open: how long its steps took
	Resumed bool          // open: a Last-Event-ID was sent
	Size    int64         // skipped
}

// Timing is how long the steps of opening a connection took; a step that did not happen is 0.
type Timing struct {
	DNS, Connect, TLS, FirstByte time.Duration
	Reused                       bool
}

// Phase is the step at which a connection failed.
type Phase uint8

// The phases, in order.
const (
	PhaseNone Phase = iota
	PhaseDNS
	PhaseConnect
	PhaseTLS
	PhaseRequest // the request was written or is being written, no answer yet
	PhaseBody    // answered with 200; the body broke off, ended or fell silent
)

// Error is why a connection failed or ended.
type Error struct {
	Phase       Phase
	Status      int           // HTTP status, 0 if none was received
	ContentType string        // of an answer that is no stream
	Body        string        // the first bytes of an answer that is no stream, at most 4 KiB
	RetryAfter  time.Duration // as the server asked, 0 if it did not; the wait is MaxRetryAfter at most
	Final       bool          // no reconnection will be made
	Err         error         // ErrEOF, ErrReadTimeout, ErrRestarted, ErrStatus, ErrContentType, or the network's
}
