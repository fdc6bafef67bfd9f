package history

import (
	"cmp"
	"maps"
	"slices"

	"lenswatch/client"
)

// Seq is the place of an event in the order of receipt. The first is 1; 0 is no event.
type Seq uint64

// DefaultBudget is how many bytes a Store keeps by default: 64 MiB.
const DefaultBudget = 64 << 20

// class is a kind of share that a session has in the history: what it says often does not push out
// what it says seldom.
type class uint8

const (
	results class = iota
	routine       // heartbeats and progress
	notable       // all else: logs, errors, notices, how streams begin and end
	classCount
)

func classOf(k client.Kind) class {
	switch k {
	case client.KindResult:
		return results
	case client.KindHeartbeat, client.KindProgress:
		return routine
	}
	return notable
}

// lane is what the Store knows of one session.
type lane struct {
	origin  *origin
	entries rows
	bytes   [classCount]int64
	evicted int64
}

// Store is a bounded history. Use [New].
type Store struct {
	budget    int64
	bytes     int64
	next      Seq
	order     rows
	lanes     map[string]*lane
	evictions int64
	round     uint32 // how many times something was evicted
	oldest    Seq    // nothing at or above was ever evicted
}

// New makes a Store that keeps about budget bytes; 0 means [DefaultBudget].
func New(budget int64) *Store {
	if budget <= 0 {
		budget = DefaultBudget
	}
	return &Store{budget: budget, next: 1, lanes: map[string]*lane{}}
}

// Append keeps an event and returns its place. It may evict older ones. What the event refers to,
// its Raw above all, must not be changed any more: it may be retained as it is.
func (s *Store) Append(ev client.Event) Seq {
	l := s.lane(&ev)
	k := pack(&ev, l.origin, s.next)
	s.next++
	cost := k.cost()
	s.order = append(s.order, k)
	l.entries = append(l.entries, k)
	l.bytes[classOf(ev.Kind)] += cost
	s.bytes += cost
	if s.bytes > s.budget {
		s.evict()
	}
	return k.seq
}

// lane finds the lane of an event's session, or begins it.
func (s *Store) lane(ev *client.Event) *lane {
	l := s.lanes[ev.Session]
	if l == nil {
		l = &lane{}
		s.lanes[ev.Session] = l
	}
	if l.origin == nil || l.origin.service != ev.Service {
		l.origin = &origin{ev.Service, ev.Session}
	}
	return l
}

// At returns the event at a place, or nil if it was evicted or never was.
func (s *Store) At(seq Seq) *Entry {
	i := s.order.Index(seq)
	if i == len(s.order) || s.order[i].seq != seq {
		return nil
	}
	return s.order[i].entry()
}

// Len is how many events are retained.
func (s *Store) Len() int { return len(s.order) }

// Bytes is how much is retained, by the Store's own estimate, and how much may be.
func (s *Store) Bytes() (retained, budget int64) { return s.bytes, s.budget }

// Evicted is how many events of a session were let go; of all sessions, if session is empty. A
// session of which nothing at all is retained is no longer counted by itself.
func (s *Store) Evicted(session string) int64 {
	if session == "" {
		return s.evictions
	}
	if l := s.lanes[session]; l != nil {
		return l.evicted
	}
	return 0
}

// SetBudget changes how many bytes are retained. What is above is dropped with the next event.
func (s *Store) SetBudget(budget int64) { s.budget = budget }

// evict lets go of a thirty-second part of the budget at once, so that rows are compacted, and Views
// prune, seldom. It takes from the sessions and classes that hold most, down to a level that they have then in common.
// The newest event stays, however large it is.
func (s *Store) evict() {
	s.round++
	target := s.budget - s.budget/32
	all := s.shares()
	over, level, n := target-s.bytes, int64(0), 0 // over is what the first n shares hold beyond what is to go
	for n < len(all) && level <= all[n].bytes {
		over += all[n].bytes
		n++
		level = max(over/int64(n), 0)
	}
	for _, x := range all[:n] {
		if s.bytes > target {
			s.trim(x.lane, x.class, max(x.bytes-level, 1))
		}
	}
	s.order = s.order.drop(s.oldest, s.round)
	maps.DeleteFunc(s.lanes, func(_ string, l *lane) bool { return len(l.entries) == 0 })
}

// share is what a session holds of a class.
type share struct {
	lane  *lane
	class class
	bytes int64
}

// shares are all that hold something, the largest first.
func (s *Store) shares() (all []share) {
	for _, l := range s.lanes {
		for c, n := range l.bytes {
			if n > 0 {
				all = append(all, share{l, class(c), n})
			}
		}
	}
	slices.SortFunc(all, func(x, y share) int { return cmp.Compare(y.bytes, x.bytes) })
	return all
}

// trim evicts at least want bytes of the oldest events that a session has of a class, as far as it
// has them.
func (s *Store) trim(l *lane, c class, want int64) {
	var n int64
	newest := s.order[len(s.order)-1]
	var freed int64
	for _, k := range l.entries {
		if freed >= want || k == newest {
			break
		}
		if classOf(k.kind) != c {
			continue
		}
		k.gone = s.round
		s.oldest = max(s.oldest, k.seq+1)
		freed += k.cost()
		n++
	}
	l.entries = l.entries.drop(s.oldest, s.round)
	l.bytes[c] -= freed
	l.evicted += n
	s.bytes -= freed
	s.evictions += n
}
