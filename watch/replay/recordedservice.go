package replay

import (
	"context"

	"lenswatch/client"
)

// recordedServices stand for the services of the recorded run.
type recordedServices []recordedService

// Services are those of the recorded run, by name and endpoint. What is asked of them they answer
// with an error.
func (s recordedServices) Services() []client.Service {
	out := make([]client.Service, len(s))
	for i := range s {
		out[i] = s[i]
	}
	return out
}

// Service finds one by name, or nil.
func (s recordedServices) Service(name string) client.Service {
	for _, x := range s {
		if x.name == name {
			return x
		}
	}
	return nil
}

// ServiceOf names the first service: a recording does not tell what ids look like.
func (s recordedServices) ServiceOf(string) string {
	if len(s) == 0 {
		return ""
	}
	return s[0].name
}

// recordedService is a service of which the name and the endpoint are known.
type recordedService struct{ name, endpoint string }

func (s recordedService) Name() string     { return s.name }
func (s recordedService) Endpoint() string { return s.endpoint }

func (s recordedService) Lenses(context.Context) ([]client.Lens, error) {
	return nil, errRecording("list lenses")
}

func (s recordedService) Sessions(context.Context) ([]client.Session, error) {
	return nil, errRecording("list sessions")
}

func (s recordedService) Session(context.Context, string) (client.Session, error) {
	return client.Session{}, errRecording("ask for session")
}

func (s recordedService) Create(context.Context, client.CreateRequest) (client.Session, error) {
	return client.Session{}, errRecording("create session")
}

func (s recordedService) Destroy(context.Context, string) (client.Session, error) {
	return client.Session{}, errRecording("destroy session")
}

func (s recordedService) Watch(context.Context, string, client.WatchOptions, func(client.Event)) error {
	return errRecording("watch session")
}
