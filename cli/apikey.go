package cli

import (
	"context"

	"lenswatch/cli/config"
	"lenswatch/client"
	"lenswatch/client/agenthuman"
	"lenswatch/client/archetype"
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

// account is that of a service, as the settings name it.
func (e Env) account(service string) (config.Account, error) {
	s, err := e.config()
	if err != nil {
		return config.Account{}, err
	}
	a := config.Account{Service: service}
	setting, file := "", ""
	switch service {
	case serviceArchetype:
		setting, file = "endpoint", s.APIKeyFile
		a.Variables, a.Command, a.Setting = archetype.KeyVariables(), s.APIKeyCommand, "api_key_command"
		a.Endpoint, err = archetype.Normalise(s.Endpoint)
	case serviceAgentHuman:
		setting, file = "agenthuman_endpoint", s.AgentHumanAPIKeyFile
		a.Variables, a.Command, a.Setting = []string{agenthuman.KeyVariable}, s.AgentHumanAPIKeyCommand, "agenthuman_api_key_command"
		a.Endpoint, err = agenthuman.Normalise(s.AgentHumanEndpoint)
	}
	if err != nil {
		return a, usagef("%s (%v): %w", setting, s.Source(setting), err)
	}
	a.File, a.NamedFile = s.KeyFile(service, file, e.Getenv("HOME"))
	return a, nil
}

// newService makes the client of an account.
func (e Env) newService(a config.Account, key string) (client.Service, error) {
	if a.Service == serviceAgentHuman {
		return agenthuman.New(agenthuman.Options{Endpoint: a.Endpoint, Key: rest.NewSecret(key), UserAgent: userAgent(), Transport: e.Transport, Log: e.log.Logger()})
	}
	return archetype.New(archetype.Options{Endpoint: a.Endpoint, Key: archetype.NewSecret(key), UserAgent: userAgent(), Transport: e.Transport, Log: e.log.Logger()})
}

// keyed makes the client of a service with the key that the person keeps for it, and says where
// that was.
func (e Env) keyed(ctx context.Context, service string) (client.Service, string, error) {
	a, err := e.account(service)
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
func (e Env) keySource(ctx context.Context, service string) string {
	a, err := e.account(service)
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
