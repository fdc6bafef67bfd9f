package rest

import (
	"context"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"lenswatch/client"
	"lenswatch/client/sse"
)

// Ping makes a call over a new connection, and times it. An answer that is an error of the service is
// no failure: it was reached.
func (c *Client) Ping(parent context.Context, call Call) (client.Ping, error) {
	ctx, cancel := context.WithTimeout(parent, call.Timeout)
	defer cancel()
	if err := c.admit(ctx, call); err != nil {
		return client.Ping{}, err
	}
	req, err := c.request(ctx, call)
	if err != nil {
		return client.Ping{}, &client.Error{Op: call.Op, Kind: client.ErrRequest, Err: err}
	}
	var trace sse.Trace
	req = req.WithContext(httptrace.WithClientTrace(ctx, trace.Hooks(nil)))
	hop, done := c.transport.fresh()
	defer done()
	start := time.Now()
	resp, err := hop.RoundTrip(req)
	took := time.Since(start)
	phase, timing := trace.Result()
	ping := client.Ping{Timing: client.Timing(timing), Took: took}
	if err != nil {
		return ping, c.unanswered(parent, call, start, Phases[phase], err)
	}
	defer resp.Body.Close()
	c.observe(resp)
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // its length does not matter
	if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		ping.Date = date
	}
	return ping, nil
}

// fresh is k with connections of its own, so that the next request has to open one; done lets go of them.
// A transport that is not the standard one is used as it is.
func (k *Transport) fresh() (hop *Transport, done func()) {
	standard, ok := k.next.(*sse.Connections)
	if !ok {
		return k, func() {}
	}
	own := standard.Fresh()
	copied := *k
	copied.next = own
	return &copied, own.CloseIdleConnections
}

// clock knows how far the service's clock is ahead of this machine's, by the Date of its answers.
type clock struct{ ahead atomic.Pointer[time.Duration] }

// see takes in an answer that has just arrived.
func (c *clock) see(h http.Header) {
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		ahead := time.Until(date)
		c.ahead.Store(&ahead)
	}
}

// ServiceTime is the time at the service, by the Date of its newest answer: about a second and the
// answer's way too early at most. It is zero as long as no answer reported it.
func (c *Client) ServiceTime() time.Time {
	ahead := c.clock.ahead.Load()
	if ahead == nil {
		return time.Time{}
	}
	return time.Now().Add(*ahead).UTC()
}
