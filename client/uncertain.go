package client

import (
	"errors"
	"strings"
)

// ErrUncertain is wrapped, beside a sentinel, by the error of a create whose outcome is not known: the
// session may exist. List the sessions before trying again.
var ErrUncertain = errors.New("the session may exist all the same")

// Uncertain adds to the error of a create that there may be a session, where that cannot be excluded:
// the answer was lost, not understood, or a failure of the server. Such an error wraps [ErrUncertain].
// Any other error is returned as it is.
func Uncertain(op string, err error) error {
	const advice = "the session may have been created all the same: list the sessions before trying again"
	var e *Error
	if !errors.As(err, &e) {
		return &Error{Op: op, Kind: ErrNetwork, Message: "given up before the answer came; " + advice, Err: err, Uncertain: true}
	}
	unknown := e.Kind == ErrNetwork && e.Phase >= PhaseRequest || e.Kind == ErrServer || e.Kind == ErrProtocol
	if !unknown {
		return err
	}
	c := *e
	if c.Message == "" && c.Err != nil {
		c.Message = Line1(c.Err.Error())
	}
	c.Message, c.Uncertain = strings.TrimPrefix(c.Message+"; "+advice, "; "), true
	return &c
}
