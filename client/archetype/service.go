package archetype

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"

	"lenswatch/client"
	"lenswatch/client/rest"
	"lenswatch/client/sse"
)

// name is what the service is called on the screen and in recordings.
const name = "archetype"

// Service is the Lens API. It is safe for concurrent use.
type Service struct {
	base      *url.URL
	key       Secret
	opts      Options
	rest      *rest.Client
	lensCache lensCache
	large     *sse.Large // where the large events of all streams are put together
}

var _ client.Service = (*Service)(nil)

// New makes a Service. It makes no request. Errors wrap [client.ErrNoKey] without a key,
// [client.ErrRefused] for a key that cannot be sent, [client.ErrRequest] for a wrong endpoint.
func New(o Options) (*Service, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	s := &Service{key: o.Key, opts: o, large: sse.NewLarge()}
	s.rest, err = rest.New(rest.Options{
		Endpoint: o.Endpoint, Transport: o.Transport, UserAgent: o.UserAgent, Log: o.Log,
		Key: o.Key, Header: "Authorization", Prefix: "Bearer ", Failure: s.failed,
	})
	if err != nil {
		return nil, err
	}
	s.base, err = url.Parse(o.Endpoint)
	if err != nil {
		return nil, &client.Error{Op: name, Kind: client.ErrRequest, Err: err}
	}
	return s, nil
}

// Name returns "archetype".
func (s *Service) Name() string { return name }

// Endpoint is the base URL, with its version and without a trailing slash.
func (s *Service) Endpoint() string { return s.opts.Endpoint }

// Close closes idle connections retained for later requests. Streams that are being watched continue.
func (s *Service) Close() { s.rest.Close() }

// metadataCall is one of the metadata calls, for all items in one shard, as the SDK does; with an id for the one item that
// has it as its member by. An empty by is for a call that has no such member.
func metadataCall(op, path, by, id string) call {
	query := url.Values{"shard_index": {"-1"}, "max_items_per_shard": {"-1"}}
	if by != "" {
		query.Set(by, id)
	}
	session := ""
	if by == "session_id" {
		session = id
	}
	return call{Op: op, Session: session, Method: http.MethodGet, Path: path, Query: query, Object: id != "", Repeat: true, Timeout: readTimeout}
}

// Lenses lists the organisation's lenses.
func (s *Service) Lenses(ctx context.Context) ([]client.Lens, error) {
	return s.lensMetadata(ctx, "")
}

// lensMetadata asks for one lens, or for all.
func (s *Service) lensMetadata(ctx context.Context, id string) ([]client.Lens, error) {
	list, err := listOf(ctx, s, metadataCall("list lenses", "/lens/metadata", "lens_id", id), decodeLens,
		func(l *client.Lens) bool { return id == "" || l.ID == id }, textOfLens)
	if err != nil {
		return nil, err
	}
	lenses := slices.Concat(list.parts...)
	s.lensCache.put(lenses)
	return lenses, nil
}

// Sessions lists the organisation's sessions, whoever made them.
func (s *Service) Sessions(ctx context.Context) ([]client.Session, error) {
	parts, err := s.SessionParts(ctx)
	return slices.Concat(parts...), err
}

// SessionParts implements [client.PartLister].
func (s *Service) SessionParts(ctx context.Context) ([][]client.Session, error) {
	return s.sessionMetadata(ctx, "")
}

// sessionMetadata asks for one session, or for all. A list that answers for one has no others: many may ask at once.
func (s *Service) sessionMetadata(ctx context.Context, id string) ([][]client.Session, error) {
	list, err := listOf(ctx, s, metadataCall("list sessions", "/lens/sessions/metadata", "session_id", id), decodeSession,
		func(s *client.Session) bool { return id == "" || s.ID == id }, textOfSession)
	if err != nil {
		return nil, err
	}
	answered := s.ServiceTime()
	for _, part := range list.parts {
		for i := range part {
			part[i].Answered = answered
			s.lensCache.complete(&part[i])
		}
	}
	return list.parts, nil
}

// textOfSession is how many bytes of text a session's record has of its own.
func textOfSession(s *client.Session) int {
	return len(s.ID) + len(s.Endpoint) + len(s.InputStream) + len(s.OutputStream)
}

// textOfLens is how many bytes of text a lens's record has.
func textOfLens(l *client.Lens) int {
	n := len(l.ID) + len(l.Name) + len(l.Status) + len(l.Model)
	for _, list := range [][]string{l.Processors, l.Inputs, l.Outputs} {
		for _, text := range list {
			n += len(text) + 16 // of the string itself
		}
	}
	return n
}

