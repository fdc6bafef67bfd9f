package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/watch/history"
)

// setFilters shows only the events that fit all of the filters.
func (l *eventList) setFilters(fs history.Filters) {
	l.filters = fs
	l.view = nil
	l.sync()
}

// match is what an event has to fulfil to be shown in the list: the pane's own condition, then
// the filters.
func (l *eventList) match() func(*client.Event) bool {
	if len(l.filters) == 0 && l.hidden == (hidden{}) {
		return l.query.Match
	}
	own, hidden, filters := l.query.Match, l.hidden, l.filters
	return func(e *client.Event) bool { return own(e) && !hidden.hides(e) && filters.Match(e) }
}

// notable is what jumping stops at: an error, a warning such as a gap, the first event after the
// mark, or a label that differs from the one before.
func (l *eventList) notable(step int) bool {
	if l.view == nil || l.view.Len() == 0 {
		return false
	}
	for i := l.index() + step; i >= 0 && i < l.rows.len(); i += step {
		if l.isNotable(i) {
			_, to := l.rows.span(i)
			l.selectAt(to - 1)
			return true
		}
	}
	return false
}

// labelReach is how many rows back the former label of a session is looked for.
const labelReach = 200

// formerLabel is the label of the last result before the i-th row, of the same session; empty if
// the row has no label, or the same.
func (l *eventList) formerLabel(i int) string {
	from, _ := l.rows.span(i)
	e := l.view.At(from)
	if labelOf(e) == "" {
		return ""
	}
	for j := i - 1; j >= max(i-labelReach, 0); j-- {
		_, to := l.rows.span(j)
		if p := l.view.At(to - 1); p.Session == e.Session && labelOf(p) != "" {
			if labelOf(p) == labelOf(e) {
				return ""
			}
			return labelOf(p)
		}
	}
	return ""
}

// isNotable reports whether a row is one to jump to.
func (l *eventList) isNotable(i int) bool {
	from, to := l.rows.span(i)
	e, mark := l.view.At(to-1), l.sh.timeMark
	if !mark.IsZero() && !e.Received.Before(mark) && (from == 0 || l.view.At(from-1).Received.Before(mark)) {
		return true
	}
	return e.Kind == client.KindError || e.Level >= client.LevelWarn || l.formerLabel(i) != ""
}

// askFilter asks for one more filter of the focused list.
func (m *Model) askFilter() {
	l := m.list()
	p := &prompt{input: input("text, re:pattern, !not, .jq, kind:result, level:warn; empty takes the last one away"), label: "Filter " + strings.ToLower(l.name)}
	p.done = func(_ *Model, text string) (tea.Cmd, error) {
		if text == "" {
			l.setFilters(l.filters[:max(len(l.filters)-1, 0)])
			return nil, nil
		}
		f, err := history.ParseFilter(text)
		if err != nil {
			return nil, err
		}
		l.setFilters(append(l.filters[:len(l.filters):len(l.filters)], f))
		return nil, nil
	}
	m.show(p)
}

// jumpNotable goes to the next error, gap, label change or mark.
func (m *Model) jumpNotable(step int) {
	if !m.list().notable(step) {
		m.toast.info("No error, gap, label change or mark in this direction.")
	}
}

// unfilter shows everything again.
func (l *eventList) unfilter() {
	l.hidden = hidden{}
	l.setFilters(nil)
}

// chips are the filters and the search, for the title. A filter that could not be run on some of the
// events says on how many: those are not shown.
func (l *eventList) chips() (out []string) {
	th := l.sh.theme
	for _, chip := range l.hidden.chips() {
		out = append(out, th.Accent.Render("["+chip+"]"))
	}
	for _, f := range l.filters {
		chip := th.Accent.Render("[" + f.String())
		if n, err := f.Trouble(); err != nil {
			chip += th.Bad.Render(" | " + count(n) + " failed")
		}
		out = append(out, chip+th.Accent.Render("]"))
	}
	if l.finder != nil {
		out = append(out, th.Match.Render("/"+l.finder.filter.String())+" "+th.Strong.Render(l.tally()))
	}
	return out
}
