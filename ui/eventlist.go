package ui

import (
	"fmt"
	"slices"
	"time"

	"lenswatch/client"
	"lenswatch/watch/history"
)

// eventList is a pane that lists events, oldest above. It follows the newest until the person
// moves up; then what it shows stands still, and what came meanwhile is counted.
//
// An event may take several lines. The list never counts all of them: it knows which entry is
// selected and on which line of the pane that entry begins, and draws outwards from there.
type eventList struct {
	sh    *shared
	name  string
	empty string // what to say when there is nothing
	query history.Query
	draw  func(e *history.Entry, w int) []string

	filters  history.Filters
	search   *history.Filter
	view     *history.View
	follow   bool
	selected history.Seq
	selY     int   // the line of the pane on which the selected entry begins
	left     int64 // view.Added() when following was left
	width    int   // of the last drawing
	height   int
	ver      uint64
}

func newEventList(sh *shared, name, empty string, q history.Query, draw func(*history.Entry, int) []string) *eventList {
	return &eventList{sh: sh, name: name, empty: empty, query: q, draw: draw, follow: true, width: 80}
}

// sync takes in what came, unless the screen is paused.
func (l *eventList) sync() {
	if l.view == nil || l.query.Session != l.sh.scope {
		l.query.Session = l.sh.scope
		q := l.query
		q.Match = l.match()
		l.view = l.sh.book.History().Open(q)
		l.view.Fill(fillTime)
		l.follow, l.selected, l.left = true, 0, 0
		l.ver++
		return
	}
	if !l.sh.paused && l.view.Sync() {
		l.ver++
	}
	l.fill()
}

// fillTime is how long one look through older events may take: a part of a frame.
const fillTime = 8 * time.Millisecond

// fill goes on looking through what is older, if the view has not come to its beginning.
func (l *eventList) fill() {
	if l.searching() {
		l.view.Fill(fillTime)
		l.ver++
	}
}

// searching reports whether events have not been looked at yet that should be. While the screen is
// paused, nothing should.
func (l *eventList) searching() bool {
	return !l.sh.paused && l.view != nil && l.view.Pending() > 0
}

func (l *eventList) version() uint64 { return l.ver + l.sh.style }

func (l *eventList) title() (name, note string) {
	th := l.sh.theme
	name = l.name + " " + th.Glyphs.Dot + " " + l.sh.scopeName()
	if chips := l.chips(); chips != "" {
		note = chips + " "
	}
	if n := l.sh.book.History().Evicted(l.sh.scope); n > 0 {
		note += th.Dim.Render(count(n)+" older evicted") + " "
	}
	switch {
	case l.searching():
		return name, note + th.Busy.Render("searching "+count(int64(l.view.Pending()))+" more")
	case l.sh.paused:
		return name, note + th.Warn.Render(th.Glyphs.Paused+" paused")
	case l.follow:
		return name, note + th.Good.Render("follow")
	}
	if came := l.view.Added() - l.left; came > 0 {
		return name, note + th.Warn.Render(fmt.Sprintf("%s %s new", th.Glyphs.More, count(came)))
	}
	return name, note + th.Warn.Render(th.Glyphs.Paused+" scrolled back")
}

func (l *eventList) lines(w, h int, focused bool) []string {
	l.width, l.height = w, h
	if l.view.Len() == 0 {
		return centred(l.sh.theme.Dim, l.nothing(), w, h)
	}
	out := l.rows(w, h, focused)
	for i, line := range out {
		out[i] = l.highlight(line)
	}
	return out
}

// nothing says why the list is empty.
func (l *eventList) nothing() string {
	switch {
	case l.searching():
		return "Searching …"
	case len(l.filters) > 0:
		return "Nothing here fits the filter. f and enter take it away."
	case l.sh.book.History().Evicted(l.sh.scope) > 0:
		return "What there was has been evicted; see the note above."
	}
	return l.empty
}

func (l *eventList) rows(w, h int, focused bool) []string {
	i := l.index()
	if l.follow {
		return l.upFrom(l.view.Len()-1, h, w)
	}
	own := l.mark(i, w, focused)
	l.selY = clamp(l.selY, 0, max(h-min(len(own), h), 0))
	above := l.upFrom(i-1, l.selY, w)
	out := slices.Concat(above, own)
	for j := i + 1; j < l.view.Len() && len(out) < h; j++ {
		out = append(out, l.draw(l.view.At(j), w)...)
	}
	if len(out) < h { // the end is on the screen: no blank below it while there is more above
		more := l.upFrom(i-1, h-(len(out)-len(above)), w)
		out = append(more, out[len(above):]...)
		l.selY = len(more)
	} else if len(above) < l.selY { // likewise for the beginning
		l.selY = len(above)
	}
	return out[:min(len(out), h)]
}

