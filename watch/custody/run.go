package custody

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

const lockSuffix = ".lock"

// newRun describes this process.
func newRun(now time.Time) Run {
	host, _ := os.Hostname() // it is shown to people only
	return Run{ID: rand.Text(), PID: os.Getpid(), Host: host, Started: now, Process: processMark(os.Getpid())}
}

// runsDir is where each run that has sessions holds a lock. The kernel frees it when the process
// ends, however it ends: unlike a process id, a lock cannot be taken over by a stranger.
func runsDir(path string) string { return filepath.Join(filepath.Dir(path), "runs") }

func runLock(path, id string) string { return filepath.Join(runsDir(path), id+lockSuffix) }

// lockRun takes the lock of a run, for as long as the process lives. It is called with the ledger's lock
// held, so that no one takes the new file for the rest of a dead run.
func lockRun(path, id string) (*flock.Flock, error) {
	if err := os.MkdirAll(runsDir(path), 0o700); err != nil {
		return nil, err
	}
	l := flock.New(runLock(path, id), flock.SetPermissions(0o600))
	ok, err := l.TryLock()
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, errors.New("the lock of this run is held by another process")
	}
	return l, nil
}

// alive reports whether a run's lock is held. Those who ask share the lock, so that they do not take
// each other for the run. A run whose lock cannot be asked about counts as alive: its sessions are
// left alone. Where the lock's file was removed, the process is looked for.
func alive(path string, r Run) bool {
	if r.ID == "" || strings.ContainsAny(r.ID, `/\`) {
		return true
	}
	l := flock.New(runLock(path, r.ID), flock.SetFlag(os.O_RDONLY))
	free, err := l.TryRLock()
	if errors.Is(err, fs.ErrNotExist) {
		return r.processLives()
	}
	if err != nil {
		return true
	}
	_ = l.Close()
	return !free
}

// processLives reports whether the process of a run is there, on this machine.
func (r Run) processLives() bool {
	host, _ := os.Hostname()
	return r.Process != "" && r.Host == host && processMark(r.PID) == r.Process
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// sweep removes the locks of dead runs that have no entry. It is called with the ledger's lock held.
func sweep(path string, entries []Entry) {
	named := map[string]bool{}
	for _, e := range entries {
		named[e.Run.ID] = true
	}
	files, _ := os.ReadDir(runsDir(path)) // without the folder there is nothing to remove
	for _, f := range files {
		id, ok := strings.CutSuffix(f.Name(), lockSuffix)
		if ok && !named[id] && !alive(path, Run{ID: id}) {
			_ = os.Remove(runLock(path, id)) // the next writer tries again
		}
	}
}
