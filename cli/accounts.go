package cli

import (
	"errors"
	"strings"

	"lenswatch/client"
	"lenswatch/client/agenthuman"
	"lenswatch/client/archetype"
	"lenswatch/client/rest"
	"lenswatch/client/simulator"
)

// services are those that the environment holds a key for, the Lens API first. Without any
// key the error wraps [client.ErrNoKey].
func services(env Env) (out []client.Service, err error) {
	lens, lensErr := archetype.FromEnv(env.Getenv)
	human, humanErr := agenthuman.FromEnv(env.Getenv)
	if lensErr != nil && humanErr != nil {
		return nil, errors.Join(lensErr, humanErr)
	}
	if lensErr == nil {
		lens.UserAgent = userAgent()
		svc, err := archetype.New(lens)
		if err != nil {
			return nil, err
		}
		out = append(out, svc)
	}
	if humanErr == nil {
		human.UserAgent = userAgent()
		svc, err := agenthuman.New(human)
		if err != nil {
			return nil, err
		}
		out = append(out, svc)
	}
	return out, nil
}

// simulated are clients of both services that a simulator serves; base is the URL of its Lens API.
func simulated(base string) ([]client.Service, error) {
	lens, err := archetype.New(archetype.Options{Endpoint: base, Key: archetype.NewSecret(simulator.DefaultKey), UserAgent: userAgent()})
	if err != nil {
		return nil, err
	}
	human, err := agenthuman.New(agenthuman.Options{
		Endpoint: simulator.HumanEndpoint(base), Key: rest.NewSecret(simulator.DefaultHumanKey), UserAgent: userAgent(),
	})
	if err != nil {
		return nil, err
	}
	return []client.Service{lens, human}, nil
}

// hosts are the endpoints of services for a title.
func hosts(services []client.Service) string {
	out := make([]string, len(services))
	for i, s := range services {
		out[i] = host(s.Endpoint())
	}
	return strings.Join(out, ", ")
}
