package watch

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"lenswatch/client"
)

// The time between two session lists of a service, how long one list may take, the longest pause after failures, and how often the lenses are
// asked for again because a session names one that is not known, and how soon a stream that is
// over is opened again because its session is still listed.
const (
	listInterval = 5 * time.Second
	listTimeout  = 20 * time.Second
	listMaxWait  = time.Minute
	lensesRetry  = 30 * time.Second
	streamRetry  = 30 * time.Second
	usageEvery   = time.Minute
)

// list asks a service for its lenses and, again and again, for its sessions, until the hub closes.
func (h *Hub) list(s client.Service) {
	known := map[string]bool{}
	asked := h.lenses(h.reporting(s.Name()), s, known) // without them nothing is listed: what fails is shown
	failures, counted := 0, time.Time{}
	for {
		l, parts := h.listSessions(s)
		wait := listInterval
		if l.Err != nil {
			failures++
			wait = listBackOff(listInterval, failures, l.Err)
		} else {
			failures = 0
			if len(parts) > 1 {
				wait = max(wait, min(longListShare*l.Took, longListWait))
			}
		}
		if h.ctx.Err() != nil {
			return
		}
		l.Next = l.At.Add(wait)
		unknown := l.Err == nil && time.Since(asked) >= lensesRetry && namesUnknownLens(parts, known)
		h.addListing(l, parts)
		parts = nil
		if l.Err == nil && time.Since(counted) >= usageEvery {
			counted = time.Now()
			h.askUsage(s)
		}
		if unknown {
			asked = h.lenses(h.ctx, s, known)
		}
		select {
		case <-time.After(wait):
		case <-h.refresh[s.Name()]:
		case <-h.ctx.Done():
		}
	}
}

// A list of more than one part is asked for less often than others, at most every longListWait for this reason: every 5 s,
// one of 100,000 sessions kept two thirds of a core busy, half of that with garbage.
const (
	longListShare = 15 // times as long as the last one took
	longListWait  = time.Minute
)

// listSessions asks for a list. A long one is in parts.
func (h *Hub) listSessions(s client.Service) (l Listing, parts [][]client.Session) {
	ctx, cancel := context.WithTimeout(h.reporting(s.Name()), listTimeout)
	defer cancel()
	unread := 0
	ctx = client.OnUnread(ctx, func(records int) { unread = records })
	start := time.Now()
	err := h.guarded("session list", func() (err error) {
		if lister, ok := s.(client.PartLister); ok {
			parts, err = lister.SessionParts(ctx)
			return err
		}
		sessions, err := s.Sessions(ctx)
		parts = slices.Collect(slices.Chunk(sessions, listPart))
		return err
	})
	now := time.Now()
	return Listing{Service: s.Name(), Unread: unread, Err: err, At: now, Took: now.Sub(start)}, parts
}

// reporting is the context of a list whose failed attempts are handed over as they happen.
func (h *Hub) reporting(service string) context.Context {
	return client.OnRetry(h.ctx, func(r client.Retry) {
		client.Retrying(h.ctx, r)
		h.mu.Lock()
		defer h.mu.Unlock()
		// An attempt is a state: one that waits is replaced by the next. The list that ends them has not been added yet.
		h.pending.Retries = slices.DeleteFunc(h.pending.Retries, func(old ListRetry) bool { return old.Service == service })
		h.pending.Retries = append(h.pending.Retries, ListRetry{Service: service, Retry: r, At: time.Now()})
		h.signal()
	})
}

// listBackOff doubles the pause with each failure, and waits as long as the service asks.
func listBackOff(base time.Duration, failures int, err error) time.Duration {
	wait := min(base<<min(failures, 10), listMaxWait)
	if e, ok := errors.AsType[*client.Error](err); ok && e.RetryAfter > wait {
		return e.RetryAfter
	}
	return wait
}

// listPart is how many sessions of a list are handed over at a time.
const listPart = 2000

// addListing hands a list over, part by part, and, if everything is watched, watches what is new in it. The parts are let go
// of as they are handed over.
func (h *Hub) addListing(l Listing, parts [][]client.Session) {
	n := 0
	for _, part := range parts {
		n += len(part)
	}
	h.debug("session list", "service", l.Service, "sessions", n, "ms", l.Took.Milliseconds(), "error", l.Err)
	h.mu.Lock()
	delete(h.failed, l.Service)
	if r := client.RemedyOf(l.Err); r == client.RemedyNetwork || r == client.RemedyServer {
		h.failed[l.Service] = l.At
	}
	var fresh []string
	fresh, l.NotWatched = h.unwatched(l, parts)
	if len(parts) == 0 {
		parts = [][]client.Session{nil}
	}
	for i := range parts {
		l.Sessions, parts[i] = parts[i], nil
		l.Continued, l.More = i > 0, i < len(parts)-1
		// A list is a state: one that waits whole is replaced by the next. A part of one is waited for.
		h.pending.Lists = slices.DeleteFunc(h.pending.Lists, func(old Listing) bool {
			return old.Service == l.Service && !old.Continued && !old.More
		})
		for !h.closed && slices.ContainsFunc(h.pending.Lists, func(old Listing) bool { return old.Service == l.Service }) {
			h.room.freed.Wait()
		}
		h.pending.Lists = append(h.pending.Lists, l)
		h.signal()
	}
	h.mu.Unlock()
	for _, id := range fresh {
		// It fails only for a service that is not ours, and this one is.
		_ = h.Watch(l.Service, id)
	}
}

