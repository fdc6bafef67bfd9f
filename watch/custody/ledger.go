package custody

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"lenswatch/client"
)

const (
	// lockTimeout bounds the wait for another process to finish writing.
	lockTimeout = 3 * time.Second
	lockRetry   = 10 * time.Millisecond

	// retention is how long a session that was handed over is remembered, so that it is not taken for
	// one whose answer was lost.
	retention = 48 * time.Hour

	// listTimeout bounds the list that is asked for before a create.
	listTimeout = 3 * time.Second
)

// Ledger is the custody of one run. It is safe for concurrent use. Use [Open] or [InMemory].
type Ledger struct {
	path  string // empty: in memory only
	none  error  // why there can be no file although there should be one
	now   func() time.Time
	run   Run
	write func(path string, entries []Entry) error

	mu       sync.Mutex
	held     *flock.Flock // the run's lock, once it has sessions
	entries  []Entry      // of this run; the file follows it
	orphans  []Entry      // as last read
	accepted bool         // the person was informed that the file cannot be written
	trouble  error        // of the last write
	leaving  bool
	pending  []string      // intents of creates whose answer may still arrive; replaced, not changed
	inFlight int           // creates that are under way
	idle     chan struct{} // closed when inFlight becomes 0
}

// Open makes the custody of a new run over the ledger at path, whose folder may not exist yet. It
// reads and writes nothing.
func Open(path string, now func() time.Time) *Ledger {
	return &Ledger{path: path, now: now, run: newRun(now()), write: write}
}

// InMemory makes a custody without a file: for services that end with the process.
func InMemory() *Ledger { return Open("", time.Now) }

// Unavailable makes a custody for where no ledger can be: each write fails with the reason.
func Unavailable(reason error) *Ledger {
	l := InMemory()
	l.none = fmt.Errorf("%w: %w", ErrLedger, reason)
	return l
}

// Path is where the ledger is; empty if it is in memory.
func (l *Ledger) Path() string { return l.path }

// Accept continues without the file where it cannot be written. A person who was informed asks for it.
func (l *Ledger) Accept() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.accepted = true
}

// Trouble is why the file is not up to date; nil if it is. The error wraps [ErrLedger].
func (l *Ledger) Trouble() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.trouble
}

// Create creates a session by svc and keeps it in custody. It fails with [ErrLedger] before anything
// is asked for if the intent cannot be written, and with [ErrLeaving] while the run ends. Other errors
// are the service's. If the answer does not arrive, the session is looked for; it is returned as if it
// had arrived if it is found.
func (l *Ledger) Create(ctx context.Context, svc client.Service, req client.CreateRequest) (client.Session, error) {
	if !l.startRequest() {
		return client.Session{}, fmt.Errorf("create session: %w", ErrLeaving)
	}
	defer l.endRequest()
	e := Entry{
		Service: svc.Name(), Endpoint: svc.Endpoint(), Lens: req.LensID, LensName: req.LensName,
		Intent: rand.Text(), Requested: l.now().UTC(), Run: l.run,
	}
	e.Before, e.HasBefore = before(ctx, svc, req.LensID)
	if t, ok := svc.(client.Timekeeper); ok {
		e.ServiceTime = t.ServiceTime()
	}
	if err := l.add(e); err != nil {
		return client.Session{}, err
	}
	sess, err := svc.Create(ctx, req)
	if err == nil && !l.isNew(e, sess) {
		err = client.Uncertain("create session", &client.Error{
			Op: "create session", Kind: client.ErrProtocol, Message: "the response is the record of another session: " + client.Line1(sess.ID),
		})
	}
	switch {
	case err == nil:
		l.settle(e.Intent, sess.ID)
		return sess, nil
	case !errors.Is(err, client.ErrUncertain):
		l.settle(e.Intent, "")
		return sess, err
	}
	l.answerLost(e.Intent)
	c := l.searchUntilSettled(ctx, svc, e)
	if c.session.ID != "" {
		l.settle(e.Intent, c.session.ID)
		return c.session, nil
	}
	return client.Session{}, lost(err, c)
}

// isNew reports whether a record can be of the session that an intent asked for.
func (l *Ledger) isNew(e Entry, s client.Session) bool {
	return s.ID != "" && (s.LensID == "" || s.LensID == e.Lens) && !slices.Contains(e.Before, s.ID) &&
		!slices.ContainsFunc(l.all(), func(o Entry) bool { return o.Session == s.ID && o.same(e) })
}

// answerLost notes that no answer to an intent will arrive.
func (l *Ledger) answerLost(intent string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pending = slices.DeleteFunc(slices.Clone(l.pending), func(p string) bool { return p == intent })
}

// startRequest notes that a create is under way, unless the run ends.
func (l *Ledger) startRequest() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.leaving {
		return false
	}
	if l.inFlight++; l.inFlight == 1 {
		l.idle = make(chan struct{})
	}
	return true
}

func (l *Ledger) endRequest() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.inFlight--; l.inFlight == 0 {
		close(l.idle)
	}
}

// before lists the sessions of a lens. Where that fails the create continues: only a lost answer would
// have needed it.
func before(ctx context.Context, svc client.Service, lens string) (ids []string, ok bool) {
	ctx, cancel := context.WithTimeout(ctx, listTimeout)
	defer cancel()
	sessions, err := svc.Sessions(ctx)
	if err != nil {
		return nil, false
	}
	for _, s := range sessions {
		if s.LensID == lens || s.LensID == "" {
			ids = append(ids, s.ID)
		}
	}
	return ids, true
}

