package timeline

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"lenswatch/ui/action"
	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
	"lenswatch/ui/window"
	"lenswatch/watch"
	"lenswatch/watch/history"
	"lenswatch/watch/replay"
)

// Screen is what the view needs of the screen.
type Screen struct {
	History func() *history.Store
	// Sessions are those with a lane, in the order of the lanes.
	Sessions func() []*watch.Session
	// Marks are the moments that the person marked.
	Marks func() []time.Time
	// Show shows the lists of a session at a moment.
	Show func(session string, at time.Time) tea.Cmd
	// Position and Seek are of a recording; nil while live.
	Position func() replay.Position
	Seek     func(to time.Duration) tea.Cmd
}

// Dialog is the view. Use [New].
type Dialog struct {
	dialog.Base
	screen   Screen
	history  *history.Store
	track    *track
	sessions []*watch.Session // as they were at until
	until    time.Time        // up to where the lanes are known; of a recording, that may be ahead of where it is
	lane     string           // the session of the cursor
	at       window.List
	cursor   time.Time // the moment of the cursor; zero: the newest
	end      time.Time // what the axis ends with; zero: the newest
	zoom     int       // of spans
}

// spans are how much time the axis can show.
var spans = []time.Duration{
	30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 20 * time.Minute, time.Hour, 3 * time.Hour, 12 * time.Hour, 36 * time.Hour,
}

// New shows all sessions over time, with the cursor on one of them.
func New(s Screen, session string) *Dialog {
	hints := []action.ID{action.Cancel, action.Choose, action.Left, action.Right, action.NextNotable, action.Wider, action.Narrower, action.Bottom, action.Help}
	if s.Seek != nil {
		hints = slices.Insert(hints, 2, action.Pause)
	}
	return &Dialog{Base: dialog.NewBase(action.TimelineMode, hints...), screen: s, lane: session, zoom: -1}
}

// Place is the body of the screen.
func (d *Dialog) Place() dialog.Place { return dialog.Body }

// Sync takes in what is new. A recording that went back is still known up to where it was.
func (d *Dialog) Sync(h dialog.Host) {
	now := h.Context().Now
	ahead := d.screen.Seek != nil && now.Before(d.until)
	if hist := d.screen.History(); hist != d.history {
		switch {
		case d.history == nil || !ahead:
			d.track = newTrack(hist)
		default:
			_, d.track.known = d.track.span()
			d.track.open(hist)
		}
		d.history = hist
	}
	d.track.sync()
	if !ahead {
		d.sessions, d.until = slices.DeleteFunc(slices.Clone(d.screen.Sessions()), (*watch.Session).Unwatched), now
	}
	if d.zoom < 0 {
		d.fit(now)
	}
	d.at.To(d.Row(), len(d.sessions), d.lanesSeen())
}

// Busy reports whether there is more of the history to read.
func (d *Dialog) Busy() bool { return d.track != nil && d.track.busy() }

// fit chooses the shortest span that shows all that is known, up to an hour; of a recording, all of it.
func (d *Dialog) fit(now time.Time) {
	from := now
	for _, s := range d.sessions {
		if all := s.Health.Timeline(); len(all) > 0 && all[0].At.Before(from) {
			from = all[0].At
		}
	}
	known, most := now.Sub(from), time.Hour
	if d.screen.Position != nil {
		if p := d.screen.Position(); p.LengthKnown {
			known, most = p.Length, spans[len(spans)-1]
		}
	}
	for d.zoom = 0; spans[d.zoom] < known && spans[d.zoom] < most; {
		d.zoom++
	}
}

// Row is the lane of the cursor.
func (d *Dialog) Row() int {
	return max(slices.IndexFunc(d.sessions, func(s *watch.Session) bool { return s.Record.ID == d.lane }), 0)
}

// session is that of the cursor, nil where there is none.
func (d *Dialog) session() *watch.Session {
	if len(d.sessions) == 0 {
		return nil
	}
	return d.sessions[d.Row()]
}

// Act moves the cursor, or goes to its moment.
func (d *Dialog) Act(h dialog.Host, id action.ID) tea.Cmd {
	c := h.Context()
	a := d.axis(c)
	by, moves := map[action.ID]int{action.Left: -1, action.Right: 1, action.PrevPart: -max(a.n/8, 1), action.NextPart: max(a.n/8, 1)}[id]
	switch {
	case moves:
		d.moveTo(c, a.time(a.cell(d.Moment(c))+by))
	case id == action.Cancel:
		h.Show(nil)
	case id == action.Choose:
		return d.choose(h)
	case id == action.Top:
		d.moveTo(c, time.Unix(d.oldest(), 0))
	case id == action.Bottom:
		d.cursor, d.end = time.Time{}, time.Time{}
	case id == action.NextNotable, id == action.PrevNotable:
		d.notable(h, id == action.NextNotable)
	case id == action.Wider, id == action.Narrower:
		d.zoomBy(h, id == action.Wider)
	case d.at.Act(id, len(d.sessions), d.lanesSeen()):
		d.chosen()
	default:
		return h.Run(id) // steering a recording
	}
	return nil
}

