package rest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json"
	"gopkg.in/cenkalti/backoff.v1"

	"lenswatch/client"
	"lenswatch/client/sse"
	"lenswatch/client/units"
)

const (
	// MaxBody is the most of an answer that is read, in bytes. The largest known is the lens
	// metadata of a whole organisation.
	MaxBody = 16 << 20

	// maxAttempts is how often a request that may be repeated is made in all.
	maxAttempts = 4

	// maxWait is the longest pause between attempts. A service that asks for more gets no second
	// attempt; the error says how long it asked to wait.
	maxWait = 30 * time.Second
)

// Options configures a [Client]. All but Admit and Observe is required.
type Options struct {
	// Endpoint is the base URL, without a trailing slash; see [Endpoint].
	Endpoint string
	// Transport makes the connections. Default: [sse.NewTransport].
	Transport http.RoundTripper
	// UserAgent is sent with every request.
	UserAgent string
	// Key is sent in Header, after Prefix.
	Key            Secret
	Header, Prefix string
	// Failure makes an error of an answer that is a failure, and returns nil for one that is none.
	// The key is masked in the body.
	Failure func(op string, status int, header http.Header, body []byte) *client.Error
	// Log gets a line for each request: method, path, status, time; nil: none is logged.
	Log *slog.Logger
	// Admit is asked before each attempt, and may wait. Its error ends the call.
	Admit func(context.Context, Call) error
	// Observe is called for each answer.
	Observe func(status int, header http.Header)
}

// Client makes requests to one service. It is safe for concurrent use.
type Client struct {
	opts      Options
	base      *url.URL
	proxy     func(*http.Request) (*url.URL, error) // nil for a transport that is not the standard one
	transport *Transport
	http      *http.Client
	large     chan struct{} // has a token while a large answer is read
	clock     *clock
	requests  client.RequestLog
	proven    atomic.Bool // the service has answered: what a path lacks is no fault of the endpoint
}

// New makes a Client. It makes no request.
func New(o Options) (*Client, error) {
	base, err := url.Parse(o.Endpoint)
	if err != nil {
		return nil, &client.Error{Op: "endpoint", Kind: client.ErrRequest, Err: err}
	}
	c := &Client{opts: o, base: base, large: make(chan struct{}, 1), clock: &clock{}}
	if o.Transport == nil {
		o.Transport = sse.NewTransport()
	}
	if standard, ok := o.Transport.(*http.Transport); ok {
		c.proxy, o.Transport = standard.Proxy, sse.NewConnections(standard)
	}
	c.transport = &Transport{next: o.Transport, origin: OriginOf(base), agent: o.UserAgent, header: o.Header, prefix: o.Prefix, key: o.Key, log: o.Log}
	c.http = &http.Client{Transport: c.transport}
	return c, nil
}

// HTTP is the http.Client that the requests are made with. It adds the key.
func (c *Client) HTTP() *http.Client { return c.http }

// Transport is what the requests are made with. It adds the key.
func (c *Client) Transport() *Transport { return c.transport }

// Close closes idle connections retained for later requests.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Call is one exchange.
type Call struct {
	Op      string // for the error: "create session"
	Method  string
	Path    string
	Query   url.Values
	Body    any      // sent as JSON, unless nil
	Content *Content // sent as it is, in place of Body; such a call cannot be repeated
	Hide    []Secret // besides the key: what Body holds and no error may repeat
	Session string   // the ID of the session that it is about, for the log of requests; empty for none
	Object  bool     // the request names a session or a lens, which may be what is not found
	Repeat  bool     // may be sent again
	// Timeout is how long an attempt may take: with Records, for each 64 KiB of the answer. What
	// drips is given up.
	Timeout time.Duration
	// Records, unless nil, is called for each attempt whose answer is a list. What it returns gets the records, one by
	// one as they arrive, and nil for one that is longer than 1 MiB or nested too deep; its error ends the call. Do returns no
	// body then. A list may be of any length.
	Records func() func(record []byte) error
	// Turn, unless nil, waits for the memory of an answer of more than 256 KiB, which the caller gives back. Otherwise
	// answers of that size are read one at a time.
	Turn func(context.Context) error
}

