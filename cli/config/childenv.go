package config

import (
	"os"
	"slices"
	"strings"

	"lenswatch/client/agenthuman"
	"lenswatch/client/archetype"
)

const (
	// ParamVariables is how the names of variables begin that hold the value of a lens's field, which may be a
	// secret.
	ParamVariables = "LENSWATCH_PARAM_"
	// CameraVariable is the variable with a camera's URL, which may have a password.
	CameraVariable = "LENSWATCH_RTSP_URL"
)

// KeyVariable reports whether a variable of the environment holds a key, or another secret that
// lenswatch reads there: for the services, for a lens, for a collector.
func KeyVariable(name string) bool {
	name = strings.ToUpper(name) // as Windows compares them
	return slices.Contains(archetype.KeyVariables(), name) || name == agenthuman.KeyVariable ||
		strings.HasPrefix(name, ParamVariables) || name == CameraVariable || collectorVariable(name) || strings.HasSuffix(name, "_API_KEY") || strings.HasSuffix(name, "_SECRET")
}

// collectorVariable reports whether a variable holds headers for a collector, with its key.
func collectorVariable(name string) bool {
	return strings.HasPrefix(name, "OTEL_EXPORTER_OTLP_") && strings.HasSuffix(name, "HEADERS")
}

// ChildEnviron is an environment for a program that lenswatch starts: without the variables that hold a
// key, and without those that repeat one.
func ChildEnviron(environ []string) []string {
	var keys []string
	for _, v := range environ {
		if name, value, _ := strings.Cut(v, "="); KeyVariable(name) && len(value) >= minKey {
			keys = append(keys, value)
		}
	}
	return slices.DeleteFunc(slices.Clone(environ), func(v string) bool {
		name, value, _ := strings.Cut(v, "=")
		return KeyVariable(name) || slices.ContainsFunc(keys, func(key string) bool { return strings.Contains(value, key) })
	})
}

// minKey is the length from which a value is looked for in other variables: a shorter one is part of
// ordinary words.
const minKey = 8

// TakeKeys takes the variables that hold a key, and those that repeat one, out of the environment of this
// process, and returns them. Those of a collector are left, for the SDK that reads them:
// [TakeCollectorKeys].
func TakeKeys() map[string]string {
	return takeVariables(func(name string) bool { return !collectorVariable(name) })
}

// TakeCollectorKeys is [TakeKeys] for what a collector's exporter has read.
func TakeCollectorKeys() { takeVariables(collectorVariable) }

func takeVariables(which func(name string) bool) map[string]string {
	environ, taken := os.Environ(), map[string]string{}
	remaining := ChildEnviron(environ)
	for _, v := range environ {
		name, value, _ := strings.Cut(v, "=")
		if which(name) && !slices.Contains(remaining, v) && os.Unsetenv(name) == nil {
			taken[name] = value
		}
	}
	return taken
}
