package sse

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
)

const (
	testKey      = "key-" + "for-this-test-only"
	testPassword = "password-" + "for-this-test-only"
)

// A hop is what a server sees of one request.
type hop struct {
	url, method, body, auth, custom, plain, id, contentType, referer string
}

func seen(req *http.Request) hop {
	h := hop{
		url: req.URL.String(), method: req.Method,
		auth: req.Header.Get("Authorization"), custom: req.Header.Get("X-Api-Key"), plain: req.Header.Get("User-Agent"),
		id: req.Header.Get("Last-Event-ID"), contentType: req.Header.Get("Content-Type"), referer: req.Header.Get("Referer"),
	}
	if req.Body != nil {
		body, _ := io.ReadAll(req.Body)
		h.body = string(body)
	}
	return h
}

// follow makes a request that is redirected by way of the given URLs, and returns the hops.
func follow(t *testing.T, o Options, status int, locations ...string) (hops []hop, err error) {
	t.Helper()
	o.LastEventID = "41"
	o.Header = http.Header{
		"authorization": {"Bearer " + testKey}, // any case will do
		"X-Api-Key":     {testKey},
		"User-Agent":    {"test/1"},
		"Content-Type":  {"application/json"},
	}
	o.Transport = roundTripper(func(req *http.Request) (*http.Response, error) {
		n := len(hops)
		hops = append(hops, seen(req))
		if n < len(locations) {
			resp := response(status, "text/plain", strings.NewReader("moved"))
			resp.Header.Set("Location", locations[n])
			return resp, nil
		}
		return response(http.StatusNoContent, "", strings.NewReader("")), nil
	})
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return hops, s.Run(t.Context(), Handler{})
}

// The id goes with every redirect; credentials go nowhere but to the origin of the URL, and do not
// come back once a redirect has left it.
func TestRedirectCredentials(t *testing.T) {
	const start = "https://a.test/x"
	rows := []struct {
		name      string
		start     string
		locations []string
		home      []bool // which hops get the credentials
	}{
		{"no redirect", start, nil, []bool{true}},
		{"same origin", start, []string{"/y"}, []bool{true, true}},
		{"same origin in full", start, []string{"https://A.test:443/y"}, []bool{true, true}},
		{"other host", start, []string{"https://b.test/x"}, []bool{true, false}},
		{"a host below", start, []string{"https://sub.a.test/x"}, []bool{true, false}},
		{"other port", start, []string{"https://a.test:8443/x"}, []bool{true, false}},
		{"other scheme", start, []string{"http://a.test/x"}, []bool{true, false}},
		{"upgrade of the scheme", "http://a.test/x", []string{"https://a.test/x"}, []bool{true, false}},
		{"there and back", start, []string{"https://b.test/x", "https://a.test/y", "/z"}, []bool{true, false, false, false}},
	}
	for _, row := range rows {
		for _, status := range []int{301, 302, 303, 307, 308} {
			hops, _ := follow(t, Options{URL: row.start}, status, row.locations...)
			if len(hops) != len(row.home) {
				t.Errorf("%s: hops %+v", row.name, hops)
				continue
			}
			for i, h := range hops {
				auth, custom := "", ""
				if row.home[i] {
					auth, custom = "Bearer "+testKey, testKey
				}
				if h.auth != auth || h.custom != custom || h.plain != "test/1" || h.id != "41" || h.referer != "" {
					t.Errorf("%s, %d: hop %d is %+v", row.name, status, i, h)
				}
			}
		}
	}
}

// What a redirect does to method and body, as in net/http.
func TestRedirectMethod(t *testing.T) {
	rows := []struct {
		status       int
		method, want string
		body         string
	}{
		{301, "POST", "GET", ""}, {302, "POST", "GET", ""}, {303, "POST", "GET", ""},
		{307, "POST", "POST", "{}"}, {308, "POST", "POST", "{}"},
		{302, "REPORT", "GET", ""}, {307, "REPORT", "REPORT", "{}"},
		{302, "GET", "GET", "{}"},
	}
	for _, row := range rows {
		hops, _ := follow(t, Options{URL: "http://a.test/x", Method: row.method, Body: []byte("{}")}, row.status, "/y")
		if len(hops) != 2 || hops[0].method != row.method || hops[0].body != "{}" || hops[0].contentType != "application/json" {
			t.Errorf("%+v: hops %+v", row, hops)
			continue
		}
		contentType := "application/json"
		if row.body == "" {
			contentType = ""
		}
		if h := hops[1]; h.method != row.want || h.body != row.body || h.contentType != contentType || h.url != "http://a.test/y" {
			t.Errorf("%+v: second hop %+v", row, h)
		}
	}
}