// upFrom draws entries from i upwards until h lines are full, oldest first. The topmost may be
// cut at its head.
func (l *eventList) upFrom(i, h, w int) []string {
	var blocks [][]string
	n := 0
	for ; i >= 0 && n < h; i-- {
		b := l.draw(l.view.At(i), w)
		blocks = append(blocks, b)
		n += len(b)
	}
	slices.Reverse(blocks)
	out := slices.Concat(blocks...)
	return out[max(len(out)-h, 0):]
}

// mark draws the selected entry so that it stands out.
func (l *eventList) mark(i, w int, focused bool) []string {
	th := l.sh.theme
	style := th.Cursor
	if focused {
		style = th.Selected
	}
	out := slices.Clone(l.draw(l.view.At(i), w))
	for j, line := range out {
		out[j] = style.Render(fit(plain(line), w, th.Glyphs.Ellipsis))
	}
	return out
}

// index is the position of the selected entry, or of what took its place.
func (l *eventList) index() int {
	if l.follow || l.selected == 0 {
		return l.view.Len() - 1
	}
	return min(l.view.Index(l.selected), l.view.Len()-1)
}

// Selected is the entry that the next key is about, or nil.
func (l *eventList) current() *history.Entry {
	if l.view == nil || l.view.Len() == 0 {
		return nil
	}
	return l.view.At(l.index())
}

func (l *eventList) do(a Action, h int) {
	if l.view == nil || l.view.Len() == 0 {
		return
	}
	switch a {
	case ActUp:
		l.move(-1)
	case ActDown:
		l.move(1)
	case ActPageUp:
		l.move(-max(h-2, 1))
	case ActPageDown:
		l.move(max(h-2, 1))
	case ActTop:
		l.leave()
		l.selected, l.selY = l.view.At(0).Seq, 0
	case ActBottom:
		l.follow, l.selected = true, 0
	}
	l.ver++
}

// walk selects the event n further down, or up if n is negative, and returns it; it is the same
// one at the ends of the list.
func (l *eventList) walk(n int) *history.Entry {
	if l.view == nil || l.view.Len() == 0 {
		return nil
	}
	l.selectAt(clamp(l.index()+n, 0, l.view.Len()-1))
	return l.current()
}

// selectAt selects an entry and puts it where it can be seen: as far from the selection before
// as it is, within the pane.
func (l *eventList) selectAt(to int) {
	l.leave()
	i := l.index()
	for ; i > to; i-- {
		l.selY = max(l.selY-len(l.draw(l.view.At(i-1), l.width)), 0)
	}
	for ; i < to && l.selY < l.height; i++ {
		l.selY += len(l.draw(l.view.At(i), l.width))
	}
	l.selected = l.view.At(to).Seq
	l.ver++
}

// leave stops following, with the newest entry selected at the bottom.
func (l *eventList) leave() {
	if l.follow {
		l.follow, l.left = false, l.view.Added()
		l.selected = l.view.At(l.view.Len() - 1).Seq
		l.selY = max(l.height-len(l.draw(l.view.At(l.view.Len()-1), l.width)), 0)
	}
}

// move selects the entry n further down. Past the end it follows again.
func (l *eventList) move(n int) {
	if l.follow && n > 0 {
		return
	}
	l.leave()
	i := l.index()
	for ; n < 0 && i > 0; n++ {
		i--
		l.selY = max(l.selY-len(l.draw(l.view.At(i), l.width)), 0)
	}
	for ; n > 0 && i < l.view.Len()-1; n-- {
		l.selY += len(l.draw(l.view.At(i), l.width))
		i++
	}
	if n > 0 {
		l.follow, l.selected = true, 0
		return
	}
	l.selected = l.view.At(i).Seq
}

// resultKinds and logKinds divide what a session says between the two panes. Heartbeats are the
// health pane's.
var (
	resultQuery = history.Query{Match: func(e *client.Event) bool {
		return e.Kind == client.KindResult || e.Kind == client.KindNotice && e.Notice.Code == client.NoticeGap
	}}
	logQuery = history.Query{Match: func(e *client.Event) bool {
		return e.Kind != client.KindResult && (e.Kind != client.KindHeartbeat || e.Beat == nil && e.Text != "")
	}}
)
