package events

import (
	"slices"
	"sort"

	"lenswatch/client"
	"lenswatch/watch/history"
)

// rows numbers the rows of a list. A row is an event of the view or, where repeats are folded,
// a run of results of one session that say the same.
//
// The view is never walked as a whole: new events, older ones that were found, and evicted ones are each
// taken in when they happen.
type rows struct {
	view *history.View
	fold bool

	heads []runHead
	base  int64 // the ordinal of the view's first event
	n     int   // view.Len(), view.Added() and view.Pruned() when they were last taken in
	added int64
	gone  int64
}

// runHead is the oldest event of a row. Ordinals number the events that a view has had; they do
// not change when others come before or go.
type runHead struct {
	seq history.Seq
	ord int64
}

// newRows numbers the rows of a view that has no events yet, or all that it will have.
func newRows(v *history.View, fold bool) rows {
	r := rows{view: v, fold: fold, added: v.Added(), gone: v.Pruned()}
	r.sync()
	return r
}

// sync takes in how the view changed. It is to be called after each Sync or Fill of it, so that
// what was evicted is something that was seen here.
func (r *rows) sync() {
	if !r.fold {
		return
	}
	n := r.view.Len()
	gone, newer := int(r.view.Pruned()-r.gone), int(r.view.Added()-r.added)
	older := n - r.n + gone - newer
	if gone > 0 {
		r.prune(gone, older)
	}
	if older > 0 {
		r.base -= int64(older)
		r.prepend(older)
	}
	for i := n - newer; i < n; i++ {
		if i == 0 || !repeats(r.view.At(i-1), r.view.At(i)) {
			r.heads = append(r.heads, r.head(i))
		}
	}
	r.n, r.added, r.gone = n, r.view.Added(), r.view.Pruned()
}

func (r *rows) head(i int) runHead { return runHead{r.view.At(i).Seq, r.base + int64(i)} }

// prune takes out what was evicted: some of the events before a place, none of those after it. Only
// rows before that place are looked at. Rows that come to stand side by side may become one.
func (r *rows) prune(gone, older int) {
	index := func(k int) int { // before older ones were found
		if k == len(r.heads) {
			return r.n - gone
		}
		return r.view.Index(r.heads[k].seq) - older
	}
	whole := sort.Search(len(r.heads), func(k int) bool { return int(r.heads[k].ord-r.base)-index(k) >= gone })
	r.base += int64(gone)
	retained := r.heads[:0]
	for k := range min(whole+1, len(r.heads)) {
		from, to := index(k), index(k+1)
		if from == to || from > 0 && repeats(r.view.At(older+from-1), r.view.At(older+from)) {
			continue
		}
		retained = append(retained, runHead{r.view.At(older + from).Seq, r.base + int64(from)})
	}
	r.heads = slices.Delete(r.heads, len(retained), min(whole+1, len(r.heads)))
}

// prepend makes the rows of n events that were found before the others.
func (r *rows) prepend(n int) {
	var front []runHead
	for i := range n {
		if i == 0 || !repeats(r.view.At(i-1), r.view.At(i)) {
			front = append(front, r.head(i))
		}
	}
	if len(r.heads) > 0 && repeats(r.view.At(n-1), r.view.At(n)) {
		r.heads = r.heads[1:]
	}
	r.heads = append(front, r.heads...)
}

// len is how many rows there are.
func (r *rows) len() int {
	if !r.fold {
		return r.view.Len()
	}
	return len(r.heads)
}

// span is the events of the i-th row, as places in the view: from the oldest to before to.
func (r *rows) span(i int) (from, to int) {
	if !r.fold {
		return i, i + 1
	}
	to = r.n
	if i+1 < len(r.heads) {
		to = int(r.heads[i+1].ord - r.base)
	}
	return int(r.heads[i].ord - r.base), to
}

// of is the row in which the view's i-th event is.
func (r *rows) of(i int) int {
	if !r.fold {
		return i
	}
	ord := r.base + int64(i)
	return sort.Search(len(r.heads), func(k int) bool { return r.heads[k].ord > ord }) - 1
}

// repeats reports whether two results, one after the other, say the same: the same label, or where
// there is none, the same text. Embeddings differ even where their texts do not.
func repeats(a, b *history.Entry) bool {
	if a.Kind != client.KindResult || b.Kind != client.KindResult || a.Session != b.Session {
		return false
	}
	if labelOf(a) != "" || labelOf(b) != "" {
		return labelOf(a) == labelOf(b)
	}
	return a.Text == b.Text && !isEmbedding(a) && !isEmbedding(b)
}

// labelOf is the class of a result, empty if it has none.
func labelOf(e *history.Entry) string {
	if e.Result == nil {
		return ""
	}
	return e.Result.Label
}

func isEmbedding(e *history.Entry) bool { return e.Result != nil && len(e.Result.Shape) > 0 }