// A circle of redirects is a failure that is reported and retried.
func TestRedirectCircle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requests := 0
		w := newWorld(t, func(w http.ResponseWriter, r *http.Request) {
			requests++
			http.Redirect(w, r, "/again?token=in-the-url", http.StatusFound)
		})
		p := w.play(t, Options{})
		last := p.last()
		if e, _ := last.Err.(*Error); last.Code != Waiting || e == nil || e.Status != 302 || e.Final || e.Error() != "waiting for the response: the server redirects in a circle; check the address" || requests != maxRedirects {
			t.Errorf("after %d requests: %+v", requests, last)
		}
		p.stop(t)
	})
}

// Method, body and headers are sent with every request, redirect or not.
func TestRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var hops []hop
		var header http.Header
		w := newWorld(t, func(w http.ResponseWriter, r *http.Request) {
			h := seen(r)
			hops = append(hops, h)
			header = r.Header
			if len(hops) < 3 {
				say("id: 4\n\n")(w, r)
				return
			}
			w.WriteHeader(204)
		})
		p := w.play(t, Options{
			Method: "REPORT", Body: []byte("what to say"),
			Header: http.Header{"X-Api-Key": {testKey}, "Accept": {"*/*"}, "Last-Event-Id": {"not this"}},
		})
		<-p.done
		first := hop{url: "/stream", method: "REPORT", body: "what to say", custom: testKey, plain: "Go-http-client/1.1"}
		again := first
		again.id = "4"
		if !slices.Equal(hops, []hop{first, again, again}) {
			t.Errorf("requests %+v", hops)
		}
		if a, c := header["Accept"], header["Cache-Control"]; !slices.Equal(a, []string{"text/event-stream"}) || !slices.Equal(c, []string{"no-cache"}) {
			t.Errorf("Accept %q, Cache-Control %q", a, c)
		}
		if _, ok := header["Accept-Encoding"]; ok {
			t.Error("asks for compression")
		}
	})
}

// The userinfo of the URL is sent as net/http sends it, and only home; that of a redirect is not.
func TestUserinfo(t *testing.T) {
	var hops []hop
	s, err := New(Options{URL: "http://me:" + testKey + "@a.test/", Transport: roundTripper(func(req *http.Request) (*http.Response, error) {
		hops = append(hops, seen(req))
		if len(hops) == 3 {
			return nil, errors.New("refused " + testKey)
		}
		resp := response(302, "", strings.NewReader(""))
		resp.Header.Set("Location", []string{"/y", "http://you:word@b.test/"}[len(hops)-1])
		return resp, nil
	})})
	if err != nil {
		t.Fatal(err)
	}
	var p player
	h := p.handler()
	states := h.State
	h.State = func(s State) {
		states(s)
		if s.Code == Waiting {
			p.cancel()
		}
	}
	ctx := newContext(t, &p)
	if err := s.Run(ctx, h); err != nil {
		t.Error(err)
	}
	if len(hops) != 3 || !strings.HasPrefix(hops[0].auth, "Basic ") || hops[1].auth != hops[0].auth || hops[2].auth != "" {
		t.Errorf("requests %+v", hops)
	}
	if text := p.changes()[1].Err.Error(); text != "waiting for the response: refused [hidden]" {
		t.Errorf("the error is %q", text)
	}
}

