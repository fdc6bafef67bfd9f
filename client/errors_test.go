package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

func TestRemediesMatchSentinels(t *testing.T) {
	for r := RemedyNoKey; r <= RemedyLocal; r++ {
		err := r.Err()
		if err == nil || RemedyOf(err) != r || RemedyOf(fmt.Errorf("x: %w", &Error{Kind: err})) != r || r.String() == "unknown" {
			t.Errorf("%v: %v is %v", r, err, RemedyOf(err))
		}
	}
	if int(RemedyLocal)+1 != len(sentinels) {
		t.Error("a sentinel has no remedy")
	}
	for err, want := range map[error]Remedy{
		nil: RemedyNone, io.EOF: RemedyNone, context.Canceled: RemedyNone, context.DeadlineExceeded: RemedyNetwork,
	} {
		if got := RemedyOf(err); got != want {
			t.Errorf("%v is %v, want %v", err, got, want)
		}
	}
	if RemedyNone.Err() != nil || Remedy(99).Err() != nil {
		t.Error("no remedy has an error")
	}
}

func TestErrorText(t *testing.T) {
	cause := errors.New("connection\x1b[31m refused")
	for _, c := range []struct {
		err  *Error
		want string
	}{
		{&Error{Op: "create session", Kind: ErrQuota, Status: 400, Message: "no runner"}, "create session: session quota reached (HTTP 400): no runner"},
		{&Error{Op: "list lenses", Kind: ErrNetwork, Phase: PhaseConnect, Err: cause}, "list lenses: network error (connect): connection\uFFFD[31m refused"},
		{&Error{Op: "x", Kind: ErrServer}, "x: server error"},
		{&Error{Op: "get session", Kind: ErrNotFound, Status: 200, Message: "Unknown session id"}, "get session: not found: Unknown session id"},
		{&Error{Op: "get session", Kind: ErrNotFound, Status: 404}, "get session: not found (HTTP 404)"},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("got  %q\nwant %q", got, c.want)
		}
	}
	limited := &Error{Op: "x", Kind: ErrRateLimited, RetryAfter: time.Second}
	if got := Cause(fmt.Errorf("poll: %w", limited)); strings.Contains(got, "retry after") || !strings.Contains(limited.Error(), "retry after") {
		t.Errorf("%q", got)
	}
	err := error(&Error{Op: "x", Kind: ErrNetwork, Err: cause})
	if !errors.Is(err, ErrNetwork) || !errors.Is(err, cause) {
		t.Error("the sentinel or the cause is not wrapped")
	}
}
