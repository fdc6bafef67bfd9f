package archetype

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"time"

	"github.com/go-json-experiment/json"
	"gopkg.in/cenkalti/backoff.v1"

	"lenswatch/client"
	"lenswatch/client/sse"
)

const (
	// maxBody is the most of an answer that is read, in bytes. The largest known is the lens
	// metadata of a whole organisation.
	maxBody = 16 << 20

	// readTimeout and writeTimeout bound one attempt. Allocating a runner may take the service
	// longer than telling what there is.
	readTimeout  = 15 * time.Second
	writeTimeout = 30 * time.Second

	// maxAttempts is how often a request that may be repeated is made in all.
	maxAttempts = 4

	// maxWait is the longest pause between attempts. A service that asks for more gets no second
	// attempt; the error says how long it asked to wait.
	maxWait = 30 * time.Second
)

// call is one exchange with the REST API.
type call struct {
	op      string // for the error: "create session"
	method  string
	path    string
	query   url.Values
	body    any
	repeat  bool // may be sent again
	timeout time.Duration
}

// do makes the call, repeating it with jittered delays if it may be, and returns the body of an
// answer that is no failure.
func (s *Service) do(ctx context.Context, c call) ([]byte, error) {
	delays := backoff.NewExponentialBackOff()
	delays.InitialInterval = 300 * time.Millisecond
	delays.MaxInterval = maxWait
	delays.MaxElapsedTime = 0
	for attempt := 1; ; attempt++ {
		body, err := s.once(ctx, c)
		if err == nil {
			return body, nil
		}
		if !c.repeat || attempt == maxAttempts || ctx.Err() != nil || !transient(err) {
			return nil, err
		}
		wait := max(delays.NextBackOff(), retryAfterOf(err))
		if until, ok := ctx.Deadline(); wait > maxWait || ok && time.Until(until) <= wait {
			return nil, err
		}
		if sleep(ctx, wait) != nil {
			return nil, err
		}
	}
}

// once makes one attempt.
func (s *Service) once(parent context.Context, c call) ([]byte, error) {
	ctx, cancel := context.WithTimeout(parent, c.timeout)
	defer cancel()
	req, err := s.request(ctx, c)
	if err != nil {
		return nil, &client.Error{Op: c.op, Kind: client.ErrRequest, Err: err}
	}
	var trace sse.Trace
	req = req.WithContext(httptrace.WithClientTrace(ctx, trace.Hooks(nil)))
	resp, err := s.http.Do(req)
	if err != nil {
		phase, _ := trace.Result()
		return nil, s.networkError(parent, c, phases[phase], err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	if err != nil {
		return nil, s.networkError(parent, c, client.PhaseBody, err)
	}
	if len(body) > maxBody {
		return nil, &client.Error{
			Op: c.op, Kind: client.ErrProtocol, Status: resp.StatusCode,
			Message: fmt.Sprintf("the answer is larger than %d MiB and was not read", maxBody>>20),
		}
	}
	body = s.key.maskPayload(body)
	if resp.StatusCode/100 != 2 || findComplaint(body) != nil {
		return nil, failure(c.op, resp.StatusCode, resp.Header, body, s.key)
	}
	return body, nil
}

func (s *Service) request(ctx context.Context, c call) (*http.Request, error) {
	target := s.endpoint + c.path
	if len(c.query) > 0 {
		target += "?" + c.query.Encode()
	}
	var body io.Reader
	if c.body != nil {
		b, err := json.Marshal(c.body)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, c.method, target, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return req, nil
}

// networkError says why no answer came. What the caller's own context ended is told apart from
// the time limit of the attempt.
func (s *Service) networkError(parent context.Context, c call, phase client.Phase, err error) error {
	var foreign *foreignError
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err // without the URL: the operation says what was tried
	}
	e := &client.Error{Op: c.op, Kind: client.ErrNetwork, Phase: phase, Err: s.key.maskError(err)}
	switch {
	case errors.Is(parent.Err(), context.Canceled):
		return fmt.Errorf("%s: %w", c.op, context.Canceled)
	case errors.As(err, &foreign):
		return s.elsewhere(c.op, foreign)
	case parent.Err() != nil:
		e.Err = parent.Err()
	case errors.Is(err, context.DeadlineExceeded):
		e.Message = fmt.Sprintf("no answer within %v", c.timeout)
	}
	return e
}

// elsewhere is the error for a redirect that the key does not follow.
func (s *Service) elsewhere(op string, foreign *foreignError) error {
	return &client.Error{Op: op, Kind: client.ErrProtocol, Message: s.key.mask(foreign.Error())}
}

// transient reports whether the same request may succeed a moment later.
func transient(err error) bool {
	switch client.RemedyOf(err) {
	case client.RemedyNetwork, client.RemedyServer, client.RemedyRateLimited:
		return true
	}
	return false
}

func retryAfterOf(err error) time.Duration {
	var e *client.Error
	if errors.As(err, &e) {
		return e.RetryAfter
	}
	return 0
}

// sleep waits for d, or until ctx is done, whose error it returns then.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
