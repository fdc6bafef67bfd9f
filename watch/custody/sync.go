package custody

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/gofrs/flock"
)

// Close ends the run's custody: what is left in the ledger counts as left by a dead run from now on.
func (l *Ledger) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.leaving = true
	if l.held == nil {
		return
	}
	_ = l.held.Close() // the kernel frees it with the process in any case
	l.held = nil
	if unlock, err := l.lock(); err == nil {
		if entries, err := read(l.path); err == nil {
			sweep(l.path, entries)
		}
		unlock()
	}
}

// sync writes what is known of this run into the file. Entries of other runs go through keep, which may
// change them, and drops those for which it is false; it may be nil. It is called with mu held.
func (l *Ledger) sync(keep func(*Entry) bool) error {
	if l.path == "" {
		l.trouble = l.none
		return l.trouble
	}
	l.trouble = l.rewrite(keep)
	if l.trouble != nil && !errors.Is(l.trouble, ErrLedger) {
		l.trouble = fmt.Errorf("%w: %w", ErrLedger, l.trouble)
	}
	return l.trouble
}

func (l *Ledger) rewrite(keep func(*Entry) bool) error {
	unlock, err := l.lock()
	if err != nil {
		return err
	}
	defer unlock()
	if err := l.holdRun(); err != nil {
		return err
	}
	entries, err := read(l.path)
	if d, ok := errors.AsType[damaged](err); ok {
		setAside(l.path, d)
	} else if err != nil {
		return err
	}
	now := l.now()
	entries = slices.DeleteFunc(entries, func(e Entry) bool {
		return e.Run.ID == l.run.ID || !e.HandedOver.IsZero() && now.Sub(e.HandedOver) > retention
	})
	for i := len(entries) - 1; keep != nil && i >= 0; i-- {
		if !keep(&entries[i]) {
			entries = slices.Delete(entries, i, i+1)
		}
	}
	entries = append(entries, l.entries...)
	if err := l.write(l.path, entries); err != nil {
		return err
	}
	sweep(l.path, entries)
	return nil
}

// holdRun takes the lock of the run once it has sessions, and again if its file was removed meanwhile.
func (l *Ledger) holdRun() (err error) {
	if l.held != nil && !exists(l.held.Path()) {
		_ = l.held.Close() // nobody sees that one any more
		l.held = nil
	}
	if l.held == nil && len(l.entries) > 0 {
		l.held, err = lockRun(l.path, l.run.ID)
	}
	return err
}

// lock waits for other processes that write the ledger, and makes its folder.
func (l *Ledger) lock() (unlock func(), err error) {
	if err := os.MkdirAll(filepath.Dir(l.path), 0o700); err != nil {
		return nil, err
	}
	f := flock.New(l.path+lockSuffix, flock.SetPermissions(0o600))
	ctx, cancel := context.WithTimeout(context.Background(), lockTimeout)
	defer cancel()
	if ok, err := f.TryLockContext(ctx, lockRetry); !ok {
		return nil, fmt.Errorf("lock %s: %w", f.Path(), err)
	}
	return func() { _ = f.Close() }, nil
}
