package archetype

import (
	"context"
	"errors"

	"lenswatch/client"
)

// suspicion is whether a channel that delivers nothing is the wrong one. A session writes to one of
// its two channels, and its lens does not always say to which. The session's own counters are
// fetched, since what heartbeats claim is a hint at best. That outputs are counted and do not arrive
// has other causes: another reader, a slow connection. The SSE stream is left only for a mailbox that
// holds messages.
type suspicion struct {
	w           *watcher
	lastCount   int64 // events of the channel by the last check
	outputs     int64 // the session's outputs by then
	lastOutputs bool
}

// check returns the reason to leave the channel, nil if there is none.
func (s *suspicion) check(ctx context.Context) error {
	w := s.w
	mailbox := w.channel == client.ChannelMailbox
	got := w.output.Load()
	silent := got == s.lastCount
	s.lastCount = got
	if !silent {
		s.lastOutputs = false
		return nil
	}
	if w.forced && !mailbox || w.switched && !mailbox {
		return nil
	}
	outputs, err := w.outputs(ctx)
	if err != nil {
		// A mailbox falls silent without a word when its session is gone.
		if mailbox && errors.Is(err, client.ErrNotFound) {
			return err
		}
		return nil
	}
	rose := s.lastOutputs && outputs > s.outputs
	s.outputs, s.lastOutputs = outputs, true
	switch {
	case w.forced:
		return nil
	case !mailbox && rose && w.mailboxHolds(ctx):
		return &switchError{client.ChannelMailbox, "it holds the session's results; the SSE stream delivers none", true}
	case mailbox && got == 0 && outputs > 0:
		return &switchError{client.ChannelSSE, "the session counts results that are not in the mailbox", true}
	}
	return nil
}

// mailboxHolds reports whether the session's mailbox holds messages.
func (w *watcher) mailboxHolds(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	n, err := w.s.Mailbox(ctx, w.id)
	return err == nil && n > 0
}

// outputs is how many outputs the session counts, or if it has no counters, claims in heartbeats.
func (w *watcher) outputs(ctx context.Context) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	session, err := w.s.findSession(ctx, w.id)
	if err == nil && session.HasCounters {
		return session.Counters.Outputs, nil
	}
	session, err = w.s.fetchSession(ctx, w.id)
	if err != nil {
		return 0, err
	}
	if session.HasCounters {
		return session.Counters.Outputs, nil
	}
	return w.claimed.Load(), nil
}
