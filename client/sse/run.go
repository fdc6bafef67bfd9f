package sse

import (
	"context"
	"errors"
	"net/http"
	"time"

	r3labs "github.com/r3labs/sse/v2"
	"gopkg.in/cenkalti/backoff.v1" // the version of the library

	"lenswatch/client/guard"
)

// A run is one Run of a Source. All its functions are called from Run's goroutine, by way of the
// library, but for the bodies' reading.
type run struct {
	receiver
	source  *Source
	client  *r3labs.Client
	secrets secrets
	delay   *delay

	attempt int       // since the last good connection
	began   time.Time // the newest attempt
	stale   bool      // the next attempt is to be made over a new connection
	trace   *Trace    // of the last request
	resumed bool      // the last request had a Last-Event-ID
}

// Run connects and reconnects, and calls h, until ctx is done, which it answers with nil, or
// until a failure that cannot pass, which it answers with an [*Error] that is Final. It returns
// only when the function of h that it is in has returned: one that may block should watch ctx.
//
// A Source can run again after it has run, and then resumes after the last event that was handed
// on; it cannot run twice at a time ([ErrRunning]).
func (s *Source) Run(ctx context.Context, h Handler) error {
	if !s.running.CompareAndSwap(false, true) {
		return &Error{Final: true, Err: ErrRunning}
	}
	defer s.running.Store(false)
	r := &run{
		receiver: receiver{ctx: ctx, handler: h, lastID: s.lastID, large: s.o.Large},
		source:   s,
		secrets:  newSecrets(s.url, s.o.Header),
		delay:    newDelay(s.o),
		trace:    &Trace{phase: PhaseRequest},
	}
	r.retry = r.delay.setBase
	defer func() {
		r.reset()
		s.lastID = r.lastID
		if s.ownTransport != nil {
			s.ownTransport.CloseIdleConnections()
		}
	}()
	r.client = r.newClient()
	err := r.loop()
	r.state(State{Code: Closed, Err: err})
	return err
}

func (r *run) newClient() *r3labs.Client {
	client := r3labs.NewClient(r.source.o.URL, r3labs.ClientMaxBufferSize(maxBlock))
	client.Connection = &http.Client{Transport: r, CheckRedirect: checkRedirect}
	client.ResponseValidator = r.validate
	client.ReconnectNotify = r.waiting
	client.LastEventID.Store([]byte(idPrefix + r.lastID))
	return client
}

// loop subscribes, and again after each Restart: cancelling the subscription is what ends the
// library's waiting between attempts. It returns nil once ctx is done.
func (r *run) loop() error {
	for r.ctx.Err() == nil {
		ctx, cancel := context.WithCancelCause(r.ctx)
		r.source.onRestart(func() { cancel(ErrRestarted) })
		r.attempt = 0
		r.client.ReconnectStrategy = backoff.WithContext(r.delay, ctx)
		err := r.client.SubscribeRawWithContext(ctx, func(*r3labs.Event) {}) // the body has handed them on
		restarted := errors.Is(context.Cause(ctx), ErrRestarted)
		cancel(nil)
		r.stale = r.stale || restarted
		if crash := guard.Of(err); crash != nil {
			panic(crash) // as if the handler had been called here
		}
		if !restarted && r.ctx.Err() == nil {
			e := r.failure(err)
			e.Final = true
			return e
		}
	}
	return nil
}

// connecting begins an attempt.
func (r *run) connecting() {
	if c, ok := r.source.o.Transport.(renewer); ok && r.stale {
		c.Renew(r.began)
	}
	r.attempt++
	r.began, r.stale = time.Now(), false
	r.delay.retryAfter = 0
	r.connect()
	r.state(State{Code: Connecting, Attempt: r.attempt})
}

// validate looks at an answer for the library, which neither reads nor closes what it refuses.
func (r *run) validate(_ *r3labs.Client, resp *http.Response) error {
	e := check(resp)
	if e == nil {
		_, timing := r.trace.Result()
		r.attempt = 0
		r.delay.Reset()
		r.state(State{Code: Open, Header: resp.Header, Timing: timing, Resumed: r.resumed})
		return nil
	}
	e.Body = readError(resp.Body)
	r.delay.retryAfter = e.RetryAfter
	if e.Final {
		return backoff.Permanent(e)
	}
	return e
}

// waiting is called by the library with why an attempt failed and how long it waits.
func (r *run) waiting(err error, next time.Duration) {
	now := time.Now()
	e := r.failure(err)
	r.stale = unanswered(e)
	r.state(State{
		Code: Waiting, At: now, Attempt: r.attempt + 1, Err: e,
		Delay: next, Until: now.Add(next),
	})
}

// A renewer has connections that can be given up, see [Connections].
type renewer interface{ Renew(since time.Time) }

// unanswered reports whether a connection may be dead without anybody having said so: it brought nothing in time.
func unanswered(e *Error) bool {
	var timeout interface{ Timeout() bool }
	return errors.Is(e, ErrReadTimeout) || e.Phase == PhaseRequest && errors.As(e.Err, &timeout) && timeout.Timeout()
}

// failure is err as an Error, without the URL and without secrets.
func (r *run) failure(err error) *Error {
	var e *Error
	if !errors.As(err, &e) {
		phase, _ := r.trace.Result()
		e = &Error{Phase: phase, Err: err}
	}
	e.Err = r.secrets.clean(e.Err)
	e.Body = r.secrets.hide(e.Body)
	e.ContentType = r.secrets.hide(e.ContentType)
	return e
}

func (r *run) state(s State) {
	if s.At.IsZero() {
		s.At = time.Now()
	}
	if r.handler.State != nil {
		r.handler.State(s)
	}
}
