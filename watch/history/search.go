package history

import "time"

// Search is the events of a [View] whose text matches a [Filter]: what n and N go through, and what
// is counted. It sees what the view shows, also while that is being filled.
type Search struct {
	view   *View
	filter Filter
	hits   *View
}

// Search begins to look for a filter in the view; call [Search.Fill] to count.
func (v *View) Search(f Filter) *Search {
	hits := &View{
		store: v.store, parent: v, query: Query{Match: f.MatchText},
		round: v.round, low: v.high, high: v.high,
	}
	return &Search{view: v, filter: f, hits: hits}
}

// Fill follows the view and counts further, from the newest to the oldest. It returns after about
// the budget, or 0 for no limit, and reports whether the count is whole. It cannot be while the
// view itself is not filled.
func (s *Search) Fill(budget time.Duration) (done bool) { return s.hits.Fill(budget) }

// Count is how many matches were counted so far.
func (s *Search) Count() int { return s.hits.Len() }

// Pending is how many events of the view were not looked at yet.
func (s *Search) Pending() int { return s.hits.Pending() }

// Number says which of the counted matches the event at seq is, from 1 for the oldest; 0 if it is
// none of them.
func (s *Search) Number(seq Seq) int {
	i := s.hits.Index(seq)
	if i == s.hits.Len() || s.hits.at(i).seq != seq {
		return 0
	}
	return i + 1
}

// Next finds the first match after a place. It looks for about the budget, 0 for no limit; where
// that is not enough, done is false, and a further call with the place at continues. A hit of nil
// with done is the end of the view.
func (s *Search) Next(after Seq, budget time.Duration) (hit *Entry, at Seq, done bool) {
	return s.next(after, newMeter(budget))
}

// Prev finds the last match before a place, as Next does.
func (s *Search) Prev(before Seq, budget time.Duration) (hit *Entry, at Seq, done bool) {
	return s.prev(before, newMeter(budget))
}

func (s *Search) next(at Seq, m *meter) (*Entry, Seq, bool) {
	s.hits.prune()
	var look scratch
	for i := s.view.Index(at + 1); i < s.view.Len(); i++ {
		k := s.view.at(i)
		if s.counted(k.seq) {
			if j := s.hits.Index(k.seq); j < s.hits.Len() {
				return s.hits.At(j), s.hits.at(j).seq, true
			}
			at = s.hits.high - 1
			i = s.view.Index(s.hits.high) - 1
			continue
		}
		if m.spent() {
			return nil, at, false
		}
		at = k.seq
		if s.filter.MatchText(look.unpack(k)) {
			return k.entry(), at, true
		}
	}
	return nil, at, true
}

func (s *Search) prev(at Seq, m *meter) (*Entry, Seq, bool) {
	s.hits.prune()
	var look scratch
	for i := s.view.Index(at) - 1; i >= 0; i-- {
		k := s.view.at(i)
		if s.counted(k.seq) {
			if j := s.hits.Index(k.seq+1) - 1; j >= 0 {
				return s.hits.At(j), s.hits.at(j).seq, true
			}
			at = s.hits.low
			i = s.view.Index(s.hits.low)
			continue
		}
		if m.spent() {
			return nil, at, false
		}
		at = k.seq
		if s.filter.MatchText(look.unpack(k)) {
			return k.entry(), at, true
		}
	}
	return nil, at, true
}

// counted reports whether the counting has passed a place, so that its hits answer at once.
func (s *Search) counted(seq Seq) bool { return seq >= s.hits.low && seq < s.hits.high }
