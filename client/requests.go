package client

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Request is an attempt of lenswatch to ask a service something, and what came of it. It holds no key, no query and no
// body.
type Request struct {
	At      time.Time     `json:"-"` // when it was begun
	Service string        `json:"service"`
	Session string        `json:"session,omitzero"`     // that it was about; empty for a list, and for what names none
	Op      string        `json:"op"`                   // what for: "list sessions"
	Request string        `json:"request"`              // "GET /lens/sessions/info"
	Status  int           `json:"http_status,omitzero"` // of HTTP; 0 if there was no answer
	Took    time.Duration `json:"took"`
	Codes   []string      `json:"codes,omitempty"`      // machine codes of a failure
	UIDs    []string      `json:"error_uids,omitempty"` // error_uid of a failure, which the service's support asks for
	Err     string        `json:"message,omitzero"`     // why it failed, clean and cut; empty if it did not
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
	if e, ok := errors.AsType[*Error](err); ok {
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

// Retry is a request that failed and is made again.
type Retry struct {
	Attempt int           // the next one, from 2
	Of      int           // how many are made at most
	Wait    time.Duration // until then
	Err     error         // why the one before failed
}

type retryKey struct{}

// OnRetry gives a context in which f gets to know of each request that is made again. It is called by
// whichever goroutine makes the request.
func OnRetry(ctx context.Context, f func(Retry)) context.Context {
	return context.WithValue(ctx, retryKey{}, f)
}

// Retrying calls the function given by [OnRetry].
func Retrying(ctx context.Context, r Retry) {
	if f, ok := ctx.Value(retryKey{}).(func(Retry)); ok {
		f(r)
	}
}
