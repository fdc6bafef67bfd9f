package history

import (
	"slices"
	"sort"
	"time"

	"lenswatch/client"
)

// syncBudget is how long one [View.Sync] may take: a fraction of a frame at 30 frames a second.
const syncBudget = 8 * time.Millisecond

// Query says which events a [View] shows.
type Query struct {
	// Session limits the view to one session. Empty means all, merged by receipt.
	Session string
	// Kinds limits the view to these. Empty means all.
	Kinds []client.Kind
	// Match further limits it. It must answer the same each time, and keep nothing of what it is
	// shown, which is another event the next time. Nil means all.
	Match func(*client.Event) bool
}

// source is where a View takes its rows from: the whole history, one session's, or another View.
type source interface {
	Len() int
	At(i int) *packed
	Index(seq Seq) int
}

// shown is a View as the source of another.
type shown struct{ *View }

// At is the i-th event that the view shows.
func (s shown) At(i int) *packed { return s.at(i) }

// View is a window on a [Store]: the events that fit a [Query], oldest first.
//
// It knows one unbroken span of the history, which grows at both ends: towards what arrives, by Sync,
// and towards what was, by Fill. Rows found by Fill stand before those that were there.
type View struct {
	store  *Store
	parent *View // where the rows come from, if not from the store
	query  Query
	kinds  uint32

	low, high Seq       // what is at or above low and below high was looked at
	older     []*packed // found by Fill, newest first, so that it grows at its end
	newer     rows      // taken in by Sync
	round     uint32    // what was evicted in this round and before is no longer shown
	added     int64
	pruned    int64
	last      *Entry // that At has made: neighbours are compared in turn
}

// View makes a View of s that shows all that fits, however long it takes to find that.
func (s *Store) View(q Query) *View {
	v := s.Open(q)
	v.Fill(0)
	return v
}

// Open makes a View of s that shows nothing yet. Call [View.Fill] until it is done: the newest
// events are found first.
func (s *Store) Open(q Query) *View {
	v := &View{store: s, query: q, round: s.round, low: s.next, high: s.next}
	for _, k := range q.Kinds {
		v.kinds |= 1 << k
	}
	return v
}

// Sync takes in what arrived since and lets go of what was evicted. It reports whether anything
// changed. Where Match is so slow that it would take longer than some milliseconds, the rest is
// left to the next Sync or Fill, and [View.Pending] says how much that is.
func (v *View) Sync() bool {
	before, pruned := v.added, v.pruned
	v.prune()
	v.forward(newMeter(syncBudget))
	return v.added != before || v.pruned != pruned
}

// Fill does what Sync does, and continues with what was before the view was opened, from the newest
// to the oldest. It returns after about the budget, or 0 for no limit, and reports whether all was
// looked at. It always gets a little further.
func (v *View) Fill(budget time.Duration) (done bool) { return v.fill(newMeter(budget)) }

func (v *View) fill(m *meter) bool {
	v.prune()
	return v.forward(m) && v.backward(m)
}

// source is where the rows come from, and the span that is to be had there.
func (v *View) source() (from source, low, high Seq) {
	if v.parent != nil {
		return shown{v.parent}, v.parent.low, v.parent.high
	}
	if v.query.Session == "" {
		return v.store.order, 1, v.store.next
	}
	var lane rows
	if l := v.store.lanes[v.query.Session]; l != nil {
		lane = l.entries
	}
	return lane, 1, v.store.next
}

// forward takes in what is newer than what was looked at.
func (v *View) forward(m *meter) (done bool) {
	from, _, high := v.source()
	if v.high == high {
		return true
	}
	var look scratch
	for i := from.Index(v.high); i < from.Len(); i++ {
		if m.spent() {
			return false
		}
		k := from.At(i)
		v.high = k.seq + 1
		if v.fits(k, &look) {
			v.newer = append(v.newer, k)
			v.added++
		}
	}
	v.high = high
	return true
}

// backward takes in what is older than what was looked at.
func (v *View) backward(m *meter) (done bool) {
	from, low, _ := v.source()
	if v.low == low {
		return low == 1
	}
	var look scratch
	for i := from.Index(v.low) - 1; i >= 0; i-- {
		if m.spent() {
			return false
		}
		k := from.At(i)
		v.low = k.seq
		if v.fits(k, &look) {
			v.older = append(v.older, k)
		}
	}
	v.low = low
	return low == 1
}

