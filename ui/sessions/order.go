package sessions

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"lenswatch/client"
	"lenswatch/ui/draw"
	"lenswatch/ui/status"
	"lenswatch/watch"
)

// Sort is what sessions are in order by. Whatever it is, those that are pinned come before others, and those that are
// over last.
type Sort uint8

// The orders. By urgency, what needs attention comes before everything, and the others are as they appeared.
const (
	ByUrgency Sort = iota
	ByName
	ByAge    // the newest session first
	ByRate   // the most results a second first
	ByResult // the longest without a result first
	sortCount
)

var sortWords = [sortCount]string{"urgency", "name", "age", "rate", "longest without a result"}

// String is the word for the screen and the file of what is remembered.
func (s Sort) String() string { return sortWords[min(s, sortCount-1)] }

// MarshalText is the word.
func (s Sort) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText takes a word. One that is not known is that of urgency: an order is no reason to fail.
func (s *Sort) UnmarshalText(text []byte) error {
	*s = Sort(max(slices.Index(sortWords[:], string(text)), 0))
	return nil
}

// rank is where a session is in an order: by group, then number, then name, then as they appeared.
type rank struct {
	group  int
	number float64
	name   string
}

// sorted puts sessions in an order.
func (t *Table) sorted(all []*watch.Session) []*watch.Session {
	type ranked struct {
		rank
		s *watch.Session
	}
	list := make([]ranked, len(all))
	for i, s := range all {
		list[i] = ranked{t.rank(s), s}
	}
	slices.SortStableFunc(list, func(a, b ranked) int {
		return cmp.Or(a.group-b.group, cmp.Compare(a.number, b.number), strings.Compare(a.name, b.name), a.s.Slot-b.s.Slot)
	})
	out := make([]*watch.Session, len(list))
	for i, r := range list {
		out[i] = r.s
	}
	return out
}

func (t *Table) rank(s *watch.Session) rank {
	r := rank{group: group(t.summary, s)}
	if t.Sort != ByUrgency && r.group == attention {
		r.group = open
	}
	if s.Choices.Pinned && r.group == open {
		r.group = pinned
	}
	switch {
	case t.Sort == ByUrgency:
	case t.Sort == ByName:
		r.name = strings.ToLower(status.Name(s))
	case t.Sort == ByAge:
		r.number = -float64(cmp.Or(s.Record.Started.Unix(), s.Record.Registered.Unix()))
	case !flows(s):
		r.number = math.Inf(1)
	case t.Sort == ByRate:
		r.number = -s.Health.Metrics(t.c.Now).ResultRate
	case t.Sort == ByResult:
		if r.number = -s.Health.Metrics(t.c.Now).ResultAge.Seconds(); s.Newest.Kind != client.KindResult {
			r.number = math.Inf(-1)
		}
	}
	return r
}

