package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"lenswatch/client"
	"lenswatch/client/guard"
	"lenswatch/client/units"
	"lenswatch/watch/custody"
)

const (
	// custodyWithin is how long sessions may be destroyed on the way out. With the time that standard
	// error is given, leaving takes at most 5 s.
	custodyWithin = 4500 * time.Millisecond
	// reportWithin is how long standard error may take for what was not written by then.
	reportWithin = 300 * time.Millisecond
)

// fate is what becomes of the sessions in custody when the screen is left.
type fate uint8

const (
	fateDestroy fate = iota
	fateKeep         // they are handed over on purpose
	fateReport       // the person wants to leave now: they are named, and stay in the ledger
)

// leaving is one way out. It begins when the screen is about to go and ends within 5 s.
type leaving struct {
	fate     fate
	ledger   *custody.Ledger
	services []client.Service
	report   *reporter
	hurry    <-chan struct{}
	done     chan struct{} // what was to be done with the sessions is done
	cancel   context.CancelFunc
}

// leave begins to do with the sessions in custody what fate says. It does not wait for the terminal.
func leave(ledger *custody.Ledger, services []client.Service, f fate, hurry <-chan struct{}, w io.Writer) *leaving {
	l := &leaving{fate: f, ledger: ledger, services: services, report: newReporter(w), hurry: hurry, done: make(chan struct{})}
	ctx, cancel := context.WithTimeout(context.Background(), custodyWithin)
	l.cancel = cancel
	guard.Go("leaving", func(c *guard.Crash) { l.report.report("lenswatch: " + c.Error()) }, func() {
		defer close(l.done)
		switch f {
		case fateKeep:
			l.keep()
		case fateDestroy:
			l.destroy(ctx)
		}
	})
	return l
}

func (l *leaving) keep() {
	for _, e := range l.ledger.CreatedHere() {
		if e.Session != "" {
			l.report.report("lenswatch: left running, counting against your quota: " + e.Name())
		}
	}
	if err := l.ledger.Keep(); err != nil {
		l.report.report("lenswatch: " + client.Line1(err.Error()))
	}
}

func (l *leaving) destroy(ctx context.Context) {
	if n := len(l.ledger.CreatedHere()); n > 0 {
		l.report.report(fmt.Sprintf("lenswatch: destroying %s created by this run", units.Plural(int64(n), "session")))
	}
	l.ledger.Leave(ctx, l.services, func(o custody.Outcome) {
		if o.Gone {
			l.report.report("lenswatch: destroyed " + o.Entry.Name())
			return
		}
		l.report.report("lenswatch: not destroyed: " + o.Entry.Name() + ": " + client.Line1(o.Err.Error()))
	})
}

// finish waits until the sessions are dealt with, the time is over or the person insists, and says
// what remains. The terminal has been given back by now.
//
// What was to be destroyed and may be left is an error.
func (l *leaving) finish() error {
	defer l.cancel()
	l.report.start()
	select {
	case <-l.done:
	case <-l.hurry:
	case <-time.After(custodyWithin):
	}
	left := l.ledger.CreatedHere()
	for _, e := range left {
		state := "still running: "
		if e.Session == "" {
			state = "may be running: "
		}
		l.report.report("lenswatch: " + state + e.Name())
	}
	if len(left) > 0 && l.ledger.Path() != "" && l.ledger.Trouble() == nil {
		l.report.report("lenswatch: to clean up, run: lenswatch sessions destroy --mine")
	}
	l.report.end(reportWithin)
	if len(left) > 0 && l.fate == fateDestroy {
		return reportedError{errLeft}
	}
	return nil
}

// errLeft: sessions that were to be destroyed on leaving may be left.
var errLeft = errors.New("sessions of this run may be left")

// reporter writes lines without ever holding up the one who says them: the terminal behind standard
// error may have stopped reading.
type reporter struct {
	w       io.Writer
	mu      sync.Mutex
	lines   []string
	wake    chan struct{}
	closing bool
	started sync.Once
	written chan struct{}
}

func newReporter(w io.Writer) *reporter {
	return &reporter{w: w, wake: make(chan struct{}, 1), written: make(chan struct{})}
}

// report adds a line. Before begin it waits to be written.
func (r *reporter) report(line string) {
	r.mu.Lock()
	r.lines = append(r.lines, line)
	r.mu.Unlock()
	r.wakeUp()
}

func (r *reporter) wakeUp() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// start starts to write.
func (r *reporter) start() { r.started.Do(func() { guard.Go("report", nil, r.run) }) }

func (r *reporter) run() {
	defer close(r.written)
	for range r.wake {
		r.mu.Lock()
		lines, last := r.lines, r.closing
		r.lines = nil
		r.mu.Unlock()
		for _, line := range lines {
			if _, err := fmt.Fprintln(r.w, line); err != nil {
				return // nobody is there to read it
			}
		}
		if last {
			return
		}
	}
}

// end waits, not for long, until everything is written.
func (r *reporter) end(patience time.Duration) {
	r.mu.Lock()
	r.closing = true
	r.mu.Unlock()
	r.wakeUp()
	select {
	case <-r.written:
	case <-time.After(patience):
	}
}

// ledgerFile is the file with the sessions that lenswatch created.
const ledgerFile = "custody.ndjson"

// openLedger is the custody of this run. Where there is no folder to keep state in it is one that says
// so when a session is to be created.
func openLedger(env Env) *custody.Ledger {
	dir, err := stateFolder(env)
	if err != nil {
		return custody.Unavailable(err)
	}
	return custody.Open(filepath.Join(dir, ledgerFile), time.Now)
}

// orphanCommands are the commands that talk to the account and do not clean up themselves.
var orphanCommands = []string{"lenswatch", "tail", "sessions", "create", "lenses", "diagnose", "doctor"}

// reportOrphans says on standard error what crashed runs left over.
func reportOrphans(env Env, cmd *cobra.Command) {
	if !slices.Contains(orphanCommands, cmd.Name()) {
		return
	}
	ledger := openLedger(env)
	if ledger.Path() == "" {
		return // creating a session says why there is no ledger; looking at one needs none
	}
	if notice := custody.Notice(ledger.Orphans()); notice != "" {
		env.say(notice)
	}
}
