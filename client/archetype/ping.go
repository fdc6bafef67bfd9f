package archetype

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"lenswatch/client"
)

var (
	_ client.Pinger  = (*Service)(nil)
	_ client.Curler  = (*Service)(nil)
	_ client.Proxied = (*Service)(nil)
)

// Ping opens a new connection and asks for the summary of sessions, the smallest answer there is.
// An answer that is an error of the service is no failure: it was reached.
func (s *Service) Ping(ctx context.Context) (client.Ping, error) {
	return s.rest.Ping(ctx, call{Op: "reach the service", Method: http.MethodGet, Path: "/lens/sessions/info", Timeout: readTimeout})
}

// Proxy is the host and port of the proxy that requests go through, empty if they go through none.
func (s *Service) Proxy() string { return s.rest.Proxy() }

// Curl is the command that reads a session's SSE consumer. The id comes from outside, and is escaped
// so that no shell finds anything in it.
func (s *Service) Curl(id string) string {
	id = strings.ReplaceAll(url.PathEscape(id), "$", "%24")
	return `curl -N "` + s.opts.Endpoint + consumerPath + id + `" -H "Authorization: Bearer $` + s.opts.KeyVariable + `" -H "Accept: text/event-stream"`
}
