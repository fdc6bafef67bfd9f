// Package sessions is the pane that lists the sessions, and the dialog that finds one by name.
//
// It promises that exactly one row is chosen: all sessions, or one of them, which is what the other panes show.
// It never does anything to a session.
package sessions

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"lenswatch/ui/action"
	"lenswatch/ui/draw"
	"lenswatch/ui/status"
	"lenswatch/ui/window"
	"lenswatch/watch"
	"lenswatch/watch/health"
)

// Store is what the table reads.
type Store interface {
	Sessions() []*watch.Session
	Known() []*watch.Session
	OnlyListed() []*watch.Session
	ListVersion() uint64
	Session(id string) *watch.Session
	Services() []*watch.ServiceState
}

// Table is the pane of sessions. Its first row stands for all of them.
type Table struct {
	Store    Store
	Services *status.Services
	Sort     Sort
	summary  status.Summary
	c        *draw.Context    // of the newest Sync
	match    []string         // words that the sessions which are shown have; empty for all
	selected string           // a session, or empty for all
	present  bool             // the selected session was in the store
	list     []*watch.Session // in the order of the rows
	known    []*watch.Session // of those, the ones of which more is known than that they are listed
	others   others
	open     int  // sessions that are not over
	folded   int  // how many sessions share the last row
	unfolded bool // each session that is over has a row
	at       window.List
	trails   map[string]*trail    // of the sessions that have a tile
	better   map[string]time.Time // when sessions recovered, for a moment
	w, h     int
	ver      uint64
}

// SetSize says in how many cells and rows the table is seen.
func (t *Table) SetSize(w, h int) { t.w, t.h = w, h }

// Version changes whenever View may draw something else in the same size and theme.
func (t *Table) Version() uint64 { return t.ver }

// Selected is the session that is shown; empty for all.
func (t *Table) Selected() string { return t.selected }

// Sync takes in what changed. A session that is no longer there is not shown any more.
func (t *Table) Sync(c *draw.Context, s status.Summary) {
	t.recovered(c, s)
	t.c, t.summary = c, s
	exists := t.selected != "" && t.Store.Session(t.selected) != nil
	if t.present && !exists {
		t.selected = ""
	}
	t.present = exists
	t.refresh()
	t.follow(c.Now.Unix())
}

// recovered notes the sessions that needed attention until now and are well again.
func (t *Table) recovered(c *draw.Context, s status.Summary) {
	maps.DeleteFunc(t.better, func(_ string, at time.Time) bool { return c.Now.Sub(at) >= draw.SweepTime })
	for _, x := range t.known {
		if c.Motion && t.summary.Troubled(x) && !s.Troubled(x) && x.Health.State(c.Now).Code == health.Live && !s.Attentive(x, c.Now) {
			if t.better == nil {
				t.better = map[string]time.Time{}
			}
			t.better[x.Record.ID] = c.Now
		}
	}
}

// Moves is in how long the table is to be drawn anew because something moves; 0 if nothing does.
func (t *Table) Moves() time.Duration {
	if len(t.better) > 0 {
		return draw.FrameTime
	}
	return 0
}

// Select shows a session, or all of them if id is empty. The session need not be known yet.
func (t *Table) Select(id string) {
	t.selected, t.present = id, false
	t.refresh()
}

// rows is how many rows can be chosen: that of all sessions, and one of each that is not folded.
func (t *Table) rows() int { return len(t.list) + 1 }

// row is that of the selected session.
func (t *Table) row() int {
	if t.selected == "" {
		return 0
	}
	return slices.Index(t.list, t.Store.Session(t.selected)) + 1
}

// chosen selects what the cursor is on.
func (t *Table) chosen() {
	if i := t.at.Cursor(t.rows()); i > 0 {
		t.Select(t.list[i-1].Record.ID)
		return
	}
	t.Select("")
}

// Step selects the session n rows further down, stopping at the ends.
func (t *Table) Step(n int) {
	t.at.To(t.row()+n, t.rows(), t.h)
	t.chosen()
}

// Act moves the selection.
func (t *Table) Act(_ *draw.Context, id action.ID) {
	if t.at.Act(id, t.rows(), t.h) {
		t.chosen()
	}
}

