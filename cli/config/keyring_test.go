package config

import (
	"errors"
	"testing"

	"github.com/zalando/go-keyring"
)

// What the library says is distinguished: nothing stored, locked, and all else.
func TestWhatAKeyringSays(t *testing.T) {
	k := SystemKeyring{Getenv: func(string) string { return "unix:path=/run/bus" }}
	for said, want := range map[error]error{
		keyring.ErrNotFound: ErrNotStored,
		errors.New("failed to unlock correct collection '/org/freedesktop/secrets/collection/login'"): ErrLocked,
		errors.New("dbus: connection closed by user"):                                                 ErrNoKeyring,
	} {
		if _, err := k.within(func() (string, error) { return "", said }); !errors.Is(err, want) {
			t.Errorf("%q became %v, want %v", said, err, want)
		}
	}
}
