package client

import (
	"context"
	"sync"
	"time"
)

// Service is one remote API that runs sessions. Implementations are safe for concurrent use.
//
// Every method returns errors that wrap a sentinel of this package (see [Remedy]).
type Service interface {
	// Name is the short lower-case name shown next to its sessions, such as "archetype".
	Name() string
	// Endpoint is the base URL that requests go to, without credentials.
	Endpoint() string
	// Lenses lists what can be run. It may retry, within ctx.
	Lenses(ctx context.Context) ([]Lens, error)
	// Sessions lists the sessions that the service calls open. It may retry, within ctx.
	Sessions(ctx context.Context) ([]Session, error)
	// Session asks for all that the service reports on one session, counters included. A session
	// that is gone answers [ErrNotFound].
	Session(ctx context.Context, id string) (Session, error)
	// Create starts a session of a lens. It is sent once and never retried: a second request
	// may allocate a second session. Where the outcome is not known the error wraps [ErrUncertain].
	Create(ctx context.Context, req CreateRequest) (Session, error)
	// Destroy ends a session. A session that is already gone is success.
	Destroy(ctx context.Context, id string) (Session, error)
	// Watch hands every event of a session to sink, in order and from one goroutine, until ctx
	// is done (nil is returned) or the stream is over for good (the reason is returned; nil when
	// the session ended). It reconnects by itself and says so with notices. A sink that blocks
	// holds the stream back; nothing is dropped for it.
	Watch(ctx context.Context, id string, opts WatchOptions, sink func(Event)) error
}

// CreateRequest says which session to create.
type CreateRequest struct {
	LensID string
	// LensName is for texts alone; it may be empty.
	LensName string
	// Inputs are the values of the lens's [Field]s, by name.
	Inputs map[string]string
}

// Field is a parameter of a lens, set when a session of it is created.
type Field struct {
	Name     string   `json:"name"`
	Label    string   `json:"label,omitzero"` // what a person is asked for
	Hint     string   `json:"-"`              // how its value looks; may be empty
	Default  string   `json:"-"`              // empty if there is none
	Options  []string `json:"-"`              // the only values that are taken; empty if any is
	Required bool     `json:"required,omitzero"`
	Secret   bool     `json:"secret,omitzero"` // its value is never shown, logged or recorded
}

// PartLister is a Service whose list may be long.
type PartLister interface {
	// SessionParts is Sessions in parts, which share no memory: each may be let go of by itself.
	SessionParts(ctx context.Context) ([][]Session, error)
}

// Pinger is a Service that can time a new connection to its endpoint.
type Pinger interface {
	// Ping opens a new connection, asks for as little as the service has, and reports how long the
	// steps took. When it fails, the timing covers the steps so far.
	Ping(ctx context.Context) (Ping, error)
}

// Proxied is a Service whose requests may go through a proxy.
type Proxied interface {
	// Proxy is the host and port of that proxy, empty if there is none.
	Proxy() string
}

// Ping is what a new connection reported.
type Ping struct {
	Timing Timing
	Took   time.Duration // from the first step to the answer
	Date   time.Time     // the service's clock, to the second; zero if it did not say
}

// Mailboxer is a Service whose sessions may hold their output until it is fetched.
type Mailboxer interface {
	// Mailbox counts the messages that a session's mailbox holds now. They stay there for whoever reads
	// them.
	Mailbox(ctx context.Context, id string) (messages int, err error)
}

// Claimer is a Service that knows its session ids by their form.
type Claimer interface {
	// Claims reports whether an id can be one of its sessions'.
	Claims(id string) bool
}

// Auditor is a Service that can report whether a list of its sessions is whole.
type Auditor interface {
	// AllSessions lists all sessions, or fails: an answer with a part that is no record is an error.
	// What the list lacks the service does not have. It may retry, within ctx.
	AllSessions(ctx context.Context) ([]Session, error)
}

// Timekeeper is a Service that knows its server's clock.
type Timekeeper interface {
	// ServiceTime is the time there now, about a second and a request's way too early at most; zero as
	// long as no answer reported it.
	ServiceTime() time.Time
}

// Curler is a Service whose streams curl can read too.
type Curler interface {
	// Curl is the shell command that reads a session's stream. It names the key's environment
	// variable and never holds the key.
	Curl(id string) string
}

// Accountant is a Service that reports what the account has used of its plan.
type Accountant interface {
	// Usage asks what is used and what is left. It may retry, within ctx.
	Usage(ctx context.Context) (Usage, error)
}

// Usage is what an account has used of its plan. A value that was not reported is negative; so is one
// that has no limit.
type Usage struct {
	Plan         string  `json:"plan,omitzero"`  // the plan's name, cleaned; empty if not reported
	MinutesTotal float64 `json:"minutes_total"`  // included in the plan's period and bought
	MinutesUsed  float64 `json:"minutes_used"`   // of the plan's period
	MinutesLeft  float64 `json:"minutes_left"`   // of both kinds
	Sessions     int     `json:"sessions_open"`  // open now
	MaxSessions  int     `json:"sessions_limit"` // open at once
	// PeriodEnd is when the period of the included minutes ends; zero if not reported.
	PeriodEnd time.Time `json:"period_end,omitzero"`
	// Fetched is when lenswatch received this, by its own clock.
	Fetched time.Time `json:"-"`
}

// WatchOptions says how a session is watched. The zero value has the defaults.
type WatchOptions struct {
	// Since is the SSE id after which to resume. Empty means from now on.
	Since string
	// Channel forces one output channel. ChannelUnknown lets the service choose, by the lens.
	Channel Channel
	// Commands steer the running stream. It may be nil.
	Commands *CommandQueue
	// Connection is called for every byte that arrives, also between events. It may be nil.
	Connection *Connection
}

// Command steers a stream that is being watched.
type Command uint8

// The commands. A stream that a command makes no sense for ignores it.
const (
	// CommandReconnect drops the connection and opens it again at once.
	CommandReconnect Command = iota
	// CommandUseSSE reads the session's SSE consumer from now on.
	CommandUseSSE
	// CommandUseMailbox reads the session's mailbox from now on.
	CommandUseMailbox
)

// Connection counts what arrived over the wire, by byte rather than by event, so that a slow large event
// or a comment counts as life. It is written by the stream and read by anyone.
type Connection struct {
	mu    sync.Mutex
	bytes int64
	last  time.Time // with its monotonic reading: a clock that is set must not move it
}

// Add notes n bytes received at a time.
func (l *Connection) Add(n int, at time.Time) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.bytes += int64(n)
	l.last = at
}

// Received is the number of bytes so far, and when the newest came, or the zero time if none did. The two
// are of one moment.
func (l *Connection) Received() (bytes int64, last time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.bytes, l.last
}
