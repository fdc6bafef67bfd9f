package sessions

import (
	"cmp"
	"slices"

	"lenswatch/ui/status"
	"lenswatch/watch"
)

// The groups of the order.
const (
	attention = iota
	open
	listed
	over
)

func group(sum status.Summary, s *watch.Session) int {
	switch {
	case s.Gone():
		return over
	case s.Unwatched():
		return listed
	case sum.Troubled(s):
		return attention
	}
	return open
}

// minFold is from how many sessions that are over they share one row.
const minFold = 2

// others are the sessions that are only listed, in the order in which they appeared. There may be 100,000, and a key is
// to be answered at once: they are looked through when their list has changed, and not otherwise.
type others struct {
	version    uint64
	open, over []*watch.Session
	widest     int // cells of the longest name of those that are open
}

func (l *others) sync(store Store) {
	if v := store.ListVersion(); v != l.version || v == 0 {
		*l = others{version: v}
		for _, s := range store.OnlyListed() {
			if s.Gone() {
				l.over = append(l.over, s)
			} else {
				l.open = append(l.open, s)
			}
		}
		l.widest = widest(l.open, store.Services())
	}
}

// arrange puts the sessions in the order in which they are looked at: first what needs attention, then what is open, then
// what is only listed, then what is over. Within each they stay in the order in which they appeared. Those that are over
// are folded into one row, but for the one that is selected.
func (t *Table) arrange() {
	t.others.sync(t.Store)
	known := slices.Clone(t.Store.Known())
	slices.SortFunc(known, func(a, b *watch.Session) int {
		return cmp.Or(group(t.summary, a)-group(t.summary, b), a.Slot-b.Slot)
	})
	first := slices.IndexFunc(known, (*watch.Session).Gone)
	if first < 0 {
		first = len(known)
	}
	t.open = first + len(t.others.open)
	t.list = append(append(t.list[:0], known[:first]...), t.others.open...)
	t.known, t.folded = known, 0
	ended := slices.Concat(known[first:], t.others.over)
	if t.unfolded || len(ended) < minFold {
		t.list = append(t.list, ended...)
		return
	}
	t.known = known[:first]
	for _, s := range ended {
		if s.Record.ID == t.selected {
			t.list, t.known = append(t.list, s), append(t.known, s)
		} else {
			t.folded++
		}
	}
}

// ToggleEnded shows a row for each session that is over, or one row for all of them. It reports whether there are any.
func (t *Table) ToggleEnded() bool {
	t.unfolded = !t.unfolded
	t.arrange()
	t.at.To(t.row(), t.rows(), t.h)
	t.ver++
	return slices.ContainsFunc(t.Store.Sessions(), (*watch.Session).Gone)
}

// NextProblem is the next session below the selected one that needs attention, round and round; nil if none does.
func (t *Table) NextProblem() *watch.Session {
	at := max(t.row()-1, -1)
	for i := range t.list {
		if s := t.list[(at+1+i)%len(t.list)]; group(t.summary, s) == attention {
			return s
		}
	}
	return nil
}
