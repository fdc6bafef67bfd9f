package custody

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"lenswatch/client"
	"lenswatch/client/rest"
)

const (
	// searchFor is how long a session is looked for whose create has just failed: the service may
	// still be making it.
	searchFor   = 4 * time.Second
	searchEvery = 500 * time.Millisecond

	// window is how far a session's registration may be behind the moment at which it was asked for,
	// and before it where the service's clock is not known: the time that a create may take, and
	// clocks that differ.
	window = 2 * time.Minute
	// early is how far it may be before by the service's own clock, which is cut to the second.
	early = 3 * time.Second

	// maxDetails is how many sessions of one list are asked for when they were registered.
	maxDetails = 16
)

// claim is what is known of the session of an intent.
type claim struct {
	session    client.Session   // the one that it has to be; its ID is empty if there is none
	candidates []client.Session // those that it may be, if that is not certain
	rival      bool             // another create is under way that may have made them
}

// searchUntilSettled searches the service's list for the session of an intent, for a moment.
func (l *Ledger) searchUntilSettled(ctx context.Context, svc client.Service, e Entry) claim {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), searchFor)
	defer cancel()
	return l.search(ctx, svc, e)
}

// search is searchUntilSettled until ctx is done. A list without a candidate is asked for again: the
// service may still be making the session. So is one in which it may be another create's.
func (l *Ledger) search(ctx context.Context, svc client.Service, e Entry) (c claim) {
	for {
		if found, err := l.claim(ctx, svc, e); err == nil {
			c = found
			if c.session.ID != "" || len(c.candidates) > 0 && !c.rival {
				return c
			}
		}
		if rest.Sleep(ctx, searchEvery) != nil {
			return c
		}
	}
}

// allSessions lists the sessions, all of them if the service can say whether a list is whole.
func allSessions(ctx context.Context, svc client.Service) ([]client.Session, error) {
	if a, ok := svc.(client.Auditor); ok {
		return a.AllSessions(ctx)
	}
	return svc.Sessions(ctx)
}

// claim finds the session of an intent in the service's list. One from before another intent was settled, whose session
// may be gone by now, is asked for again.
func (l *Ledger) claim(ctx context.Context, svc client.Service, e Entry) (claim, error) {
	for {
		intentsBefore, _, takenBefore := l.unsettled(e)
		sessions, err := allSessions(ctx, svc)
		if err != nil {
			return claim{}, err
		}
		intents, rivals, taken := l.unsettled(e)
		if len(intents) >= len(intentsBefore) && len(taken) >= len(takenBefore) {
			return claimFrom(e, details(ctx, svc, e.Lens, sessions, taken), intents, rivals), nil
		}
	}
}

// claimFrom finds the session of an intent among those that are nobody's. Intents of one lens that nobody else settles are
// matched as a set: if there are no more sessions than intents that may have made them, all of them
// are theirs, and each goes to one.
func claimFrom(e Entry, sessions []client.Session, intents, rivals []Entry) claim {
	set, found := connected(e, intents, sessions)
	if len(found) == 0 {
		return claim{}
	}
	c := claim{candidates: found}
	for _, r := range rivals {
		c.rival = c.rival || slices.ContainsFunc(found, r.mayHaveMade)
	}
	if matched := match(set, found); !c.rival && matched != nil {
		return claim{session: matched[e.Intent]}
	}
	return c
}

// unsettled are the intents of e's lens that are this run's to settle, in their order, e among them;
// the rivals are those of creates that are under way. Sessions that are taken are somebody's already.
func (l *Ledger) unsettled(e Entry) (intents, rivals []Entry, taken map[string]bool) {
	intents, taken = []Entry{e}, map[string]bool{}
	all := l.all()
	l.mu.Lock()
	pending := l.pending
	l.mu.Unlock()
	for _, o := range all {
		switch {
		case o.Intent == e.Intent: // it may have been answered meanwhile
		case o.Session != "":
			taken[o.Session] = true
		case !o.same(e):
		case o.Run.ID == l.run.ID && !slices.Contains(pending, o.Intent), o.Run.ID != l.run.ID && !alive(l.path, o.Run):
			intents = append(intents, o)
		default:
			rivals = append(rivals, o)
		}
	}
	slices.SortFunc(intents, func(a, b Entry) int {
		if c := a.Requested.Compare(b.Requested); c != 0 {
			return c
		}
		return strings.Compare(a.Intent, b.Intent)
	})
	return intents, rivals, taken
}

