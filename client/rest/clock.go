package rest

import (
	"net/http"
	"sync/atomic"
	"time"
)

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
