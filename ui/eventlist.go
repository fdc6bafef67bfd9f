package ui

import (
	"fmt"
	"time"

	"lenswatch/client"
	"lenswatch/watch/history"
)

// eventList is a pane that lists events, oldest above. It follows the newest until the person
// moves up; then what it shows stands still, and what came meanwhile is counted.
//
// A row may take several lines. The list never counts all of them: it knows which event is
// selected and on which line of the pane its row begins, and draws outwards from there.
type eventList struct {
	sh     *shared
	name   string
	empty  string // what to say when there is nothing
	query  history.Query
	notice func(r *eventRow, w int) []string // what a row says, in lines of w cells

	kinds    []client.Kind // that the list may hold
	filters  history.Filters
	hidden   hidden
	finder   *finder // what is searched for; nil if nothing is
	news     string  // what became of a search, for the person
	drifts   drifts
	strip    *labelStrip // nil where no labels are shown
	head     int         // how many lines the strip took in the last drawing
	view     *history.View
	rows     eventRows
	fold     bool // repeated results share a row
	flat     bool // rows are one line each, not wrapped
	x        int  // how many cells of such a line are left out at its beginning
	room     int  // how many cells are seen of it
	more     bool // such a line was longer than what was last drawn of it
	follow   bool
	selected history.Seq
	selY     int   // the line of the pane on which the selected row begins
	left     int64 // view.Added() when following was left
	width    int   // of the last drawing
	height   int
	ver      uint64
}

func newEventList(sh *shared, name, empty string, q history.Query, say func(*eventRow, int) []string) *eventList {
	return &eventList{sh: sh, name: name, empty: empty, query: q, notice: say, follow: true, width: 80}
}

// sync takes in what came, unless the screen is paused.
func (l *eventList) sync() {
	if l.view == nil || l.query.Session != l.sh.scope {
		l.query.Session = l.sh.scope
		q := l.query
		q.Match = l.match()
		l.view = l.sh.store.History().Open(q)
		l.view.Fill(fillTime)
		l.rows = newEventRows(l.view, l.fold)
		l.repeatSearch()
		l.follow, l.selected, l.left = true, 0, 0
		if l.strip != nil {
			l.strip.sync()
		}
		l.ver++
		return
	}
	if !l.sh.paused && l.view.Sync() {
		l.rows.sync()
		l.ver++
	}
	l.fill()
}

// fillTime is how long one look through older events may take: a part of a frame.
const fillTime = 8 * time.Millisecond

// fill goes on, for a part of a frame, with what takes longer: looking through what is older,
// searching, and measuring.
func (l *eventList) fill() {
	if l.view == nil {
		return
	}
	if !l.sh.paused && l.view.Pending() > 0 {
		l.view.Fill(fillTime)
		l.rows.sync()
		l.ver++
	}
	if l.finder != nil && l.finder.busy() {
		l.finder.hits.Fill(fillTime)
		l.continueSearch()
		l.ver++
	}
	if l.drifts.measure(fillTime) {
		l.ver++
	}
	if l.strip != nil && l.strip.sync() {
		l.ver++
	}
}

// filling reports whether events have not been looked at yet that should be. While the screen is
// paused, nothing should.
func (l *eventList) filling() bool {
	return !l.sh.paused && l.view != nil && l.view.Pending() > 0
}

// searching reports whether fill has more to do that is waited for.
func (l *eventList) searching() bool {
	return l.filling() || l.view != nil && l.finder != nil && l.finder.busy()
}

func (l *eventList) version() uint64 { return l.ver + l.sh.style }

func (l *eventList) title() title {
	th := l.sh.theme
	marks := l.chips()
	if n := l.sh.store.History().Evicted(l.sh.scope); n > 0 {
		marks = append(marks, th.Dim.Render(count(n)+" older evicted"))
	}
	name, end := l.sh.scopeName()
	return title{name: l.name + " " + th.Glyphs.Dot + " " + name, end: end, marks: append(marks, l.movement())}
}

// movement is whether the list moves with what comes, and if not, why.
func (l *eventList) movement() string {
	th := l.sh.theme
	switch {
	case l.filling():
		return th.Busy.Render("searching " + count(int64(l.view.Pending())) + " more")
	case l.sh.paused:
		return th.Warn.Render(th.Glyphs.Paused + " paused")
	case l.follow:
		return th.Good.Render("follow")
	}
	if came := l.view.Added() - l.left; came > 0 {
		return th.Warn.Render(fmt.Sprintf("%s %s new", th.Glyphs.More, count(came)))
	}
	return th.Warn.Render(th.Glyphs.Paused + " scrolled back")
}

func (l *eventList) lines(w, h int, focused bool) []string {
	strip := l.stripLines(w, h)
	l.head = len(strip)
	h -= l.head
	l.width, l.height = w, h
	l.drifts.begin()
	if l.view.Len() == 0 {
		return append(strip, centred(l.sh.theme.Dim, l.nothing(), w, h)...)
	}
	out := l.visible(w, h, focused)
	for i, line := range out {
		out[i] = l.highlight(line)
	}
	return append(strip, out...)
}

// nothing says why the list is empty.
func (l *eventList) nothing() string {
	switch {
	case l.filling():
		return "Searching …"
	case len(l.filters) > 0 || l.hidden != (hidden{}):
		return "Nothing here fits the filters. F takes them away."
	case l.sh.store.History().Evicted(l.sh.scope) > 0:
		return "What there was has been evicted; see the note above."
	}
	return l.empty
}

// resultKinds and logKinds divide what a session says between the two panes. Heartbeats are the
// health pane's.
var (
	resultQuery = history.Query{Match: func(e *client.Event) bool {
		return e.Kind == client.KindResult || e.Kind == client.KindNotice && e.Notice.Code == client.NoticeGap
	}}
	logQuery = history.Query{Match: func(e *client.Event) bool {
		return e.Kind != client.KindResult && (e.Kind != client.KindHeartbeat || e.Heartbeat == nil && e.Text != "")
	}}
)
