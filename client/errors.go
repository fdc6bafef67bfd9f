package client

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"lenswatch/client/units"
)

// The sentinels, each by what a person can do. Every error of a Service wraps one of them.
var (
	// ErrNoKey: set the API key's environment variable, or run the demo.
	ErrNoKey = errors.New("no API key")
	// ErrRefused: the key is wrong, expired or lacks the right; get another one.
	ErrRefused = errors.New("API key rejected")
	// ErrNotFound: the session or lens is gone, or the id is misspelt; list what exists.
	ErrNotFound = errors.New("not found")
	// ErrQuota: every runner slot is taken; destroy a session first.
	ErrQuota = errors.New("session quota reached")
	// ErrRateLimited: wait as long as the error says.
	ErrRateLimited = errors.New("rate limited")
	// ErrRequest: the request was wrong; the message of the service says how.
	ErrRequest = errors.New("invalid request")
	// ErrServer: the service or a proxy before it failed; try again later.
	ErrServer = errors.New("server error")
	// ErrNetwork: the service was not reached; check the network and the endpoint.
	ErrNetwork = errors.New("network error")
	// ErrProtocol: the answer was not what the API promises; check the endpoint.
	ErrProtocol = errors.New("unexpected response")
	// ErrProxy: the proxy refused the request or could not be reached; see its settings (HTTPS_PROXY).
	ErrProxy = errors.New("proxy error")
	// ErrEndpoint: what answers at the endpoint is not the API; correct the endpoint.
	ErrEndpoint = errors.New("wrong endpoint")
	// ErrIntermediary: something on the way answered instead of the service: a login page, a captive portal, a
	// firewall. Open the endpoint in a browser to see what.
	ErrIntermediary = errors.New("something in between responded instead of the service")
	// ErrCertificate: the server's certificate was not accepted. The message says why; waiting does not help.
	ErrCertificate = errors.New("server certificate not accepted")
	// ErrLocal: this machine has no resources for a connection, or does not allow it.
	ErrLocal = errors.New("refused by this machine")
)

// Remedy is a sentinel as a value, for switches and recordings.
type Remedy uint8

// The remedies, one for each sentinel.
const (
	RemedyNone Remedy = iota
	RemedyNoKey
	RemedyRefused
	RemedyNotFound
	RemedyQuota
	RemedyRateLimited
	RemedyRequest
	RemedyServer
	RemedyNetwork
	RemedyProtocol
	RemedyProxy
	RemedyEndpoint
	RemedyIntermediary
	RemedyCertificate
	RemedyLocal
)

var sentinels = [...]error{
	nil, ErrNoKey, ErrRefused, ErrNotFound, ErrQuota, ErrRateLimited, ErrRequest, ErrServer, ErrNetwork, ErrProtocol,
	ErrProxy, ErrEndpoint, ErrIntermediary, ErrCertificate, ErrLocal,
}

// String is the word for JSON.
func (r Remedy) String() string {
	return name([]string{
		"none", "no-key", "refused", "not-found", "quota", "rate-limited", "request", "server", "network", "protocol",
		"proxy", "endpoint", "intermediary", "certificate", "local",
	}, int(r))
}

// Err is the sentinel behind r, nil for RemedyNone.
func (r Remedy) Err() error {
	if int(r) >= len(sentinels) {
		return nil
	}
	return sentinels[r]
}

// RemedyOf finds the sentinel that err wraps. An error that wraps none, such as
// context.Canceled, is RemedyNone; a deadline that passed is RemedyNetwork.
func RemedyOf(err error) Remedy {
	for i, s := range sentinels {
		if s != nil && errors.Is(err, s) {
			return Remedy(i)
		}
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return RemedyNetwork
	}
	return RemedyNone
}

// Error is a failed exchange with a service.
type Error struct {
	Op              string        `json:"op,omitzero"`          // what was tried: "create session"
	Kind            error         `json:"-"`                    // one of the sentinels
	Status          int           `json:"http_status,omitzero"` // HTTP status, 0 if none was received
	Message         string        `json:"message,omitzero"`     // what the service said, clean, never with a key; may be empty
	Codes           []string      `json:"codes,omitempty"`      // machine codes that the service gave
	UIDs            []string      `json:"error_uids,omitempty"` // error_uid of the service, which its support asks for
	Suggestion      string        `json:"suggestion,omitzero"`  // what the service suggests, clean; may be empty
	Request         string        `json:"request,omitzero"`     // which request failed, such as "GET /lens/sessions/metadata"; empty if none was made
	RetryAfter      time.Duration `json:"retry_after,omitzero"` // how long to wait before the next request, 0 if the service did not say; at most 5 min
	AskedRetryAfter time.Duration `json:"asked,omitzero"`       // how long the service asked to wait, where that is longer than RetryAfter
	Phase           Phase         `json:"phase,omitzero"`       // where the connection failed, for ErrNetwork
	Err             error         `json:"-"`                    // the cause, if there is one
	Uncertain       bool          `json:"-"`                    // the request may have been carried out all the same
	Answered        bool          `json:"-"`                    // the service itself answered, in a shape of its own: no gateway before it
}

