package archetype

import (
	"net/http"
	"net/url"
	"strings"

	"lenswatch/client"
)

// keyed is the only place that puts the key on a request. It works per hop, below redirects, so
// that whoever makes the request (the REST calls, the event source, the WebSocket dialler) need not
// know the key, and no redirect can carry it to another origin.
type keyed struct {
	next      http.RoundTripper
	origin    string
	agent     string
	authorize func(http.Header)
}

func newKeyed(next http.RoundTripper, endpoint *url.URL, agent string, key Secret) *keyed {
	return &keyed{
		next:   next,
		origin: originOf(endpoint),
		agent:  agent,
		authorize: func(h http.Header) {
			h.Set("Authorization", "Bearer "+key.reveal())
		},
	}
}

// RoundTrip sends requests to the endpoint's origin with the key, and refuses all others.
func (k *keyed) RoundTrip(req *http.Request) (*http.Response, error) {
	if originOf(req.URL) != k.origin {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, foreign(req.URL)
	}
	req = req.Clone(req.Context())
	req.Header.Set("User-Agent", k.agent)
	k.authorize(req.Header)
	return k.next.RoundTrip(req)
}

// CloseIdleConnections passes on what http.Client offers.
func (k *keyed) CloseIdleConnections() {
	if c, ok := k.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// foreignError says that a request would have left the endpoint's origin.
type foreignError struct{ target string }

func foreign(u *url.URL) *foreignError {
	return &foreignError{target: client.Line1(u.Scheme + "://" + u.Host)}
}

func (e *foreignError) Error() string {
	return "the server points elsewhere, to " + e.target + ", where the key is not sent; check the endpoint"
}

// originOf is scheme, host and port in one form, so that ws and http, or a default port that is
// spelt out, compare equal.
func originOf(u *url.URL) string {
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
