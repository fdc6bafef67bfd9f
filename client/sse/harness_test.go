package sse

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// A recorder is a Handler that writes down what it receives, one entry a call.
type recorder struct {
	mu     sync.Mutex
	said   []string
	states []State
}

func (r *recorder) handler() Handler {
	return Handler{
		Event:   func(e Event) { r.add(fmt.Sprintf("%s %q id %q", e.Type, e.Data, e.ID)) },
		Comment: func(text string) { r.add(fmt.Sprintf("comment %q", text)) },
		State: func(s State) {
			if s.Code == Skipped {
				r.add(fmt.Sprintf("skipped %d", s.Size))
				return
			}
			r.mu.Lock()
			defer r.mu.Unlock()
			r.states = append(r.states, s)
		},
	}
}

func (r *recorder) add(entry string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.said = append(r.said, entry)
}

// all returns what was said so far.
func (r *recorder) all() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.said...)
}

// changes returns the states so far, but for skips.
func (r *recorder) changes() []State {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]State(nil), r.states...)
}

// A roundTripper is a function as a transport.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// response is an answer as a transport gives it.
func response(status int, contentType string, body io.Reader) *http.Response {
	return &http.Response{
		StatusCode: status,
		ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {contentType}},
		Body:   io.NopCloser(body),
	}
}

// chunks reads its strings one by one; the last comes together with the end if withEOF is set.
type chunks struct {
	parts   []string
	withEOF bool
}

func (c *chunks) Read(p []byte) (int, error) {
	for len(c.parts) > 0 && c.parts[0] == "" {
		c.parts = c.parts[1:]
	}
	if len(c.parts) == 0 {
		return 0, io.EOF
	}
	n := copy(p, c.parts[0])
	c.parts[0] = c.parts[0][n:]
	if c.withEOF && len(c.parts) == 1 && c.parts[0] == "" {
		return n, io.EOF
	}
	return n, nil
}

// playback runs a Source on a stream that arrives in the given chunks and then ends; what arrives after
// is a 204. It returns what the Source said and the Last-Event-ID of its second request.
func playback(t testing.TB, o Options, body io.Reader) (said []string, id string) {
	t.Helper()
	requests := 0
	o.URL = "http://example.test/"
	o.InitialDelay = 1
	o.Transport = roundTripper(func(req *http.Request) (*http.Response, error) {
		if requests++; requests == 1 {
			return response(http.StatusOK, "text/event-stream", body), nil
		}
		id = req.Header.Get("Last-Event-ID")
		return response(http.StatusNoContent, "", strings.NewReader("")), nil
	})
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	var rec recorder
	var failure *Error
	if err := s.Run(context.Background(), rec.handler()); !errors.As(err, &failure) || failure.Status != http.StatusNoContent {
		t.Fatalf("Run ended with %v, not with the 204 that follows the stream", err)
	}
	return rec.said, id
}

// newContext makes a context that p.cancel ends.
func newContext(t testing.TB, p *player) (ctx context.Context) {
	ctx, p.cancel = context.WithCancel(t.Context())
	return ctx
}
