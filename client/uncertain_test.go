package client

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestUncertain(t *testing.T) {
	for _, c := range []struct {
		name   string
		err    error
		unsure bool
	}{
		{"the answer was lost", &Error{Kind: ErrNetwork, Phase: PhaseRequest}, true},
		{"the answer broke off", &Error{Kind: ErrNetwork, Phase: PhaseBody}, true},
		{"nothing was sent", &Error{Kind: ErrNetwork, Phase: PhaseConnect}, false},
		{"a proxy gave up", &Error{Kind: ErrServer, Status: 504, Message: "gateway timeout"}, true},
		{"an answer of no known shape", &Error{Kind: ErrProtocol}, true},
		{"refused", &Error{Kind: ErrRefused, Status: 401}, false},
		{"the quota is full", &Error{Kind: ErrQuota}, false},
		{"given up", fmt.Errorf("create session: %w", context.Canceled), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := Uncertain("create session", c.err)
			if got := errors.Is(err, ErrUncertain); got != c.unsure {
				t.Errorf("unsure is %v, want %v: %v", got, c.unsure, err)
			}
			if got := strings.Contains(err.Error(), "list the sessions before retrying"); got != c.unsure {
				t.Errorf("the advice is there: %v, want %v: %v", got, c.unsure, err)
			}
			if given := errors.Is(err, context.Canceled); c.unsure && (RemedyOf(err) == RemedyNone) != given { // by the person, whom the text tells what to do
				t.Errorf("the remedy is %v: %v", RemedyOf(err), err)
			}
		})
	}
}
