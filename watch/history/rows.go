package history

import (
	"slices"
	"sort"
)

// rows are entries in the order of receipt, oldest first.
type rows []*Entry

// Len is how many there are.
func (r rows) Len() int { return len(r) }

// At is the i-th.
func (r rows) At(i int) *Entry { return r[i] }

// Index finds the entry at seq, or the first one after it; it is Len() if there is none.
func (r rows) Index(seq Seq) int {
	return sort.Search(len(r), func(i int) bool { return r[i].Seq >= seq })
}

// drop removes what was evicted up to a round. All of that is below before: only so much is looked
// at, as what is evicted is mostly the oldest part of much that stays.
func (r rows) drop(before Seq, round uint32) rows {
	n := r.Index(before)
	kept := len(slices.DeleteFunc(r[:n], func(e *Entry) bool { return e.evictedBy(round) }))
	return slices.Delete(r, kept, n)
}

// evictedBy reports whether the entry was evicted in the round, or earlier.
func (e *Entry) evictedBy(round uint32) bool { return e.gone != 0 && e.gone <= round }
