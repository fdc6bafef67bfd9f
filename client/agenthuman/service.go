package agenthuman

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"lenswatch/client"
	"lenswatch/client/rest"
)

// readTimeout and writeTimeout bound one attempt. Creating allocates a server with a GPU.
const (
	readTimeout  = 10 * time.Second
	writeTimeout = 30 * time.Second
)

// Service is the AgentHuman API. It is safe for concurrent use.
type Service struct {
	opts   Options
	rest   *rest.Client
	budget budget
	poller poller
	pings  pings
}

var (
	_ client.Service    = (*Service)(nil)
	_ client.Accountant = (*Service)(nil)
	_ client.Pinger     = (*Service)(nil)
	_ client.Curler     = (*Service)(nil)
	_ client.Proxied    = (*Service)(nil)
	_ client.Claimer    = (*Service)(nil)
)

// New makes a Service. It makes no request. Errors wrap [client.ErrNoKey] without a key,
// [client.ErrRefused] for a key that cannot be sent, [client.ErrRequest] for a wrong endpoint.
func New(o Options) (*Service, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	s := &Service{opts: o, pings: pings{turn: make(chan struct{}, 1)}}
	s.poller.init(s)
	s.rest, err = rest.New(rest.Options{
		Endpoint: o.Endpoint, Transport: o.Transport, Log: o.Log, UserAgent: o.UserAgent, Key: o.Key, Header: "x-api-key",
		Failure: s.failed, Admit: s.budget.admit, Observe: s.budget.observe,
	})
	return s, err
}

func (s *Service) failed(op string, status int, header http.Header, body []byte) *client.Error {
	e := failed(op, status, header, body)
	if e != nil {
		e.Answered = answered(body)
	}
	return e
}

// Name returns "agenthuman".
func (s *Service) Name() string { return name }

// Endpoint is the base URL, with its version and without a trailing slash.
func (s *Service) Endpoint() string { return s.opts.Endpoint }

// Claims reports whether an id has the form of this service's sessions: "sess_...".
func (s *Service) Claims(id string) bool { return Claims(id) }

// Claims reports whether an ID has the form of those of AgentHuman.
func Claims(id string) bool { return strings.HasPrefix(id, "sess_") }

// Close closes idle connections retained for later requests.
func (s *Service) Close() { s.rest.Close() }

// Sessions lists the sessions that have started and not ended, whoever made them.
func (s *Service) Sessions(ctx context.Context) ([]client.Session, error) {
	list, left, err := s.list(ctx, "started", true)
	if err != nil {
		return nil, err
	}
	client.Unread(ctx, left)
	s.poller.publish(list, time.Now())
	return sessionsOf(list), nil
}

func sessionsOf(list []sample) []client.Session {
	out := make([]client.Session, len(list))
	for i, t := range list {
		out[i] = t.session
	}
	return out
}

// list asks for the sessions of a status: started, ended or all. left is how many records of it could not be read.
func (s *Service) list(ctx context.Context, status string, repeat bool) (list []sample, left int, err error) {
	body, err := s.rest.Do(ctx, rest.Call{
		Op: opList, Method: http.MethodGet, Path: "/sessions", Query: url.Values{"status": {status}}, Repeat: repeat, Timeout: readTimeout,
	})
	if err != nil {
		return nil, 0, err
	}
	list, left, ok := decodeList(body)
	if !ok {
		return nil, 0, misunderstood(opList)
	}
	s.rest.Proven()
	return list, left, nil
}

// Session asks for one session.
func (s *Service) Session(ctx context.Context, id string) (client.Session, error) {
	t, err := s.find(ctx, id, true)
	return t.session, err
}

func (s *Service) find(ctx context.Context, id string, repeat bool) (sample, error) {
	body, err := s.rest.Do(ctx, rest.Call{
		Op: opFind, Session: id, Method: http.MethodGet, Path: "/sessions/" + url.PathEscape(id), Object: true, Repeat: repeat, Timeout: readTimeout,
	})
	if err != nil {
		return sample{}, err
	}
	t, ok := decodeOne(body)
	if !ok || t.session.ID != id {
		return sample{}, misunderstood(opFind)
	}
	s.rest.Proven()
	return t, nil
}

// Destroy ends a session. One that has ended already, or is gone, is success. One that has not started
// cannot be ended; the error says so. What the service did not say itself, of this session, is not
// believed: the session and the list are asked for then. Where that does not help either, the error
// wraps [client.ErrUncertain].
func (s *Service) Destroy(ctx context.Context, id string) (client.Session, error) {
	s.poller.noteEndRequest(id, true)
	body, err := s.rest.Do(ctx, rest.Call{
		Op: opEnd, Session: id, Method: http.MethodPost, Path: "/sessions/" + url.PathEscape(id) + "/end", Object: true, Repeat: true, Timeout: writeTimeout,
	})
	t, ok := decodeOne(body)
	switch {
	case err == nil && ok && t.session.ID == id && t.session.Status.Final():
		s.poller.putSample(t)
		return t.session, nil
	case err == nil:
		err = misunderstood(opEnd)
	case client.NotSent(err), errors.Is(err, client.ErrRefused):
		s.poller.noteEndRequest(id, false)
		return client.Session{}, err
	}
	return s.confirmEnded(ctx, id, err)
}

// Requests implements [client.Requester].
func (s *Service) Requests(after int64) ([]client.Request, int64) { return s.rest.Requests(after) }

// pingMaxAge is how long one ping serves all who ask: each session that is watched may, and each ping is
// one of 60 requests a minute.
const pingMaxAge = 5 * time.Second

// pings is the newest ping. turn holds a token while somebody looks at it or makes it.
type pings struct {
	turn chan struct{}
	at   time.Time
	ping client.Ping
	err  error
}

// Ping opens a new connection and asks for the usage, the smallest answer there is. An answer that is
// an error of the service is no failure: it was reached. Within 5 s of one ping the same is reported again.
func (s *Service) Ping(ctx context.Context) (client.Ping, error) {
	p := &s.pings
	select {
	case p.turn <- struct{}{}:
	case <-ctx.Done():
		return client.Ping{}, ctx.Err()
	}
	defer func() { <-p.turn }()
	if !p.at.IsZero() && time.Since(p.at) < pingMaxAge {
		return p.ping, p.err
	}
	ping, err := s.rest.Ping(ctx, rest.Call{Op: "reach the service", Method: http.MethodGet, Path: "/usage", Timeout: readTimeout})
	if !errors.Is(err, context.Canceled) {
		p.at, p.ping, p.err = time.Now(), ping, err
	}
	return ping, err
}

// Proxy is the host and port of the proxy that requests go through, empty if they go through none.
func (s *Service) Proxy() string { return s.rest.Proxy() }

// Curl is the command that asks for a session once; there is no stream. The id comes from outside, and
// is escaped so that no shell finds anything in it.
func (s *Service) Curl(id string) string {
	id = strings.ReplaceAll(url.PathEscape(id), "$", "%24")
	return `curl "` + s.opts.Endpoint + "/sessions/" + id + `" -H "x-api-key: $` + s.opts.KeyVariable + `"`
}
