// Package record is the dialog with everything that a service reports of a session, and its JSON next to it.
//
// It promises that no member of a record is left out, that what changed since the last look stands out, and that no API
// key is in it. It asks again while it is open, as rarely as a probe, and once whether the configuration is valid
// (session.validate); it changes nothing.
package record

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/client/recording"
	"lenswatch/ui/action"
	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
	"lenswatch/ui/jsontree"
	"lenswatch/ui/output"
	"lenswatch/ui/status"
	"lenswatch/ui/window"
	"lenswatch/watch"
	"lenswatch/watch/report"
)

const (
	// pollEvery is the time between two looks, the shortest between two probes.
	pollEvery = 5 * time.Second
	// timeout bounds one look.
	timeout = 15 * time.Second
	// wideWidth is the width from which the JSON is next to the fields.
	wideWidth = 100
	// valueLines is how many lines a value takes: the JSON has all of it.
	valueLines = 3
	// headLines are above the fields.
	headLines = 2
)

// Dialog shows the record of one session.
type Dialog struct {
	dialog.Base
	ctx      context.Context
	recorder client.Recorder
	control  client.Controller // validates the session; nil if its service does not
	checked  string            // what it answered
	session  *watch.Session
	record   client.Record
	was      map[string]string // what changed at the last look, and what it was before
	err      error
	at       time.Time // of the last answer; zero until there is one
	closed   bool
	json     bool // the JSON has the keys, and is shown where there is no room for both
	scroll   window.Scroll
	tree     *jsontree.Tree
}

// Read is what the service reported; Due says that it is time to ask again.
type (
	Read struct {
		dialog  *Dialog
		record  client.Record
		checked string
		err     error
	}
	Due struct{ dialog *Dialog }
)

// New shows the record of a session; the command asks for it. ok is false if its service has none to show.
func New(ctx context.Context, svc client.Service, s *watch.Session) (d *Dialog, first tea.Cmd, ok bool) {
	recorder, ok := svc.(client.Recorder)
	if !ok {
		return nil, nil, false
	}
	d = &Dialog{
		Base: dialog.NewBase(action.RecordMode, action.Cancel, action.NextPart, action.Down, action.Up, action.Fold, action.CopyJSON),
		ctx:  ctx, recorder: recorder, session: s,
	}
	d.control, _ = svc.(client.Controller)
	return d, d.read(), true
}

// Place is as much of the screen as there is.
func (d *Dialog) Place() dialog.Place { return dialog.Large }

func (d *Dialog) read() tea.Cmd {
	id, control := d.session.Record.ID, d.control
	if d.checked != "" || d.session.Gone() {
		control = nil
	}
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(d.ctx, timeout)
		defer cancel()
		r, err := d.recorder.Record(ctx, id)
		checked := ""
		if control != nil && err == nil {
			checked = validation(control.Validate(ctx, id))
		}
		return Read{d, r, checked, err}
	}
}

// validation is what a session says of its own configuration.
func validation(v client.Validation, err error) string {
	switch {
	case err != nil:
		return "no answer: " + client.Line1(err.Error())
	case v.Valid:
		return "the configuration is valid"
	}
	return "not valid: " + v.Problems
}

// Handle takes what the service reported, and asks again later while the dialog is open.
func (r Read) Handle(h dialog.Host) tea.Cmd {
	d := r.dialog
	if d.closed {
		return nil
	}
	d.checked = cmp.Or(r.checked, d.checked)
	switch d.err = r.err; {
	case r.err == nil:
		d.take(r.record)
		d.at = h.Context().Now
	case d.tree == nil:
		d.take(lastKnown(&d.session.Record))
	}
	if d.gone() {
		return nil
	}
	return func() tea.Msg {
		select {
		case <-time.After(pollEvery):
			return Due{d}
		case <-d.ctx.Done():
			return nil
		}
	}
}

// gone reports whether the service has no record any more, and will have none.
func (d *Dialog) gone() bool { return errors.Is(d.err, client.ErrNotFound) && d.session.Gone() }

