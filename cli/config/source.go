package config

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/agnivade/levenshtein"
)

// Source is where the value of a setting came from.
type Source struct {
	// Kind is default, file, environment or flag.
	Kind string
	// Name is the file, the variable or the flag; empty for a default.
	Name string
	// Line of the file, from 1; 0 for all else.
	Line int
}

// The kinds of a [Source].
const (
	FromDefault     = "default"
	FromFile        = "file"
	FromEnvironment = "environment"
	FromFlag        = "flag"
)

// String is "default", "FILE:LINE", "environment NAME" or "flag --NAME".
func (s Source) String() string {
	switch s.Kind {
	case FromFile:
		return fmt.Sprintf("%s:%d", s.Name, s.Line)
	case FromEnvironment:
		return "environment " + s.Name
	case FromFlag:
		return "flag --" + s.Name
	}
	return FromDefault
}

// Error is a setting that cannot be used.
type Error struct {
	Source Source
	Err    error
}

// Error says where, what, and what is allowed.
func (e *Error) Error() string { return e.Source.String() + ": " + e.Err.Error() }

// Unwrap gives the error without the place.
func (e *Error) Unwrap() error { return e.Err }

// Nearest is the candidate that looks most like name; empty if none looks like it.
func Nearest(name string, candidates []string) string {
	best, least := "", max(2, len(name)/3)+1
	for _, c := range slices.Sorted(slices.Values(candidates)) {
		if d := levenshtein.ComputeDistance(name, c); d < least {
			best, least = c, d
		}
	}
	return best
}

// Where the file is.
const (
	folder   = "lenswatch"
	fileName = "config.toml"
	// PathVariable names the variable of the environment that names another file.
	PathVariable = "LENSWATCH_CONFIG"
)

// Path is where the file is by default, by the XDG rules and those of the system: below
// $XDG_CONFIG_HOME if that is absolute, else below ~/.config; on macOS below ~/Library/Application
// Support, on Windows below %LOCALAPPDATA%. It fails if the environment names none of these.
func Path(getenv func(string) string, goos string) (string, error) {
	if dir := getenv("XDG_CONFIG_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, folder, fileName), nil
	}
	switch home := getenv("HOME"); {
	case goos == "windows" && getenv("LOCALAPPDATA") != "":
		return filepath.Join(getenv("LOCALAPPDATA"), folder, fileName), nil
	case goos == "darwin" && home != "":
		return filepath.Join(home, "Library", "Application Support", folder, fileName), nil
	case goos != "windows" && home != "":
		return filepath.Join(home, ".config", folder, fileName), nil
	}
	return "", errors.New("no settings directory: set HOME, XDG_CONFIG_HOME or " + PathVariable)
}
