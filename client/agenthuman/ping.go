package agenthuman

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"lenswatch/client"
	"lenswatch/client/rest"
)

// pingMaxAge is how long one ping serves all who ask: each session that is watched may, and each ping is
// one of 60 requests a minute.
const pingMaxAge = 5 * time.Second

// pings is the newest ping. turn holds a token while somebody looks at it or makes it.
type pings struct {
	turn chan struct{}
	at   time.Time
	ping client.Ping
	err  error
}

// Ping opens a new connection and asks for the usage, the smallest answer there is. An answer that is
// an error of the service is no failure: it was reached. Within 5 s of one ping the same is reported again.
func (s *Service) Ping(ctx context.Context) (client.Ping, error) {
	p := &s.pings
	select {
	case p.turn <- struct{}{}:
	case <-ctx.Done():
		return client.Ping{}, ctx.Err()
	}
	defer func() { <-p.turn }()
	if !p.at.IsZero() && time.Since(p.at) < pingMaxAge {
		return p.ping, p.err
	}
	ping, err := s.rest.Ping(ctx, rest.Call{Op: "reach the service", Method: http.MethodGet, Path: "/usage", Timeout: readTimeout})
	if !errors.Is(err, context.Canceled) {
		p.at, p.ping, p.err = time.Now(), ping, err
	}
	return ping, err
}

// Proxy is the host and port of the proxy that requests go through, empty if they go through none.
func (s *Service) Proxy() string { return s.rest.Proxy() }

// Curl is the command that asks for a session once; there is no stream. The id comes from outside, and
// is escaped so that no shell finds anything in it.
func (s *Service) Curl(id string) string {
	id = strings.ReplaceAll(url.PathEscape(id), "$", "%24")
	return `curl "` + s.opts.Endpoint + "/sessions/" + id + `" -H "x-api-key: $` + s.opts.KeyVariable + `"`
}