// No text that comes out of a Source holds a credential or the URL, whatever a server says.
func TestNoSecretInErrors(t *testing.T) {
	const url = "http://me:" + testPassword + "@a.test/path?query=in-the-url"
	answers := map[string]roundTripper{
		"body": func(*http.Request) (*http.Response, error) {
			return response(400, "", strings.NewReader("bad key: "+testKey)), nil
		},
		"content type": func(*http.Request) (*http.Response, error) {
			return response(200, "x/"+testKey, strings.NewReader("no stream for "+testKey)), nil
		},
		"compression": func(*http.Request) (*http.Response, error) {
			resp := response(200, "text/event-stream", strings.NewReader(""))
			resp.Header.Set("Content-Encoding", testKey)
			return resp, nil
		},
		"network": func(*http.Request) (*http.Response, error) { return nil, errors.New("proxy refuses " + testPassword) },
		"redirect": func(*http.Request) (*http.Response, error) {
			resp := response(302, "", strings.NewReader(""))
			resp.Header.Set("Location", "http://b.test/%zz"+testKey)
			return resp, nil
		},
		"stream": func(*http.Request) (*http.Response, error) {
			return response(200, "text/event-stream", &failing{errors.New("broken by " + testKey)}), nil
		},
	}
	for name, answer := range answers {
		s, err := New(Options{URL: url, Transport: answer, Header: http.Header{"Authorization": {"Bearer " + testKey}}})
		if err != nil {
			t.Fatal(err)
		}
		var p player
		ctx := newContext(t, &p)
		var failures []error
		s.Run(ctx, Handler{State: func(s State) {
			if s.Err != nil {
				failures = append(failures, s.Err)
				p.cancel()
			}
		}})
		if len(failures) == 0 {
			t.Errorf("%s: no failure", name)
		}
		for _, failure := range failures {
			var deep []string
			for err := failure; err != nil; err = errors.Unwrap(err) {
				deep = append(deep, fmt.Sprintf("%v %+v", err, err))
			}
			e := failure.(*Error)
			text := fmt.Sprint(deep, e.Body, e.ContentType)
			if strings.Contains(text, testKey) || strings.Contains(text, testPassword) || strings.Contains(text, "in-the-url") {
				t.Errorf("%s: %s", name, text)
			}
		}
	}
}

// An attempt that is over holds on to nothing: its context is done.
func TestAttemptsEnd(t *testing.T) {
	var p player
	var contexts []context.Context
	s, err := New(Options{URL: "http://a.test", InitialDelay: 1, Transport: roundTripper(func(req *http.Request) (*http.Response, error) {
		contexts = append(contexts, req.Context())
		switch len(contexts) {
		case 1:
			return response(200, "text/event-stream", strings.NewReader("data: x\n\n")), nil
		case 2:
			return response(503, "", strings.NewReader("busy")), nil
		case 3:
			return nil, errors.New("no network")
		case 4:
			resp := response(302, "", strings.NewReader("moved"))
			resp.Header.Set("Location", "/y")
			return resp, nil
		}
		for i, ctx := range contexts[:len(contexts)-1] {
			if ctx.Err() == nil {
				t.Errorf("the context of attempt %d is not done", i)
			}
		}
		p.cancel()
		return nil, req.Context().Err()
	})})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Run(newContext(t, &p), Handler{}); err != nil || len(contexts) != 5 {
		t.Errorf("%d requests, %v", len(contexts), err)
	}
}

// failing fails with its error.
type failing struct{ err error }

func (f *failing) Read([]byte) (int, error) { return 0, f.err }

func TestNewErrors(t *testing.T) {
	const good = "http://a.test/"
	rows := []struct {
		o    Options
		text string
	}{
		{Options{}, "sse: URL: it must begin with http:// or https:// and name a host"},
		{Options{URL: "a.test/x"}, "sse: URL: it must begin"},
		{Options{URL: "ftp://a.test/x"}, "sse: URL: it must begin"},
		{Options{URL: "http:///x"}, "sse: URL: it must begin"},
		{Options{URL: "http://a.test/\x01" + testKey}, "sse: URL or Method: net/url: invalid control character"},
		{Options{URL: good, Method: "GET /"}, `sse: URL or Method: net/http: invalid method "GET /"`},
		{Options{URL: good, InitialDelay: -1}, "sse: InitialDelay: -1ns is negative"},
		{Options{URL: good, InitialDelay: 2, MaxDelay: 1}, "sse: MaxDelay: 1ns is less than InitialDelay, 2ns"},
		{Options{URL: good, ReadTimeout: -1}, "sse: ReadTimeout: -1ns is negative"},
		{Options{URL: good, MaxEventBytes: -1}, "sse: MaxEventBytes: -1 is negative"},
		{Options{URL: good, Header: http.Header{"a b": {"x"}}}, `sse: Header: "a b" cannot be the name of a header field`},
		{Options{URL: good, Header: http.Header{"X-Key": {testKey + "\n"}}}, "sse: Header: the value of X-Key has a character that HTTP forbids"},
	}
	for _, row := range rows {
		_, err := New(row.o)
		if err == nil || !strings.HasPrefix(err.Error(), row.text) || strings.Contains(err.Error(), testKey) {
			t.Errorf("%+v: %v", row.o, err)
		}
	}
}
