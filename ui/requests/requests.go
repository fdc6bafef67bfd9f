// Package requests is the dialog that lists what lenswatch itself asked the services.
//
// It promises to show the newest requests first, and to stand still on older ones while others arrive.
package requests

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/client/units"
	"lenswatch/ui/action"
	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
	"lenswatch/ui/status"
	"lenswatch/ui/window"
	"lenswatch/watch"
)

// Store is what the dialog reads.
type Store interface {
	Requests() []client.Request
	Session(id string) *watch.Session
}

// Dialog lists the requests of a store.
type Dialog struct {
	dialog.Base
	store  Store
	lines  []client.Request // newest first, as it was when the first line was seen last
	scroll window.Scroll
}

// New lists the requests of a store.
func New(s Store) *Dialog {
	d := &Dialog{Base: dialog.NewBase(action.RequestsMode, action.Cancel, action.Up, action.Down), store: s}
	d.take()
	return d
}

// Place gives paths and errors the width that they need.
func (d *Dialog) Place() dialog.Place { return dialog.Large }

// Hints are the keys that are of use.
func (d *Dialog) Hints() []action.ID {
	if len(d.lines) == 0 {
		return []action.ID{action.Cancel, action.Help}
	}
	return d.Base.Hints()
}

func (d *Dialog) take() {
	made := d.store.Requests()
	d.lines = d.lines[:0]
	for i := range made {
		d.lines = append(d.lines, made[len(made)-1-i])
	}
}

// Sync takes in what is new, unless older ones are looked at.
func (d *Dialog) Sync(dialog.Host) {
	if from, _ := d.scroll.Range(2*len(d.lines), d.H); from == 0 {
		d.take()
	}
}

// Act scrolls, or closes.
func (d *Dialog) Act(h dialog.Host, id action.ID) tea.Cmd {
	if id == action.Cancel {
		h.Show(nil)
		return nil
	}
	d.scroll.Act(id, len(d.content(h.Context())), d.H)
	return nil
}

// View draws a line for each request, and more where that is too short for all of it.
func (d *Dialog) View(c *draw.Context) dialog.Content {
	title := "Requests by lenswatch"
	if len(d.lines) == 0 {
		return dialog.Content{Title: title, Lines: c.Wrap("No completed requests yet. (Streams are shown in Logs.)", d.W)}
	}
	all := d.content(c)
	from, to := d.scroll.Range(len(all), d.H)
	return dialog.Content{Title: title, Lines: all[from:to], Below: len(all) - to}
}

func (d *Dialog) content(c *draw.Context) (out []string) {
	for i := range d.lines {
		out = append(out, d.request(c, &d.lines[i])...)
	}
	return out
}

func (d *Dialog) request(c *draw.Context, r *client.Request) []string {
	code, style := "none", c.Bad
	if r.Status != 0 {
		code = fmt.Sprint(r.Status)
	}
	if r.Err == "" {
		style = c.Good
	}
	tag, took := status.TagWidth(d.W), 7
	if d.W < wide {
		tag, took = status.TagWidth(0), 6
	}
	about, path := c.Fit(r.Service, tag), r.Request
	if r.Session != "" {
		about = status.Tag(c, d.store.Session(r.Session), r.Session, tag)
		_, id := client.ProfileOf(r.Session)
		path = strings.ReplaceAll(path, id, c.Glyphs.Ellipsis) // its end is next to it
	}
	text := c.Clock(r.At) + " " + style.Render(c.Fit(code, 4)) + " " + c.Fit(units.Duration(r.Took), took) + " " + about + " " + path
	failure := r.Err
	for _, uid := range r.UIDs { // the error mostly names them
		if !strings.Contains(failure, uid) {
			failure += "  error_uid " + uid
		}
	}
	if failure == "" {
		return []string{c.Fit(text, d.W)}
	}
	if draw.Width(text)+2+draw.Width(failure) <= d.W {
		return []string{c.Fit(text+"  "+c.Bad.Render(failure), d.W)}
	}
	indent := strings.Repeat(" ", len("15:04:05 "))
	return append([]string{c.Fit(text, d.W)}, draw.Styled(c.Bad, c.Hanging(indent, failure, d.W))...)
}

// wide is how many cells a list needs so that sessions have names next to whole paths.
const wide = 70
