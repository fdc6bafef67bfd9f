package client

import (
	"errors"
	"strings"
)

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
		return &Error{Op: op, Kind: ErrNetwork, Message: "gave up before the response arrived; " + advice, Err: err, Uncertain: true}
	}
	c := *e
	if c.Message == "" && c.Err != nil {
		c.Message = Line1(c.Err.Error())
	}
	c.Message, c.Uncertain = strings.TrimPrefix(c.Message+"; "+advice, "; "), true
	return &c
}
