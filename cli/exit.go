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
	ExitOK         = 0 // it ended, or the person stopped it
	ExitUnexpected = 1
	ExitUsage      = 2 // flags, arguments or settings are wrong
	ExitStalled    = 3 // a stream is stalled
	ExitRefused    = 4 // there is no key, or it was refused
	ExitNotFound   = 5
	ExitQuota      = 6 // the session quota is full, or the rate limit is reached
	ExitNetwork    = 7 // the service was not reached, or it failed
)

// exitMeanings says what each exit code means, in their order.
func exitMeanings() []string {
	return []string{
		ExitOK:         "finished or interrupted",
		ExitUnexpected: "unexpected error",
		ExitUsage:      "invalid argument, flag, setting or file",
		ExitStalled:    "a session is stalled or failed",
		ExitRefused:    "no API key, or it was rejected",
		ExitNotFound:   "no such session or lens",
		ExitQuota:      "session quota or rate limit reached",
		ExitNetwork:    "service unreachable or failing",
	}
}

// exitHelp is the table of exit codes for help.
func exitHelp() string {
	var b strings.Builder
	b.WriteString("Exit codes, the same for every command:\n")
	for code, means := range exitMeanings() {
		fmt.Fprintf(&b, "\n  %d  %s", code, means)
	}
	return b.String()
}

// errStalled: a stream is stalled, and the diagnosis says why.
var errStalled = errors.New("a stream is stalled")

// ExitCode is the exit code for what a command returned. A reader that went away, as head does, has
// had enough.
func ExitCode(err error) int {
	var usage usageError
	switch {
	case err == nil, errors.Is(err, syscall.EPIPE), errors.Is(err, context.Canceled) && !errors.Is(err, client.ErrUncertain):
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