// Content is a body that is no JSON.
type Content struct {
	Reader io.Reader
	Type   string // media type
	Length int64  // bytes; -1 if not known
}

// request is the request for an error: the method and the path, without the query.
func (c *Call) request() string { return c.Method + " " + c.Path }

// Proven notes that an answer was understood, so that the endpoint is right: what is not found later is something else.
func (c *Client) Proven() { c.proven.Store(true) }

// IsProven reports whether an answer was understood before.
func (c *Client) IsProven() bool { return c.proven.Load() }

// Do makes the call, repeating it with jittered delays if it may be, and returns the body of an
// answer that is no failure. The body is not nil, unless the answer was a list for Call.Records.
func (c *Client) Do(ctx context.Context, call Call) ([]byte, error) {
	delays := backoff.NewExponentialBackOff()
	delays.InitialInterval = 300 * time.Millisecond
	delays.MaxInterval = maxWait
	delays.MaxElapsedTime = 0
	for attempt := 1; ; attempt++ {
		body, err := c.once(ctx, call)
		if err == nil {
			return body, nil
		}
		if !call.Repeat || attempt == maxAttempts || ctx.Err() != nil || !transient(err) {
			return nil, err
		}
		wait := max(delays.NextBackOff(), RetryAfterOf(err))
		if until, ok := ctx.Deadline(); wait > maxWait || ok && time.Until(until) <= wait {
			return nil, err
		}
		client.Retrying(ctx, client.Retry{Attempt: attempt + 1, Of: maxAttempts, Wait: wait, Err: err})
		if Sleep(ctx, wait) != nil {
			return nil, err
		}
	}
}

// Requests are the attempts that ended, as [client.Requester] has them.
func (c *Client) Requests(after int64) ([]client.Request, int64) { return c.requests.Requests(after) }

// once makes one attempt.
func (c *Client) once(parent context.Context, call Call) (answer []byte, err error) {
	ctx, renew, cancel := call.limited(parent)
	defer cancel()
	if err := c.admit(ctx, call); err != nil {
		return nil, err
	}
	req, err := c.request(ctx, call)
	if err != nil {
		return nil, &client.Error{Op: call.Op, Kind: client.ErrRequest, Err: err}
	}
	var trace sse.Trace
	req = req.WithContext(httptrace.WithClientTrace(ctx, trace.Hooks(nil)))
	start := time.Now()
	made := client.Request{At: start, Op: call.Op, Session: client.Line1(call.Session), Request: call.request()}
	defer func() { c.requests.Ended(made, err) }()
	resp, err := c.http.Do(req)
	if err != nil {
		phase, _ := trace.Result()
		return nil, c.unanswered(parent, call, start, Phases[phase], err)
	}
	defer resp.Body.Close()
	made.Status = resp.StatusCode
	c.observe(resp)
	if call.Records != nil {
		resp.Body = &parts{ReadCloser: resp.Body, each: renew}
	}
	body, done, err := c.read(ctx, call, resp)
	defer done()
	var failed *client.Error
	switch {
	case errors.As(err, &failed):
		return nil, failed
	case errors.Is(err, errNoList), errors.Is(err, errLongList):
		return nil, &client.Error{Op: call.Op, Kind: client.ErrProtocol, Status: resp.StatusCode, Request: call.request(), Message: err.Error()}
	case err != nil:
		return nil, c.unanswered(parent, call, start, client.PhaseBody, err)
	}
	if len(body) > MaxBody {
		return nil, &client.Error{
			Op: call.Op, Kind: client.ErrProtocol, Status: resp.StatusCode, Request: call.request(),
			Message: fmt.Sprintf("the response is larger than %d MiB and was not read", MaxBody>>20),
		}
	}
	if body == nil && call.Records != nil {
		return nil, nil
	}
	body = call.mask(c.opts.Key.MaskPayload(body))
	return c.judge(call, resp, body)
}

