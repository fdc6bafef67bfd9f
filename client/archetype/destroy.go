package archetype

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"lenswatch/client"
	"lenswatch/client/rest"
)

// confirmGone finds out whether a session is gone after a destroy whose answer was not its record. The
// list decides; where it cannot be had, what the service says of the session.
func (s *Service) confirmGone(ctx context.Context, op, id string, destroyErr error) (client.Session, error) {
	if client.NotSent(destroyErr) || errors.Is(destroyErr, client.ErrRefused) {
		return client.Session{}, destroyErr
	}
	gone := client.Session{Service: name, ID: client.Line1(id), Status: client.StatusDestroyed, StatusText: "gone"}
	sessions, err := s.AllSessions(ctx)
	i := slices.IndexFunc(sessions, func(x client.Session) bool { return x.ID == id })
	switch {
	case err == nil && i < 0:
		return gone, nil
	case err == nil && sessions[i].Status.Final():
		return sessions[i], nil
	case err == nil:
		return client.Session{}, client.StillThere(op, destroyErr)
	case unknownSession(destroyErr, id):
		return gone, nil
	}
	session, err := s.fetchSession(ctx, id)
	switch {
	case err == nil && session.ID == id && session.Status.Final():
		return session, nil
	case unknownSession(err, id):
		return gone, nil
	}
	return client.Session{}, client.UncertainDestroy(op, destroyErr)
}

// AllSessions lists the organisation's sessions. A list that is not whole, because it is no array or holds
// what is no record, is an error.
func (s *Service) AllSessions(ctx context.Context) ([]client.Session, error) {
	var all list[client.Session]
	c := metadataCall("list sessions", "/lens/sessions/metadata", "session_id", "")
	c.Records = func() func([]byte) error {
		all = list[client.Session]{}
		return func(record []byte) error {
			session, ok := decodeSession(record)
			if !ok || session.ID == "" {
				return misunderstood(c.Op, record, s.key)
			}
			s.lensCache.complete(&session)
			return all.add(c.Op, session, textOfSession(&session))
		}
	}
	body, err := s.do(ctx, c)
	if err == nil && body != nil {
		err = misunderstood(c.Op, body, s.key)
	}
	if err != nil {
		return nil, err
	}
	return slices.Concat(all.parts...), nil
}

// ServiceTime is the service's clock, by its newest answer.
func (s *Service) ServiceTime() time.Time { return s.rest.ServiceTime() }

// unknownSession reports whether the service itself said that it knows no session of that id.
func unknownSession(err error, id string) bool {
	var e *client.Error
	if !errors.As(err, &e) || !e.Answered {
		return false
	}
	const words = "unknown session id: "
	said := strings.ToLower(e.Message)
	i := strings.Index(said, words)
	if i < 0 {
		return false
	}
	named, _, _ := strings.Cut(said[i+len(words):], " ")
	return strings.Trim(named, `.,;"'`) == strings.ToLower(client.Line1(id))
}

// answered reports whether an answer has a shape in which the service itself reports on a failure. A
// gateway's error may be JSON too; those that frameworks give for a path that they do not know count
// as a gateway's.
func answered(status int, body []byte) bool {
	var e envelope
	if rest.First(body) != '{' || json.Unmarshal(body, &e, rest.Lenient) != nil {
		return false
	}
	noPath := status == http.StatusNotFound || status == http.StatusMethodNotAllowed || status == http.StatusGone
	var first struct {
		Code text `json:"code"`
	}
	switch {
	case rest.First(e.Errors) == '[', e.IsValid != nil, e.Type == "error", strings.HasSuffix(string(e.Type), ".response"):
		return true
	case rest.First(e.Error) == '{':
		return json.Unmarshal(e.Error, &first, rest.Lenient) == nil && first.Code != ""
	}
	return rest.First(e.Detail) != 0 && rest.First(e.Detail) != 'n' && !noPath
}