// chosen makes the lane at the cursor of the list that of the cursor.
func (d *Dialog) chosen() {
	if len(d.sessions) > 0 {
		d.lane = d.sessions[d.at.Cursor(len(d.sessions))].Record.ID
	}
}

// choose shows the lists at the moment of the cursor; of a recording, it seeks that moment.
func (d *Dialog) choose(h dialog.Host) tea.Cmd {
	s, at := d.session(), d.Moment(h.Context())
	switch {
	case d.screen.Seek != nil:
		p := d.screen.Position()
		return d.screen.Seek(at.Sub(p.At.Add(-p.Now)))
	case s == nil:
		return nil
	}
	return d.screen.Show(s.Record.ID, at)
}

// newest is the end of what can be shown: now, or the end of a recording.
func (d *Dialog) newest(c *draw.Context) time.Time {
	now := d.until
	if now.Before(c.Now) {
		now = c.Now
	}
	if d.screen.Position != nil {
		if p := d.screen.Position(); p.LengthKnown && p.At.Add(p.Length-p.Now).After(now) {
			now = p.At.Add(p.Length - p.Now)
		}
	}
	return now
}

// oldest is the first second of which something is known.
func (d *Dialog) oldest() int64 {
	from, to := d.track.span()
	if from == to {
		from = d.until.Unix()
	}
	for _, s := range d.sessions {
		if all := s.Health.Timeline(); len(all) > 0 {
			from = min(from, all[0].At.Unix())
		}
	}
	return from
}

// Moment is the time of the cursor: now, or where a recording is, until it is moved.
func (d *Dialog) Moment(c *draw.Context) time.Time {
	if d.cursor.IsZero() {
		return c.Now
	}
	return d.cursor
}

// Span is how many seconds the axis shows.
func (d *Dialog) Span(c *draw.Context) int {
	a := d.axis(c)
	return int(a.step) * a.n
}

// moveTo puts the cursor on a moment, and has the axis show it. At the newest, both go with it from then on.
func (d *Dialog) moveTo(c *draw.Context, to time.Time) {
	a, newest := d.axis(c), d.newest(c)
	to = time.Unix(max(to.Unix(), d.oldest()), 0)
	if to.After(newest) {
		to = newest
	}
	if a.cellOf(to) == a.cellOf(c.Now) {
		d.cursor, d.end = time.Time{}, time.Time{}
		return
	}
	d.cursor = to
	switch i := a.cell(to); {
	case i < 0:
		d.end = a.time(i + 3*a.n/4)
	case i >= a.n:
		d.end = a.time(i + a.n/4)
	}
	if d.end.After(newest) {
		d.end = time.Time{}
	}
}

// zoomBy shows more time, or less, with the cursor where it is.
func (d *Dialog) zoomBy(h dialog.Host, more bool) {
	c := h.Context()
	zoom := d.zoom - 1
	if more {
		zoom = d.zoom + 1
	}
	if zoom < 0 || zoom >= len(spans) {
		h.Say(dialog.Info, "Can't zoom any further.")
		return
	}
	before := d.axis(c)
	i := before.cell(d.Moment(c))
	d.zoom, d.end = zoom, time.Time{}
	if d.cursor.IsZero() {
		return
	}
	after := d.axis(c)
	if end := after.time(after.cell(d.cursor) + after.n - 1 - i); end.Before(d.newest(c)) {
		d.end = end
	}
}

// notable goes to the next moment in a direction at which something happened in the lane.
func (d *Dialog) notable(h dialog.Host, next bool) {
	c, s := h.Context(), d.session()
	a := d.axis(c)
	step := int64(1)
	if !next {
		step = -1
	}
	first, last := d.oldest()/a.step, d.newest(c).Unix()/a.step
	for k := a.cellOf(d.Moment(c)) + step; s != nil && k >= first && k <= last; k += step {
		_, changed := stateIn(s, k*a.step, (k+1)*a.step)
		if changed || d.track.sum(s.Record.ID, k*a.step, (k+1)*a.step).marks != 0 {
			d.moveTo(c, time.Unix(k*a.step, 0))
			return
		}
	}
	h.Say(dialog.Info, "No %s event in this lane.", map[bool]string{true: "later", false: "earlier"}[next])
}

// ClickAt puts the cursor where the person clicked; the second click of two goes there.
func (d *Dialog) ClickAt(h dialog.Host, x, line int, twice bool) tea.Cmd {
	c := h.Context()
	if d.at.Click((line-headHeight)/d.laneHeight(), len(d.sessions), d.lanesSeen()) {
		d.chosen()
	}
	a := d.axis(c)
	if i := x - a.left; i >= 0 && i < a.n*a.wide {
		d.moveTo(c, a.time(i/a.wide))
	}
	if twice {
		return d.choose(h)
	}
	return nil
}
