package manage

import (
	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
	"lenswatch/ui/fields"
	"lenswatch/ui/input"
	"lenswatch/ui/status"
	"lenswatch/watch"
	"lenswatch/watch/custody"
	"lenswatch/watch/pipeline"
)

// notYours is said of a session that somebody else created.
const notYours = "not created by you – someone may be using it"

// controllable reports whether a session has what is to be set, and says why not.
func (m *Manager) controllable(h dialog.Host, s *watch.Session, what string) bool {
	_, ok := m.Live.Service(s.Record.Service).(client.Controller)
	switch {
	case !ok:
		h.Say(dialog.Info, "Sessions of %s have no %s.", s.Record.Service, what)
	case s.Gone():
		h.Say(dialog.Info, "The session has ended and accepts no changes.")
	default:
		return true
	}
	return false
}

// sure does something with a session, after a yes if somebody else created it. The dialog that asks for it, if there is
// one, is open again after the answer.
func (m *Manager) sure(h dialog.Host, r client.Session, title, what string, back dialog.Dialog, do func(dialog.Host) tea.Cmd) tea.Cmd {
	if m.owner(r) != custody.OwnerElsewhere {
		return do(h)
	}
	h.Show(dialog.NewConfirm(title, func(c *draw.Context, _ int) []string {
		return []string{c.Strong.Render(m.label(&r)), r.ID, "", c.Warn.Render(notYours), "", what}
	}, do).Over(back))
	return nil
}

// SetOutput gives a session an output stream, after asking if somebody else created it. One that has an output is left
// alone.
func (m *Manager) SetOutput(h dialog.Host, s *watch.Session) tea.Cmd {
	if !m.controllable(h, s, "output to set") {
		return nil
	}
	if out := s.Record.OutputStream; out != "" {
		h.Say(dialog.Info, "%s already has an output: %s.", status.Name(s), out)
		return nil
	}
	const what = "Adds an SSE output (output_stream.set) so that results can be read. An existing output is left unchanged."
	return m.sure(h, s.Record, "Add an output stream?", what, nil, m.bind(s.Record, false))
}

// bind gives a session an output stream; anyway also where it is not known whether it has one.
func (m *Manager) bind(r client.Session, anyway bool) func(dialog.Host) tea.Cmd {
	return func(h dialog.Host) tea.Cmd {
		w := m.start(h, r.ID, "Setting the output of "+m.name(&r))
		if w == nil {
			return nil
		}
		return m.setUp(w, nil, r, pipeline.Plan{Output: true, Anyway: anyway}, func() {})
	}
}

// askAnyway asks whether to send what sets an output although the session may have one. f is the form that wanted it; nil
// if none did.
func (m *Manager) askAnyway(h dialog.Host, f *form, r client.Session) {
	do, back := m.bind(r, true), dialog.Dialog(nil)
	if f != nil {
		f.failed(pipeline.ErrOutputUnknown)
		back, do = f, func(h dialog.Host) tea.Cmd {
			f.anyway = true
			return f.submit(h)
		}
	}
	h.Show(dialog.NewConfirm("Set the output anyway?", func(c *draw.Context, _ int) []string {
		return []string{
			c.Strong.Render(m.label(&r)), r.ID, "", c.Warn.Render(sentence(pipeline.ErrOutputUnknown.Error())), "",
			"If it has one, a second output_stream.set may replace it, and whoever reads it may lose results.",
		}
	}, do).Over(back))
}

// AskInput asks what a session is to read.
func (m *Manager) AskInput(h dialog.Host, s *watch.Session) tea.Cmd {
	if !m.controllable(h, s, "input to set") {
		return nil
	}
	return newSetup(m, s.Record).open(h)
}

// newSetup asks what a session that exists is to read. It gets an output too, if it has none.
func newSetup(m *Manager, record client.Session) *form {
	f := &form{
		lens:    client.Lens{Service: record.Service, ID: record.LensID, Name: m.name(&record)},
		session: record, existing: true, output: true,
	}
	f.init(m, "Input: "+m.label(&record))
	f.source = input.New(f.lens)
	f.source.Replace()
	f.Move(0)
	return f
}

// CreateAnother creates a session of the same lens as another, with the same parameters, and then says how to destroy
// the other one. What is not known of the parameters is asked for.
func (m *Manager) CreateAnother(h dialog.Host, s *watch.Session) tea.Cmd {
	r := &s.Record
	for _, l := range m.Store.Lenses() {
		if l.Service != r.Service || l.ID != r.LensID {
			continue
		}
		f := newForm(m, l)
		f.old, f.question = *r, s.Question
		f.title += ", like " + m.label(r)
		if made := m.made[r.ID]; made != nil && f.like(made) {
			return f.submit(h)
		}
		return f.open(h)
	}
	h.Say(dialog.Info, "The session's lens is no longer listed. Press {create} to choose another.")
	return nil
}

// like takes over what was given for another session. It reports whether nothing is left to ask: a secret is asked for
// again.
func (f *form) like(other *form) (whole bool) {
	whole = true
	take := func(to, from []*fields.Field) {
		for i := range to {
			if i >= len(from) || to[i].Secret || to[i].Mask != nil {
				whole = whole && !to[i].Required && to[i].Mask == nil && !(i < len(from) && from[i].Value() != "")
				continue
			}
			to[i].Like(from[i])
		}
	}
	take(f.params, other.params)
	if f.source != nil && other.source != nil && !other.existing {
		f.source.Kind.Choice = other.source.Kind.Choice
		take(f.source.Shown(), other.source.Shown())
		take(f.source.Reading(), other.source.Reading())
	}
	return whole
}

// again tries to create the session once more, after a slot was freed for it.
func (f *form) again(h dialog.Host) tea.Cmd {
	delete(f.manager.drafts, f.key())
	f.closed = len(f.shown()) == 0
	h.Show(f.dialog())
	return f.submit(h)
}