// lastKnown is what lenswatch knows of a session of which the service has reported no record.
func lastKnown(s *client.Session) client.Record {
	raw, _ := recording.JSON(*s) // texts and numbers alone
	return client.Record{Fields: report.Record(s), Raw: raw}
}

// Handle asks again, if the dialog is still open.
func (m Due) Handle() tea.Cmd {
	if m.dialog.closed {
		return nil
	}
	return m.dialog.read()
}

// take notes what changed. A look at which nothing did leaves what changed before.
func (d *Dialog) take(r client.Record) {
	was := map[string]string{}
	for _, old := range d.record.Fields {
		was[old.Name] = old.Value
	}
	changed := map[string]string{}
	for _, f := range r.Fields {
		if old, known := was[f.Name]; !d.at.IsZero() && (!known || old != f.Value) {
			changed[f.Name] = draw.OrDash(old)
		}
	}
	same := string(r.Raw) == string(d.record.Raw)
	if d.record = r; !same || d.at.IsZero() {
		d.was, d.tree = changed, jsontree.New(r.Raw)
	}
}

// Act scrolls, goes to the JSON and back, or copies it.
func (d *Dialog) Act(h dialog.Host, id action.ID) tea.Cmd {
	switch id {
	case action.Cancel:
		d.closed = true
		h.Show(nil)
	case action.NextPart:
		d.json = !d.json
	case action.CopyJSON:
		return output.Copy(h, "record", string(d.record.Raw))
	default:
		if d.json && d.tree != nil {
			d.tree.Act(id)
		} else {
			d.scroll.Act(id, len(d.fields(h.Context(), d.fieldWidth())), d.page())
		}
	}
	return nil
}

// Sync gives the JSON its place.
func (d *Dialog) Sync(dialog.Host) {
	if d.tree != nil {
		d.tree.SetSize(d.jsonWidth(), d.page())
	}
}

func (d *Dialog) page() int { return max(d.H-headLines, 1) }

func (d *Dialog) wide() bool { return d.W >= wideWidth }

func (d *Dialog) fieldWidth() int {
	if d.wide() {
		return d.W/2 - 1
	}
	return d.W
}

func (d *Dialog) jsonWidth() int {
	if d.wide() {
		return d.W - d.fieldWidth() - 3
	}
	return d.W
}

// View draws the fields, and the JSON next to them or in their place.
func (d *Dialog) View(c *draw.Context) dialog.Content {
	r := &d.session.Record
	out := []string{c.Fit(d.head(c), d.W), ""}
	fields := d.fields(c, d.fieldWidth())
	from, to := d.scroll.Range(len(fields), d.page())
	left := fields[from:to]
	var right []string
	if d.tree != nil {
		right = d.tree.View(c)
	}
	for i := range d.page() {
		switch {
		case d.wide():
			out = append(out, c.Fit(line(left, i), d.fieldWidth())+"   "+c.Fit(line(right, i), d.jsonWidth()))
		case d.json:
			out = append(out, c.Fit(line(right, i), d.W))
		default:
			out = append(out, c.Fit(line(left, i), d.W))
		}
	}
	return dialog.Content{Title: "Record " + c.Glyphs.Dot + " " + status.Label(r, status.Name(d.session)), Lines: out, Below: len(fields) - to}
}

