package config

import (
	"fmt"
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
