package sessions

import (
	"slices"

	"lenswatch/ui/status"
	"lenswatch/watch"
)

// order puts sessions in the order in which they are looked at: first what needs attention, then what is open, then what
// is only listed, then what is over. Within each they stay in the order in which they appeared.
func order(sum status.Summary, all []*watch.Session) []*watch.Session {
	out := slices.Clone(all)
	slices.SortStableFunc(out, func(a, b *watch.Session) int { return group(sum, a) - group(sum, b) })
	return out
}

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

// arrange orders the sessions, and folds those that are over into one row, but for the one that is selected.
func (t *Table) arrange() {
	t.list, t.folded = order(t.summary, t.Store.Sessions()), 0
	if t.unfolded {
		return
	}
	first := slices.IndexFunc(t.list, (*watch.Session).Gone)
	if first < 0 || len(t.list)-first < minFold {
		return
	}
	ended := t.list[first:]
	t.list = t.list[:first]
	for _, s := range ended {
		if s.Record.ID == t.selected {
			t.list = append(t.list, s)
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
