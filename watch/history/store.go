package history

import (
	"maps"
	"slices"
	"strings"
	"unsafe"

	"lenswatch/client"
)

// Seq is the place of an event in the order of receipt. The first is 1; 0 is no event.
type Seq uint64

// DefaultBudget is how many bytes a Store keeps unless told otherwise: 64 MiB.
const DefaultBudget = 64 << 20

// Entry is a kept event and its place. It must not be changed.
type Entry struct {
	client.Event
	Seq  Seq
	cost int32
	gone uint32 // the Store.round in which it was evicted; 0 while it is kept
}

// lane is what the Store knows of one session.
type lane struct {
	entries rows
	bytes   int64
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

// Append keeps an event and returns its place. It may evict older ones. The event's Raw must not be
// changed any more: its Text may become a part of it.
func (s *Store) Append(ev client.Event) Seq {
	e := &Entry{Event: ev, Seq: s.next}
	e.cost = costOf(&ev)
	if text, ok := within(ev.Raw, ev.Text); ok {
		e.Text = text
		e.cost -= int32(len(text))
	}
	s.next++
	l := s.lanes[ev.Session]
	if l == nil {
		l = &lane{}
		s.lanes[ev.Session] = l
	}
	s.order = append(s.order, e)
	l.entries = append(l.entries, e)
	l.bytes += int64(e.cost)
	s.bytes += int64(e.cost)
	if s.bytes > s.budget {
		s.evict()
	}
	return e.Seq
}

// At returns the event at a place, or nil if it was evicted or never was.
func (s *Store) At(seq Seq) *Entry {
	i := s.order.Index(seq)
	if i == len(s.order) || s.order[i].Seq != seq {
		return nil
	}
	return s.order[i]
}

// Len is how many events are kept.
func (s *Store) Len() int { return len(s.order) }

// Bytes is how much is kept, by the Store's own estimate, and how much may be.
func (s *Store) Bytes() (kept, budget int64) { return s.bytes, s.budget }

// Evicted is how many events of a session were let go; of all sessions, if session is empty. A
// session of which nothing at all is kept is no longer counted by itself.
func (s *Store) Evicted(session string) int64 {
	if session == "" {
		return s.evictions
	}
	if l := s.lanes[session]; l != nil {
		return l.evicted
	}
	return 0
}

// evict lets go of a thirty-second part of the budget at once, so that the order is compacted,
// and Views prune, seldom. The newest event stays, however large it is.
func (s *Store) evict() {
	s.round++
	target := s.budget - s.budget/32
	for s.bytes > target {
		var fat *lane
		for _, l := range s.lanes {
			if fat == nil || l.bytes > fat.bytes {
				fat = l
			}
		}
		if s.trim(fat, min(s.bytes-target, max(fat.bytes/8, 1))) == 0 {
			break
		}
	}
	s.order = s.order.drop(s.oldest, s.round)
	maps.DeleteFunc(s.lanes, func(_ string, l *lane) bool { return len(l.entries) == 0 })
}

// trim evicts at least want bytes of the lane's oldest events, as far as it has them, and returns
// how many events those were.
func (s *Store) trim(l *lane, want int64) (n int) {
	newest := s.order[len(s.order)-1]
	for freed := int64(0); freed < want && n < len(l.entries) && l.entries[n] != newest; n++ {
		e := l.entries[n]
		e.gone = s.round
		s.oldest = max(s.oldest, e.Seq+1)
		freed += int64(e.cost)
		l.bytes -= int64(e.cost)
		s.bytes -= int64(e.cost)
	}
	l.entries = slices.Delete(l.entries, 0, n)
	l.evicted += int64(n)
	s.evictions += int64(n)
	return n
}

// within finds text in raw and returns it as a part of raw, so that it need not be kept twice. That
// is safe because raw is never changed.
func within(raw []byte, text string) (string, bool) {
	if text == "" {
		return "", false
	}
	whole := unsafe.String(unsafe.SliceData(raw), len(raw))
	i := strings.Index(whole, text)
	if i < 0 {
		return "", false
	}
	return whole[i : i+len(text)], true
}

// costOf estimates what an event keeps alive. Strings that all events of a session share are not
// counted.
func costOf(ev *client.Event) int32 {
	n := int(unsafe.Sizeof(Entry{})) + 2*int(unsafe.Sizeof((*Entry)(nil))) +
		len(ev.Text) + cap(ev.Raw) + len(ev.ID)
	if r := ev.Result; r != nil {
		n += int(unsafe.Sizeof(*r)) + len(r.Scores)*int(unsafe.Sizeof(client.Score{})) + len(r.Shape)*8
	}
	if ev.Beat != nil {
		n += int(unsafe.Sizeof(*ev.Beat))
	}
	if ev.Notice != nil {
		n += int(unsafe.Sizeof(*ev.Notice))
	}
	return int32(n)
}
