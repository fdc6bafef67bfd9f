package custody

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"lenswatch/client"
)

const (
	// searchFor is how long a session is looked for whose create has just failed: the service may
	// still be making it.
	searchFor   = 4 * time.Second
	searchEvery = 500 * time.Millisecond

	// window is how far a session's registration may be from the moment at which it was asked for:
	// the time that a create may take, and clocks that differ.
	window = 2 * time.Minute
)

// searchUntilSettled searches the service's list for the session of an intent. It returns the session if there is
// exactly one that it can be, else all that it can be.
func (l *Ledger) searchUntilSettled(ctx context.Context, svc client.Service, e Entry) (client.Session, []client.Session) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), searchFor)
	defer cancel()
	return l.search(ctx, svc, e)
}

// search is look until ctx is done. A list without a candidate is asked for again: the service may
// still be making the session.
func (l *Ledger) search(ctx context.Context, svc client.Service, e Entry) (client.Session, []client.Session) {
	for {
		sessions, err := svc.Sessions(ctx)
		if found := l.candidates(e, sessions); err == nil && len(found) > 0 {
			if len(found) == 1 && !l.rivals(e) {
				return found[0], nil
			}
			return client.Session{}, found
		}
		timer := time.NewTimer(searchEvery)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return client.Session{}, nil
		}
	}
}

// candidates are the sessions that the intent may have led to: of its lens, not there before, in
// nobody's custody, and registered at about the right time.
func (l *Ledger) candidates(e Entry, sessions []client.Session) (out []client.Session) {
	taken := map[string]bool{}
	for _, id := range e.Before {
		taken[id] = true
	}
	for _, o := range l.all() {
		taken[o.Session] = true
	}
	for _, s := range sessions {
		if s.LensID != e.Lens || taken[s.ID] || s.Status.Final() {
			continue
		}
		if s.Registered.IsZero() && !e.HasBefore || !s.Registered.IsZero() && s.Registered.Sub(e.Requested).Abs() > window {
			continue
		}
		out = append(out, s)
	}
	return out
}

// rivals reports whether another create of the same lens is or was under way at about the same time:
// a session that appeared may then be the other's.
func (l *Ledger) rivals(e Entry) bool {
	return slices.ContainsFunc(l.all(), func(o Entry) bool {
		return o.Intent != e.Intent && o.Session == "" && o.same(e) && o.Requested.Sub(e.Requested).Abs() <= window
	})
}

// all is every entry that is known: of the file, and of this run.
func (l *Ledger) all() []Entry {
	var entries []Entry
	if l.path != "" {
		entries, _ = read(l.path) // what cannot be read cannot exclude a candidate
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return append(slices.DeleteFunc(entries, func(e Entry) bool { return e.Run.ID == l.run.ID }), l.entries...)
}

// lost adds to the error of a create what the search for its session found.
func lost(err error, candidates []client.Session) error {
	if len(candidates) == 0 {
		return fmt.Errorf("%w (no new session of that lens was found; it will be looked for again on leaving)", err)
	}
	ids := make([]string, len(candidates))
	for i, s := range candidates {
		ids[i] = s.ID
	}
	return fmt.Errorf("%w (one of these may be yours, and none was touched: %s)", err, strings.Join(ids, ", "))
}