// limited ends an attempt after its time limit, which a list renews.
func (c *Call) limited(parent context.Context) (ctx context.Context, renew, cancel func()) {
	if c.Records == nil {
		ctx, cancel = context.WithTimeout(parent, c.Timeout)
		return ctx, func() {}, cancel
	}
	ctx, end := context.WithCancelCause(parent)
	limit := time.AfterFunc(c.Timeout, func() { end(context.DeadlineExceeded) })
	return ctx, func() { limit.Reset(c.Timeout) }, func() { limit.Stop(); end(nil) }
}

func (c *Client) admit(ctx context.Context, call Call) error {
	if c.opts.Admit == nil {
		return nil
	}
	return c.opts.Admit(ctx, call)
}

func (c *Client) observe(resp *http.Response) {
	c.clock.see(resp.Header)
	if c.opts.Observe != nil {
		c.opts.Observe(resp.StatusCode, resp.Header)
	}
}

// mask hides what the answer repeats of the request's secrets.
func (c *Call) mask(body []byte) []byte {
	for _, s := range c.Hide {
		body = s.MaskPayload(body)
	}
	return body
}

func (c *Client) request(ctx context.Context, call Call) (*http.Request, error) {
	target := c.opts.Endpoint + call.Path
	if len(call.Query) > 0 {
		target += "?" + call.Query.Encode()
	}
	var body io.Reader
	if call.Body != nil {
		b, err := json.Marshal(call.Body)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(b)
	}
	if call.Content != nil {
		body = call.Content.Reader
	}
	req, err := http.NewRequestWithContext(ctx, call.Method, target, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if call.Content != nil {
		req.Header.Set("Content-Type", call.Content.Type)
		req.ContentLength = call.Content.Length
	}
	return req, nil
}

// judge separates an answer of the service that is no failure from all others.
func (c *Client) judge(call Call, resp *http.Response, body []byte) ([]byte, error) {
	if e := c.NotTheService(call, resp.StatusCode, resp.Header, body); e != nil {
		return nil, e
	}
	body, _ = Repair(body)
	if e := c.opts.Failure(call.Op, resp.StatusCode, resp.Header, body); e != nil {
		e.Request = call.request()
		return nil, e
	}
	return body, nil
}

// unanswered says why no answer arrived. What the caller's own context ended is distinguished from
// the time limit of the attempt, after which the next attempt is made over a new connection.
func (c *Client) unanswered(parent context.Context, call Call, start time.Time, phase client.Phase, err error) error {
	var foreign *ForeignError
	switch {
	case errors.Is(parent.Err(), context.Canceled):
		return fmt.Errorf("%s: %w", call.Op, context.Canceled)
	case errors.As(err, &foreign):
		return c.Elsewhere(call.Op, call.request(), foreign)
	}
	e := c.NetworkError(call.Op, call.request(), phase, err)
	switch {
	case parent.Err() != nil:
		e.Err = parent.Err()
		e.Message = "no response within " + units.Duration(time.Since(start).Round(time.Second))
		if phase == client.PhaseBody {
			e.Message = "the response is not complete after " + units.Duration(time.Since(start).Round(time.Second))
		}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled): // by the limit of the attempt
		e.Err = context.DeadlineExceeded
		e.Message = fmt.Sprintf("no response within %s", units.Duration(call.Timeout))
	default:
		return e
	}
	if phase >= client.PhaseRequest { // the connection that brought nothing may be dead
		c.transport.Renew(start)
	}
	return e
}

// transient reports whether the same request may succeed a moment later.
func transient(err error) bool {
	switch client.RemedyOf(err) {
	case client.RemedyNetwork, client.RemedyServer, client.RemedyRateLimited:
		return true
	}
	return false
}

// RetryAfterOf is how long the service behind an error asks to wait, 0 if it did not say.
func RetryAfterOf(err error) time.Duration {
	if e, ok := errors.AsType[*client.Error](err); ok {
		return e.RetryAfter
	}
	return 0
}

// Sleep waits for d, or until ctx is done, whose error it returns then.
func Sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
