package history

import (
	"slices"
	"sort"

	"lenswatch/client"
)

// Query says which events a [View] shows.
type Query struct {
	// Session limits the view to one session. Empty means all, merged by receipt.
	Session string
	// Kinds limits the view to these. Empty means all.
	Kinds []client.Kind
	// Match further limits it. It must answer the same each time. Nil means all.
	Match func(*client.Event) bool
}

// View is a window on a [Store]: the events that fit a [Query], oldest first.
type View struct {
	store     *Store
	query     Query
	kinds     uint32
	entries   []*Entry
	scanned   Seq   // everything below was looked at
	evictions int64 // Store.evictions at the last prune
	added     int64
	pruned    int64
}

// View makes a View of s and fills it.
func (s *Store) View(q Query) *View {
	v := &View{store: s, query: q, evictions: s.evictions}
	for _, k := range q.Kinds {
		v.kinds |= 1 << k
	}
	v.Sync()
	return v
}

// Sync takes in what came since and lets go of what was evicted. It reports whether anything
// changed.
func (v *View) Sync() bool {
	changed := v.prune()
	if v.scanned == v.store.next {
		return changed
	}
	source := v.store.order
	if v.query.Session != "" {
		source = nil
		if l := v.store.lanes[v.query.Session]; l != nil {
			source = l.entries
		}
	}
	before := len(v.entries)
	for _, e := range source[search(source, v.scanned):] {
		if v.fits(&e.Event) {
			v.entries = append(v.entries, e)
		}
	}
	v.scanned = v.store.next
	v.added += int64(len(v.entries) - before)
	return changed || len(v.entries) != before
}

func (v *View) fits(ev *client.Event) bool {
	return (v.kinds == 0 || v.kinds&(1<<ev.Kind) != 0) &&
		(v.query.Match == nil || v.query.Match(ev))
}

// prune drops the entries that were evicted.
func (v *View) prune() bool {
	if v.evictions == v.store.evictions {
		return false
	}
	v.evictions = v.store.evictions
	before := len(v.entries)
	v.entries = slices.DeleteFunc(v.entries, func(e *Entry) bool { return e.gone })
	v.pruned += int64(before - len(v.entries))
	return len(v.entries) != before
}

// Query is what the view was made with.
func (v *View) Query() Query { return v.query }

// Len is how many events the view shows.
func (v *View) Len() int { return len(v.entries) }

// Added is how many events the view has taken in since it was made; it never falls.
func (v *View) Added() int64 { return v.added }

// Pruned is how many of the events that it showed were evicted since.
func (v *View) Pruned() int64 { return v.pruned }

// At is the i-th event, oldest first.
func (v *View) At(i int) *Entry { return v.entries[i] }

// Index finds the event at seq, or the first one after it; it is Len() if there is none.
func (v *View) Index(seq Seq) int { return search(v.entries, seq) }

// search finds the first entry at or after seq.
func search(entries []*Entry, seq Seq) int {
	return sort.Search(len(entries), func(i int) bool { return entries[i].Seq >= seq })
}
