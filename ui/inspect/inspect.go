// Package inspect is the dialog with the details of one event: what it says, its JSON, its bytes.
//
// It promises to show all of a payload, within the bounds of package jsontree, and to stand still while events
// arrive. It never changes the event, nor shows a byte of it that a terminal would obey.
package inspect

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/theme"
	"lenswatch/ui/action"
	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
	"lenswatch/ui/jsontree"
	"lenswatch/ui/output"
	"lenswatch/ui/status"
	"lenswatch/ui/window"
	"lenswatch/watch"
	"lenswatch/watch/history"
)

// List is a list of events whose selection the dialog moves.
type List interface {
	// Walk selects the event n further down, further up if n is negative, and returns it. It is the same event
	// where the list has no more, and nil if it is empty. The list stops following.
	Walk(c *draw.Context, n int) *history.Entry
	// Following reports whether the list keeps to the newest event, and SetFollow makes it.
	Following() bool
	SetFollow(c *draw.Context, on bool)
}

// Store is what is known of the session of the event.
type Store interface {
	History() *history.Store
	Session(id string) *watch.Session
}

// Dialog shows one event of a list.
type Dialog struct {
	dialog.Base
	list   List
	store  Store
	entry  *history.Entry
	follow bool // the list followed when the dialog was opened, and will again
	tab    tab
	scroll window.Scroll  // of a tab other than JSON
	tree   *jsontree.Tree // of the entry; nil until it was looked at
	near   *history.View  // the session's events, to find the neighbours
	text   []string       // what the text tab has
	made   textKey        // of what text was made
	drift  *string        // of the entry; nil until it was measured
}

// textKey is what the text tab depends on.
type textKey struct {
	seq, next history.Seq
	width     int
	second    int64
	theme     theme.Palette
	dark      bool
}

type tab uint8

const (
	tabText tab = iota
	tabJSON
	tabRaw
	tabCount
)

var tabNames = [tabCount]string{"Text", "JSON", "Raw"}

// New opens the list's selected event; nil if there is none.
func New(c *draw.Context, list List, store Store) *Dialog {
	follow := list.Following()
	e := list.Walk(c, 0)
	if e == nil {
		return nil
	}
	return &Dialog{
		Base: dialog.NewBase(action.InspectMode, action.Cancel, action.NextEvent, action.PrevEvent, action.NextPart, action.Fold,
			action.CopyText, action.CopyJSON, action.CopyCurl, action.Down, action.Up),
		list: list, store: store, entry: e, follow: follow,
	}
}

// Sync brings the tab that is shown up to date.
func (d *Dialog) Sync(h dialog.Host) {
	switch d.tab {
	case tabText:
		d.refresh(h.Context())
	case tabJSON:
		if len(d.entry.Raw) == 0 {
			return
		}
		if d.tree == nil {
			d.tree = jsontree.New(d.entry.Raw)
		}
		d.tree.SetSize(d.W, d.page())
	}
}

// Act walks, scrolls, folds or copies. The curl command is that of the session of the event.
func (d *Dialog) Act(h dialog.Host, id action.ID) (cmd tea.Cmd) {
	switch id {
	case action.Cancel:
		h.Show(nil)
		if d.follow {
			d.list.SetFollow(h.Context(), true)
		}
		return nil
	case action.NextEvent:
		d.walk(h, 1, "Already at the newest event.")
	case action.PrevEvent:
		d.walk(h, -1, "Already at the oldest event.")
	case action.NextPart:
		d.tab, d.scroll = (d.tab+1)%tabCount, window.Scroll{}
	case action.PrevPart:
		d.tab, d.scroll = (d.tab+tabCount-1)%tabCount, window.Scroll{}
	case action.CopyText:
		cmd = output.Copy(h, "text", d.entry.Text)
	case action.CopyJSON:
		cmd = output.Copy(h, "payload", string(d.entry.Raw))
	case action.CopyCurl:
		cmd = h.Run(id)
	default:
		if d.tab == tabJSON && d.tree != nil {
			d.tree.Act(id)
		} else {
			d.scroll.Act(id, d.len(), d.page())
		}
	}
	d.Sync(h)
	return cmd
}

// ClickAt shows the tab whose name was clicked, or goes to the row of the JSON that was: twice folds or unfolds it.
func (d *Dialog) ClickAt(h dialog.Host, x, line int, twice bool) tea.Cmd {
	if below := line - d.headLines() - 1; below >= 0 && d.tab == tabJSON && d.tree != nil {
		d.tree.Click(below, twice)
		return nil
	}
	from := 0
	for t, name := range tabNames {
		to := from + len(name) + 2
		if line == d.headLines() && x >= from && x < to {
			d.tab, d.scroll = tab(t), window.Scroll{}
			d.Sync(h)
		}
		from = to
	}
	return nil
}

