package sessions

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"lenswatch/ui/action"
	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
	"lenswatch/watch"
)

// Finder chooses the session to show by a part of its name: a list of hundreds is not walked.
type Finder struct {
	dialog.Chooser
	table    *Table
	sessions found
	known    int    // of sessions, those that are known; they are the last
	version  uint64 // of the list that the others are of
}

// NewFinder finds the sessions of a table.
func NewFinder(t *Table) *Finder {
	return &Finder{Chooser: dialog.NewChooser(action.FindSession, "name, ID, state or service", 0), table: t}
}

// found are the sessions, with what they are found by.
type found struct {
	all   []*watch.Session
	words []string
}

// Len is how many there are.
func (f found) Len() int { return len(f.all) }

// String is what a session is found by.
func (f found) String(i int) string { return f.words[i] }

// Sync takes the sessions that are known now. To narrow them down takes a while if there are many: that is only done again
// if they changed.
func (d *Finder) Sync(h dialog.Host) {
	t, was := d.table, d.sessions
	add := func(s *watch.Session) {
		d.sessions.all = append(d.sessions.all, s)
		d.sessions.words = append(d.sessions.words, words(h.Context(), s))
	}
	others := len(was.all) - d.known
	before := slices.Clone(was.words[others:])
	changed := d.version != t.Store.ListVersion() || d.known != len(t.Store.Known())
	d.sessions = found{all: was.all[:others], words: was.words[:others]}
	if changed {
		d.version, d.sessions = t.Store.ListVersion(), found{}
		for _, s := range t.Store.OnlyListed() {
			add(s)
		}
		others = len(d.sessions.all)
	}
	d.known = len(t.Store.Known())
	for _, s := range t.Store.Known() {
		add(s)
	}
	if changed || !slices.Equal(d.sessions.words[others:], before) {
		d.Narrow(d.sessions)
	}
}

// Type narrows the sessions.
func (d *Finder) Type(_ dialog.Host, msg tea.Msg) tea.Cmd { return d.Typed(msg, d.sessions) }

// Act shows the session that was chosen.
func (d *Finder) Act(h dialog.Host, id action.ID) tea.Cmd {
	switch id {
	case action.Cancel:
		h.Show(nil)
	case action.Choose:
		if i, ok := d.Chosen(); ok {
			h.Show(nil)
			h.Select(d.sessions.all[i].Record.ID)
		}
	default:
		d.Move(id)
	}
	return nil
}

// Click shows the session of a line.
func (d *Finder) Click(h dialog.Host, line int, _ bool) tea.Cmd {
	if d.Clicked(line) {
		return d.Act(h, action.Choose)
	}
	return nil
}

// View lists the sessions as the table does.
func (d *Finder) View(c *draw.Context) dialog.Content {
	t := d.table
	cols := columnsFor(c, t.summary, t.Store.Known(), max(t.others.widest, widest(t.Store.Known(), t.Store.Services())), d.W)
	out := d.Content(c, "Find a session", func(i int, chosen bool) string {
		line := c.Fit(Row(c, d.table.summary, d.sessions.all[i], d.table.Store.Services(), cols), d.W)
		if chosen {
			return c.Chosen(line, d.W)
		}
		return line
	})
	if _, ok := d.Chosen(); !ok {
		out.Lines = append(out.Lines, c.Dim.Render("No matching session."))
	}
	return out
}
