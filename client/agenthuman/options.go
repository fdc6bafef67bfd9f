package agenthuman

import (
	"cmp"
	"log/slog"
	"net/http"
	"time"

	"lenswatch/client"
	"lenswatch/client/rest"
)

const (
	// Name is what the service is called on the screen and in recordings.
	Name = "agenthuman"

	name = Name

	// KeyVariable is the variable of the environment that holds a key.
	KeyVariable = "AGENTHUMAN_API_KEY"

	// DefaultEndpoint is the production API.
	DefaultEndpoint = "https://api.agenthuman.com/v1"

	// defaultVersion is appended to an endpoint that names none.
	defaultVersion = "/v1"

	// pollInterval is the time from one list to the next while sessions are watched: a second more than who shows the list
	// asks for it, so that the one list serves both. usageInterval is the time between two looks at the minutes meanwhile.
	pollInterval  = 6 * time.Second
	usageInterval = time.Minute
)

// Options configures a [Service]. Key is required; all else has defaults.
type Options struct {
	// Endpoint is the base URL, with or without the version and a trailing slash.
	// Default [DefaultEndpoint].
	Endpoint string
	// Key is sent as x-api-key.
	Key rest.Secret
	// KeyVariable is the variable of the environment that [Service.Curl] names. Default [KeyVariable].
	KeyVariable string
	// Transport makes the connections. Default: sse.NewTransport().
	Transport http.RoundTripper
	// Log gets a line for each request, without headers and bodies; nil: none is logged.
	Log *slog.Logger
	// UserAgent is sent with every request. Default "lenswatch".
	UserAgent string
}

// withDefaults fills in what was left zero, and checks the rest.
func (o Options) withDefaults() (Options, error) {
	if err := rest.CheckKey(name, o.Key, "set "+KeyVariable+" to a key of AgentHuman"); err != nil {
		return o, err
	}
	endpoint, err := Normalise(o.Endpoint)
	if err != nil {
		return o, &client.Error{Op: name, Kind: client.ErrRequest, Message: err.Error()}
	}
	o.Endpoint = endpoint
	o.KeyVariable = cmp.Or(o.KeyVariable, KeyVariable)
	o.UserAgent = cmp.Or(o.UserAgent, "lenswatch")
	return o, nil
}

// Normalise gives an endpoint its one form: scheme, host, path with a version, no trailing slash.
// Errors do not quote the endpoint, which may hold a password.
func Normalise(endpoint string) (string, error) {
	return rest.Endpoint(endpoint, DefaultEndpoint, defaultVersion, KeyVariable)
}
