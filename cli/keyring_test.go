package cli_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"lenswatch/cli/config"
)

// fileKeyring is a keyring for scripts: a folder with a file for each secret. A file "locked" locks it. Without a folder
// there is no keyring.
type fileKeyring string

func (k fileKeyring) path(service, user string) (string, error) {
	if k == "" {
		return "", config.ErrNoKeyring
	}
	if _, err := os.Stat(filepath.Join(string(k), "locked")); err == nil {
		return "", config.ErrLocked
	}
	return filepath.Join(string(k), strings.NewReplacer("/", "_", ":", "_", " ", "_").Replace(service+" "+user)), nil
}

func (k fileKeyring) Get(service, user string) (string, error) {
	path, err := k.path(service, user)
	if err != nil {
		return "", err
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", config.ErrNotStored
	}
	return string(text), err
}

func (k fileKeyring) Set(service, user, secret string) error {
	path, err := k.path(service, user)
	if err != nil {
		return err
	}
	return os.WriteFile(path, []byte(secret), 0o600)
}

func (k fileKeyring) Delete(service, user string) error {
	path, err := k.path(service, user)
	if err != nil {
		return err
	}
	err = os.Remove(path)
	if errors.Is(err, fs.ErrNotExist) {
		return config.ErrNotStored
	}
	return err
}
