package replay

import (
	"context"

	"lenswatch/client"
)

// standIns stand for the services of the recorded run.
type standIns []standIn

// Services are those of the recorded run, by name and endpoint. What is asked of them they answer
// with an error.
func (s standIns) Services() []client.Service {
	out := make([]client.Service, len(s))
	for i := range s {
		out[i] = s[i]
	}
	return out
}

// Service finds one by name, or nil.
func (s standIns) Service(name string) client.Service {
	for _, x := range s {
		if x.name == name {
			return x
		}
	}
	return nil
}

// ServiceOf names the first service: a recording does not tell what ids look like.
func (s standIns) ServiceOf(string) string {
	if len(s) == 0 {
		return ""
	}
	return s[0].name
}

// standIn is a service of which the name and the endpoint are known.
type standIn struct{ name, endpoint string }

func (s standIn) Name() string     { return s.name }
func (s standIn) Endpoint() string { return s.endpoint }

func (s standIn) Lenses(context.Context) ([]client.Lens, error) {
	return nil, errRecording("list lenses")
}

func (s standIn) Sessions(context.Context) ([]client.Session, error) {
	return nil, errRecording("list sessions")
}

func (s standIn) Session(context.Context, string) (client.Session, error) {
	return client.Session{}, errRecording("ask for session")
}

func (s standIn) Create(context.Context, client.CreateRequest) (client.Session, error) {
	return client.Session{}, errRecording("create session")
}

func (s standIn) Destroy(context.Context, string) (client.Session, error) {
	return client.Session{}, errRecording("destroy session")
}

func (s standIn) Watch(context.Context, string, client.WatchOptions, func(client.Event)) error {
	return errRecording("watch session")
}
