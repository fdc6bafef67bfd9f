package events

import (
	"fmt"
	"time"

	"lenswatch/client"
	"lenswatch/ui/action"
	"lenswatch/ui/draw"
	"lenswatch/ui/eventline"
	"lenswatch/ui/status"
	"lenswatch/watch"
	"lenswatch/watch/history"
)

// Store is what a list reads.
type Store interface {
	History() *history.Store
	Session(id string) *watch.Session
}

// List is a pane that lists events.
type List struct {
	Name   string
	Kinds  []client.Kind // that the list may hold
	Format eventline.Format
	Fold   bool // repeated results share a row
	// Highlights are of events that rules are about; nil for none.
	Highlights *Highlights

	store   Store
	empty   string // what to say when there is nothing
	own     func(*client.Event) bool
	scope   string // the session that is shown; empty for all
	paused  bool
	filters history.Filters
	hidden  Hidden
	initial Hidden  // what is hidden at the start
	finder  *finder // what is searched for; nil if nothing is
	around  *around // what is left out otherwise, while everything around an event is shown; nil if it is not
	news    string  // what became of a search, for the person
	drifts  drifts
	strip   *strip // nil where no labels are shown
	second  int64  // when what changes by the second was last brought up to date
	fresh   int    // how many of the newest events have just arrived, and stand out

	view     *history.View
	rows     rows
	follow   bool
	selected history.Seq // 0 while following, or for the oldest, whichever that is
	selY     int         // the line on which the selected row begins
	left     int64       // view.Added() when following was left
	w, h     int
	ver      uint64
}

// Results lists what the sessions put out, and the gaps in it.
func Results(store Store) *List {
	return &List{
		Name: "Results", store: store, empty: "No results yet.", follow: true, strip: &strip{}, Fold: true,
		Kinds: []client.Kind{client.KindResult, client.KindNotice},
		own: func(e *client.Event) bool {
			return e.Kind == client.KindResult || e.Kind == client.KindNotice && (e.Notice.Code == client.NoticeGap || e.Notice.Question != nil)
		},
	}
}

// Logs lists everything else. Heartbeats are the health pane's, but for those that say something.
func Logs(store Store) *List {
	return &List{
		Name: "Logs", store: store, empty: "No messages at info or above yet.", follow: true, Format: eventline.Format{Levels: true},
		hidden: initialLogs, initial: initialLogs,
		Kinds: []client.Kind{
			client.KindLog, client.KindProgress, client.KindError, client.KindNotice, client.KindStart, client.KindEnd,
			client.KindHeartbeat, client.KindOther,
		},
		own: func(e *client.Event) bool {
			return e.Kind != client.KindResult && (e.Kind != client.KindHeartbeat || e.Heartbeat == nil && e.Text != "")
		},
	}
}

// fillTime is how long one look through older events may take: a part of a frame.
const fillTime = 8 * time.Millisecond

// SetSize says in how many cells and lines the list is seen.
func (l *List) SetSize(w, h int) { l.w, l.h = max(w, 1), max(h, 1) }

// Show lists the events of a session, or of all if scope is empty. A list that shows it already goes on as it is.
func (l *List) Show(c *draw.Context, scope string) {
	if l.view != nil && l.scope == scope {
		return
	}
	l.scope = scope
	l.Format.Session = nil
	if scope == "" {
		l.Format.Session = l.store.Session
	}
	l.Reopen(c)
}

// Reopen lists anew what the store has, because it, or a filter, is another.
func (l *List) Reopen(c *draw.Context) {
	l.view = l.store.History().Open(history.Query{Session: l.scope, Match: l.match()})
	l.view.Fill(fillTime)
	l.rows = newRows(l.view, l.Fold)
	l.follow, l.selected, l.left = true, 0, 0
	l.repeatSearch()
	if l.strip != nil {
		l.strip.open(l.store.History(), l.scope)
	}
	l.Sync(c)
	l.ver++
}

// Pause makes the list stand still, or follow again from where it would be.
func (l *List) Pause(c *draw.Context, on bool) {
	if l.paused = on; !on {
		l.Act(c, action.Bottom)
	}
	if l.strip != nil {
		l.strip.freeze(c.Now, on)
	}
	l.Sync(c)
	l.ver++
}

// Sync takes in what is new, unless the list is paused.
func (l *List) Sync(c *draw.Context) {
	if !l.paused && l.view.Sync() {
		l.rows.sync()
		l.ver++
	}
	l.Fill(c)
	if n := l.arrived(c); n != l.fresh {
		l.fresh = n
		l.ver++
	}
	if now := c.Now.Unix(); now != l.second {
		l.second = now
		if l.Format.Stamps == eventline.Age || l.strip != nil && l.strip.shown(c, l.scope) {
			l.ver++
		}
	}
}

