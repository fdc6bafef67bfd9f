package archetype

import (
	"context"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"time"

	"lenswatch/client"
	"lenswatch/client/sse"
)

var (
	_ client.Pinger = (*Service)(nil)
	_ client.Curler = (*Service)(nil)
)

// Ping opens a new connection and asks for the summary of sessions, the smallest answer there is.
// An answer that is an error of the service is no failure: it was reached.
func (s *Service) Ping(parent context.Context) (client.Ping, error) {
	c := call{op: "reach the service", method: http.MethodGet, path: "/lens/sessions/info", timeout: readTimeout}
	ctx, cancel := context.WithTimeout(parent, c.timeout)
	defer cancel()
	req, err := s.request(ctx, c)
	if err != nil {
		return client.Ping{}, &client.Error{Op: c.op, Kind: client.ErrRequest, Err: err}
	}
	var trace sse.Trace
	req = req.WithContext(httptrace.WithClientTrace(ctx, trace.Hooks(nil)))
	hop, done := s.keyed.fresh()
	defer done()
	start := time.Now()
	resp, err := hop.RoundTrip(req)
	took := time.Since(start)
	phase, timing := trace.Result()
	ping := client.Ping{Timing: client.Timing(timing), Took: took}
	if err != nil {
		return ping, s.networkError(parent, c, phases[phase], err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // its length does not matter
	if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		ping.Date = date
	}
	return ping, nil
}

// fresh is k with connections of its own, so that the next request has to open one; done lets go of them.
// A transport that is not the standard one is used as it is.
func (k *keyed) fresh() (hop *keyed, done func()) {
	standard, ok := k.next.(*http.Transport)
	if !ok {
		return k, func() {}
	}
	own := standard.Clone()
	copied := *k
	copied.next = own
	return &copied, own.CloseIdleConnections
}

// Curl is the command that reads a session's SSE consumer. The id comes from outside, and is escaped
// so that no shell finds anything in it.
func (s *Service) Curl(id string) string {
	id = strings.ReplaceAll(url.PathEscape(id), "$", "%24")
	return `curl -N "` + s.endpoint + "/lens/sessions/consumer/" + id + `" -H "Authorization: Bearer $ATAI_API_KEY" -H "Accept: text/event-stream"`
}
