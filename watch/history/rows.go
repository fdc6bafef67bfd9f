package history

import (
	"slices"
	"sort"
)

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
