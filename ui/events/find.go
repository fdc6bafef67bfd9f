package events

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"lenswatch/client"
	"lenswatch/ui/draw"
	"lenswatch/watch/history"
)

// Hidden is which event types and levels a list does not show.
type Hidden struct {
	kinds  client.Set[client.Kind]
	levels client.Set[client.Level]
}

// initialLogs is what the logs do not show at the start: what is of use to those who look for faults in the service.
var initialLogs = Hidden{levels: client.SetOf(client.LevelDebug)}

// filters are what is hidden, written as a person would.
func (h Hidden) filters() (out history.Filters) {
	add := func(prefix string, words []string) {
		if f, err := history.ParseFilter(prefix + strings.Join(words, ",")); err == nil && len(words) > 0 {
			out = append(out, f)
		}
	}
	add("!kind:", client.Words(h.kinds.Of(client.Kinds())))
	add("!level:", client.Words(h.levels.Of(client.Levels())))
	return out
}

// HidesKind and HidesLevel report what a list does not show.
func (l *List) HidesKind(k client.Kind) bool { return l.hidden.kinds.Has(k) }

// HidesLevel reports whether a list does not show a level.
func (l *List) HidesLevel(v client.Level) bool { return l.hidden.levels.Has(v) }

// ToggleKind hides an event type, or shows it again.
func (l *List) ToggleKind(c *draw.Context, k client.Kind) {
	l.hidden.kinds ^= client.SetOf(k)
	l.Reopen(c)
}

// ToggleLevel hides a level, or shows it again.
func (l *List) ToggleLevel(c *draw.Context, v client.Level) {
	l.hidden.levels ^= client.SetOf(v)
	l.Reopen(c)
}

// ShowAll shows all types and levels.
func (l *List) ShowAll(c *draw.Context) {
	l.hidden = Hidden{}
	l.Reopen(c)
}

// AddFilter shows only the events that fit one more filter.
func (l *List) AddFilter(c *draw.Context, f history.Filter) {
	l.filters = append(l.filters[:len(l.filters):len(l.filters)], f)
	l.Reopen(c)
}

// DropFilter clears the last filter.
func (l *List) DropFilter(c *draw.Context) {
	l.filters = l.filters[:max(len(l.filters)-1, 0)]
	l.Reopen(c)
}

// ClearFilters shows everything again.
func (l *List) ClearFilters(c *draw.Context) {
	l.filters = nil
	l.ShowAll(c)
}

// Filtered reports whether less is shown than at the start.
func (l *List) Filtered() bool { return len(l.filters) > 0 || l.hidden != l.initial }

// around is what a list does not show, while it does for a moment.
type around struct {
	filters history.Filters
	hidden  Hidden
}

// ShowAround shows everything around the selected event, which the filters leave out. It reports whether there is one, and
// a filter.
func (l *List) ShowAround(c *draw.Context) bool {
	e := l.Selected()
	if e == nil || !l.Filtered() {
		return false
	}
	l.around = &around{l.filters, l.hidden}
	l.filters, l.hidden = nil, l.initial
	l.reopenAt(c, e.Seq)
	return true
}

// EndAround filters again, with the event that is selected if it fits. It reports whether there was anything to end.
func (l *List) EndAround(c *draw.Context) bool {
	if l.around == nil {
		return false
	}
	seq := history.Seq(0)
	if e := l.Selected(); e != nil {
		seq = e.Seq
	}
	l.filters, l.hidden, l.around = l.around.filters, l.around.hidden, nil
	l.reopenAt(c, seq)
	return true
}

// reopenAt lists anew what the store has, with an event selected, in the middle.
func (l *List) reopenAt(c *draw.Context, seq history.Seq) {
	l.Reopen(c)
	l.follow, l.selected, l.selY, l.left = false, seq, l.h/2, l.view.Added()
	l.settle(c)
	l.ver++
}

// EndSearch stops searching. It reports whether something was searched for.
func (l *List) EndSearch(c *draw.Context) bool {
	searching := l.Searching()
	if searching {
		l.Search(c, nil)
	}
	return searching
}

