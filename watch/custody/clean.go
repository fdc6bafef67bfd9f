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
		select {
		case <-idle:
		case <-ctx.Done():
		}
	}
	for _, e := range l.CreatedHere() {
		if !started[e.Intent] {
			finish(e)
		}
	}
	tasks.Wait()
	return out
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
	if _, err := l.Destroy(ctx, svc, e.Session); err != nil {
		return Outcome{Entry: e, Err: err}
	}
	return Outcome{Entry: e, Gone: true}
}

// finishIntent ends an intent whose answer never arrived. If no session can be its own and so much
// time has passed that none will appear, there is none.
func (l *Ledger) finishIntent(ctx context.Context, svc client.Service, e Entry) Outcome {
	age, c := l.now().Sub(e.Requested), claim{}
	if age > searchFor {
		sessions, err := allSessions(ctx, svc)
		if err != nil {
			return Outcome{Entry: e, Err: err}
		}
		c = l.claimFrom(ctx, svc, e, sessions)
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
		return Outcome{Entry: e, Gone: err == nil, Err: err}
	case len(c.candidates) > 0:
		return Outcome{Entry: e, Err: errors.New(c.text())}
	case ctx.Err() != nil:
		return Outcome{Entry: e, Err: ctx.Err()}
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
