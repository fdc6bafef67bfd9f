package agenthuman

import (
	"context"
	"errors"
	"sync"
	"time"

	"gopkg.in/cenkalti/backoff.v1"

	"lenswatch/client"
	"lenswatch/client/guard"
)

const (
	// Of sessions that are missing in the list of the started ones, fewOnly are asked for one by one.
	// If there are more, one list of all sessions reports them, and each round asks for fewOnly of
	// what that leaves.
	fewOnly = 3

	// Pauses after failed polls, growing, with chance.
	minRetry = 2 * time.Second
	maxRetry = time.Minute

	// maxEnding bounds what is remembered of sessions that lenswatch asked to end. Beyond it that
	// starts over.
	maxEnding = 4096
)

// poller is where the newest samples are, for all that watch. While anybody watches, one goroutine
// asks for lists, for all of them. A list that was asked for otherwise counts as well.
type poller struct {
	s    *Service
	wake chan struct{}

	mu          sync.Mutex
	watchers    map[*watcher]bool // true: missing in the newest list
	newest      map[string]sample
	endRequests map[string]bool // lenswatch asked for the end
	listed      time.Time
	notBefore   time.Time // the service asked to wait until then
	failed      *outage   // the newest poll failed
	stop        context.CancelFunc
	stopped     chan struct{}
}

func (b *poller) init(s *Service) {
	b.s, b.wake = s, make(chan struct{}, 1)
	b.watchers, b.newest, b.endRequests = map[*watcher]bool{}, map[string]sample{}, map[string]bool{}
}

// add adds a watcher, and starts polling with the first. What the newest list reported about its session is
// reported at once if it is not old.
func (b *poller) add(w *watcher) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.watchers[w] = false
	if len(b.watchers) == 1 {
		b.failed = nil
		ctx, cancel := context.WithCancel(context.Background())
		b.stop, b.stopped = cancel, make(chan struct{})
		stopped := b.stopped
		guard.Go("poller", nil, func() {
			defer close(stopped)
			b.run(ctx)
		})
	}
	if b.failed != nil {
		w.inbox.putOutage(*b.failed)
	}
	if time.Since(b.listed) >= pollInterval {
		return
	}
	if t, ok := b.newest[w.id]; ok {
		w.inbox.putSample(t)
		return
	}
	b.watchers[w] = true
	b.wakeUp()
}

// remove takes a watcher away. With the last one polling ends, and leave waits for that.
func (b *poller) remove(w *watcher) {
	b.mu.Lock()
	delete(b.watchers, w)
	if len(b.watchers) > 0 {
		b.mu.Unlock()
		return
	}
	stop, stopped := b.stop, b.stopped
	b.mu.Unlock()
	stop()
	<-stopped
}

// wakeUp makes the poller look for something to do.
func (b *poller) wakeUp() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// refresh makes the next list due now, also where the service asked to wait.
func (b *poller) refresh() {
	b.mu.Lock()
	b.listed, b.notBefore = time.Time{}, time.Time{}
	b.mu.Unlock()
	b.wakeUp()
}

// noteEndRequest notes that lenswatch asks for the end of a session, or that it did so in vain.
func (b *poller) noteEndRequest(id string, asked bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !asked {
		delete(b.endRequests, id)
		return
	}
	if len(b.endRequests) >= maxEnding {
		clear(b.endRequests)
	}
	b.endRequests[id] = true
}

// endRequested reports whether lenswatch asked for the end of a session.
func (b *poller) endRequested(id string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.endRequests[id]
}

// publish takes a list of the started sessions, and notifies each watcher what it says of its session.
// What is missing in it is to be asked for.
func (b *poller) publish(list []sample, at time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.listed, b.failed, b.notBefore = at, nil, time.Time{}
	clear(b.newest)
	for _, t := range list {
		b.newest[t.session.ID] = t
	}
	missing := false
	for w := range b.watchers {
		t, ok := b.newest[w.id]
		if ok {
			w.inbox.putSample(t)
		}
		b.watchers[w] = !ok
		missing = missing || !ok
	}
	if missing {
		b.wakeUp()
	}
}

// putSample takes one record.
func (b *poller) putSample(t sample) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !t.session.Status.Final() {
		b.newest[t.session.ID] = t
	} else {
		delete(b.newest, t.session.ID)
	}
	for w := range b.watchers {
		if w.id == t.session.ID {
			b.watchers[w] = false
			w.inbox.putSample(t)
		}
	}
}