func (d *Dialog) walk(h dialog.Host, n int, end string) {
	e := d.list.Walk(h.Context(), n)
	if e == nil || e.Seq == d.entry.Seq {
		h.Say(dialog.Info, "%s", end)
		return
	}
	d.entry, d.tree, d.scroll, d.drift = e, nil, window.Scroll{}, nil
}

// headLines is how many lines are above the tabs: one where there is little room.
func (d *Dialog) headLines() int {
	if d.H < 10 {
		return 1
	}
	return 3
}

// page is how many lines of the tab are seen.
func (d *Dialog) page() int { return max(d.H-d.headLines()-1, 1) }

// len is how many lines the tab has.
func (d *Dialog) len() int {
	switch {
	case d.tab == tabText:
		return len(d.text)
	case len(d.entry.Raw) == 0:
		return 1
	case d.tab == tabJSON:
		return d.tree.Len()
	}
	return jsontree.DumpLen(d.entry.Raw, d.W)
}

// Place is next to the lists.
func (d *Dialog) Place() dialog.Place { return dialog.Dock }

// View draws always as many lines as there is room for, so that the box stands still while one walks from event
// to event.
func (d *Dialog) View(c *draw.Context) dialog.Content {
	from, to := d.scroll.Range(d.len(), d.page())
	if d.tab == tabJSON && d.tree != nil {
		from, to = d.tree.Range()
	}
	out := append(d.head(c)[:d.headLines()], d.tabs(c, from, to))
	out = append(out, d.body(c, from, to)...)
	for i, line := range out {
		out[i] = c.Fit(line, d.W)
	}
	for len(out) < d.H {
		out = append(out, "")
	}
	return dialog.Content{
		Title: "Event " + c.Glyphs.Dot + " " + d.entry.Received.In(c.Zone).Format("15:04:05.000"), Lines: out[:max(d.H, 0)],
	}
}

// head is what the event is, in three lines, whichever tab is shown.
func (d *Dialog) head(c *draw.Context) []string {
	e, level := d.entry, c.Dim
	dot := c.Dim.Render(" " + c.Glyphs.Dot + " ")
	switch e.Level {
	case client.LevelWarn:
		level = c.Warn
	case client.LevelError:
		level = c.Bad
	}
	kind, wire := e.Kind.String(), client.Line1(e.Wire)
	if wire != "" && wire != kind {
		wire = dot + wire
	} else {
		wire = ""
	}
	return []string{
		c.Strong.Render(kind) + wire + dot + level.Render(e.Level.String()),
		status.Tag(c, d.store.Session(e.Session), e.Session, min(max(d.W/3, 5), 28)) + " " + client.Line1(e.Session),
		c.Dim.Render("SSE ID ") + draw.OrDash(client.Line1(e.ID)) + dot + draw.Size(len(e.Raw)),
	}
}

// tabs names the tabs, and says which lines of how many are seen.
func (d *Dialog) tabs(c *draw.Context, from, to int) string {
	var b strings.Builder
	for t, name := range tabNames {
		if tab(t) == d.tab {
			b.WriteString(c.Selected.Render(" " + name + " "))
		} else {
			b.WriteString(c.Dim.Render(" " + name + " "))
		}
	}
	seen := ""
	if to-from < d.len() {
		seen = c.Dim.Render(fmt.Sprintf("%s–%s of %s", draw.Count(from+1), draw.Count(to), draw.Count(d.len())))
	}
	return c.Row(b.String(), seen, d.W)
}

// body is the lines of the tab that are seen.
func (d *Dialog) body(c *draw.Context, from, to int) (out []string) {
	switch {
	case d.tab == tabText:
		return d.text[from:to]
	case len(d.entry.Raw) == 0 && d.entry.Kind == client.KindNotice:
		return c.Wrap(c.Dim.Render("Generated by lenswatch; no payload."), d.W)
	case len(d.entry.Raw) == 0:
		return c.Wrap(c.Dim.Render("The event has no payload."), d.W)
	case d.tab == tabJSON:
		return d.tree.View(c)
	}
	for i := from; i < to; i++ {
		out = append(out, jsontree.DumpRow(c, d.entry.Raw, i, d.W))
	}
	return out
}
