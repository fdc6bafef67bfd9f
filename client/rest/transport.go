package rest

import (
	"errors"
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
	return "the server redirects to " + e.target + "; the key is not sent there. Check the endpoint"
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

// versioned matches a path that ends with a version.
var versioned = pattern(`/v\d+(\.\d+)*$`)

// Endpoint gives an endpoint its one form: scheme, host, path with a version, no trailing slash. An
// empty one is def; one that names no version gets version. Errors do not quote the endpoint, which
// may hold a password; keyVar is the environment variable that the key belongs into.
func Endpoint(endpoint, def, version, keyVar string) (string, error) {
	if endpoint == "" {
		return def, nil
	}
	u, err := url.Parse(endpoint)
	switch {
	case err != nil:
		return "", errors.New("the endpoint is not a URL; it must have the form " + def)
	case u.User != nil:
		return "", errors.New("the endpoint must not contain a user name or password; set the key in " + keyVar)
	case u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "":
		return "", errors.New("the endpoint must start with https:// (or http://) and a host")
	case u.RawQuery != "" || u.Fragment != "":
		return "", errors.New("the endpoint must not contain a query or fragment")
	}
	path := strings.TrimRight(u.EscapedPath(), "/")
	if !versioned().MatchString(path) {
		path += version
	}
	return (&url.URL{Scheme: u.Scheme, Host: lowerHost(u.Host)}).String() + path, nil
}

// lowerHost is a host in lower case, but for the zone of an IPv6 address, which is a name of this machine.
func lowerHost(host string) string {
	address, zone, zoned := strings.Cut(host, "%")
	if !zoned {
		return strings.ToLower(host)
	}
	return strings.ToLower(address) + "%" + zone
}
