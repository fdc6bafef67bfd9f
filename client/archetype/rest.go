package archetype

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"lenswatch/client"
	"lenswatch/client/rest"
)

// readTimeout and writeTimeout bound one attempt. Allocating a runner may take the service longer
// than saying what there is.
const (
	readTimeout  = 15 * time.Second
	writeTimeout = 30 * time.Second
)

// The names of package rest that this package uses throughout.
type (
	// Secret is an API key that no formatting, logging or encoding can print.
	Secret = rest.Secret

	call   = rest.Call
	text   = rest.Text
	number = rest.Number
	flag   = rest.Flag
	stamp  = rest.Stamp
)

// NewSecret wraps a key.
func NewSecret(key string) Secret { return rest.NewSecret(key) }

func (s *Service) do(ctx context.Context, c call) ([]byte, error) { return s.rest.Do(ctx, c) }

// failed makes an error of an answer of a status other than 2xx, or one that says that something
// failed.
func (s *Service) failed(op string, status int, header http.Header, body []byte) *client.Error {
	if status/100 == 2 && parseErrors(body) == nil {
		return nil
	}
	e := failure(op, status, header, body, s.key)
	e.Answered = answered(status, body)
	return e
}

// Requests implements [client.Requester].
func (s *Service) Requests(after int64) ([]client.Request, int64) { return s.rest.Requests(after) }

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
