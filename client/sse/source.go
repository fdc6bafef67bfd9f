package sse

import (
	"net/http"
	"time"
)

// Options configures a [Source]. URL is required; the zero value of all else is usual.
type Options struct {
	// URL is the http or https address of the stream.
	URL string
	// Method is GET if empty.
	Method string
	// Header is sent with every request. Accept, Cache-Control and Last-Event-ID are set by the Source.
	Header http.Header
	// Body is sent with every request.
	Body []byte
	// LastEventID is sent with the first request, and until the server sets another.
	LastEventID string
	// InitialDelay is the base of the reconnection delay until the server sends a retry field.
	// Default 1 s.
	InitialDelay time.Duration
	// MaxDelay caps a reconnection delay; Retry-After may exceed it. Default 30 s.
	MaxDelay time.Duration
	// ReadTimeout ends a connection on which no byte came for so long. 0 means never.
	ReadTimeout time.Duration
	// MaxEventBytes is the largest event's data; a larger one is skipped and reported.
	// Default 16 MiB.
	MaxEventBytes int
	// Transport makes the connections. Default: NewTransport().
	Transport http.RoundTripper
	// Rand gives jitter in [0,1). Default math/rand/v2.Float64.
	Rand func() float64
}

// Event is a dispatched event of the stream.
type Event struct {
	Type string // "message" unless the stream named one
	Data []byte // valid only until the handler returns
	ID   string // the last event id in force
}

// Handler receives what a [Source] has to say. All functions are called in order and from one
// goroutine at a time, but for Bytes, which comes from the reading goroutine; a nil function is
// skipped. A function that blocks holds the stream back.
type Handler struct {
	Event   func(Event)
	Comment func(text string)
	State   func(State)
	// Bytes is told of every read of the body, before its events are handed on.
	Bytes func(n int, at time.Time)
}
