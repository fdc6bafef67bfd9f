package cli

import (
	"cmp"
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

// services are those that the person keeps a key of, the Lens API first, in each profile that was chosen. Without any key
// the error wraps [client.ErrNoKey]. A saved key that cannot be read is an error too. Of several profiles, one that has no
// key or cannot be used is left out, and standard error says so.
func services(ctx context.Context, env Env) ([]client.Service, error) {
	out, leftOut, err := watchedServices(ctx, env)
	for _, line := range leftOut {
		fmt.Fprintf(env.Stderr, "lenswatch: %s\n", line)
	}
	return out, err
}

// watchedServices is services; it returns what it says of the profiles that are left out.
func watchedServices(ctx context.Context, env Env) (out []client.Service, leftOut []string, err error) {
	chosen, err := env.profiles()
	if err != nil {
		return nil, nil, err
	}
	for _, p := range chosen {
		found, failed := servicesOf(ctx, env, p)
		out = append(out, found...)
		if failed != nil {
			err = cmp.Or(err, failed)
			leftOut = append(leftOut, client.Line1(fmt.Sprintf("skipping profile %s: %v", p.Name, failed)))
		}
	}
	if len(out) == 0 {
		return nil, nil, err
	}
	return out, leftOut, nil
}

// servicesOf are the services of a profile.
func servicesOf(ctx context.Context, env Env, p config.Profile) (out []client.Service, err error) {
	var why error
	for _, name := range serviceNames() {
		svc, _, err := env.keyed(ctx, p, name)
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
	return nil, noKey(p, why)
}

// noKey says once for all services that there is no key. why is what was said of one of them.
func noKey(p config.Profile, why error) error {
	lens, human, login := archetype.KeyVariables()[0], agenthuman.KeyVariable, "lenswatch login"
	if p.Name != "" {
		lens, human, login = p.APIKeyVariable, p.AgentHumanAPIKeyVariable, login+" --profile "+p.Name
	}
	if errors.Is(why, config.ErrLocked) {
		return fmt.Errorf("%w: %w; unlock it, or set %s (%s for AgentHuman)",
			client.ErrNoKey, config.ErrLocked, lens, human)
	}
	return fmt.Errorf("%w: set %s (%s for AgentHuman), or save a key with `%s`", client.ErrNoKey, lens, human, login)
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
