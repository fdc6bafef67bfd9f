package ui

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

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
	if len(l.filters) == 0 {
		return l.query.Match
	}
	own, filters := l.query.Match, l.filters
	return func(e *client.Event) bool { return own(e) && filters.Match(e) }
}

// setSearch looks for a text, keeping everything else in sight, and goes to its newest match.
func (l *eventList) setSearch(f *history.Filter) (found bool) {
	l.search = f
	l.ver++
	return f == nil || l.jump(-1, true, f.Match)
}

// jump selects the next entry in a direction that fits; with here the selected one may be it.
func (l *eventList) jump(step int, here bool, fits func(*client.Event) bool) bool {
	if l.view == nil || l.view.Len() == 0 {
		return false
	}
	i := l.place()
	if !here {
		i += step
	}
	for ; i >= 0 && i < l.view.Len(); i += step {
		if fits(&l.view.At(i).Event) {
			l.selectAt(i)
			return true
		}
	}
	return false
}

// notable is what jumping stops at: an error, a warning such as a gap, the first event after the
// mark, or a label that differs from the one before.
func (l *eventList) notable(step int) bool {
	if l.view == nil || l.view.Len() == 0 {
		return false
	}
	for i := l.index() + step; i >= 0 && i < l.rows.len(); i += step {
		if l.stands(i) {
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

// stands reports whether a row is one to jump to.
func (l *eventList) stands(i int) bool {
	from, to := l.rows.span(i)
	e, mark := l.view.At(to-1), l.sh.marked
	if !mark.IsZero() && !e.Received.Before(mark) && (from == 0 || l.view.At(from-1).Received.Before(mark)) {
		return true
	}
	return e.Kind == client.KindError || e.Level >= client.LevelWarn || l.formerLabel(i) != ""
}

// highlight marks what is searched for in a drawn line.
func (l *eventList) highlight(line string) string {
	if l.search == nil {
		return line
	}
	text := ansi.Strip(line)
	var ranges []lipgloss.Range
	for _, r := range l.search.Ranges(text) {
		ranges = append(ranges, lipgloss.NewRange(ansi.StringWidth(text[:r[0]]), ansi.StringWidth(text[:r[1]]), l.sh.theme.Match))
	}
	if len(ranges) == 0 {
		return line
	}
	return lipgloss.StyleRanges(line, ranges...)
}

// chips are the filters and the search, for the title.
func (l *eventList) chips() string {
	th := l.sh.theme
	var out []string
	for _, f := range l.filters {
		out = append(out, th.Accent.Render("["+f.String()+"]"))
	}
	if l.search != nil {
		out = append(out, th.Match.Render("/"+l.search.String()))
	}
	return strings.Join(out, " ")
}

// prompt asks for a line at the foot of the screen: what to search for, or a filter.
type prompt struct {
	input textinput.Model
	label string
	err   string
	done  func(m *Model, text string) error
}

func (p *prompt) mode() Mode { return ModePrompt }

func (p *prompt) typed(_ *Model, msg tea.Msg) (cmd tea.Cmd) {
	p.err = ""
	p.input, cmd = p.input.Update(msg)
	return cmd
}

func (p *prompt) do(m *Model, a Action) tea.Cmd {
	if a == ActChoose {
		if err := p.done(m, strings.TrimSpace(p.input.Value())); err != nil {
			p.err = err.Error()
			return nil
		}
	}
	m.dialog = nil
	return nil
}

func (p *prompt) view(*shared, int, int) (string, []string) { return "", nil }

// line is the prompt, w cells wide: what was typed, and what is wrong with it.
func (p *prompt) line(s *shared, w int) string {
	th := s.theme
	head := " " + th.Accent.Render(p.label) + " "
	note := ""
	if p.err != "" {
		note = " " + th.Bad.Render(p.err)
	}
	p.input.SetWidth(max(w-ansi.StringWidth(head)-ansi.StringWidth(note)-2, 8))
	return fit(head+p.input.View()+note, w, th.Glyphs.Ellipsis)
}

// askSearch asks what to search for in the focused list.
func (m *Model) askSearch() {
	l := m.list()
	p := &prompt{input: input("text, or re:pattern; empty stops searching"), label: "Search"}
	p.done = func(m *Model, text string) error {
		if text == "" {
			l.setSearch(nil)
			return nil
		}
		f, err := history.ParseFilter(text)
		if err != nil {
			return err
		}
		if !l.setSearch(&f) {
			m.toast.say(m.shared.now, fmt.Sprintf("Nothing above has %s; n and N go on looking.", f))
		}
		return nil
	}
	m.dialog = p
}

// askFilter asks for one more filter of the focused list.
func (m *Model) askFilter() {
	l := m.list()
	p := &prompt{input: input("text, re:pattern, !not, .jq, kind:result, level:warn; empty takes the last one away"), label: "Filter"}
	p.done = func(m *Model, text string) error {
		if text == "" {
			l.setFilters(l.filters[:max(len(l.filters)-1, 0)])
			return nil
		}
		f, err := history.ParseFilter(text)
		if err != nil {
			return err
		}
		l.setFilters(append(l.filters[:len(l.filters):len(l.filters)], f))
		return nil
	}
	m.dialog = p
}

// searchAgain goes to the next match in a direction.
func (m *Model) searchAgain(step int) {
	l := m.list()
	switch {
	case l.search == nil:
		m.toast.say(m.shared.now, "Nothing is searched for; / begins.")
	case !l.jump(step, false, l.search.Match):
		m.toast.say(m.shared.now, "No more matches in this direction.")
	}
}

// jumpNotable goes to the next error, gap, label change or mark.
func (m *Model) jumpNotable(step int) {
	if !m.list().notable(step) {
		m.toast.say(m.shared.now, "No error, gap, label change or mark in this direction.")
	}
}
