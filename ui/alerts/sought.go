package alerts

import (
	"slices"
	"sync"

	"lenswatch/watch"
	"lenswatch/watch/alerts"
)

// Sought has the alerts of a recording up to a position that is sought: its rules are tested all the way there. It is
// safe for concurrent use; use [NewSought].
type Sought struct {
	rules []alerts.Rule
	mu    sync.Mutex
	store *watch.Store // that the newest seek makes
	log   *Log         // of that seek; whole when the store is handed over
}

// NewSought makes a Sought of rules.
func NewSought(rules []alerts.Rule) *Sought { return &Sought{rules: rules} }

// Follow begins anew, for a seek that makes a store. What it returns takes each batch of the way.
func (s *Sought) Follow(store *watch.Store) func(*watch.Batch) {
	l := New(Options{Rules: s.rules})
	s.mu.Lock()
	s.store, s.log = store, l
	s.mu.Unlock()
	return func(b *watch.Batch) {
		if l.engine == nil {
			return
		}
		changes := l.engine.Batch(b)
		if b.Tick {
			changes = append(changes, l.engine.Second(b.Delivered, store)...)
		}
		for i := range changes {
			l.list(&changes[i], nameOf(store, &changes[i]))
		}
	}
}

// moves gives a Log the alerts up to the position of a store. What was acknowledged stays so. It reports false if
// they are not known.
func (s *Sought) moves(l *Log, store *watch.Store) bool {
	known := &Log{}
	if s != nil {
		s.mu.Lock()
		if s.store == store {
			known = s.log
		}
		s.mu.Unlock()
	}
	for i := range known.entries {
		e := &known.entries[i]
		e.acknowledged = slices.ContainsFunc(l.entries, func(x entry) bool {
			return x.acknowledged && x.rule == e.rule && x.session == e.session && x.since.Equal(e.since)
		})
	}
	l.entries, l.dropped = known.entries, known.dropped
	if known.engine == nil {
		return false
	}
	l.engine = known.engine
	return true
}
