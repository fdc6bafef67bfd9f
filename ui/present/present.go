// Package present shows sessions for a room: one, with its newest result as large as it gets, or a wall of several.
//
// It promises that it looks the same from far away whatever the result is, and that trouble is said calmly, unless the
// person asks for all of it. It never does anything to a session.
package present

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"lenswatch/ui/action"
	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
	"lenswatch/ui/events"
	"lenswatch/watch"
	"lenswatch/watch/history"
)

// Source is what is presented.
type Source struct {
	// Sessions are those that are live, in the order in which they are gone through; Pinned those that the wall shows.
	Sessions, Pinned func() []*watch.Session
	// Shown is the one that is shown, or nil.
	Shown   func() *watch.Session
	History func() *history.Store
	// Merged says that all sessions were shown before, and are again afterwards.
	Merged bool
}

// Dialog presents sessions on the whole screen.
type Dialog struct {
	dialog.Base
	from   Source
	wall   bool
	zoomed bool      // a session of the wall is shown alone, after a click
	group  int       // which sessions the wall shows, if there are more than it has room for
	cycle  bool      // the next session comes by itself
	since  time.Time // when this one came
	loud   bool      // trouble is shown with all that is known of it
	page   string    // which page of a long result is shown, and of how many; empty if it has one
	drawn  map[drawing][][]string
	trace  map[string]*events.Trace
}

// drawing is a text in large letters.
type drawing struct {
	text  string
	w, h  int
	ascii bool
}

// The wall has up to maxWall sessions. With auto-cycle, each session or group of them is shown for cycleTime.
const (
	maxWall   = 6
	cycleTime = 10 * time.Second
)

// New presents what a source has.
func New(from Source) *Dialog {
	return &Dialog{
		Base: dialog.NewBase(action.PresentMode, action.Cancel), from: from,
		drawn: map[drawing][][]string{}, trace: map[string]*events.Trace{},
	}
}

// Place is the whole screen.
func (d *Dialog) Place() dialog.Place { return dialog.Full }

// Sync goes on to the next session where that is wanted.
func (d *Dialog) Sync(h dialog.Host) {
	now := h.Context().Now
	if d.since.IsZero() {
		d.since = now
	}
	if d.cycle && now.Sub(d.since) >= cycleTime {
		d.step(h, 1)
	}
}

// Act goes to another session, changes what is shown, or leaves.
func (d *Dialog) Act(h dialog.Host, id action.ID) tea.Cmd {
	switch id {
	case action.NextSession:
		d.step(h, 1)
	case action.PrevSession:
		d.step(h, -1)
	case action.Cycle:
		if d.cycle = !d.cycle; d.cycle {
			d.since = h.Context().Now
			h.Say(dialog.Info, "Cycling every %s.", draw.Span(cycleTime))
		} else {
			h.Say(dialog.Info, "Cycling off.")
		}
	case action.Wall:
		d.wall, d.zoomed, d.group, d.since = !d.wall, false, 0, h.Context().Now
	case action.Loud:
		if d.loud = !d.loud; d.loud {
			h.Say(dialog.Info, "Diagnosis shown.")
		} else {
			h.Say(dialog.Info, "Diagnosis hidden.")
		}
	case action.Cancel:
		h.Show(nil)
		if d.from.Merged {
			h.Select("")
		}
	default:
		return h.Run(id)
	}
	return nil
}

// step goes to the next live session, or the next ones of the wall.
func (d *Dialog) step(h dialog.Host, n int) {
	d.since = h.Context().Now
	if d.wall {
		groups := max((len(d.onWall())+maxWall-1)/maxWall, 1)
		d.group = (d.group + n + groups) % groups
		return
	}
	all := d.from.Sessions()
	if len(all) == 0 {
		return
	}
	at := slices.Index(all, d.from.Shown())
	if at < 0 && n < 0 {
		at = 0
	}
	h.Select(all[(at+n+len(all))%len(all)].Record.ID)
}

// onWall are the sessions of the wall: those that are pinned, or all that are live if fewer than two are.
func (d *Dialog) onWall() []*watch.Session {
	if pinned := d.from.Pinned(); len(pinned) > 1 {
		return pinned
	}
	return d.from.Sessions()
}

// View draws the session, or the wall.
func (d *Dialog) View(c *draw.Context) dialog.Content {
	lines := d.lines(c)
	out := draw.Blank(d.W, d.H)
	for i := range min(len(out), len(lines)) {
		out[i] = draw.Pad(lines[i], d.W)
	}
	return dialog.Content{Lines: out}
}

func (d *Dialog) lines(c *draw.Context) []string {
	if d.wall {
		if all := d.seen(); len(all) > 0 {
			return d.grid(c, all)
		}
	} else if s := d.from.Shown(); s != nil {
		return d.tile(c, s, d.W, d.H, true)
	}
	return c.Centred(c.Dim, c.Keys.Text(action.PresentMode, "No sessions. Press {cancel} to go back."), d.W, d.H)
}

// ClickAt shows the session of the wall that was clicked alone, and the wall again with the next click.
func (d *Dialog) ClickAt(h dialog.Host, x, line int, _ bool) tea.Cmd {
	if !d.wall {
		d.wall = d.zoomed
		return nil
	}
	all := d.seen()
	if len(all) == 0 {
		return nil
	}
	at := func(cell, n, size int) int { return min((cell*n+n-1)/max(size, 1), n-1) } // of n parts, as grid has them
	columns := d.columns(len(all))
	row := at(line, (len(all)+columns-1)/columns, d.H)
	inRow := all[row*columns : min((row+1)*columns, len(all))]
	h.Select(inRow[at(x, len(inRow), d.W)].Record.ID)
	d.wall, d.zoomed, d.since = false, true, h.Context().Now
	return nil
}

// seen are the sessions of the wall that there is room for now.
func (d *Dialog) seen() []*watch.Session {
	all := d.onWall()
	from := min(d.group, max(len(all)-1, 0)/maxWall) * maxWall
	return all[from:min(from+maxWall, len(all))]
}

// columns is how many of n sessions are side by side, so that each has about the shape of a screen.
func (d *Dialog) columns(n int) int {
	columns := 1
	for columns < n && d.W/(columns+1) >= minTile && (d.W/columns >= 2*wideTile || d.H*columns/n < lowTile) {
		columns++
	}
	return columns
}

// grid puts sessions side by side.
func (d *Dialog) grid(c *draw.Context, all []*watch.Session) (out []string) {
	columns := d.columns(len(all))
	rows := (len(all) + columns - 1) / columns
	for r := range rows {
		top, bottom := r*d.H/rows, (r+1)*d.H/rows
		inRow := all[r*columns : min((r+1)*columns, len(all))]
		lines := make([]string, bottom-top)
		for i, s := range inRow {
			left, right := i*d.W/len(inRow), (i+1)*d.W/len(inRow)
			tile := d.tile(c, s, right-left-1, len(lines)-1, false)
			for y := range lines {
				line := ""
				if y < len(tile) {
					line = tile[y]
				} else if y == len(lines)-1 && r < rows-1 {
					line = c.Border.Render(repeat(c.Glyphs.Rule, right-left-1))
				}
				edge := c.Border.Render(c.Theme.Box.Left)
				if i == len(inRow)-1 {
					edge = " "
				}
				lines[y] += draw.Pad(line, right-left-1) + edge
			}
		}
		out = append(out, lines...)
	}
	return out
}

// A session on the wall is at least minTile cells wide if another is next to it. It gets one next to it where there is room
// for both, or where it would have fewer than lowTile lines.
const minTile, wideTile, lowTile = 28, 38, 6
