// Package profile separates the accounts of several profiles: a service of a profile has the profile's name, and so
// has the ID of each of its sessions, as in prod:lsn-1.
//
// It promises:
//
//   - What is named by an ID of one profile never reaches the service of another: it fails with [client.ErrRequest]
//     before anything is sent.
//   - Two profiles may list sessions of the same ID, of one endpoint too: they stay two sessions.
//   - The service itself sees its own IDs only, without the profile.
package profile

import (
	"context"
	"fmt"
	"strings"

	"lenswatch/client"
	"lenswatch/client/agenthuman"
	"lenswatch/client/archetype"
)

// Archetype makes a client of the Lens API one of a profile.
func Archetype(profile string, s *archetype.Service) client.Service {
	return &lensAPI{account: account{s, name{profile, s.Name()}}, mailboxer: s, Controller: s, FileStore: s}
}

// AgentHuman makes a client of AgentHuman one of a profile.
func AgentHuman(profile string, s *agenthuman.Service) client.Service {
	return &agentHuman{account: account{s, name{profile, s.Name()}}, Accountant: s}
}

// service is what the clients of both APIs can do.
type service interface {
	client.Service
	client.Pinger
	client.Proxied
	client.Auditor
	client.Timekeeper
	client.Curler
	client.Recorder
	client.Requester
}

// name is what a service is called in a profile.
type name struct{ profile, service string }

// outer is an ID of the service as all else has it; inner the reverse.
func (n name) outer(id string) string {
	if id == "" {
		return ""
	}
	return n.profile + client.ProfileSeparator + id
}

func (n name) inner(id string) (string, error) {
	own, found := strings.CutPrefix(id, n.profile+client.ProfileSeparator)
	if !found {
		return "", &client.Error{Op: "find session", Kind: client.ErrRequest, Message: fmt.Sprintf(
			"%s does not belong to profile %s; write it as %s", client.Line1(id), n.profile, n.outer("ID"))}
	}
	return own, nil
}

func (n name) session(s client.Session) client.Session {
	s.ID, s.Service = n.outer(s.ID), n.outer(n.service)
	return s
}

func (n name) sessions(list []client.Session, err error) ([]client.Session, error) {
	for i := range list {
		list[i] = n.session(list[i])
	}
	return list, err
}

// one is a record in answer to a question about a session.
func one[T any](n name, id string, ask func(id string) (T, error)) (answer T, err error) {
	own, err := n.inner(id)
	if err != nil {
		return answer, err
	}
	return ask(own)
}

// account is a service of a profile. Whatever takes or gives the ID of a session is here or in the types that embed it.
type account struct {
	service
	name name
}

func (a *account) Name() string { return a.name.outer(a.name.service) }

// Claims implements [client.Claimer].
func (a *account) Claims(id string) bool {
	own, err := a.name.inner(id)
	if err != nil {
		return false
	}
	return agenthuman.Claims(own) == (a.name.service == agenthuman.Name)
}

func (a *account) Lenses(ctx context.Context) ([]client.Lens, error) {
	lenses, err := a.service.Lenses(ctx)
	for i := range lenses {
		lenses[i].Service = a.Name()
	}
	return lenses, err
}

func (a *account) Sessions(ctx context.Context) ([]client.Session, error) {
	return a.name.sessions(a.service.Sessions(ctx))
}

func (a *account) AllSessions(ctx context.Context) ([]client.Session, error) {
	return a.name.sessions(a.service.AllSessions(ctx))
}

func (a *account) Session(ctx context.Context, id string) (client.Session, error) {
	s, err := one(a.name, id, func(id string) (client.Session, error) { return a.service.Session(ctx, id) })
	return a.name.session(s), err
}

func (a *account) Create(ctx context.Context, req client.CreateRequest) (client.Session, error) {
	s, err := a.service.Create(ctx, req)
	return a.name.session(s), err
}

func (a *account) Destroy(ctx context.Context, id string) (client.Session, error) {
	s, err := one(a.name, id, func(id string) (client.Session, error) { return a.service.Destroy(ctx, id) })
	return a.name.session(s), err
}

func (a *account) Watch(ctx context.Context, id string, opts client.WatchOptions, sink func(client.Event)) error {
	own, err := a.name.inner(id)
	if err != nil {
		return err
	}
	service := a.Name()
	return a.service.Watch(ctx, own, opts, func(ev client.Event) {
		ev.Service, ev.Session = service, id
		if ev.Notice != nil && ev.Notice.Record != nil {
			record := a.name.session(*ev.Notice.Record)
			notice := *ev.Notice
			notice.Record = &record
			ev.Notice = &notice
		}
		sink(ev)
	})
}

// Curl is empty for a session of another profile.
func (a *account) Curl(id string) string {
	own, err := a.name.inner(id)
	if err != nil {
		return ""
	}
	return a.service.Curl(own)
}

func (a *account) Record(ctx context.Context, id string) (client.Record, error) {
	return one(a.name, id, func(id string) (client.Record, error) { return a.service.Record(ctx, id) })
}

func (a *account) Requests(after int64) (ended []client.Request, newest int64) {
	ended, newest = a.service.Requests(after)
	for i := range ended {
		ended[i].Session = a.name.outer(ended[i].Session)
	}
	return ended, newest
}

// agentHuman is AgentHuman in a profile.
type agentHuman struct {
	account
	client.Accountant
}

// mailboxer has another name than the method that it is for.
type mailboxer = client.Mailboxer

// lensAPI is the Lens API in a profile.
type lensAPI struct {
	account
	mailboxer
	client.Controller
	client.FileStore
}

func (l *lensAPI) Mailbox(ctx context.Context, id string) (int, error) {
	return one(l.name, id, func(id string) (int, error) { return l.mailboxer.Mailbox(ctx, id) })
}

// act is one for what has no answer but that it worked.
func (l *lensAPI) act(id string, do func(id string) error) error {
	own, err := l.name.inner(id)
	if err != nil {
		return err
	}
	return do(own)
}

func (l *lensAPI) SetOutput(ctx context.Context, id string) error {
	return l.act(id, func(id string) error { return l.Controller.SetOutput(ctx, id) })
}

func (l *lensAPI) SetInput(ctx context.Context, id string, in client.Input) error {
	return l.act(id, func(id string) error { return l.Controller.SetInput(ctx, id, in) })
}

func (l *lensAPI) Question(ctx context.Context, id string) (client.Question, error) {
	return one(l.name, id, func(id string) (client.Question, error) { return l.Controller.Question(ctx, id) })
}

func (l *lensAPI) SetQuestion(ctx context.Context, id string, q client.QuestionChange) error {
	return l.act(id, func(id string) error { return l.Controller.SetQuestion(ctx, id, q) })
}

func (l *lensAPI) Validate(ctx context.Context, id string) (client.Validation, error) {
	return one(l.name, id, func(id string) (client.Validation, error) { return l.Controller.Validate(ctx, id) })
}

func (l *lensAPI) Push(ctx context.Context, id string, row []byte) error {
	return l.act(id, func(id string) error { return l.Controller.Push(ctx, id, row) })
}
