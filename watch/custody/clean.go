package custody

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"lenswatch/client"
	"lenswatch/client/guard"
)

// Outcome is what became of one entry.
type Outcome struct {
	Entry Entry // with the session that was found for an intent
	// Gone is true if the session does not exist any more, or never did. The entry is no longer in
	// the ledger then.
	Gone bool
	Err  error // why it is still in the ledger; nil if Gone
}

// Leave ends the custody of the run: it creates nothing any more, waits for creates that are under
// way, and destroys all sessions of the run, in parallel. report is called for each, from one
// goroutine at a time; it may be nil. What is not destroyed when ctx is done stays in the ledger.
func (l *Ledger) Leave(ctx context.Context, services []client.Service, report func(Outcome)) (out []Outcome) {
	l.mu.Lock()
	l.leaving = true
	idle := l.idle
	l.mu.Unlock()
	var (
		tasks   guard.Group
		mu      sync.Mutex
		started = map[string]bool{}
	)
	finish := func(e Entry) {
		started[e.Intent] = true
		tasks.Go("destroy", func() {
			o := l.tryFinish(ctx, services, e)
			mu.Lock()
			defer mu.Unlock()
			out = append(out, o)
			if report != nil {
				report(o)
			}
		})
	}
	for _, e := range l.CreatedHere() {
		if e.Session != "" {
			finish(e)
		}
	}
	if idle != nil {
		l.awaitAnswers(ctx, idle)
	}
	for _, e := range l.CreatedHere() {
		if !started[e.Intent] {
			finish(e)
		}
	}
	tasks.Wait()
	return out
}

// finishWithin is how much of the time that is left goes to finding and destroying the sessions of creates that were not
// answered by then.
const finishWithin = 3 * time.Second

// awaitAnswers waits until the creates that are under way are answered, or there is just time enough to look for their
// sessions in the list. None is waited for any more then.
func (l *Ledger) awaitAnswers(ctx context.Context, idle <-chan struct{}) {
	if until, limited := ctx.Deadline(); limited {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, until.Add(-finishWithin))
		defer cancel()
	}
	select {
	case <-idle:
	case <-ctx.Done():
		l.mu.Lock()
		defer l.mu.Unlock()
		l.pending = nil
	}
}

// finish destroys the session of an entry, after looking for it if its id is not known.
func (l *Ledger) finish(ctx context.Context, services []client.Service, e Entry) Outcome {
	i := slices.IndexFunc(services, e.at)
	if i < 0 {
		return Outcome{Entry: e, Err: fmt.Errorf("its service is not configured: %s at %s", e.Service, e.Endpoint)}
	}
	svc := services[i]
	if e.Session == "" {
		return l.finishIntent(ctx, svc, e)
	}
	_, err := l.Destroy(ctx, svc, e.Session)
	return Outcome{Entry: e, Gone: err == nil, Err: inTime(ctx, err)}
}

// inTime is why something failed: without a word of the network where no time was left for it.
func inTime(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return errNoTime
	}
	return err
}

var errNoTime = errors.New("the service had not responded when the time for it was over")

// finishIntent ends an intent whose answer never arrived. If no session can be its own and so much
// time has passed that none will appear, there is none.
func (l *Ledger) finishIntent(ctx context.Context, svc client.Service, e Entry) Outcome {
	age, c := l.now().Sub(e.Requested), claim{}
	if age > searchFor-searchEvery {
		var err error
		if c, err = l.claim(ctx, svc, e); err != nil {
			return Outcome{Entry: e, Err: inTime(ctx, err)}
		}
	} else {
		limited, cancel := context.WithTimeout(ctx, searchFor-max(age, 0))
		c = l.search(limited, svc, e)
		cancel()
	}
	switch {
	case c.session.ID != "":
		e.Session = c.session.ID
		l.settle(e.Intent, e.Session)
		_, err := l.Destroy(ctx, svc, e.Session)
		return Outcome{Entry: e, Gone: err == nil, Err: inTime(ctx, err)}
	case len(c.candidates) > 0:
		return Outcome{Entry: e, Err: errors.New(c.text())}
	case ctx.Err() != nil:
		return Outcome{Entry: e, Err: errNoTime}
	case age.Abs() <= window:
		return Outcome{Entry: e, Err: errors.New("its session was not found, but may still appear: clean up again in " + (window - age.Abs()).Round(time.Second).String())}
	}
	l.forget(func(x Entry) bool { return x.Intent == e.Intent })
	return Outcome{Entry: e, Gone: true}
}

// Clean destroys what dead runs left at a service, in parallel, and takes it out of the ledger. What
// the service does not know any more is taken out too, unless it may belong to another account. What
// is of another service stays, with an error that says so.
func (l *Ledger) Clean(ctx context.Context, svc client.Service, orphans []Entry) []Outcome {
	out := make([]Outcome, len(orphans))
	l.adopt(orphans)
	foreign, err := foreignEntries(ctx, svc, orphans)
	var tasks guard.Group
	for i, e := range orphans {
		switch {
		case !e.at(svc):
			out[i] = Outcome{Entry: e, Err: fmt.Errorf("it belongs to another service: %s at %s", e.Service, e.Endpoint)}
		case err != nil:
			out[i] = Outcome{Entry: e, Err: err}
		case foreign[e.Intent]:
			out[i] = Outcome{Entry: e, Err: errors.New("this account has neither the session nor its lens; use the key of the account that created it")}
		default:
			tasks.Go("destroy", func() { out[i] = l.tryFinish(ctx, []client.Service{svc}, e) })
		}
	}
	tasks.Wait()
	return out
}

// tryFinish is finish, whose outcome is a crash if it panics: the session stays in the ledger.
func (l *Ledger) tryFinish(ctx context.Context, services []client.Service, e Entry) (o Outcome) {
	if c := guard.Do("destroy", func() { o = l.finish(ctx, services, e) }); c != nil {
		return Outcome{Entry: e, Err: c}
	}
	return o
}

// adopt remembers entries of dead runs, so that they are taken out of the file when they are gone.
func (l *Ledger) adopt(orphans []Entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range orphans {
		if !slices.ContainsFunc(l.orphans, func(o Entry) bool { return o.Intent == e.Intent }) {
			l.orphans = append(l.orphans, e)
		}
	}
}

// foreignEntries are the entries, by intent, of which an account knows neither the session nor the lens.
// Another account would call a session gone that is open and costs money.
func foreignEntries(ctx context.Context, svc client.Service, entries []Entry) (map[string]bool, error) {
	if !slices.ContainsFunc(entries, func(e Entry) bool { return e.at(svc) }) {
		return nil, nil
	}
	sessions, err := svc.Sessions(ctx)
	if err != nil {
		return nil, err
	}
	lenses, err := svc.Lenses(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for _, e := range entries {
		open := slices.ContainsFunc(sessions, func(s client.Session) bool { return s.ID == e.Session })
		known := slices.ContainsFunc(lenses, func(x client.Lens) bool { return x.ID == e.Lens })
		out[e.Intent] = !open && !known
	}
	return out, nil
}
