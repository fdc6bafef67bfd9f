package sse

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

// Connections are those of an [http.Transport], which can be given up: a request that went unanswered is worth
// repeating over a new connection only. Over HTTP/2 every request to a server shares one connection, and a
// dead one is noticed by its pings after 30 s at the earliest.
//
// Giving up ends no request. What is under way on the old connections continues there, so that one stream that is
// opened anew disturbs none of the others. It is safe for concurrent use.
type Connections struct {
	mu      sync.Mutex
	current *http.Transport
	since   time.Time         // when current was made
	retired []*http.Transport // may still have streams, the oldest first
}

// maxRetired is how many transports are watched until their last request is over. Those of older ones close by
// themselves, 90 s after it.
const maxRetired = 8

// NewConnections takes over t.
func NewConnections(t *http.Transport) *Connections {
	return &Connections{current: t, since: time.Now()}
}

// RoundTrip implements [http.RoundTripper].
func (c *Connections) RoundTrip(req *http.Request) (*http.Response, error) {
	c.mu.Lock()
	t := c.current
	for _, old := range c.retired {
		old.CloseIdleConnections() // whose last request has ended since
	}
	c.mu.Unlock()
	return t.RoundTrip(req)
}

// Renew makes later requests open new connections, unless that has happened since a time: that of the request
// that went unanswered. So many requests that one dead connection carried make one new connection.
func (c *Connections) Renew(since time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.since.After(since) {
		return
	}
	old := c.current
	c.current, c.since = old.Clone(), time.Now()
	old.CloseIdleConnections()
	c.retired = append(c.retired, old)
	if len(c.retired) > maxRetired {
		c.retired = slices.Delete(c.retired, 0, 1)
	}
}

// Fresh is a transport like the current one, without a connection.
func (c *Connections) Fresh() *http.Transport {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.current.Clone()
}

// CloseIdleConnections closes every connection that carries no request.
func (c *Connections) CloseIdleConnections() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.current.CloseIdleConnections()
	for _, old := range c.retired {
		old.CloseIdleConnections()
	}
}