// missing are the ids that the newest list does not hold.
func (b *poller) missing() (ids []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	seen := map[string]bool{}
	for w, missing := range b.watchers {
		if missing && !seen[w.id] {
			seen[w.id] = true
			ids = append(ids, w.id)
		}
	}
	return ids
}

// each does something for the watchers of a session, or of all if id is empty.
func (b *poller) each(id string, do func(*watcher)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for w := range b.watchers {
		if id == "" || w.id == id {
			do(w)
		}
	}
}

// due is how long the next list has time.
func (b *poller) due() time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	return pollInterval - time.Since(b.listed)
}

// run polls until ctx is done.
func (b *poller) run(ctx context.Context) {
	delays := backoff.NewExponentialBackOff()
	delays.InitialInterval, delays.MaxInterval, delays.MaxElapsedTime = minRetry, maxRetry, 0
	failures := 0
	var usageDue time.Time
	for {
		err := guard.Run("poller", func() error { return b.poll(ctx) })
		if ctx.Err() != nil {
			return
		}
		wait := max(0, b.due())
		if err != nil {
			failures++
			var e *client.Error
			wait = min(delays.NextBackOff(), maxRetry)
			if errors.As(err, &e) && e.RetryAfter > 0 {
				wait = max(wait, e.RetryAfter)
				b.hold(time.Now().Add(wait))
			}
			b.fail(outage{err, failures, time.Now().Add(wait)})
		} else {
			failures = 0
			delays.Reset()
			if !time.Now().Before(usageDue) {
				b.refreshUsage(ctx)
				usageDue = time.Now().Add(usageInterval)
			}
		}
		b.sleep(ctx, wait)
	}
}

// hold keeps polls back that nobody asked for, as the service wants it.
func (b *poller) hold(until time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.notBefore = until
}

// held reports whether polls are held back.
func (b *poller) held() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return time.Now().Before(b.notBefore)
}

// sleep waits until there is something to do.
func (b *poller) sleep(ctx context.Context, wait time.Duration) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
			return
		case <-ctx.Done():
			return
		case <-b.wake:
			if !b.held() {
				return
			}
		}
	}
}

// fail notifies everybody of a failed poll, also those who join before the next.
func (b *poller) fail(o outage) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failed = &o
	for w := range b.watchers {
		w.inbox.putOutage(o)
	}
}

// poll asks for a list if one is due, and for what the list does not hold.
func (b *poller) poll(ctx context.Context) error {
	if b.due() <= 0 {
		list, _, err := b.s.list(ctx, "started", false)
		if err != nil {
			return err
		}
		b.publish(list, time.Now())
	}
	ids := b.missing()
	if len(ids) > fewOnly {
		// That the list of all cannot be had, being too long for instance, only means more requests.
		if list, _, err := b.s.list(ctx, "all", false); err == nil {
			ids = b.takeFromList(list, ids)
		}
	}
	for _, id := range ids[:min(len(ids), fewOnly)] {
		t, err := b.s.find(ctx, id, false)
		switch {
		case errors.Is(err, client.ErrNotFound):
			b.each(id, func(w *watcher) { w.inbox.putNotFound(err) })
		case err != nil:
			next := time.Now().Add(pollInterval)
			b.each(id, func(w *watcher) { w.inbox.putOutage(outage{err, 1, next}) })
			if ctx.Err() != nil || errors.Is(err, client.ErrRateLimited) {
				return nil
			}
		default:
			b.putSample(t)
		}
	}
	return nil
}

// takeFromList takes from a list what it reports on the sessions, and returns those that it does not hold.
func (b *poller) takeFromList(list []sample, ids []string) (rest []string) {
	held := make(map[string]sample, len(list))
	for _, t := range list {
		held[t.session.ID] = t
	}
	for _, id := range ids {
		if t, ok := held[id]; ok {
			b.putSample(t)
		} else {
			rest = append(rest, id)
		}
	}
	return rest
}

// refreshUsage notifies the watchers of the minutes that are left. A failure is no news of a session: what is
// the matter with the service shows with the next list.
func (b *poller) refreshUsage(ctx context.Context) {
	r, err := b.s.usage(ctx, false)
	if err != nil || r.Remaining == nil {
		return
	}
	left := orNegative(r.Remaining) - max(0, orNegative(r.Active))
	b.each("", func(w *watcher) { w.inbox.count(left) })
}
