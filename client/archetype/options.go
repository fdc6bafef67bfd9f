package archetype

import (
	"cmp"
	"log/slog"
	"net/http"
	"time"

	"lenswatch/client"
	"lenswatch/client/rest"
)

const (
	// DefaultEndpoint is the production API.
	DefaultEndpoint = "https://api.u1.archetypeai.app/v0.5"

	// defaultVersion is appended to an endpoint that names none.
	defaultVersion = "/v0.5"

	// streamTimeout ends a stream on which no byte arrived for so long. It leaves room for the 60 to 90 s of total
	// silence that sessions were seen to keep while they warm up.
	streamTimeout = 120 * time.Second

	defaultMaxEventBytes = 16 << 20

	// dedupeWindow is how many of the newest events are remembered, at 24 bytes each, so that they are known again when a
	// reconnect replays them.
	dedupeWindow = 512

	// minSilence is how long a channel may bring no output before the service is asked whether the session writes to the
	// other one.
	minSilence = 60 * time.Second

	// pollInterval is the pause after a mailbox was found empty.
	pollInterval = time.Second
)

// Options configures a [Service]. Key is required; all else has defaults.
type Options struct {
	// Endpoint is the base URL, with or without the version and a trailing slash.
	// Default [DefaultEndpoint].
	Endpoint string
	// Key is sent as a bearer token.
	Key Secret
	// KeyVariable is the variable of the environment that [Service.Curl] names. Default ATAI_API_KEY.
	KeyVariable string
	// Transport makes the connections. Default: sse.NewTransport().
	Transport http.RoundTripper
	// Log gets a line for each request, without headers and bodies; nil: none is logged.
	Log *slog.Logger
	// UserAgent is sent with every request. Default "lenswatch".
	UserAgent string
	// ReconnectDelay is the base of the delays between attempts to open a stream again, until the
	// server sends another. Default 1 s.
	ReconnectDelay time.Duration
	// MaxEventBytes is the largest event that is read from a stream. Default 16 MiB.
	MaxEventBytes int
}

// KeyVariables are the variables of the environment that hold a key, the first that is set first.
func KeyVariables() []string { return []string{"ATAI_API_KEY", "ARCHETYPE_API_KEY"} }

// withDefaults fills in what was left zero, and checks the rest.
func (o Options) withDefaults() (Options, error) {
	missing := "set ATAI_API_KEY (or ARCHETYPE_API_KEY) to a key of the Archetype AI platform"
	if err := rest.CheckKey(name, o.Key, missing); err != nil {
		return o, err
	}
	endpoint, err := Normalise(o.Endpoint)
	if err != nil {
		return o, &client.Error{Op: name, Kind: client.ErrRequest, Message: err.Error()}
	}
	o.Endpoint = endpoint
	o.KeyVariable = cmp.Or(o.KeyVariable, KeyVariables()[0])
	o.UserAgent = cmp.Or(o.UserAgent, "lenswatch")
	o.MaxEventBytes = cmp.Or(o.MaxEventBytes, defaultMaxEventBytes)
	return o, nil
}

// Normalise gives an endpoint its one form: scheme, host, path with a version, no trailing slash.
// Errors do not quote the endpoint, which may hold a password.
func Normalise(endpoint string) (string, error) {
	return rest.Endpoint(endpoint, DefaultEndpoint, defaultVersion, "ATAI_API_KEY")
}
