package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"

	"lenswatch/client/localfile"
	"lenswatch/ui"
	"lenswatch/watch/atomicfile"
)

// stateFolder is where lenswatch keeps what should outlive a run and is no setting:
// $XDG_STATE_HOME/lenswatch, or ~/.local/state/lenswatch (XDG Base Directory Specification).
func stateFolder(env Env) (string, error) {
	if dir := env.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "lenswatch"), nil
	}
	if home := env.Getenv("HOME"); home != "" {
		return filepath.Join(home, ".local", "state", "lenswatch"), nil
	}
	return "", errors.New("no directory for state: set HOME or XDG_STATE_HOME")
}

const (
	viewStateFile = "screen.json" // what a person arranged on the screen
	demoStateFile = "demo.json"   // the same of a demonstration
)

// maxViewState is the longest file of it that is read, in bytes; it has some hundred, and some for each session that has a name of its own.
const maxViewState = 64 << 10

// readViewState is what was arranged in an earlier run; the zero value if nothing was, or if it
// cannot be read: a screen must not stay away for a file that only holds its looks.
func readViewState(env Env, file string) (a ui.ViewState) {
	dir, err := stateFolder(env)
	if err != nil {
		return a
	}
	text, err := localfile.Read(env.Signals.Context(), filepath.Join(dir, file), maxViewState)
	if err != nil {
		return a
	}
	var other *json.UnmarshalTypeError // of one value, as earlier versions wrote it; the others were read
	if err := json.Unmarshal(text, &a); err != nil && !errors.As(err, &other) {
		return ui.ViewState{}
	}
	return a
}

// writeViewState writes what is arranged now, unless it is as it was.
func writeViewState(env Env, file string, was, now ui.ViewState) error {
	if reflect.DeepEqual(was, now) {
		return nil
	}
	dir, err := stateFolder(env)
	if err != nil {
		return err
	}
	text, err := json.Marshal(now)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("couldn't save the layout: %w", err)
	}
	if err := atomicfile.Write(filepath.Join(dir, file), text); err != nil {
		return fmt.Errorf("couldn't save the layout: %w", err)
	}
	return nil
}
