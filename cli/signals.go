package cli

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"lenswatch/client/guard"
)

// Signals are the signals that the process receives. The first that asks it to end does so in good
// order; one that insists hurries that, and ends the process within a second whatever holds it up.
type Signals struct {
	ctx   context.Context
	end   context.CancelFunc
	hurry chan struct{}

	exit func(code int) // of the process

	mu      sync.Mutex
	leaving bool
	termed  bool
	quit    string // what is to be said of SIGQUIT; empty if there was none
	restore func() // gives the terminal back; nil if nothing holds it
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
	s := &Signals{hurry: make(chan struct{}), exit: os.Exit}
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
			guard.Go("signals", nil, s.force)
		}
	}
	s.leaving, s.termed = true, s.termed || sig == syscall.SIGTERM
	s.end()
}

// insistWithin is how long a command may take to end once a signal insists.
const insistWithin = time.Second

// force ends the process, whatever still holds it up.
func (s *Signals) force() {
	<-time.After(insistWithin)
	s.mu.Lock()
	restore := s.restore
	s.mu.Unlock()
	if restore != nil {
		restore()
	}
	s.exit(ExitUnexpected)
}

// OnForce names what gives the terminal back if the process has to be ended by force.
func (s *Signals) OnForce(restore func()) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.restore = restore
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
