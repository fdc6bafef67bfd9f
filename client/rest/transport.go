package rest

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"lenswatch/client"
	"lenswatch/client/sse"
)

// Transport is the only place that puts the key on a request. It works per hop, below redirects, so
// that whoever makes the request (the REST calls, an event source, a WebSocket dialler) need not
// know the key, and no redirect can carry it to another origin.
type Transport struct {
	next   http.RoundTripper
	origin string
	agent  string
	header string
	prefix string
	key    Secret
	log    *slog.Logger // nil: nothing is logged
}

// RoundTrip sends requests to the endpoint's origin with the key, and refuses all others.
func (k *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if OriginOf(req.URL) != k.origin {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, Foreign(req.URL)
	}
	req = req.Clone(req.Context())
	req.Header.Set("User-Agent", k.agent)
	req.Header.Set(k.header, k.prefix+k.key.reveal())
	start := time.Now()
	resp, err := k.next.RoundTrip(req)
	k.logRequest(req, resp, err, time.Since(start))
	return resp, err
}

// logRequest logs a request without its headers, its query and its bodies.
func (k *Transport) logRequest(req *http.Request, resp *http.Response, err error, took time.Duration) {
	if k.log == nil {
		return
	}
	attrs := []any{"method", req.Method, "path", k.key.Mask(client.Line1(req.URL.Path)), "ms", took.Milliseconds()}
	if resp != nil {
		attrs = append(attrs, "status", resp.StatusCode)
	}
	if err != nil {
		attrs = append(attrs, "error", k.key.Mask(client.Line1(err.Error())))
	}
	k.log.Debug("request", attrs...)
}

// CloseIdleConnections passes on what http.Client offers.
func (k *Transport) CloseIdleConnections() {
	if c, ok := k.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// Renew makes later requests open new connections, unless that has happened since a time; see [sse.Connections].
// It does nothing for a transport that is not the standard one.
func (k *Transport) Renew(since time.Time) {
	if c, ok := k.next.(*sse.Connections); ok {
		c.Renew(since)
	}
}

// ForeignError says that a request would have left the endpoint's origin.
type ForeignError struct{ target string }

// Foreign is the error for a URL outside the endpoint's origin.
func Foreign(u *url.URL) *ForeignError {
	return &ForeignError{target: client.Line1(u.Scheme + "://" + u.Host)}
}

func (e *ForeignError) Error() string {
	return "the server redirects to " + e.target + ", where the key is not sent; check the endpoint"
}

// OriginOf is scheme, host and port in one form, so that ws and http, or a default port that is
// spelt out, compare equal.
func OriginOf(u *url.URL) string {
	scheme := strings.ToLower(u.Scheme)
	switch scheme {
	case "ws":
		scheme = "http"
	case "wss":
		scheme = "https"
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[scheme]
	}
	return scheme + "://" + strings.ToLower(u.Hostname()) + ":" + port
}
