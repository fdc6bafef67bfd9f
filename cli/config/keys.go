package config

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"lenswatch/client"
)

// Account is whose key is looked for, and where the person keeps it.
type Account struct {
	// Profile is the account's name; empty for the one without.
	Profile string
	// Service is the service's name: archetype or agenthuman.
	Service string
	// Endpoint is its base URL in its one form; a key is saved for one endpoint only.
	Endpoint string
	// Variables are those of the environment that may hold the key; the first that is set counts.
	Variables []string
	// Command prints the key; empty if none does. Setting is the name of its setting.
	Command, Setting string
	// File holds the key, if it is there. NamedFile means that the settings name it, so that it
	// has to be there.
	File      string
	NamedFile bool
}

// user is the name under which the account stands in a keyring.
func (a Account) user() string {
	return strings.TrimSpace(a.Profile + " " + a.Service + " " + a.Endpoint)
}

// Name is the service for a person, with the profile.
func (a Account) Name() string {
	if a.Profile == "" {
		return a.Service
	}
	return a.Profile + client.ProfileSeparator + a.Service
}

// Login is the command that saves the account's key.
func (a Account) Login() string {
	if a.Profile == "" {
		return "lenswatch login --service " + a.Service
	}
	return "lenswatch login --profile " + a.Profile + " --service " + a.Service
}

// Resolver finds keys.
type Resolver struct {
	Getenv  func(string) string
	Keyring Keyring
	// Run runs a command of the settings and gives what it printed.
	Run func(ctx context.Context, command string) (string, error)
}

// The sources of a key, besides "environment NAME".
const (
	KeyFromCommand = "command"
	KeyFromKeyring = "system keyring"
	keyFromFile    = "file "
)

// Key gives the account's key and says where it was: in the environment, else printed by the
// command, else in the system's keyring, else in the file. A command or a file that fails is an
// error and not a reason to look further: another key than the one that was meant might be found.
// Without a key the error wraps [client.ErrNoKey], and if none was to be found anywhere, [ErrNoKey]
// and what the keyring said.
// No error quotes a key.
func (r Resolver) Key(ctx context.Context, a Account) (key, source string, err error) {
	for _, name := range a.Variables {
		if key := strings.TrimSpace(r.Getenv(name)); key != "" {
			return key, "environment " + name, nil
		}
	}
	if a.Command != "" {
		key, err := r.fromCommand(ctx, a)
		return key, KeyFromCommand, err
	}
	key, keyringErr := r.Keyring.Get(keyringService, a.user())
	if keyringErr == nil {
		return key, KeyFromKeyring, nil
	}
	key, err = readKeyFile(ctx, a)
	if err != nil || key != "" {
		return key, keyFromFile + a.File, err
	}
	message := fmt.Sprintf("set %s, or run `%s`", strings.Join(a.Variables, " or "), a.Login())
	if !errors.Is(keyringErr, ErrNotStored) {
		message += fmt.Sprintf(" (%v)", keyringErr)
	}
	return "", "", &client.Error{Op: a.Service, Kind: client.ErrNoKey, Message: message, Err: errors.Join(ErrNoKey, keyringErr)}
}

// ErrNoKey: the person keeps no key of the account anywhere.
var ErrNoKey = errors.New("no key is saved")

func (r Resolver) fromCommand(ctx context.Context, a Account) (string, error) {
	out, err := r.Run(ctx, a.Command)
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err != nil {
		return "", noKey(a, fmt.Sprintf("%s failed: %v; run it in a shell to see why", a.Setting, err))
	}
	key, err := oneLine(out)
	if err != nil {
		return "", noKey(a, fmt.Sprintf("%s printed %v", a.Setting, err))
	}
	return key, nil
}

// oneLine is a key as it was printed, typed or written, without the line's end.
func oneLine(text string) (string, error) {
	key := strings.TrimSpace(text)
	switch {
	case key == "":
		return "", errors.New("nothing")
	case strings.ContainsAny(key, "\r\n"):
		return "", errors.New("more than one line; a key is one line")
	}
	return key, nil
}

func noKey(a Account, message string) error {
	return &client.Error{Op: a.Service, Kind: client.ErrNoKey, Message: message}
}

// Store puts a key into the keyring.
func (r Resolver) Store(a Account, key string) error {
	return r.Keyring.Set(keyringService, a.user(), key)
}

// Forget removes the account's key from the keyring and its file, and says from where it did. That the keyring is
// locked is an error: the key may be in it.
func (r Resolver) Forget(a Account) (removed []string, err error) {
	err = r.Keyring.Delete(keyringService, a.user())
	switch {
	case err == nil:
		removed = append(removed, KeyFromKeyring)
	case errors.Is(err, ErrNotStored), errors.Is(err, ErrNoKeyring):
		err = nil
	}
	gone, fileErr := removeKeyFile(a)
	if gone {
		removed = append(removed, keyFromFile+a.File)
	}
	return removed, errors.Join(err, fileErr)
}
