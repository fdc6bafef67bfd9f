package archetype

import (
	"context"
	"time"

	"lenswatch/client"
	"lenswatch/client/guard"
)

// switchError says that the other channel is to be read from now on.
type switchError struct {
	to       client.Channel
	why      string
	evidence bool // found out, rather than asked for
}

func (e *switchError) Error() string { return "turn to " + e.to.String() + ": " + e.why }

// handleCommands obeys commands while a channel is read, and asks from time to time, less and less often,
// whether a silent one is the wrong one. Either may end the reading, by cancel. stop, to be called when ctx
// is done, waits for a question that is under way.
//
// There may be a thousand sessions: nothing waits in a goroutine of its own.
func (w *watcher) handleCommands(ctx context.Context, cancel context.CancelCauseFunc) (stop func()) {
	deaf := w.opts.Commands.Listen(func(c client.Command) bool {
		if ctx.Err() != nil {
			return false
		}
		if reason := w.handleCommand(c); reason != nil {
			cancel(reason)
		}
		return true
	})
	suspicion, every := suspicion{w: w}, minSilence
	turn := make(chan struct{}, 1) // holds a token while no question is asked
	var timer *time.Timer
	timer = time.AfterFunc(every, func() {
		select {
		case <-turn:
		case <-ctx.Done():
			return
		}
		defer func() { turn <- struct{}{} }()
		reason := guard.Run("suspicion", func() error { return suspicion.check(ctx) })
		if reason != nil {
			cancel(reason)
			return
		}
		timer.Reset(every)
		every = min(2*every, 10*minSilence)
	})
	turn <- struct{}{}
	return func() {
		deaf()
		timer.Stop()
		<-turn
	}
}

// pause waits, and listens to commands meanwhile.
func (w *watcher) pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	said := make(chan client.Command, 1)
	defer w.opts.Commands.Listen(func(c client.Command) bool {
		select {
		case said <- c:
			return true
		default: // one is being obeyed, and may end the pause
			return false
		}
	})()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
			return nil
		case c := <-said:
			if reason := w.handleCommand(c); reason != nil {
				_, err := w.handle(ctx, reason)
				return err
			}
		}
	}
}

// handleCommand turns a command into a reason to end reading, nil if it changes nothing.
func (w *watcher) handleCommand(c client.Command) error {
	mailbox := w.channel == client.ChannelMailbox
	switch {
	case c == client.CommandReconnect:
		return errReconnect
	case c == client.CommandUseSSE && mailbox:
		return &switchError{client.ChannelSSE, "on request", false}
	case c == client.CommandUseMailbox && !mailbox:
		return &switchError{client.ChannelMailbox, "on request", false}
	}
	return nil
}
