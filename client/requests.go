package client

import (
	"errors"
	"sync"
	"time"
)

// Request is an attempt of lenswatch to ask a service something, and what came of it. It holds no key, no query and no
// body.
type Request struct {
	At      time.Time // when it was begun
	Service string
	Session string // that it was about; empty for a list, and for what names none
	Op      string // what for: "list sessions"
	Request string // "GET /lens/sessions/info"
	Status  int    // of HTTP; 0 if there was no answer
	Took    time.Duration
	Codes   []string // machine codes of a failure
	UIDs    []string // error_uid of a failure, which the service's support asks for
	Err     string   // why it failed, clean and cut; empty if it did not
}

// Requester is a Service that remembers what it was asked. Streams are not among the requests: notices report those.
type Requester interface {
	// Requests are those that ended after a number, which is 0 at first, and the number for the next call. Of more than
	// [MaxRequests] the oldest are left out.
	Requests(after int64) (ended []Request, newest int64)
}

// MaxRequests is how many requests a [RequestLog] remembers.
const MaxRequests = 256

// maxFailure is how much of an error's text a request has, in bytes.
const maxFailure = 512

// RequestLog remembers the newest requests. The zero value is ready; it is safe for concurrent use.
type RequestLog struct {
	mu    sync.Mutex
	ring  [MaxRequests]Request
	ended int64
}

// Ended adds a request that has ended now, with the error that came of it.
func (l *RequestLog) Ended(r Request, err error) {
	r.Took = time.Since(r.At)
	var e *Error
	if errors.As(err, &e) {
		r.Codes, r.UIDs = e.Codes, e.UIDs
	}
	if err != nil {
		text := Line1(err.Error())
		r.Err = Line1(text[:min(len(text), maxFailure)])
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ring[l.ended%MaxRequests] = r
	l.ended++
}

// Requests implements [Requester].
func (l *RequestLog) Requests(after int64) (ended []Request, newest int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := max(after, l.ended-MaxRequests, 0); i < l.ended; i++ {
		ended = append(ended, l.ring[i%MaxRequests])
	}
	return ended, l.ended
}
