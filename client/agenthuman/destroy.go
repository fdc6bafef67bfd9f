package agenthuman

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"lenswatch/client"
	"lenswatch/client/rest"
)

// confirmEnded finds out whether a session has ended after a request whose answer was not its record.
func (s *Service) confirmEnded(ctx context.Context, id string, endErr error) (client.Session, error) {
	t, err := s.find(ctx, id, true)
	if err == nil && t.session.Status.Final() {
		s.poller.putSample(t)
		return t.session, nil
	}
	listed := err == nil
	if !listed {
		t, listed, err = s.inWholeList(ctx, id)
	}
	switch {
	case err != nil:
		return client.Session{}, client.UncertainDestroy(opEnd, endErr)
	case !listed:
		return client.Session{
			Service: name, ID: client.Line1(id), Status: client.StatusDestroyed, StatusText: "ended",
			LensID: lensID, LensName: lensName, Channel: client.ChannelPoll,
		}, nil
	case t.session.Status.Final():
		s.poller.putSample(t)
		return t.session, nil
	}
	s.poller.noteEndRequest(id, false)
	return client.Session{}, notEnded(t, endErr)
}

// notEnded is the error for a session that has not ended, after a request that was to end it.
func notEnded(t sample, endErr error) error {
	var e *client.Error
	if t.session.Status != client.StatusCreated || !errors.As(endErr, &e) {
		return client.StillThere(opEnd, endErr)
	}
	c := *e
	c.Message = strings.TrimSuffix("the session was created and has not started, and only one that has started can be ended; try again once it has: "+c.Message, ": ")
	return &c
}

// inWholeList asks for all sessions, ended ones too, and looks for one. A list that holds what is no
// record is not whole, which is an error.
func (s *Service) inWholeList(ctx context.Context, id string) (found sample, listed bool, err error) {
	body, err := s.rest.Do(ctx, rest.Call{
		Op: opList, Method: http.MethodGet, Path: "/sessions", Query: url.Values{"status": {"all"}}, Repeat: true, Timeout: readTimeout,
	})
	if err != nil {
		return sample{}, false, err
	}
	var a struct {
		Sessions jsontext.Value `json:"sessions"`
	}
	var records []jsontext.Value
	if rest.First(body) != '{' || json.Unmarshal(body, &a, rest.Lenient) != nil ||
		rest.First(a.Sessions) != '[' || json.Unmarshal(a.Sessions, &records, rest.Lenient) != nil {
		return sample{}, false, misunderstood(opList)
	}
	for _, r := range records {
		t, ok := decodeSession(r)
		if !ok {
			return sample{}, false, misunderstood(opList)
		}
		if t.session.ID == id {
			found, listed = t, true
		}
	}
	return found, listed, nil
}

// answered reports whether an answer has a shape in which the service itself tells of a failure. A
// gateway's error may be JSON too.
func answered(body []byte) bool {
	var e envelope
	return rest.First(body) == '{' && json.Unmarshal(body, &e, rest.Lenient) == nil &&
		e.Success != nil && !bool(*e.Success) && (rest.First(e.Error) == '{' || rest.First(e.Error) == '"')
}