// Error says what was tried, what happened, and what the service said.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %v", e.Op, e.Kind)
	if ok := e.Status/100 == 2 && (e.Kind == ErrNotFound || e.Kind == ErrRequest); e.Status != 0 && !ok { // the answer says no, HTTP does not
		fmt.Fprintf(&b, " (HTTP %d)", e.Status)
	}
	if e.Phase != PhaseNone {
		fmt.Fprintf(&b, " (%s)", e.Phase)
	}
	switch {
	case e.Message != "":
		b.WriteString(": " + e.Message)
	case e.Err != nil:
		b.WriteString(": " + Line1(e.Err.Error()))
	}
	e.appendDetail(&b)
	return b.String()
}

// Cause is what an error says, without when to try again: for a text that says so itself. A wait that the service asked
// for and lenswatch shortens stays.
func Cause(err error) string {
	var e *Error
	if !errors.As(err, &e) || e.AskedRetryAfter > 0 || e.RetryAfter == 0 {
		return Line1(err.Error())
	}
	c := *e
	c.RetryAfter = 0
	return Line1(c.Error())
}

// appendDetail adds what the service gave besides its message.
func (e *Error) appendDetail(b *strings.Builder) {
	if e.Suggestion != "" {
		b.WriteString(" (" + e.Suggestion + ")")
	}
	var codes []string
	for _, c := range e.Codes {
		if !strings.Contains(e.Message, c) {
			codes = append(codes, c)
		}
	}
	if len(codes) > 0 {
		b.WriteString(" [" + strings.Join(codes, ", ") + "]")
	}
	if len(e.UIDs) > 0 {
		b.WriteString(" [" + strings.Join(e.UIDs, ", ") + "]")
	}
	switch {
	case e.AskedRetryAfter > 0:
		fmt.Fprintf(b, "; retry after %s (lenswatch retries after %s)", units.Duration(e.AskedRetryAfter), units.Duration(e.RetryAfter))
	case e.RetryAfter > 0:
		fmt.Fprintf(b, "; retry after %s", units.Duration(e.RetryAfter))
	}
}

// Unwrap gives the sentinel, the cause, and [ErrUncertain] where that is so.
func (e *Error) Unwrap() []error {
	out := []error{e.Kind}
	if e.Err != nil {
		out = append(out, e.Err)
	}
	if e.Uncertain {
		out = append(out, ErrUncertain)
	}
	return out
}

// ErrUncertain is wrapped, along with a sentinel, by the error of a create or a destroy whose outcome is not
// known: the session may exist. List the sessions before trying again.
var ErrUncertain = errors.New("the session may exist anyway")

// Uncertain adds to the error of a create that there may be a session, unless it was never asked for or
// the service itself said that there is none: the answer was lost, not understood, a failure of the
// server, or somebody else's. Such an error wraps [ErrUncertain]. Any other error is returned as it is.
func Uncertain(op string, err error) error {
	if NotSent(err) || refused(err) {
		return err
	}
	return uncertain(op, err, "the session may have been created anyway: list the sessions before retrying")
}

// UncertainDestroy is [Uncertain] for a destroy after which nobody could say whether the session is gone.
func UncertainDestroy(op string, err error) error {
	return uncertain(op, err, "it is not known whether the session is gone; it stays in the ledger. Destroy it again")
}

// StillThere is the error of a destroy after which the service still reports on the session.
func StillThere(op string, err error) error {
	e := uncertain(op, err, "the service still lists the session: destroy it again")
	e.Uncertain = false
	return e
}

// NotSent reports whether err is of a request that did not reach the service.
func NotSent(err error) bool {
	var e *Error
	if !errors.As(err, &e) || e.Status != 0 || e.Phase >= PhaseRequest {
		return false
	}
	switch RemedyOf(e.Kind) {
	case RemedyServer, RemedyProtocol, RemedyEndpoint, RemedyIntermediary:
		return false
	}
	return true
}

// refused reports whether the service itself said no.
func refused(err error) bool {
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	switch RemedyOf(e.Kind) {
	case RemedyRefused, RemedyRateLimited, RemedyQuota, RemedyProxy: // whoever said it, it went no further
		return true
	case RemedyServer, RemedyProtocol:
		return false
	}
	return e.Answered
}

func uncertain(op string, err error, advice string) *Error {
	var e *Error
	if !errors.As(err, &e) {
		kind := ErrNetwork
		if errors.Is(err, context.Canceled) { // by the person: no fault of the network
			kind = ErrUncertain
		}
		return &Error{Op: op, Kind: kind, Message: "gave up before the response arrived; " + advice, Err: err, Uncertain: true}
	}
	c := *e
	if c.Message == "" && c.Err != nil {
		c.Message = Line1(c.Err.Error())
	}
	c.Message, c.Uncertain = strings.TrimPrefix(c.Message+"; "+advice, "; "), true
	return &c
}
