package cli

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"lenswatch/client/guard"
)

// Signals are what the process is told from outside. The first that asks it to end does so in good
// order; one that insists ends it at once.
type Signals struct {
	ctx   context.Context
	end   context.CancelFunc
	hurry chan struct{}

	mu      sync.Mutex
	leaving bool
	termed  bool
	quit    string // what is to be said of SIGQUIT; empty if there was none
}

// NotifySignals takes over SIGINT, SIGTERM, SIGHUP and SIGQUIT of this process, for good. A reader that goes
// away, as head does, is no reason to be killed: what is written to it then fails, which [ExitCode]
// calls an end.
func NotifySignals(env Env) *Signals {
	s := newSignals()
	s.notifyQuit(env)
	// Notified, not ignored: the programs that lenswatch starts would inherit that.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	c := make(chan os.Signal, 8)
	signal.Notify(c, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	guard.Go("signals", nil, func() {
		for sig := range c {
			s.handle(sig)
		}
	})
	return s
}

func newSignals() *Signals {
	s := &Signals{hurry: make(chan struct{})}
	s.ctx, s.end = context.WithCancel(context.Background())
	return s
}

// Context is done with the first signal. Without signals it is never done.
func (s *Signals) Context() context.Context {
	if s == nil {
		return context.Background()
	}
	return s.ctx
}

// handle counts a signal. SIGHUP never hurries, nor does one SIGTERM: where a terminal is closed or a
// login ends, the kernel, the shell and the service manager may all send their own.
func (s *Signals) handle(sig os.Signal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if sig == os.Interrupt && s.leaving || sig == syscall.SIGTERM && s.termed {
		select {
		case <-s.hurry:
		default:
			close(s.hurry)
		}
	}
	s.leaving, s.termed = true, s.termed || sig == syscall.SIGTERM
	s.end()
}

// Leaving says that the process is ending for another reason: the next SIGINT insists. The channel is
// closed when a signal does.
func (s *Signals) Leaving() <-chan struct{} {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leaving = true
	return s.hurry
}