// resumeListing asks for a list again, at the normal pace, whose service failed and is now heard otherwise: to back off
// is for a service that is not there. It is called with mu held.
func (h *Hub) resumeListing(ev *client.Event) {
	at, ok := h.failed[ev.Service]
	if own := ev.Kind == client.KindNotice && ev.Notice.Code != client.NoticeConnected; !ok || own || ev.Received.Sub(at) < listInterval {
		return
	}
	delete(h.failed, ev.Service)
	h.Refresh(ev.Service)
}

// unwatched are the listed sessions that should be watched and are not, and how many more there would
// be if so many were not watched: what was created here comes first, then what was heard of last. One
// whose stream is over although it is still listed is tried again, but not with every list. It is called
// with mu held.
func (h *Hub) unwatched(l Listing, parts [][]client.Session) (fresh []string, more int) {
	if !h.opts.All || l.Err != nil {
		return nil, 0
	}
	listed := map[string]bool{} // those whose stream is over
	var candidates []*client.Session
	for _, part := range parts {
		for i := range part {
			sess := &part[i]
			ended, was := h.done[sess.ID]
			if was {
				listed[sess.ID] = true
			}
			if h.opts.Shard.Has(sess.ID) && h.streams[sess.ID] == nil && !sess.Status.Final() && (!was || l.At.Sub(ended) >= streamRetry) {
				candidates = append(candidates, sess)
			}
		}
	}
	for id, ended := range h.done {
		if !listed[id] && l.At.Sub(ended) >= streamRetry {
			delete(h.done, id)
		}
	}
	if n := max(h.opts.MaxWatched-len(h.streams), 0); len(candidates) > n {
		own := map[string]bool{}
		for _, e := range h.opts.Custody.Own() {
			own[e.Session] = true
		}
		slices.SortStableFunc(candidates, func(x, y *client.Session) int {
			return cmp.Or(compareBool(own[y.ID], own[x.ID]), heardOf(y).Compare(heardOf(x)))
		})
		candidates, more = candidates[:n], len(candidates)-n
	}
	for _, sess := range candidates {
		fresh = append(fresh, sess.ID)
	}
	return fresh, more
}

// heardOf is when a session was last heard of, by its record.
func heardOf(s *client.Session) time.Time {
	return slices.MaxFunc([]time.Time{s.LastEvent, s.LastUpdate, s.Started, s.Registered}, time.Time.Compare)
}

func compareBool(x, y bool) int {
	switch {
	case x == y:
		return 0
	case x:
		return 1
	}
	return -1
}

// lenses asks for the lenses, adds their ids to known, and returns when it asked.
func (h *Hub) lenses(parent context.Context, s client.Service, known map[string]bool) time.Time {
	ctx, cancel := context.WithTimeout(parent, listTimeout)
	defer cancel()
	at := time.Now()
	var lenses []client.Lens
	err := h.guarded("lens list", func() (err error) {
		lenses, err = s.Lenses(ctx)
		return err
	})
	for _, l := range lenses {
		known[l.ID] = true
	}
	h.mu.Lock()
	h.pending.Lenses = append(h.pending.Lenses, LensListing{Service: s.Name(), Lenses: lenses, Err: err})
	h.signal()
	h.mu.Unlock()
	return at
}

func namesUnknownLens(parts [][]client.Session, known map[string]bool) bool {
	for _, part := range parts {
		for _, s := range part {
			if s.LensID != "" && !known[s.LensID] {
				return true
			}
		}
	}
	return false
}

// UsageReport is what an account has used of its plan.
type UsageReport struct {
	Service string
	Usage   client.Usage
}

// askUsage asks a service what the account has used, if it can say. A failure says nothing that the list does not.
func (h *Hub) askUsage(s client.Service) {
	a, ok := s.(client.Accountant)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(h.ctx, listTimeout)
	defer cancel()
	var u client.Usage
	err := h.guarded("usage", func() (err error) {
		u, err = a.Usage(ctx)
		return err
	})
	h.debug("usage", "service", s.Name(), "error", err)
	if err != nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.pending.Usages = append(h.pending.Usages, UsageReport{s.Name(), u})
	h.signal()
}
