package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"

	"lenswatch/client"
)

// The exit codes, the same for every command.
const (
	ExitOK         = 0 // it ended, or the person stopped what would go on for ever
	ExitUnexpected = 1
	ExitUsage      = 2 // flags, arguments or settings are wrong
	ExitStalled    = 3 // a stream is stalled
	ExitRefused    = 4 // there is no key, or it was refused
	ExitNotFound   = 5
	ExitQuota      = 6 // the session quota is full, or the rate limit is reached
	ExitNetwork    = 7 // the service was not reached, or it failed
	// ExitInterrupted is what shells report of a program that ctrl+c ended: there is no outcome.
	ExitInterrupted = 130
)

// exitMeaning says what an exit code means.
type exitMeaning struct {
	code  int
	means string
}

// exitMeanings are those of all exit codes, in their order.
func exitMeanings() []exitMeaning {
	return []exitMeaning{
		{ExitOK, "finished, or stopped while watching"},
		{ExitUnexpected, "unexpected error"},
		{ExitUsage, "invalid argument, flag, setting or file"},
		{ExitStalled, "a session is stalled or failed"},
		{ExitRefused, "no API key, or it was rejected"},
		{ExitNotFound, "no such session or lens"},
		{ExitQuota, "session quota or rate limit reached"},
		{ExitNetwork, "service unreachable or failing"},
		{ExitInterrupted, "interrupted before it was done"},
	}
}

// exitHelp is the table of exit codes for help.
func exitHelp() string {
	var b strings.Builder
	b.WriteString("Exit codes, the same for every command:\n")
	for _, x := range exitMeanings() {
		fmt.Fprintf(&b, "\n  %-3d  %s", x.code, x.means)
	}
	return b.String()
}

// errStalled: a stream is stalled, and the diagnosis says why.
var errStalled = errors.New("a stream is stalled")

// errInterrupted: a command was interrupted before it was done.
var errInterrupted = errors.New("interrupted")

// unfinished is the error of a command that has an outcome: an interruption left it without one.
func unfinished(ctx context.Context, err error) error {
	var reported reportedError
	switch {
	case err == nil || ctx.Err() == nil || errors.Is(err, errInterrupted):
		return err
	case errors.Is(err, context.Canceled) && !errors.Is(err, client.ErrUncertain) && !errors.As(err, &reported):
		return errInterrupted // the rest says at which request
	}
	return fmt.Errorf("%w: %w", errInterrupted, err)
}

// ExitCode is the exit code for what a command returned. A reader that went away, as head does, has
// had enough.
func ExitCode(err error) int {
	var usage usageError
	switch {
	case errors.Is(err, errInterrupted), errors.Is(err, context.Canceled) && errors.Is(err, client.ErrUncertain):
		return ExitInterrupted
	case err == nil, errors.Is(err, syscall.EPIPE), errors.Is(err, context.Canceled):
		return ExitOK
	case errors.As(err, &usage):
		return ExitUsage
	case errors.Is(err, errStalled):
		return ExitStalled
	}
	switch client.RemedyOf(err) {
	case client.RemedyNoKey, client.RemedyRefused:
		return ExitRefused
	case client.RemedyNotFound:
		return ExitNotFound
	case client.RemedyQuota, client.RemedyRateLimited:
		return ExitQuota
	case client.RemedyNetwork, client.RemedyServer, client.RemedyProxy, client.RemedyEndpoint, client.RemedyIntermediary, client.RemedyCertificate:
		return ExitNetwork
	case client.RemedyRequest:
		return ExitUsage
	}
	return ExitUnexpected
}

// hint says what the person can do about an error; empty if the error says it already.
func hint(err error) string {
	if errors.Is(err, errInterrupted) {
		return ""
	}
	switch client.RemedyOf(err) {
	case client.RemedyNoKey:
		return "no account? try `lenswatch demo`"
	case client.RemedyRefused:
		return "`lenswatch doctor` shows where the key comes from; it must belong to an account of this endpoint"
	case client.RemedyNotFound:
		return "see `lenswatch sessions` for open sessions and `lenswatch lenses` for lenses"
	case client.RemedyQuota:
		return "destroy a session you no longer need, then try again"
	case client.RemedyNetwork:
		return "check the network, and the endpoint (`lenswatch config show`)"
	case client.RemedyServer, client.RemedyRateLimited:
		return "try again later"
	}
	return ""
}
