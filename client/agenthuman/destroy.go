package agenthuman

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

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
	c.Message = strings.TrimSuffix("the session has not started yet, and only started sessions can be ended; try again later: "+c.Message, ": ")
	return &c
}

// inWholeList asks for all sessions and looks for one.
func (s *Service) inWholeList(ctx context.Context, id string) (found sample, listed bool, err error) {
	samples, err := s.allSamples(ctx)
	if i := slices.IndexFunc(samples, func(x sample) bool { return x.session.ID == id }); i >= 0 {
		return samples[i], true, nil
	}
	return sample{}, false, err
}

// AllSessions lists the sessions, whoever made them, ended ones too. A list that holds what is no record
// is not whole, which is an error.
func (s *Service) AllSessions(ctx context.Context) ([]client.Session, error) {
	samples, err := s.allSamples(ctx)
	sessions := make([]client.Session, 0, len(samples))
	for _, t := range samples {
		sessions = append(sessions, t.session)
	}
	return sessions, err
}

func (s *Service) allSamples(ctx context.Context) (samples []sample, err error) {
	body, err := s.rest.Do(ctx, rest.Call{
		Op: opList, Method: http.MethodGet, Path: "/sessions", Query: url.Values{"status": {"all"}}, Repeat: true, Timeout: readTimeout,
	})
	if err != nil {
		return nil, err
	}
	var a struct {
		Sessions jsontext.Value `json:"sessions"`
	}
	var records []jsontext.Value
	if rest.First(body) != '{' || json.Unmarshal(body, &a, rest.Lenient) != nil ||
		rest.First(a.Sessions) != '[' || json.Unmarshal(a.Sessions, &records, rest.Lenient) != nil {
		return nil, misunderstood(opList)
	}
	for _, r := range records {
		t, ok := decodeSession(r)
		if !ok {
			return nil, misunderstood(opList)
		}
		samples = append(samples, t)
	}
	return samples, nil
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
