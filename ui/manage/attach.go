package manage

import (
	"context"
	"errors"
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/ui/action"
	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
	"lenswatch/ui/problem"
)

// attach asks for the ID of a session that is not in the list.
type attach struct {
	dialog.Base
	manager *Manager
	input   textinput.Model
	err     string
	work    *work // while the service is asked whether there is such a session
	closed  bool
}

// Attached says whether there is a session of an ID.
type Attached struct {
	dialog      *attach
	service, id string
	err         error
}

// AskAttach asks for the ID of a session to watch.
func (m *Manager) AskAttach(h dialog.Host) tea.Cmd {
	h.Show(&attach{Base: dialog.NewBase(action.AttachMode, action.Choose, action.Cancel), manager: m, input: dialog.Input("lsn-…")})
	return nil
}

// SetSize makes the input as wide as there is room for it.
func (d *attach) SetSize(w, h int) {
	d.Base.SetSize(w, h)
	d.input.SetWidth(max(w-3, 4))
}

// Type takes what is typed.
func (d *attach) Type(_ dialog.Host, msg tea.Msg) (cmd tea.Cmd) {
	if d.work != nil {
		return nil
	}
	d.err = ""
	d.input, cmd = d.input.Update(msg)
	return cmd
}

// Act asks whether there is such a session. Only then is it watched: a mistyped ID leaves no row behind.
func (d *attach) Act(h dialog.Host, id action.ID) tea.Cmd {
	if id == action.Cancel {
		d.closed = true
		h.Show(nil)
		return nil
	}
	m, session := d.manager, strings.TrimSpace(d.input.Value())
	if err := client.CheckID(session); err != nil {
		d.err = err.Error()
		return nil
	}
	if d.work != nil {
		return nil
	}
	if d.work = m.start(h, "attach "+session, "Looking for "+session); d.work == nil {
		return nil
	}
	service := m.Live.ServiceOf(session)
	return m.request(requestTimeout, func(ctx context.Context) tea.Msg {
		_, err := m.Live.Service(service).Session(ctx, session)
		return Attached{d, service, session, err}
	})
}

// HandleAttached watches the session, or says that there is none.
func (m *Manager) HandleAttached(h dialog.Host, msg Attached) {
	d := msg.dialog
	m.finish(d.work)
	d.work = nil
	if d.closed {
		return
	}
	err := msg.err
	if err == nil {
		err = m.Live.Watch(msg.service, msg.id)
	}
	switch {
	case errors.Is(err, client.ErrNotFound):
		d.err = "No such session: " + msg.id + "."
	case err != nil:
		d.err = problem.Trouble(err)
	default:
		h.Show(nil)
		h.Select(msg.id)
	}
}

// View draws the input, and what is wrong with it.
func (d *attach) View(c *draw.Context) dialog.Content {
	note := c.Dim.Render("Attached sessions keep running when you quit.")
	switch {
	case d.err != "":
		note = c.Bad.Render(d.err)
	case d.work != nil:
		note = c.Busy.Render(c.Spinner() + " " + d.work.text + "  " + draw.Span(c.Now.Sub(d.work.since)))
	}
	return dialog.Content{Title: "Attach to a session", Lines: append([]string{dialog.InputLine(c, d.input), ""}, c.Wrap(note, d.W)...)}
}