// add takes an intent in, unless it cannot be written and the person was not informed.
func (l *Ledger) add(e Entry) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = append(l.entries, e)
	l.pending = append(slices.Clone(l.pending), e.Intent)
	if err := l.sync(nil); err != nil && !l.accepted {
		l.remove(func(x Entry) bool { return x.Intent == e.Intent })
		return fmt.Errorf("nothing was created: %w", err)
	}
	return nil
}

// settle ends an intent of this run or of a crashed one: with the session's id, or without one if there is
// none.
func (l *Ledger) settle(intent, id string) {
	if id == "" {
		l.forget(func(e Entry) bool { return e.Intent == intent })
		return
	}
	l.edit(func(e *Entry) bool {
		if e.Intent != intent {
			return false
		}
		e.Session, e.Before, e.HasBefore = id, nil, false
		return true
	})
}

// edit changes entries of this run and of crashed ones. change reports whether it did.
func (l *Ledger) edit(change func(*Entry) bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	changed := false
	for i := range l.entries {
		changed = change(&l.entries[i]) || changed
	}
	crashed := map[string]bool{}
	for i := range l.orphans {
		crashed[l.orphans[i].Intent] = true
		changed = change(&l.orphans[i]) || changed
	}
	if changed {
		// Trouble returns a failure, and the next write makes up for it.
		_ = l.sync(func(e *Entry) bool {
			if crashed[e.Intent] {
				change(e)
			}
			return true
		})
	}
}

func (l *Ledger) remove(which func(Entry) bool) { l.entries = slices.DeleteFunc(l.entries, which) }

// Destroy ends a session by svc, and its custody if it was in any. The errors are the service's. Where
// it is not certain that the session is gone, which the error says, it stays in custody.
func (l *Ledger) Destroy(ctx context.Context, svc client.Service, id string) (client.Session, error) {
	is := func(e Entry) bool { return e.at(svc) && e.Session == id }
	sess, err := svc.Destroy(ctx, id)
	switch {
	case err == nil:
		l.forget(is)
	case errors.Is(err, client.ErrUncertain):
		l.edit(func(e *Entry) bool {
			if !is(*e) {
				return false
			}
			e.Uncertain = l.now().UTC()
			return true
		})
	}
	return sess, err
}

// forget ends the custody of entries of this run and of crashed ones.
func (l *Ledger) forget(which func(Entry) bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !slices.ContainsFunc(l.entries, which) && !slices.ContainsFunc(l.orphans, which) {
		return
	}
	l.remove(which)
	l.orphans = slices.DeleteFunc(l.orphans, which)
	_ = l.sync(func(e *Entry) bool { return !which(*e) }) // Trouble returns it, and the next write makes up for it
}

// Keep hands sessions of this run over: they stay open and are not cleaned any more. Without ids it
// hands over all. The error wraps [ErrLedger]; they stay open in this run anyway.
func (l *Ledger) Keep(ids ...string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	retained := false
	for i := range l.entries {
		e := &l.entries[i]
		if e.HandedOver.IsZero() && e.Session != "" && (len(ids) == 0 || slices.Contains(ids, e.Session)) {
			e.HandedOver, retained = l.now().UTC(), true
		}
	}
	if !retained {
		return nil
	}
	return l.sync(nil)
}

// CreatedHere are the sessions and intents of this run that are in custody, oldest first.
func (l *Ledger) CreatedHere() []Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(l.entries), func(e Entry) bool { return !e.HandedOver.IsZero() })
}

// Own are the sessions that may be destroyed without another word: of this run, and of dead runs as
// far as [Ledger.Orphans] was asked. Intents are not among them.
func (l *Ledger) Own() []Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.DeleteFunc(slices.Concat(l.orphans, l.entries), func(e Entry) bool { return !e.HandedOver.IsZero() || e.Session == "" })
}

// Orphans reads what dead runs left. With an error, which wraps [ErrLedger], it is what could be read.
func (l *Ledger) Orphans() ([]Entry, error) {
	if l.path == "" {
		return nil, l.none
	}
	entries, err := read(l.path)
	var out []Entry
	dead := map[string]bool{l.run.ID: false}
	for _, e := range entries {
		if _, asked := dead[e.Run.ID]; !asked {
			dead[e.Run.ID] = !alive(l.path, e.Run)
		}
		if dead[e.Run.ID] && e.HandedOver.IsZero() {
			out = append(out, e)
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.orphans = slices.Clone(out)
	return out, err
}

// HasCreated reports whether this run, a dead one, or one that handed it over created a session, as far as the
// ledger remembers: sessions that were handed over are remembered for 48 hours. It is false for those of
// other runs that are alive.
func (l *Ledger) HasCreated(svc client.Service, id string) bool {
	return slices.ContainsFunc(l.all(), func(e Entry) bool {
		return e.Session == id && e.at(svc) && (e.Run.ID == l.run.ID || !e.HandedOver.IsZero() || !alive(l.path, e.Run))
	})
}

// Owner reports whose a session is, as far as the ledger knew when [Ledger.Orphans] was last called.
func (l *Ledger) Owner(service, id string) Owner {
	l.mu.Lock()
	defer l.mu.Unlock()
	is := func(e Entry) bool { return e.Service == service && e.Session == id && e.HandedOver.IsZero() }
	switch {
	case slices.ContainsFunc(l.entries, is):
		return OwnerThisRun
	case slices.ContainsFunc(l.orphans, is):
		return OwnerCrashedRun
	}
	return OwnerElsewhere
}

// Owner is whose a session is.
type Owner uint8

// The owners.
const (
	OwnerElsewhere  Owner = iota // made by someone else, by a run that lives, or handed over
	OwnerCrashedRun              // made by a run of lenswatch that crashed
	OwnerThisRun
)