// The groups of every order.
const (
	attention = iota
	pinned
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

// words are what a session is found by.
func words(c *draw.Context, s *watch.Session) string {
	r := &s.Record
	return strings.ToLower(strings.Join([]string{r.Service, status.Name(s), status.LensName(r), r.ID, status.Of(c, s).Word}, " "))
}

// matches reports whether a session has every word that is searched for.
func (t *Table) matches(s *watch.Session) bool {
	all := ""
	for _, word := range t.match {
		if all == "" {
			all = words(t.c, s)
		}
		if !strings.Contains(all, word) {
			return false
		}
	}
	return true
}

// Match shows only the sessions that have every word of a text in their name, ID, state or service, and the one that is
// selected. An empty text shows all.
func (t *Table) Match(text string) {
	t.match = strings.Fields(strings.ToLower(text))
	t.refresh()
}

// Matching is the text that the sessions are searched for; empty for all.
func (t *Table) Matching() string { return strings.Join(t.match, " ") }

// NextSort puts the sessions in the next order.
func (t *Table) NextSort() {
	t.Sort = (t.Sort + 1) % sortCount
	t.refresh()
}

// minFold is from how many sessions that are over they share one row.
const minFold = 2

// others are the sessions that are only listed. There may be 100,000, and a key is to be answered at once: they are looked
// through when their list has changed, or what is shown of it, and not otherwise.
type others struct {
	of         othersOf
	open, over []*watch.Session // those that are over are all of them
	count      int              // those that are open
	widest     int              // cells of the longest name of those that are shown
}

// othersOf is what the others are looked through for.
type othersOf struct {
	version         uint64
	sort            Sort
	match, selected string
}

func (l *others) sync(t *Table) {
	of := othersOf{version: t.Store.ListVersion(), sort: t.Sort, match: t.Matching()}
	if of.match != "" {
		of.selected = t.selected // it is shown whatever is searched for
	}
	if of == l.of && of.version != 0 {
		return
	}
	*l = others{of: of}
	for _, s := range t.Store.OnlyListed() {
		if s.Gone() {
			l.over = append(l.over, s)
		} else {
			l.open = append(l.open, s)
		}
	}
	l.count = len(l.open)
	l.open = t.matching(t.sorted(l.open))
	l.widest = widest(l.open, t.Store.Services())
}

// matching are those of the sessions that are searched for, and the one that is selected.
func (t *Table) matching(all []*watch.Session) []*watch.Session {
	if len(t.match) == 0 {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(s *watch.Session) bool { return s.Record.ID != t.selected && !t.matches(s) })
}

// Known are the sessions of which more is known than that they are listed, in the order of the rows, those that share
// one or are not searched for too.
func (t *Table) Known() []*watch.Session { return t.sorted(t.Store.Known()) }

// arrange puts the sessions in the order in which they are looked at, leaves out those that are not searched for, and
// folds those that are over into one row, but for the one that is selected.
func (t *Table) arrange() {
	t.others.sync(t)
	known := t.Known()
	first := slices.IndexFunc(known, (*watch.Session).Gone)
	if first < 0 {
		first = len(known)
	}
	t.open = first + t.others.count
	t.known, t.folded = t.matching(known[:first]), 0
	t.list = slices.Concat(t.known, t.others.open)
	ended := t.matching(slices.Concat(known[first:], t.others.over))
	if t.unfolded || len(ended) < minFold {
		t.list, t.known = append(t.list, ended...), append(t.known, ended...)
		return
	}
	for _, s := range ended {
		if s.Record.ID == t.selected {
			t.list, t.known = append(t.list, s), append(t.known, s)
		} else {
			t.folded++
		}
	}
}

// refresh arranges the sessions anew, with the selected one in sight.
func (t *Table) refresh() {
	if t.c == nil { // nothing was shown yet
		return
	}
	t.arrange()
	t.at.To(t.row(), t.rows(), t.h)
	t.ver++
}

// ToggleEnded shows a row for each session that is over, or one row for all of them. It reports whether there are any.
func (t *Table) ToggleEnded() bool {
	t.unfolded = !t.unfolded
	t.refresh()
	return slices.ContainsFunc(t.Store.Sessions(), (*watch.Session).Gone)
}

// NextProblem is the next session above (step -1) or below the selected one that needs attention, round and round; nil if
// none does.
func (t *Table) NextProblem(step int) *watch.Session {
	at, n := t.row()-1, len(t.list)
	if at < 0 && step < 0 {
		at = 0 // from all sessions, up is the last one
	}
	for range n {
		at = (at + step + n) % n
		if s := t.list[at]; group(t.summary, s) == attention {
			return s
		}
	}
	return nil
}

// Streaming are the sessions of which results can arrive, in the order of the table.
func (t *Table) Streaming() []*watch.Session {
	return t.only(func(s *watch.Session) bool {
		return flows(s) && s.Health.Metrics(t.c.Now).Channel != client.ChannelPoll
	})
}

// Pinned are those of them that are pinned.
func (t *Table) Pinned() []*watch.Session {
	return t.only(func(s *watch.Session) bool { return flows(s) && s.Choices.Pinned })
}

func (t *Table) only(is func(*watch.Session) bool) []*watch.Session {
	return slices.DeleteFunc(slices.Clone(t.known), func(s *watch.Session) bool { return !is(s) })
}