func (v *View) fits(k *packed, g *scratch) bool {
	return (v.kinds == 0 || v.kinds&(1<<k.kind) != 0) &&
		(v.query.Match == nil || v.query.Match(g.unpack(k)))
}

// prune drops the entries that were evicted. A view of a view follows its parent in that.
func (v *View) prune() {
	round := v.store.round
	if v.parent != nil {
		round = v.parent.round
	}
	if v.round == round {
		return
	}
	v.round = round
	before := v.Len()
	v.newer = v.newer.drop(v.store.oldest, round)
	n := sort.Search(len(v.older), func(i int) bool { return v.older[i].seq < v.store.oldest })
	stay := slices.DeleteFunc(v.older[n:], func(k *packed) bool { return k.evictedBy(round) })
	v.older = v.older[:n+len(stay)]
	v.pruned += int64(before - v.Len())
}

// Query is what the view was made with.
func (v *View) Query() Query { return v.query }

// Len is how many events the view shows.
func (v *View) Len() int { return len(v.older) + len(v.newer) }

// Pending is how many events were not looked at yet: newer ones that Sync left, older ones that
// Fill has still to come to.
func (v *View) Pending() int {
	from, _, _ := v.source()
	return from.Len() - (from.Index(v.high) - from.Index(v.low))
}

// Added is how many newer events the view has taken in since it was made; it never falls. What
// Fill finds is not new.
func (v *View) Added() int64 { return v.added }

// Pruned is how many of the events that it showed were evicted since.
func (v *View) Pruned() int64 { return v.pruned }

// At is the i-th event, oldest first. While Fill is not done, the numbers change; places do not.
func (v *View) At(i int) *Entry {
	if k := v.at(i); v.last == nil || v.last.Seq != k.seq {
		v.last = k.entry()
	}
	return v.last
}

func (v *View) at(i int) *packed {
	if n := len(v.older); i < n {
		return v.older[n-1-i]
	}
	return v.newer[i-len(v.older)]
}

// Index finds the event at seq, or the first one after it; it is Len() if there is none.
func (v *View) Index(seq Seq) int {
	return sort.Search(v.Len(), func(i int) bool { return v.at(i).seq >= seq })
}

// Cursor reads what a View showed at a moment, oldest first, a slice at a time. What is evicted before it is
// read is skipped: a Cursor retains nothing beyond the Store's budget but the places of the events.
type Cursor struct {
	view  View
	total int
	read  int
	next  Seq
}

// Cursor reads what v shows now. It belongs to the goroutine of the Store, as v does.
func (v *View) Cursor() *Cursor {
	c := &Cursor{view: *v, total: v.Len()}
	c.view.older, c.view.newer = slices.Clone(v.older), slices.Clone(v.newer)
	return c
}

// Total is how many events the view showed, and Read how many of them were read so far.
func (c *Cursor) Total() int { return c.total }

// Read is how many events were read so far.
func (c *Cursor) Read() int { return c.read }

// Next is at most n of the events that follow, and no more after about so many bytes of payload; none at the
// end. They may be used in another goroutine.
func (c *Cursor) Next(n, bytes int) (out []*Entry) {
	c.view.prune()
	for i := c.view.Index(c.next); i < c.view.Len() && len(out) < n && bytes > 0; i++ {
		e := c.view.at(i).entry()
		out = append(out, e)
		bytes -= len(e.Raw)
		c.next = e.Seq + 1
	}
	c.read += len(out)
	return out
}

// rows are events in the order of receipt, oldest first.
type rows []*packed

// Len is how many there are.
func (r rows) Len() int { return len(r) }

// At is the i-th.
func (r rows) At(i int) *packed { return r[i] }

// Index finds the event at seq, or the first one after it; it is Len() if there is none.
func (r rows) Index(seq Seq) int {
	return sort.Search(len(r), func(i int) bool { return r[i].seq >= seq })
}

// drop removes what was evicted up to a round. All of that is below before: only so much is looked
// at, as what is evicted is mostly the oldest part of much that stays.
func (r rows) drop(before Seq, round uint32) rows {
	n := r.Index(before)
	stay := len(slices.DeleteFunc(r[:n], func(k *packed) bool { return k.evictedBy(round) }))
	return slices.Delete(r, stay, n)
}

// evictedBy reports whether the event was evicted in the round, or earlier.
func (k *packed) evictedBy(round uint32) bool { return k.gone != 0 && k.gone <= round }
