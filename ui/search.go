package ui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"lenswatch/watch/history"
)

// finder is what is searched for in a list. Matches are counted, and far ones found, in steps: a
// search in much history goes on from message to message, and keys are answered in between.
type finder struct {
	filter  history.Filter
	hits    *history.Search
	view    *history.View
	step    int         // the direction of a search that goes on; 0 if none does
	at      history.Seq // how far it has come
	wrapped bool        // it has come to one end, and began again at the other
}

// lastSeq is after every event.
const lastSeq = ^history.Seq(0)

// busy reports whether there is more to count, or to look for.
func (f *finder) busy() bool { return f.step != 0 || f.hits != nil && f.hits.Pending() > 0 }

// setSearch looks for a text, keeping everything else in sight, and goes to its newest match at or
// above the selection. Nil stops searching.
func (l *eventList) setSearch(f *history.Filter) {
	l.finder = nil
	l.ver++
	if f == nil || l.view == nil {
		return
	}
	l.finder = &finder{filter: *f}
	l.repeatSearch()
	l.finder.step, l.finder.at = -1, lastSeq
	if !l.follow {
		l.finder.at = l.selected + 1
	}
	l.finder.hits.Fill(fillTime)
	l.continueSearch()
}

// repeatSearch counts anew, in another view.
func (l *eventList) repeatSearch() {
	if f := l.finder; f != nil {
		f.view, f.hits, f.step = l.view, l.view.Search(f.filter), 0
	}
}

// searchStep goes to the next match in a direction, beyond the row that is selected.
func (l *eventList) searchStep(step int) {
	if l.view.Len() == 0 {
		l.news = "There is nothing to search in."
		return
	}
	from, to := l.rows.span(l.index())
	f := l.finder
	f.step, f.wrapped, f.at = step, false, l.view.At(from).Seq
	if step > 0 {
		f.at = l.view.At(to - 1).Seq
	}
	l.continueSearch()
}

// continueSearch goes on with a search.
func (l *eventList) continueSearch() {
	for f := l.finder; f.step != 0; {
		look := f.hits.Next
		if f.step < 0 {
			look = f.hits.Prev
		}
		hit, at, done := look(f.at, fillTime)
		switch {
		case hit != nil:
			l.found(hit)
			return
		case !done, f.step < 0 && l.filling(): // older events may still be found
			f.at = at
			return
		case f.wrapped:
			f.step, l.news = 0, fmt.Sprintf("Nothing here has %s.", f.filter)
			return
		}
		f.wrapped = true
		if f.at = 0; f.step < 0 {
			f.at = lastSeq
		}
	}
}

func (l *eventList) found(hit *history.Entry) {
	f := l.finder
	if f.wrapped && f.step > 0 {
		l.news = "No more matches below: went on from the oldest."
	} else if f.wrapped {
		l.news = "No more matches above: went on from the newest."
	}
	f.step = 0
	l.selectAt(l.view.Index(hit.Seq))
}

// tally is how many matches there are, and which of them is selected. While they are counted, it
// says so.
func (l *eventList) tally() string {
	f := l.finder
	n := count(int64(f.hits.Count()))
	if f.busy() || l.filling() {
		return n + l.sh.theme.Glyphs.Ellipsis
	}
	if i := f.hits.Number(l.selected); !l.follow && i > 0 {
		return count(int64(i)) + " of " + n
	}
	return n + " found"
}

// highlight marks what is searched for in a drawn line.
func (l *eventList) highlight(line string) string {
	if l.finder == nil {
		return line
	}
	text := ansi.Strip(line)
	var ranges []lipgloss.Range
	for _, r := range l.finder.filter.Ranges(text) {
		ranges = append(ranges, lipgloss.NewRange(ansi.StringWidth(text[:r[0]]), ansi.StringWidth(text[:r[1]]), l.sh.theme.Match))
	}
	if len(ranges) == 0 {
		return line
	}
	return lipgloss.StyleRanges(line, ranges...)
}

// askSearch asks what to search for in the focused list.
func (m *Model) askSearch() {
	l := m.list()
	p := &prompt{input: input("text, or re:pattern; empty stops searching"), label: "Search " + strings.ToLower(l.name)}
	p.done = func(m *Model, text string) (tea.Cmd, error) {
		if text == "" {
			l.setSearch(nil)
			return nil, nil
		}
		f, err := history.ParseFilter(text)
		if err != nil {
			return nil, err
		}
		l.setSearch(&f)
		m.notifyFilterTrouble(l)
		return nil, nil
	}
	m.show(p)
}

// searchAgain goes to the next match in a direction.
func (m *Model) searchAgain(step int) {
	l := m.list()
	if l.finder == nil {
		m.toast.info("Nothing is searched for; / begins.")
		return
	}
	l.searchStep(step)
	m.notifyFilterTrouble(l)
}

// notifyFilterTrouble says what became of a search.
func (m *Model) notifyFilterTrouble(l *eventList) {
	if l.news != "" {
		m.toast.info(l.news)
		l.news = ""
	}
}
