package sse

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/net/http/httpguts"
)

// Options configures a [Source]. URL is required; all else has defaults.
type Options struct {
	// URL is the http or https address of the stream.
	URL string
	// Method is GET if empty.
	Method string
	// Header is sent with every request. Accept, Cache-Control and Last-Event-ID are set by the Source.
	// Once a redirect has left the origin of URL (scheme, host and port), only Accept-Language,
	// Content-Type and User-Agent are sent on: every other field may be a credential.
	Header http.Header
	// Body is sent with every request, also where a redirect with 307 or 308 leads.
	Body []byte
	// LastEventID is sent with the first request, and until the server sets another.
	LastEventID string
	// InitialDelay is the base of the reconnection delay until the server sends a retry field.
	// Default 1 s.
	InitialDelay time.Duration
	// MaxDelay caps a reconnection delay; Retry-After may exceed it, up to [MaxRetryAfter]. Default 30 s.
	MaxDelay time.Duration
	// ReadTimeout ends a connection on which no byte arrived for so long. 0 means never.
	ReadTimeout time.Duration
	// MaxEventBytes is the largest event's data; a larger one is skipped and reported, and so is one
	// whose type or id is longer than 16 KiB. Default 16 MiB.
	MaxEventBytes int
	// Large is where large events are put together. Sources that share one take the memory of one.
	// Default: one of its own.
	Large *Large
	// Transport makes the connections. Default: NewTransport(). One with the method Renew of [Connections], as that
	// has, is called when a request went unanswered and the next one is worth a new connection.
	Transport http.RoundTripper
	// Rand gives jitter in [0,1). Default math/rand/v2.Float64.
	Rand func() float64
}

// Event is a dispatched event of the stream.
type Event struct {
	Type string // "message" unless the stream named one
	Data []byte // valid only until the handler returns
	ID   string // the last event id in force
}

// Handler receives what a [Source] has to say. All functions are called in order and one at a time, but not
// always by the same goroutine; a nil function is skipped. A function that blocks holds the stream back. A
// panic in one comes out of [Source.Run], as a *guard.Crash.
type Handler struct {
	Event func(Event)
	// Bare has the type of an event without data, which by the rules of the stream is none.
	Bare func(eventType string)
	// Comment has what stands after the colon. One longer than 16 KiB may come in pieces.
	Comment func(text string)
	State   func(State)
	// Bytes is called for every read of the body, before its events are handed on.
	Bytes func(n int, at time.Time)
}

// A Source is one event stream that connects and reconnects by itself. Make it with [New].
type Source struct {
	o            Options // with its defaults
	url          *url.URL
	ownTransport *Connections // nil if the Options had a transport
	running      atomic.Bool
	lastID       string // between runs

	mu      sync.Mutex
	restart func() // nil before the first run
}

// New checks o and makes a Source, which does nothing before [Source.Run]. Its errors say which
// option is wrong, and hold no URL.
func New(o Options) (*Source, error) {
	o = withDefaults(o)
	u, err := checkURL(o)
	if err != nil {
		return nil, err
	}
	if err := checkLimits(o); err != nil {
		return nil, err
	}
	for name, values := range o.Header {
		if !httpguts.ValidHeaderFieldName(name) {
			return nil, fmt.Errorf("sse: Header: %q cannot be the name of a header field", name)
		}
		if slices.ContainsFunc(values, func(v string) bool { return !httpguts.ValidHeaderFieldValue(v) }) {
			return nil, fmt.Errorf("sse: Header: the value of %s has a character that HTTP forbids", name)
		}
	}
	s := &Source{o: o, url: u, lastID: o.LastEventID}
	if s.o.Transport == nil {
		s.ownTransport = NewConnections(NewTransport())
		s.o.Transport = s.ownTransport
	}
	return s, nil
}

func withDefaults(o Options) Options {
	o.Method = cmp.Or(o.Method, http.MethodGet)
	o.InitialDelay = cmp.Or(o.InitialDelay, time.Second)
	o.MaxDelay = cmp.Or(o.MaxDelay, max(30*time.Second, o.InitialDelay))
	o.MaxEventBytes = cmp.Or(o.MaxEventBytes, 16<<20)
	if o.Large == nil {
		o.Large = NewLarge()
	}
	if o.Rand == nil {
		o.Rand = rand.Float64
	}
	o.Header = o.Header.Clone()
	o.Body = bytes.Clone(o.Body)
	return o
}

// checkURL lets net/http look at URL and method, as it will for every request.
func checkURL(o Options) (*url.URL, error) {
	req, err := http.NewRequest(o.Method, o.URL, nil)
	if err != nil {
		return nil, fmt.Errorf("sse: URL or Method: %w", secrets(nil).clean(err))
	}
	if (req.URL.Scheme != "http" && req.URL.Scheme != "https") || req.URL.Hostname() == "" {
		return nil, errors.New("sse: URL: it must begin with http:// or https:// and name a host")
	}
	return req.URL, nil
}

func checkLimits(o Options) error {
	switch {
	case o.InitialDelay < 0:
		return fmt.Errorf("sse: InitialDelay: %v is negative", o.InitialDelay)
	case o.MaxDelay < o.InitialDelay:
		return fmt.Errorf("sse: MaxDelay: %v is less than InitialDelay, %v", o.MaxDelay, o.InitialDelay)
	case o.ReadTimeout < 0:
		return fmt.Errorf("sse: ReadTimeout: %v is negative", o.ReadTimeout)
	case o.MaxEventBytes < 0:
		return fmt.Errorf("sse: MaxEventBytes: %d is negative", o.MaxEventBytes)
	}
	return nil
}

// Restart connects anew at once, whatever the Source is doing, with the last event id and without
// an error or a delay. The delays start over, too. A Source that does not run is left as it is.
// Restart can be called from any goroutine, and from a Handler.
func (s *Source) Restart() {
	s.mu.Lock()
	restart := s.restart
	s.mu.Unlock()
	if restart != nil {
		restart()
	}
}

func (s *Source) onRestart(f func()) {
	s.mu.Lock()
	s.restart = f
	s.mu.Unlock()
}
