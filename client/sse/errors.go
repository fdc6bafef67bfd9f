package sse

import (
	"errors"
	"fmt"
	"net/http"
)

// Why a connection failed or ended, besides the errors of the network.
var (
	// ErrEOF: the server closed the stream. The next connection resumes it.
	ErrEOF = errors.New("the server closed the stream")
	// ErrReadTimeout: no byte arrived for Options.ReadTimeout. The next connection resumes the stream.
	ErrReadTimeout = errors.New("no data within the read timeout")
	// ErrRestarted: Restart was called. It is never reported, because it is no failure; a transport
	// sees it as the cause that its request was cancelled for.
	ErrRestarted = errors.New("restarted")
	// ErrStatus: the server's answer has a status other than 200; see Error.Status. If it is Final,
	// correct the address or the credentials before trying again.
	ErrStatus = errors.New("the server refused the stream")
	// ErrContentType: the server's answer is no event stream that can be read; see
	// Error.ContentType. Check the address.
	ErrContentType = errors.New("the response is not an event stream")
	// ErrLongField: an event was skipped, because its id or type is longer than a line may be.
	ErrLongField = fmt.Errorf("its ID or type is longer than %d KiB", maxLine>>10)
	// ErrRunning: the Source runs already. Make another one.
	ErrRunning = errors.New("the event source is already running")
)

// Error says what happened, and what to do about it where a person can do something. It contains
// neither the URL nor a credential.
func (e *Error) Error() string {
	switch {
	case errors.Is(e.Err, ErrStatus):
		return statusText(e.Status)
	case errors.Is(e.Err, ErrContentType):
		return fmt.Sprintf("%v (%s); check the address", e.Err, e.ContentType)
	}
	if doing := e.Phase.String(); doing != "" && e.Err != nil && !e.own() {
		return doing + ": " + e.Err.Error()
	}
	return fmt.Sprint(e.Err)
}

// own reports whether the text of Err says all by itself.
func (e *Error) own() bool {
	return errors.Is(e.Err, ErrEOF) || errors.Is(e.Err, ErrReadTimeout)
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// String is what was being done in the phase, empty for PhaseNone.
func (p Phase) String() string {
	switch p {
	case PhaseDNS:
		return "host lookup"
	case PhaseConnect:
		return "connecting"
	case PhaseTLS:
		return "TLS handshake"
	case PhaseRequest:
		return "waiting for the response"
	case PhaseBody:
		return "reading the stream"
	default:
		return ""
	}
}

func statusText(status int) string {
	text := fmt.Sprintf("the server responded with %d", status)
	if name := http.StatusText(status); name != "" {
		text += " " + name
	}
	switch status {
	case http.StatusNoContent:
		return text + ": do not reconnect"
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusProxyAuthRequired:
		return text + "; check the credentials"
	case http.StatusNotFound, http.StatusGone:
		return text + "; check the address"
	}
	return text
}
