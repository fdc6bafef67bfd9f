package config

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/zalando/go-keyring"

	"lenswatch/client/units"

	"lenswatch/client/guard"
)

// keyringService is the name under which the keys of lenswatch stand in a keyring.
const keyringService = "lenswatch"

// keyringLimit is how long the system's keyring may take. It may be asking the person to unlock it.
const keyringLimit = time.Minute

var (
	// ErrNotStored: the keyring holds no such key.
	ErrNotStored = errors.New("no such key in the keyring")
	// ErrNoKeyring: there is no keyring, or it does not answer.
	ErrNoKeyring = errors.New("no system keyring")
	// ErrLocked: the keyring may hold the key, and was not unlocked.
	ErrLocked = errors.New("the system keyring is locked")
)

// Keyring keeps secrets for a person. Get and Delete fail with [ErrNotStored] if there is none;
// whatever else fails wraps [ErrLocked] or [ErrNoKeyring].
type Keyring interface {
	Get(service, user string) (string, error)
	Set(service, user, secret string) error
	Delete(service, user string) error
}

// SystemKeyring is that of the person's session: the Secret Service over D-Bus, the Keychain of
// macOS, the Credential Manager of Windows.
type SystemKeyring struct {
	Getenv func(string) string
	// GOOS is the system, as runtime.GOOS names it.
	GOOS string
	// Exists reports whether there is such a file.
	Exists func(path string) bool
}

// Get reads a secret.
func (k SystemKeyring) Get(service, user string) (secret string, err error) {
	return k.within(func() (string, error) { return keyring.Get(service, user) })
}

// Set stores a secret, in place of an older one.
func (k SystemKeyring) Set(service, user, secret string) error {
	_, err := k.within(func() (string, error) { return "", keyring.Set(service, user, secret) })
	return err
}

// Delete removes a secret.
func (k SystemKeyring) Delete(service, user string) error {
	_, err := k.within(func() (string, error) { return "", keyring.Delete(service, user) })
	return err
}

// within asks the keyring and waits for it no longer than [keyringLimit]. The library takes no
// context, so an answer that arrives later is lost.
func (k SystemKeyring) within(ask func() (string, error)) (string, error) {
	if !k.reachable() {
		return "", fmt.Errorf("%w: no D-Bus session bus is running", ErrNoKeyring)
	}
	type answer struct {
		secret string
		err    error
	}
	answered := make(chan answer, 1)
	guard.Go("keyring", func(c *guard.Crash) { answered <- answer{err: c} }, func() {
		secret, err := ask()
		answered <- answer{secret, err}
	})
	select {
	case a := <-answered:
		switch {
		case errors.Is(a.err, keyring.ErrNotFound):
			return "", ErrNotStored
		case a.err != nil && strings.Contains(a.err.Error(), "failed to unlock"): // the library has no other sign
			return "", ErrLocked
		case a.err != nil:
			return "", fmt.Errorf("%w: %w", ErrNoKeyring, a.err)
		}
		return a.secret, nil
	case <-time.After(keyringLimit):
		return "", fmt.Errorf("%w: no response within %s", ErrNoKeyring, units.Duration(keyringLimit))
	}
}

// reachable reports whether asking can succeed. Without a session bus the library would start one
// (dbus-launch), which would stay when lenswatch has ended.
func (k SystemKeyring) reachable() bool {
	if k.GOOS == "darwin" || k.GOOS == "windows" || k.Getenv("DBUS_SESSION_BUS_ADDRESS") != "" {
		return true
	}
	run := k.Getenv("XDG_RUNTIME_DIR")
	return run != "" && k.Exists(filepath.Join(run, "bus"))
}
