package watch

import (
	"time"

	"lenswatch/client"
	"lenswatch/watch/health"
)

func (b *Store) applyList(l Listing) {
	list := uint64(0)
	for _, st := range b.services {
		if st.Name == l.Service {
			if !l.Continued {
				st.lists++
			}
			list, st.Retry = st.lists, nil
			st.List, st.Listed = l, st.Listed || l.Err == nil
			st.List.Sessions = nil // they are in the store
		}
	}
	if l.Err != nil {
		return
	}
	for _, rec := range l.Sessions {
		s := b.session(rec.ID, l.Service, l.At)
		s.Listed, s.list, s.OverLimit = true, list, l.NotWatched > 0
		b.mergeRecord(s, rec, l.At)
	}
	if l.More {
		return
	}
	b.settled = false
	b.share()
	byLens := map[string][]client.Session{}
	for _, s := range b.order {
		if s.Record.Service != l.Service {
			continue
		}
		s.Listed = s.Listed && s.list == list
		if of := byLens[s.Record.LensID]; s.Listed && len(of) < maxSiblings {
			byLens[s.Record.LensID] = append(of, s.Record)
		}
	}
	for _, s := range b.known {
		if s.Listed && s.Record.Service == l.Service {
			s.Health.Siblings(byLens[s.Record.LensID], l.At)
		}
	}
}

// A session that is only listed takes about listedSize bytes, twice while a list is being read. History and the first freeListed
// of them have memory of their own; more are at the expense of history, of which a quarter stays.
const (
	listedSize = 900
	freeListed = 20_000
)

// share gives history what the sessions that are only listed leave of its budget.
func (b *Store) share() {
	over := int64(max(len(b.order)-len(b.known)-freeListed, 0))
	b.history.SetBudget(max(b.budget-over*listedSize, b.budget/4))
}

// maxSiblings is how many sessions of one lens are compared with each other.
const maxSiblings = 64

func (b *Store) applyLenses(l LensListing) {
	for _, st := range b.services {
		if st.Name == l.Service {
			st.LensErr = l.Err
		}
	}
	for _, lens := range l.Lenses {
		b.lenses[lensKey{l.Service, lens.ID}] = lens
	}
	for _, s := range b.order {
		b.nameLens(s)
	}
}

// mergeRecord merges a record into what is known.
func (b *Store) mergeRecord(s *Session, rec client.Session, now time.Time) {
	status := s.Record.Status
	s.Record = s.Record.Merge(rec)
	s.lived = s.lived || !s.Record.Over() || rec.StatusText != "" && !rec.Over()
	b.noteEnd(s, now)
	b.settled = b.settled && !s.Record.Status.Final()
	b.nameLens(s)
	if s.Health != b.blank {
		s.Health.Record(rec, now)
	} else if s.Record.Status != status {
		b.listed++
	}
}

// noteEnd keeps when the end of a session became known, from which on its age stands still. What was taken for over and is
// not goes on ageing. Nobody saw the end of a session that was over when it was first heard of: what a recording has of it
// stands.
func (b *Store) noteEnd(s *Session, now time.Time) {
	r := &s.Record
	switch over := s.Gone() || s.Health != b.blank && s.Health.State(now).Code == health.Destroyed; {
	case !s.lived:
	case !over:
		r.EndKnown = time.Time{}
	case r.EndKnown.IsZero():
		if r.EndKnown = now; !r.Answered.IsZero() {
			r.EndKnown = now.Add(r.Answered.Sub(r.Fetched))
		}
	}
}

// nameLens fills in what the record does not say but the lens does.
func (b *Store) nameLens(s *Session) {
	lens, ok := b.lenses[lensKey{s.Record.Service, s.Record.LensID}]
	if !ok {
		return
	}
	if s.Health != b.blank {
		s.Health.Lens(lens)
	}
	if s.Record.LensName == "" {
		s.Record.LensName = lens.Name
		b.listed++
	}
	if s.Record.Channel == client.ChannelUnknown {
		s.Record.Channel = lens.Channel
	}
}
