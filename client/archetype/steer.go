package archetype

import (
	"context"
	"time"

	"lenswatch/client"
)

// turnError says that the other channel is to be read from now on.
type turnError struct {
	to       client.Channel
	why      string
	evidence bool // found out, rather than asked for
}

func (e *turnError) Error() string { return "turn to " + e.to.String() + ": " + e.why }

// steer listens to commands while a channel is read, and asks from time to time, less and less
// often, whether a silent one is the wrong one.
func (w *watcher) steer(ctx context.Context, cancel context.CancelCauseFunc) {
	every := w.s.opts.Silence
	check := time.NewTimer(every)
	defer check.Stop()
	suspicion := suspicion{w: w}
	var found chan error // open while a check is made, which commands do not wait for
	for {
		select {
		case <-ctx.Done():
			if found != nil {
				<-found
			}
			return
		case c, ok := <-w.opts.Commands:
			if reason := w.obey(c, ok); reason != nil {
				cancel(reason)
			}
		case <-check.C:
			found = make(chan error, 1)
			go func() { found <- suspicion.check(ctx) }()
		case reason := <-found:
			if reason != nil {
				cancel(reason)
			}
			found = nil
			check.Reset(every)
			every = min(2*every, 10*w.s.opts.Silence)
		}
	}
}

// pause waits, and listens to commands meanwhile.
func (w *watcher) pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
			return nil
		case c, ok := <-w.opts.Commands:
			if reason := w.obey(c, ok); reason != nil {
				_, err := w.handle(ctx, reason)
				return err
			}
		}
	}
}

// obey turns a command into a reason to end reading, nil if it changes nothing. A closed channel
// of commands has none.
func (w *watcher) obey(c client.Command, ok bool) error {
	if !ok {
		w.opts.Commands = nil
		return nil
	}
	mailbox := w.channel == client.ChannelMailbox
	switch {
	case c == client.CommandReconnect:
		return errReconnect
	case c == client.CommandUseSSE && mailbox:
		return &turnError{client.ChannelSSE, "as asked", false}
	case c == client.CommandUseMailbox && !mailbox:
		return &turnError{client.ChannelMailbox, "as asked", false}
	}
	return nil
}