// Session puts together what the metadata and the session itself report. Either may fail or know
// nothing; a session that neither knows is [client.ErrNotFound]. A session that the metadata still
// lists counts as alive even if asking it directly fails.
func (s *Service) Session(ctx context.Context, id string) (client.Session, error) {
	listed, listErr := s.findSession(ctx, id)
	if notReached(listErr) || ctx.Err() != nil {
		return client.Session{}, listErr
	}
	reported, err := s.fetchSession(ctx, id)
	switch {
	case err == nil && listErr == nil:
		return listed.Merge(reported), nil
	case err == nil:
		return reported, nil
	case listErr == nil:
		return listed, nil
	case errors.Is(err, client.ErrNotFound) && !errors.Is(listErr, client.ErrNotFound):
		return client.Session{}, listErr // the metadata could not be had; being gone is not certain
	}
	if wrong := s.checkEndpoint(ctx, err); wrong != nil {
		return client.Session{}, wrong
	}
	return client.Session{}, err
}

// notReached reports whether an error is about the way to the service, so that another request would not fare better.
func notReached(err error) bool {
	return errors.Is(err, client.ErrProxy) || errors.Is(err, client.ErrCertificate) || errors.Is(err, client.ErrLocal)
}

// checkEndpoint distinguishes a session that is not there from an API that is not there, by a list that every account has.
// It is nil where the endpoint is not to blame for err.
func (s *Service) checkEndpoint(ctx context.Context, err error) error {
	var e *client.Error
	if !errors.As(err, &e) || e.Kind != client.ErrNotFound || s.rest.IsProven() || e.Answered {
		return nil
	}
	if _, err := s.sessionMetadata(ctx, ""); errors.Is(err, client.ErrEndpoint) || errors.Is(err, client.ErrIntermediary) || notReached(err) {
		return err
	}
	return nil
}

// findSession looks a session up in the metadata.
func (s *Service) findSession(ctx context.Context, id string) (client.Session, error) {
	parts, err := s.sessionMetadata(ctx, id)
	if err != nil {
		return client.Session{}, err
	}
	sessions := slices.Concat(parts...)
	if i := slices.IndexFunc(sessions, func(x client.Session) bool { return x.ID == id }); i >= 0 {
		return sessions[i], nil
	}
	return client.Session{}, &client.Error{Op: "get session", Kind: client.ErrNotFound, Message: "the service has no session " + client.Line1(id)}
}

// fetchSession sends session.status to the session itself.
func (s *Service) fetchSession(ctx context.Context, id string) (client.Session, error) {
	const op = "get session"
	body, err := s.rpc(ctx, op, id, event{Type: "session.status"}, true)
	if err != nil {
		return client.Session{}, err
	}
	session, ok := decodeSession(body)
	if !ok {
		return client.Session{}, misunderstood(op, body, s.key)
	}
	s.rest.Proven()
	session.Answered = s.ServiceTime()
	session.ID = cmp.Or(session.ID, id)
	s.lensCache.complete(&session)
	return session, nil
}

// event is a request to a session, over its WebSocket or by REST.
type event struct {
	Type string `json:"type"`
	Data any    `json:"event_data,omitempty"`
}

// rpc sends one event to a session by REST and returns the reply.
func (s *Service) rpc(ctx context.Context, op, id string, e event, repeat bool) ([]byte, error) {
	return s.do(ctx, eventCall(op, id, e, repeat))
}

// eventCall is the request that sends one event to a session.
func eventCall(op, id string, e event, repeat bool) call {
	return call{
		Op: op, Session: id, Method: http.MethodPost, Path: "/lens/sessions/events/process", Object: true, Repeat: repeat, Timeout: readTimeout,
		Body: struct {
			SessionID string `json:"session_id"`
			Event     event  `json:"event"`
		}{id, e},
	}
}

// Create starts a session of a lens, by one request. Where it cannot be known whether the service
// received it, the error says so and wraps [client.ErrUncertain].
func (s *Service) Create(ctx context.Context, req client.CreateRequest) (client.Session, error) {
	const op = "create session"
	body, err := s.do(ctx, call{
		Op: op, Method: http.MethodPost, Path: "/lens/sessions/create", Object: true, Timeout: writeTimeout,
		Body: struct {
			LensID string `json:"lens_id"`
		}{req.LensID},
	})
	if err != nil {
		return client.Session{}, client.Uncertain(op, err)
	}
	session, ok := decodeSession(body)
	if !ok || session.ID == "" {
		return client.Session{}, client.Uncertain(op, misunderstood(op, body, s.key))
	}
	s.lensCache.complete(&session)
	return session, nil
}

// Destroy ends a session. One that is already gone is success. What the service did not say itself, of this
// session, is not believed: the sessions are listed then. Where that does not help either, the error
// wraps [client.ErrUncertain].
func (s *Service) Destroy(ctx context.Context, id string) (client.Session, error) {
	const op = "destroy session"
	body, err := s.do(ctx, call{
		Op: op, Session: id, Method: http.MethodPost, Path: "/lens/sessions/destroy", Object: true, Repeat: true, Timeout: writeTimeout,
		Body: struct {
			SessionID string `json:"session_id"`
		}{id},
	})
	if session, ok := decodeSession(body); err == nil && ok && session.ID == id && session.Status.Final() {
		s.lensCache.complete(&session)
		return session, nil
	}
	if err == nil {
		err = misunderstood(op, body, s.key)
	}
	return s.confirmGone(ctx, op, id, err)
}