// Click selects the session of a line. It reports whether there is one.
func (t *Table) Click(_ *draw.Context, line int) bool {
	line = t.rowAt(line)
	if from, to := t.at.Range(t.rows(), t.h); line == to-from && t.folded > 0 {
		t.ToggleEnded()
		return true
	}
	ok := t.at.Click(line, t.rows(), t.h)
	if ok {
		t.chosen()
	}
	return ok
}

// Scroll moves the selection.
func (t *Table) Scroll(_ *draw.Context, n int) { t.Step(min(max(n, -1), 1)) }

// Open is the action of a double click.
func (t *Table) Open() action.ID { return action.Diagnosis }

// Title counts the open sessions, and those that have no room, and says what they are in order by and searched for.
func (t *Table) Title(c *draw.Context) draw.Title {
	count := fmt.Sprintf("%d open", t.open)
	if t.Sort != ByUrgency {
		count = "by " + t.Sort.String() + "  " + count
	}
	note := c.Dim.Render(count)
	if _, to := t.at.Range(t.rows(), t.h); to < t.rows() {
		note = c.Warn.Render(fmt.Sprintf("%s %d more", c.Glyphs.More, t.rows()-to)) + "  " + note
	}
	if len(t.match) > 0 {
		n, dot := len(t.list)+t.folded, c.Dim.Render(c.Glyphs.Dot+" ")
		if s := t.Store.Session(t.selected); s != nil && !t.matches(s) {
			n-- // it is shown because it is selected
		}
		found := c.Strong.Render(fmt.Sprintf("%d of %d", n, len(t.Store.Sessions())))
		return draw.Title{Name: "Sessions", Marks: []string{c.Match.Render("/"+t.Matching()) + " " + dot + found, dot + note}}
	}
	return draw.Title{Name: "Sessions", Note: note}
}

// View draws the rows that are seen.
func (t *Table) View(c *draw.Context, focused bool) (out []string) {
	st := c.Cursor
	if focused {
		st = c.Selected
	}
	from, to := t.at.Range(t.rows(), t.h)
	cols := columnsFor(c, t.summary, t.known, max(t.others.widest, widest(t.known, t.Store.Services())), t.w)
	switch tile := t.tile(); {
	case tile > 2:
		cols = cols.without(&cols.strip, &cols.newest)
	case tile == 2:
		cols = cols.without(&cols.age)
	}
	for i := from; i < to; i++ {
		lines := []string{t.all(c)}
		if i > 0 {
			lines = []string{Row(c, t.summary, t.list[i-1], t.Store.Services(), cols)}
			switch tile := t.tile(); {
			case tile == 2:
				lines = append(lines, detail(c, t.list[i-1], t.w))
			case tile > 2:
				lines = append(lines, t.tileOf(c, t.list[i-1], tile)...)
			}
		}
		if i == t.at.Cursor(t.rows()) {
			lines[0] = st.Over(c.Fit(lines[0], t.w))
		}
		if i > 0 {
			if at, ok := t.better[t.list[i-1].Record.ID]; ok {
				lines[0] = c.Sweep(lines[0], t.w, at)
			}
		}
		out = append(out, lines...)
	}
	if t.folded > 0 && len(out) < t.h {
		out = append(out, c.Dim.Render(fmt.Sprintf("  %s %d ended", c.Glyphs.Ended, t.folded)))
	}
	if len(t.list) == 0 && t.folded == 0 && t.h > 2 {
		out = append(out, "", c.Dim.Render(c.Keys.Text(action.Main, t.nothing(c))))
	}
	return out
}

// nothing says why the table is empty.
func (t *Table) nothing(c *draw.Context) string {
	if len(t.match) > 0 {
		return "No session matches. Press {back} to show all."
	}
	if t.Services.Trouble(c) != "" {
		return "Can't list sessions – see Health."
	}
	return t.Services.Nothing(c)
}

// all is the row that stands for all sessions.
func (t *Table) all(c *draw.Context) string {
	glyph, rate := " ", ""
	if s := t.summary.Urgent; s != nil {
		glyph, rate = t.summary.Look(c, s).Glyph, fmt.Sprintf("%7s", draw.Rate(t.summary.Rate))
	}
	return c.Row(glyph+" "+c.Strong.Render("All sessions"), rate, t.w)
}
