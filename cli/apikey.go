package cli

import (
	"context"
	"strings"

	"lenswatch/cli/config"
	"lenswatch/client"
	"lenswatch/client/agenthuman"
	"lenswatch/client/archetype"
	"lenswatch/client/profile"
	"lenswatch/client/rest"
)

// The services that take a key, as --service names them.
const (
	serviceArchetype  = "archetype"
	serviceAgentHuman = agenthuman.Name
)

// serviceNames lists them, the one that is asked first at the front.
func serviceNames() []string { return []string{serviceArchetype, serviceAgentHuman} }

// resolver finds API keys for this run.
func (e Env) resolver() config.Resolver {
	return config.Resolver{Getenv: e.Getenv, Keyring: e.Keyring, Run: config.Shell(e.Environ, e.Stderr)}
}

// account is that of a service in a profile, as the settings name it.
func (e Env) account(p config.Profile, service string) (config.Account, error) {
	s, err := e.config()
	if err != nil {
		return config.Account{}, err
	}
	a := config.Account{Profile: p.Name, Service: service}
	section, setting, file := "", "", ""
	if p.Name != "" {
		section = "profiles." + p.Name + "."
	}
	switch service {
	case serviceArchetype:
		setting, file = "endpoint", p.APIKeyFile
		a.Variables, a.Command, a.Setting = archetype.KeyVariables(), p.APIKeyCommand, section+"api_key_command"
		if p.Name != "" {
			a.Variables = []string{p.APIKeyVariable}
		}
		a.Endpoint, err = archetype.Normalise(p.Endpoint)
	case serviceAgentHuman:
		setting, file = "agenthuman_endpoint", p.AgentHumanAPIKeyFile
		a.Variables, a.Command, a.Setting = []string{agenthuman.KeyVariable}, p.AgentHumanAPIKeyCommand, section+"agenthuman_api_key_command"
		if p.Name != "" {
			a.Variables = []string{p.AgentHumanAPIKeyVariable}
		}
		a.Endpoint, err = agenthuman.Normalise(p.AgentHumanEndpoint)
	}
	if err != nil {
		return a, usagef("%s (%v): %w", section+setting, s.Source(section+setting), err)
	}
	a.File, a.NamedFile = s.KeyFile(strings.ReplaceAll(a.Name(), client.ProfileSeparator, "-"), file, e.Getenv("HOME"))
	return a, nil
}

// newService makes the client of an account. It masks every key of this run: a service may show that of another.
func (e Env) newService(a config.Account, text string) (client.Service, error) {
	for _, x := range envSecrets(e) {
		e.keys.Add(x)
	}
	key := e.keys.Add(rest.NewSecret(text))
	if a.Service == serviceAgentHuman {
		s, err := agenthuman.New(agenthuman.Options{
			Endpoint: a.Endpoint, Key: key, KeyVariable: a.Variables[0], UserAgent: userAgent(), Transport: e.Transport, Log: e.log.Logger(),
		})
		if err != nil || a.Profile == "" {
			return s, err
		}
		return profile.AgentHuman(a.Profile, s), nil
	}
	s, err := archetype.New(archetype.Options{
		Endpoint: a.Endpoint, Key: key, KeyVariable: a.Variables[0], UserAgent: userAgent(), Transport: e.Transport, Log: e.log.Logger(),
	})
	if err != nil || a.Profile == "" {
		return s, err
	}
	return profile.Archetype(a.Profile, s), nil
}

// keyed makes the client of a service with the key that the person keeps for it, and says where
// that was.
func (e Env) keyed(ctx context.Context, p config.Profile, service string) (client.Service, string, error) {
	a, err := e.account(p, service)
	if err != nil {
		return nil, "", err
	}
	key, source, err := e.resolver().Key(ctx, a)
	if err != nil {
		return nil, "", err
	}
	svc, err := e.newService(a, key)
	return svc, source, err
}

// keySource says where the key of a service is, or that there is none. It runs no command.
func (e Env) keySource(ctx context.Context, p config.Profile, service string) string {
	a, err := e.account(p, service)
	if err != nil {
		return err.Error()
	}
	r := e.resolver()
	r.Run = func(context.Context, string) (string, error) { return "as it is", nil }
	_, source, err := r.Key(ctx, a)
	if err != nil {
		return "none: " + err.Error()
	}
	return source
}