// arrived is how many of the newest events have just arrived: none where so many have that none stands out.
func (l *List) arrived(c *draw.Context) (n int) {
	for all := l.view.Len(); n < all && c.FreshFor(l.view.At(all-1-n).Received) > 0; n++ {
		if n >= l.h/2 {
			return 0
		}
	}
	return n
}

// Moves is in how long the list is to be drawn anew because something moves; 0 if nothing does.
func (l *List) Moves(c *draw.Context) time.Duration {
	if l.fresh == 0 || l.fresh > l.view.Len() {
		return 0
	}
	return max(c.FreshFor(l.view.At(l.view.Len()-l.fresh).Received), time.Millisecond)
}

// Fill goes on, for a part of a frame, with what takes longer: looking through older events, searching, and
// measuring.
func (l *List) Fill(c *draw.Context) {
	if !l.paused && l.view.Pending() > 0 {
		l.view.Fill(fillTime)
		l.rows.sync()
		l.ver++
	}
	if l.finder.busy() {
		l.finder.hits.Fill(fillTime)
		l.continueSearch(c)
		l.ver++
	}
	if l.strip != nil && !l.paused && l.strip.sync() {
		l.ver++
	}
	if l.measure(measureTime) {
		l.ver++
	}
}

// filling reports whether events have not been looked at yet that should be. While the list is paused,
// nothing should.
func (l *List) filling() bool { return !l.paused && l.view.Pending() > 0 }

// Busy reports whether Fill has more to do.
func (l *List) Busy() bool { return l.filling() || l.finder.busy() || l.drifts.wanted }

// News is what became of a search, once; empty if there is nothing new.
func (l *List) News() string {
	news := l.news
	l.news = ""
	return news
}

// Version changes whenever View may draw something else in the same size and theme.
func (l *List) Version() uint64 { return l.ver }

// Changed says that the format of the list is another.
func (l *List) Changed(c *draw.Context) {
	l.rows = newRows(l.view, l.Fold)
	l.settle(c)
	l.ver++
}

// Title names what is listed, what is left out, and whether the list moves.
func (l *List) Title(c *draw.Context) draw.Title {
	marks := l.chips(c)
	if n := l.store.History().Evicted(l.scope); n > 0 {
		marks = append(marks, c.Dim.Render(draw.Count(n)+" older events dropped"))
	}
	t := draw.Title{Name: "all sessions", Marks: append(marks, l.movement(c))}
	if s := l.store.Session(l.scope); s != nil {
		t.Name, t.End = status.Name(s), status.Suffix(l.scope)
	} else if l.scope != "" {
		t.Name = l.scope
	}
	t.Name = l.Name + " " + c.Glyphs.Dot + " " + t.Name
	return t
}

// movement is whether the list moves with what is new, and if not, why.
func (l *List) movement(c *draw.Context) string {
	switch {
	case l.filling():
		return c.Busy.Render("searching " + draw.Count(l.view.Pending()) + " more")
	case l.paused:
		return c.Warn.Render(c.Glyphs.Paused + " paused")
	case l.follow:
		return c.Good.Render("follow")
	}
	if n := l.view.Added() - l.left; n > 0 {
		return c.Warn.Render(fmt.Sprintf("%s %s new", c.Glyphs.More, draw.Count(n)))
	}
	return c.Warn.Render(c.Glyphs.Paused + " scrolled")
}

// View draws the strip of labels, and the rows that are seen.
func (l *List) View(c *draw.Context, focused bool) []string {
	var head []string
	if l.head(c) > 0 {
		head = []string{l.strip.line(c, l.w)}
	}
	if l.view.Len() == 0 {
		return append(head, c.Centred(c.Dim, c.Keys.Text(action.Main, l.nothing()), l.w, l.h-len(head))...)
	}
	lines, _ := l.visible(c, l.h-len(head), focused)
	for i, line := range lines {
		lines[i] = l.highlight(c, line)
	}
	return append(head, lines...)
}

// The least height of a list that gives a line to the strip, and the least width.
const stripHeight, stripWidth = 4, 40

// head is how many lines the strip takes: one, where one session with labels is shown and there is room.
func (l *List) head(c *draw.Context) int {
	if l.strip != nil && l.h >= stripHeight && l.w >= stripWidth && l.strip.shown(c, l.scope) {
		return 1
	}
	return 0
}

// nothing says why the list is empty.
func (l *List) nothing() string {
	switch {
	case l.filling():
		return "Searching…"
	case len(l.filters) > 0 || l.hidden != l.initial:
		return "No events match the filter. Press {unfilter} to clear it."
	case l.store.History().Evicted(l.scope) > 0:
		return "Older events were dropped (memory limit)."
	}
	return l.empty
}

// Cursor reads what the list shows now, for an export.
func (l *List) Cursor() *history.Cursor { return l.view.Cursor() }
