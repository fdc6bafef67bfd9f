package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"lenswatch/cli/config"
	"lenswatch/client"
	"lenswatch/client/agenthuman"
	"lenswatch/client/archetype"
	"lenswatch/client/rest"
	"lenswatch/client/simulator"
)

// services are those that the person keeps a key of, the Lens API first. Without any key the error
// wraps [client.ErrNoKey]. A saved key that cannot be read is an error too.
func services(ctx context.Context, env Env) (out []client.Service, err error) {
	var why error
	for _, name := range serviceNames() {
		svc, _, err := env.keyed(ctx, name)
		switch {
		case err == nil:
			out = append(out, svc)
		case !errors.Is(err, config.ErrNoKey):
			return nil, err
		default:
			why = err
		}
	}
	if len(out) > 0 {
		return out, nil
	}
	return nil, noKey(why)
}

// noKey says once for all services that there is no key. why is what was said of one of them.
func noKey(why error) error {
	if errors.Is(why, config.ErrLocked) {
		return fmt.Errorf("%w: %w; unlock it, or set %s (%s for AgentHuman)",
			client.ErrNoKey, config.ErrLocked, archetype.KeyVariables()[0], agenthuman.KeyVariable)
	}
	return fmt.Errorf("%w: set %s (%s for AgentHuman), or save a key with `lenswatch login`",
		client.ErrNoKey, archetype.KeyVariables()[0], agenthuman.KeyVariable)
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

// hosts are the endpoints of services for a title, one that serves several once.
func hosts(services []client.Service) string {
	var out []string
	for _, s := range services {
		if h := host(s.Endpoint()); !slices.Contains(out, h) {
			out = append(out, h)
		}
	}
	return strings.Join(out, ", ")
}
