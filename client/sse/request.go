package sse

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"
)

const (
	headerLastEventID = "Last-Event-ID"
	// maxSentID is the longest id that is sent: servers refuse longer header fields (8 KiB is the
	// default of Apache httpd and nginx).
	maxSentID = 8<<10 - 256
	// maxRedirects as in net/http.
	maxRedirects = 10
)

// RoundTrip makes one request for the library's http.Client: the attempt itself or a redirect. It
// implements http.RoundTripper.
func (r *run) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Response == nil {
		r.connecting()
	}
	ctx, cancel := context.WithCancelCause(req.Context())
	r.trace = &Trace{phase: PhaseRequest}
	idle := func() {}
	if limit := r.source.o.ReadTimeout; limit > 0 {
		timer := time.AfterFunc(limit, func() { cancel(ErrReadTimeout) })
		timer.Stop()
		defer timer.Stop()
		idle = func() { timer.Reset(limit) }
	}
	out := r.outgoing(req, httptrace.WithClientTrace(ctx, r.trace.Hooks(idle)))
	resp, err := r.source.o.Transport.RoundTrip(out)
	if err != nil {
		if cause := context.Cause(ctx); errors.Is(cause, ErrReadTimeout) {
			err = cause
		}
		cancel(nil)
		return nil, err
	}
	resp.Request = req // the chain of redirects is read from it
	switch {
	case check(resp) == nil:
		if gzipped(resp) {
			resp.Body = &gunzip{ReadCloser: resp.Body}
		}
		resp.Body = r.newBody(ctx, cancel, resp.Body)
	case resp.Header.Get("Location") != "":
		// http.Client would read the body of a redirect without any limit of time.
		readError(cancelBody{resp.Body, cancel})
		resp.Body = http.NoBody
	default:
		resp.Body = cancelBody{resp.Body, cancel}
	}
	return resp, nil
}

// outgoing is the request as it goes out in place of the library's, which knows neither methods nor
// bodies nor what its last event id stands for.
func (r *run) outgoing(req *http.Request, ctx context.Context) *http.Request {
	o := &r.source.o
	home, method := r.redirected(req)
	out := req.Clone(ctx)
	out.Method = method
	out.Header = http.Header{}
	for name, values := range o.Header {
		if home || plainHeader(name) {
			out.Header[http.CanonicalHeaderKey(name)] = values
		}
	}
	if auth := req.Header.Get("Authorization"); home && auth != "" && out.Header.Get("Authorization") == "" {
		out.Header.Set("Authorization", auth) // http.Client's, from the userinfo of the URL
	}
	out.Header.Set("Accept", "text/event-stream")
	out.Header.Set("Cache-Control", "no-cache")
	out.Header.Del(headerLastEventID)
	id := strings.TrimPrefix(req.Header.Get(headerLastEventID), idPrefix)
	if r.resumed = sendable(id); r.resumed {
		out.Header.Set(headerLastEventID, id)
	}
	if method != o.Method {
		out.Header.Del("Content-Type")
	} else if len(o.Body) > 0 {
		out.ContentLength = int64(len(o.Body))
		out.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(o.Body)), nil }
		out.Body, _ = out.GetBody()
	}
	return out
}

// redirected follows the redirects that led to req. home says that they never left the origin of
// the URL, so that credentials may go with it; the method becomes GET where net/http makes it GET.
func (r *run) redirected(req *http.Request) (home bool, method string) {
	home, method = sameOrigin(req.URL, r.source.url), r.source.o.Method
	for from := req.Response; from != nil; from = from.Request.Response {
		home = home && sameOrigin(from.Request.URL, r.source.url)
		switch from.StatusCode {
		case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther:
			if method != http.MethodHead {
				method = http.MethodGet
			}
		}
	}
	return home, method
}

// sendable reports whether a header can carry the id. An empty one is none.
func sendable(id string) bool {
	return id != "" && len(id) <= maxSentID && httpguts.ValidHeaderFieldValue(id)
}

func checkRedirect(req *http.Request, via []*http.Request) error {
	if len(via) >= maxRedirects {
		return &Error{
			Phase:  PhaseRequest,
			Status: req.Response.StatusCode,
			Err:    errors.New("the server redirects in a circle; check the address"),
		}
	}
	return nil
}
