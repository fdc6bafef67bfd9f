package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"lenswatch/cli/config"
	"lenswatch/client"
	"lenswatch/ui"
	"lenswatch/ui/action"
)

// settings are those of one run, read when they are first asked for: commands that need none, such
// as version, work with a broken file too.
type settings struct {
	file   string         // what --config names
	flags  *pflag.FlagSet // of the command that runs
	loaded *config.Settings
	err    error
}

// flag adds --config to every command.
func (s *settings) flag(root *cobra.Command) {
	root.PersistentFlags().StringVar(&s.file, "config", "", "settings `file` (default: see \"lenswatch config path\")")
	completesFile(root, "config")
}

// config gives the settings of this run. What is wrong with them is a usage error.
func (e Env) config() (*config.Settings, error) {
	s := e.settings
	if s.loaded == nil {
		e.load(false)
	}
	return s.loaded, s.err
}

func (e Env) load(noFile bool) {
	s := e.settings
	s.loaded, s.err = config.Load(config.Sources{Context: e.Signals.Context(), Getenv: e.Getenv, GOOS: e.GOOS, File: s.file, NoFile: noFile, Flag: s.flagValue})
	if s.err != nil {
		s.err = usageError{s.err}
	}
}

// withoutBrokenFile leaves the settings file out if it cannot be used, and says so. What is wrong
// with a file that the person named, with the environment or with a flag is an error still.
func (e Env) withoutBrokenFile() (notice string, err error) {
	_, broken := e.keyMap()
	if broken == nil {
		return "", nil
	}
	e.load(true)
	if _, err := e.keyMap(); err != nil {
		return "", err
	}
	return "Ignoring the settings file: " + client.Line1(broken.Error()), nil
}

// keyMap is the keys of the screen, with those that the settings change.
func (e Env) keyMap() (action.Keys, error) {
	keys := ui.DefaultKeys()
	s, err := e.config()
	if err != nil {
		return keys, err
	}
	var wrong *action.BindingError
	err = keys.Rebind(s.Keys)
	if !errors.As(err, &wrong) {
		return keys, err
	}
	if near := config.Nearest(wrong.Action, keys.Names()); wrong.Unknown && near != "" {
		err = fmt.Errorf("%w; did you mean %q?", err, near)
	}
	return keys, usageError{&config.Error{Source: s.Source("keys." + wrong.Action), Err: err}}
}

// flagValue is what the person gave for a flag of the command that runs.
func (s *settings) flagValue(name string) (string, bool) {
	if s.flags == nil {
		return "", false
	}
	f := s.flags.Lookup(name)
	if f == nil || !f.Changed {
		return "", false
	}
	return f.Value.String(), true
}