// Searching reports whether something is searched for.
func (l *List) Searching() bool { return l.finder != nil }

// Unfilter shows again what was shown at the start.
func (l *List) Unfilter(c *draw.Context) {
	l.filters, l.hidden = nil, l.initial
	l.Reopen(c)
}

// all are the filters that an event has to fit.
func (l *List) all() history.Filters { return append(l.hidden.filters(), l.filters...) }

// match is what an event has to fulfil to be shown: the pane's own condition, then the filters.
func (l *List) match() func(*client.Event) bool {
	own, filters := l.own, l.all()
	if len(filters) == 0 {
		return own
	}
	return func(e *client.Event) bool { return own(e) && filters.Match(e) }
}

// Notable goes to the next event in a direction that stands out: an error, a warning such as a gap, the first
// event after the mark, or a label that differs from the one before. It reports whether there is one.
func (l *List) Notable(c *draw.Context, step int) bool {
	if l.view.Len() == 0 {
		return false
	}
	for i := l.index() + step; i >= 0 && i < l.rows.len(); i += step {
		if l.isNotable(i) {
			_, to := l.rows.span(i)
			l.selectAt(c, to-1)
			return true
		}
	}
	return false
}

// isNotable reports whether a row is one to jump to.
func (l *List) isNotable(i int) bool {
	from, to := l.rows.span(i)
	e := l.view.At(to - 1)
	for _, m := range l.Format.Marks {
		if !e.Received.Before(m.At) && (from == 0 || l.view.At(from-1).Received.Before(m.At)) {
			return true
		}
	}
	return e.Kind == client.KindError || e.Level >= client.LevelWarn || l.formerLabel(i) != ""
}

// labelReach is how many rows back the former label, or embedding, of a session is looked for.
const labelReach = 200

// formerLabel is the label of the last result before the i-th row, of the same session; empty if the row has
// no label, or the same.
func (l *List) formerLabel(i int) string {
	from, _ := l.rows.span(i)
	e := l.view.At(from)
	if labelOf(e) == "" {
		return ""
	}
	p := l.former(i, e, func(p *history.Entry) bool { return labelOf(p) != "" })
	if p == nil || labelOf(p) == labelOf(e) {
		return ""
	}
	return labelOf(p)
}

// former is the last event before the i-th row that is of the session of e and fits; nil if there is none in
// reach.
func (l *List) former(i int, e *history.Entry, fits func(*history.Entry) bool) *history.Entry {
	for j := i - 1; j >= max(i-labelReach, 0); j-- {
		_, to := l.rows.span(j)
		if p := l.view.At(to - 1); p.Session == e.Session && fits(p) {
			return p
		}
	}
	return nil
}

// chips are the filters and the search, for the title. A filter that could not be run on some of the events
// says on how many: those are not shown.
func (l *List) chips(c *draw.Context) (out []string) {
	shown := l.all()
	if l.around != nil {
		out = append(out, c.Accent.Render("context"))
	}
	if l.hidden == initialLogs {
		shown = l.filters
		out = append(out, c.Dim.Render("info"))
	}
	for _, f := range shown {
		chip := c.Accent.Render("[" + f.String())
		if n, err := f.Trouble(); err != nil {
			chip += c.Bad.Render(" | " + draw.Count(n) + " failed")
		}
		out = append(out, chip+c.Accent.Render("]"))
	}
	if l.finder != nil {
		out = append(out, c.Match.Render("/"+l.finder.filter.String())+" "+c.Strong.Render(l.tally(c)))
	}
	return out
}

// highlight marks what is searched for in a drawn line.
func (l *List) highlight(c *draw.Context, line string) string {
	if l.finder == nil {
		return line
	}
	text := draw.Plain(line)
	out, at := "", 0
	for _, r := range l.finder.filter.Ranges(text) {
		from, to := draw.Width(text[:r[0]]), draw.Width(text[:r[1]])
		out += ansi.Cut(line, at, from) + c.Match.Over(ansi.Cut(line, from, to))
		at = to
	}
	if at == 0 {
		return line
	}
	return out + ansi.Cut(line, at, draw.Width(line))
}