// details are the sessions of a lens that are nobody's, with the time at which they were registered, which
// a list may not report.
func details(ctx context.Context, svc client.Service, lens string, sessions []client.Session, taken map[string]bool) (out []client.Session) {
	asked := 0
	for _, s := range sessions {
		if taken[s.ID] || s.LensID != lens && s.LensID != "" || s.Status.Final() {
			continue
		}
		if (s.LensID == "" || made(s).IsZero()) && asked < maxDetails {
			asked++
			if full, err := svc.Session(ctx, s.ID); err == nil {
				s = s.Merge(full)
			}
		}
		if s.LensID == lens && !s.Status.Final() {
			out = append(out, s)
		}
	}
	return out
}

// made is when a session was made, as far as the service reports.
func made(s client.Session) time.Time {
	if s.Registered.IsZero() {
		return s.Started
	}
	return s.Registered
}

// mayHaveMade reports whether an intent may have led to a session of its lens: it was not there before,
// and it was made at about the right time.
func (e Entry) mayHaveMade(s client.Session) bool {
	if slices.Contains(e.Before, s.ID) {
		return false
	}
	at := made(s)
	switch {
	case at.IsZero():
		return e.HasBefore
	case e.ServiceTime.IsZero():
		return at.Sub(e.Requested).Abs() <= window
	}
	after := at.Sub(e.ServiceTime)
	return after >= -early && after <= window
}

// connected are the sessions that may be e's, those intents that may have made one of them, the sessions
// that these may have made, and so on.
func connected(e Entry, intents []Entry, sessions []client.Session) (set []Entry, found []client.Session) {
	in, out := map[string]bool{e.Intent: true}, map[string]bool{}
	for grown := true; grown; {
		grown = false
		for _, i := range intents {
			for _, s := range sessions {
				if in[i.Intent] != out[s.ID] && i.mayHaveMade(s) {
					in[i.Intent], out[s.ID], grown = true, true, true
				}
			}
		}
	}
	for _, i := range intents {
		if in[i.Intent] {
			set = append(set, i)
		}
	}
	for _, s := range sessions {
		if out[s.ID] {
			found = append(found, s)
		}
	}
	slices.SortFunc(found, func(a, b client.Session) int {
		if c := made(a).Compare(made(b)); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return set, found
}

// match gives each session to an intent that may have made it, each intent at most one. It is nil if
// that is not possible. The same set has the same match, whoever asks.
func match(intents []Entry, sessions []client.Session) map[string]client.Session {
	if len(sessions) > len(intents) {
		return nil
	}
	of := map[string]client.Session{}
	var give func(s client.Session, tried map[string]bool) bool
	give = func(s client.Session, tried map[string]bool) bool {
		for _, i := range intents {
			if tried[i.Intent] || !i.mayHaveMade(s) {
				continue
			}
			tried[i.Intent] = true
			if other, held := of[i.Intent]; !held || give(other, tried) {
				of[i.Intent] = s
				return true
			}
		}
		return false
	}
	for _, s := range sessions {
		if !give(s, map[string]bool{}) {
			return nil
		}
	}
	return of
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

// LostError is the error of a create whose answer was lost, and whose session was not found for certain.
type LostError struct {
	err   error
	Found string // the sessions that may be it, and what to do about them; empty if there are none
}

// Error adds what the search for the session found.
func (e *LostError) Error() string {
	return fmt.Sprintf("%v (%s)", e.err, cmp.Or(e.Found, "no new session of that lens was found; lenswatch looks again on leaving"))
}

// Unwrap is the error of the create.
func (e *LostError) Unwrap() error { return e.err }

func lost(err error, c claim) error {
	if len(c.candidates) == 0 {
		return &LostError{err: err}
	}
	return &LostError{err, c.text()}
}

// text names the candidates and says what to do about them.
func (c claim) text() string {
	names := make([]string, len(c.candidates))
	for i, s := range c.candidates {
		names[i] = client.Line1(s.ID)
		if at := made(s); !at.IsZero() {
			names[i] += ", registered " + at.Local().Format("15:04:05")
		}
	}
	list := strings.Join(names, "; ")
	switch {
	case c.rival:
		return "another lenswatch is creating a session of the same lens, so these may not be yours: " + list + "; try again in a moment"
	case len(names) == 1:
		return "it is not certain whether this session is yours: " + list + "; if it is, run `lenswatch sessions destroy ID`"
	}
	return "one of these sessions may be yours, and lenswatch destroyed none: " + list + "; if you know which, run `lenswatch sessions destroy ID`"
}