func line(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

// ago is how long ago a time was; empty if it is not known.
func ago(c *draw.Context, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return " " + draw.Span(c.Now.Sub(t)) + " ago"
}

// head says which part has the keys, and how old what is shown is.
func (d *Dialog) head(c *draw.Context) string {
	tab := func(name string, on bool) string {
		if on {
			return c.Selected.Render(" " + name + " ")
		}
		return c.Dim.Render(" " + name + " ")
	}
	tabs := tab("Fields", !d.json) + tab("JSON", d.json)
	note := "Loading…"
	switch {
	case d.gone():
		note = c.Warn.Render("ended"+ago(c, cmp.Or(d.session.Record.Ended, d.session.Record.EndKnown))) + c.Dim.Render("; the service has no record any more: the last known")
	case d.err != nil:
		note = c.Bad.Render(c.Glyphs.Cross + " " + client.Line1(d.err.Error()))
	case !d.at.IsZero():
		note = c.Dim.Render(fmt.Sprintf("updated %s ago, refreshed every %s", draw.Span(c.Now.Sub(d.at)), draw.Span(pollEvery)))
	}
	return tabs + " " + c.Cut(note, max(d.W-draw.Width(tabs)-1, 0))
}

// ended are the fields of a session that is over: it says so, and that the status the service reported is the last one.
func ended(fields []client.RecordField, now client.Status) []client.RecordField {
	if len(fields) == 0 {
		return fields
	}
	state := "ended"
	if now.Final() {
		state = now.String()
	}
	const text = "reported status" // of which the status is the meaning
	spelt := slices.ContainsFunc(fields, func(f client.RecordField) bool { return f.Name == text })
	out := []client.RecordField{{Group: fields[0].Group, Name: "status", Value: state}}
	for _, f := range fields {
		switch {
		case f.Name == "status" && (spelt || f.Value == state):
			continue
		case f.Name == "status", f.Name == "session_status", f.Name == text:
			f.Name = "last reported status"
		}
		out = append(out, f)
	}
	return out
}

// fields are the lines of all members, by groups, and of what heartbeats claim.
func (d *Dialog) fields(c *draw.Context, w int) (out []string) {
	if d.tree == nil {
		return nil
	}
	all := append(d.record.Fields[:len(d.record.Fields):len(d.record.Fields)], d.claims(c)...)
	if d.gone() {
		all = ended(all, d.session.Record.Status)
	}
	if d.checked != "" {
		all = append([]client.RecordField{{Group: all[0].Group, Name: "session.validate", Value: d.checked}}, all...)
	}
	width, group := 0, ""
	for _, f := range all {
		width = max(width, draw.Width(f.Name))
	}
	width = min(width, w/2)
	for _, f := range all {
		if f.Group != group {
			if group != "" {
				out = append(out, "")
			}
			group = f.Group
			out = append(out, c.Title.Render(strings.ToUpper(group[:1])+group[1:]))
		}
		head, value := c.Dim.Render(c.Fit(f.Name, width))+" ", f.Value
		if n := draw.Width(value); n > w-width-1 && n <= w-2 && !strings.Contains(value, " ") {
			out, head = append(out, c.Dim.Render(f.Name)), "  " // an ID stays in one piece
		}
		lines := c.UpTo(valueLines, c.Hanging(head, value, w), w)
		if was, changed := d.was[f.Name]; changed {
			lines = c.UpTo(valueLines, c.Hanging(head, value+"  "+c.Glyphs.Changed+" was "+was, w), w)
			for i, l := range lines {
				if i == 0 {
					l = strings.TrimPrefix(l, head)
					lines[i] = head + c.Warn.Render(l)
				} else {
					lines[i] = c.Warn.Render(l)
				}
			}
		}
		out = append(out, lines...)
	}
	return out
}

// claims are what the newest heartbeat and the start of the stream said: hints, never truth.
func (d *Dialog) claims(c *draw.Context) (out []client.RecordField) {
	m := d.session.Health.Metrics(c.Now)
	add := func(name, value string) {
		out = append(out, client.RecordField{Group: "stream, by its newest heartbeat", Name: name, Value: value})
	}
	if b := m.Claimed; b.StatusText != "" || b.HasMessages || b.HasBytes || b.HasTimeout {
		add("heartbeat session_status", draw.OrDash(b.StatusText))
		if b.HasMessages {
			add("heartbeat num_messages", draw.Count(b.Messages))
		}
		if b.HasBytes {
			add("heartbeat num_bytes", draw.Size(b.Bytes))
		}
		if b.HasTimeout {
			add("heartbeat message_timeout", draw.Exact(b.MessageTimeout))
		}
	}
	if m.Reader != "" {
		add("reader_id", m.Reader)
	}
	return out
}
