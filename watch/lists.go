package watch

import (
	"context"
	"errors"
	"slices"
	"time"

	"lenswatch/client"
)

// How long one list may take, the longest pause after failures, and how often the lenses are
// asked for again because a session names one that is not known, and how soon a stream that is
// over is opened again because its session is still listed.
const (
	listTimeout = 20 * time.Second
	listMaxWait = time.Minute
	lensesRetry = 30 * time.Second
	streamRetry = 30 * time.Second
)

// list asks a service for its lenses and, again and again, for its sessions, until the hub closes.
func (h *Hub) list(s client.Service) {
	known := map[string]bool{}
	asked := h.lenses(s, known)
	failures := 0
	for {
		l := h.listSessions(s)
		wait := h.opts.ListEvery
		if l.Err != nil {
			failures++
			wait = listBackOff(h.opts.ListEvery, failures, l.Err)
		} else {
			failures = 0
		}
		if h.ctx.Err() != nil {
			return
		}
		l.Next = l.At.Add(wait)
		h.addListing(l)
		if l.Err == nil && time.Since(asked) >= lensesRetry && namesUnknownLens(l.Sessions, known) {
			asked = h.lenses(s, known)
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-h.refresh[s.Name()]:
		case <-h.ctx.Done():
		}
		timer.Stop()
	}
}

func (h *Hub) listSessions(s client.Service) Listing {
	ctx, cancel := context.WithTimeout(h.ctx, listTimeout)
	defer cancel()
	start := time.Now()
	var sessions []client.Session
	err := recoverPanic(func() (err error) {
		sessions, err = s.Sessions(ctx)
		return err
	})
	now := time.Now()
	return Listing{Service: s.Name(), Sessions: sessions, Err: err, At: now, Took: now.Sub(start)}
}

// listBackOff doubles the pause with each failure, and waits as long as the service asks.
func listBackOff(base time.Duration, failures int, err error) time.Duration {
	wait := min(base<<min(failures, 10), listMaxWait)
	var e *client.Error
	if errors.As(err, &e) && e.RetryAfter > wait {
		return e.RetryAfter
	}
	return wait
}

// addListing hands a list over and, if everything is watched, watches what is new in it.
func (h *Hub) addListing(l Listing) {
	h.mu.Lock()
	// A list is a state: of several that wait, the newest says all.
	h.pending.Lists = slices.DeleteFunc(h.pending.Lists, func(old Listing) bool { return old.Service == l.Service })
	h.pending.Lists = append(h.pending.Lists, l)
	delete(h.failed, l.Service)
	if r := client.RemedyOf(l.Err); r == client.RemedyNetwork || r == client.RemedyServer {
		h.failed[l.Service] = l.At
	}
	h.signal()
	fresh := h.unwatched(l)
	h.mu.Unlock()
	for _, id := range fresh {
		// It fails only for a service that is not ours, and this one is.
		_ = h.Watch(l.Service, id)
	}
}

// resumeListing asks for a list again, at the usual pace, whose service failed and is now heard otherwise: to back off
// is for a service that is not there. It is called with mu held.
func (h *Hub) resumeListing(ev *client.Event) {
	at, ok := h.failed[ev.Service]
	if own := ev.Kind == client.KindNotice && ev.Notice.Code != client.NoticeConnected; !ok || own || ev.Received.Sub(at) < h.opts.ListEvery {
		return
	}
	delete(h.failed, ev.Service)
	h.Refresh(ev.Service)
}

// unwatched are the listed sessions that should be watched and are not. One whose stream is over
// although it is still listed is tried again, but not with every list. It is called with mu held.
func (h *Hub) unwatched(l Listing) (fresh []string) {
	if !h.opts.All || l.Err != nil {
		return nil
	}
	listed := map[string]bool{}
	for _, sess := range l.Sessions {
		listed[sess.ID] = true
		ended, was := h.done[sess.ID]
		if h.streams[sess.ID] != nil || sess.Status.Final() || was && l.At.Sub(ended) < streamRetry {
			continue
		}
		fresh = append(fresh, sess.ID)
	}
	for id, ended := range h.done {
		if !listed[id] && l.At.Sub(ended) >= streamRetry {
			delete(h.done, id)
		}
	}
	return fresh
}

// lenses asks for the lenses, adds their ids to known, and returns when it asked.
func (h *Hub) lenses(s client.Service, known map[string]bool) time.Time {
	ctx, cancel := context.WithTimeout(h.ctx, listTimeout)
	defer cancel()
	at := time.Now()
	var lenses []client.Lens
	err := recoverPanic(func() (err error) {
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

func namesUnknownLens(sessions []client.Session, known map[string]bool) bool {
	for _, s := range sessions {
		if s.LensID != "" && !known[s.LensID] {
			return true
		}
	}
	return false
}
