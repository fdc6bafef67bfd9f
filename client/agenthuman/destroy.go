package agenthuman

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

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
		var all []sample
		all, err = s.allSamples(ctx)
		if i := slices.IndexFunc(all, func(x sample) bool { return x.session.ID == id }); i >= 0 {
			t, listed = all[i], true
		}
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
	c.Message = strings.TrimSuffix("the session has not started yet; only started sessions can be ended. Try again later: "+c.Message, ": ")
	return &c
}

// AllSessions lists the sessions, whoever made them, ended ones too. A list that holds what is no record
// is not whole, which is an error.
func (s *Service) AllSessions(ctx context.Context) ([]client.Session, error) {
	list, err := s.allSamples(ctx)
	if err != nil {
		return nil, err
	}
	return sessionsOf(list), nil
}

// allSamples asks for all sessions. A list that holds what is no record is an error.
func (s *Service) allSamples(ctx context.Context) ([]sample, error) {
	list, left, err := s.list(ctx, "all", true)
	if err == nil && left > 0 {
		err = misunderstood(opList)
	}
	return list, err
}

// ServiceTime is the service's clock, by its newest answer.
func (s *Service) ServiceTime() time.Time { return s.rest.ServiceTime() }

// answered reports whether an answer has a shape in which the service itself reports on a failure. A
// gateway's error may be JSON too.
func answered(body []byte) bool {
	var e envelope
	return rest.First(body) == '{' && json.Unmarshal(body, &e, rest.Lenient) == nil &&
		e.Success != nil && !bool(*e.Success) && (rest.First(e.Error) == '{' || rest.First(e.Error) == '"')
}
