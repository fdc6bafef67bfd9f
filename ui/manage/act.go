package manage

import (
	"cmp"
	"context"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
	"lenswatch/ui/fields"
	"lenswatch/ui/input"
	"lenswatch/ui/lenses"
	"lenswatch/ui/problem"
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
			c.Strong.Render(m.label(&r)), r.ID, "", c.Warn.Render(problem.Sentence(pipeline.ErrOutputUnknown.Error())), "",
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
	lens := f.lens
	for _, l := range m.Store.Lenses() {
		if l.Service == record.Service && l.ID == record.LensID {
			lens.Inputs, lens.Processors = l.Inputs, l.Processors // they say what it reads
		}
	}
	f.source = input.New(lens)
	f.source.Replace()
	f.Move(0)
	return f
}

// AskCreate asks for the lens to create a session of, and then for what it needs.
func (m *Manager) AskCreate(h dialog.Host) tea.Cmd {
	h.Show(lenses.New(m.Store, func(h dialog.Host, l client.Lens) tea.Cmd { return newForm(m, l).open(h) }))
	return nil
}

// confirmWithoutLedger asks whether to create a session although nothing would clean it up after a crash.
func (m *Manager) confirmWithoutLedger(f *form, err error) dialog.Dialog {
	return dialog.NewConfirm("Create without crash cleanup?", func(c *draw.Context, _ int) []string {
		return []string{
			c.Bad.Render(client.Line1(err.Error())), "",
			"lenswatch records each session that it creates, so that none is left running if it is killed. It can't do so now.",
			"If you continue, your sessions are destroyed when you quit, but not cleaned up after a crash.",
		}
	}, func(h dialog.Host) tea.Cmd {
		m.Live.Custody().Accept()
		return f.submit(h)
	}).Over(f.dialog())
}

// CreateAnother asks whether to create a session of the same lens as another, with the same parameters, input and question,
// and what becomes of the other one. It says what is taken over, and what is not known.
func (m *Manager) CreateAnother(h dialog.Host, s *watch.Session) tea.Cmd {
	r := &s.Record
	for _, l := range m.Store.Lenses() {
		if l.Service != r.Service || l.ID != r.LensID {
			continue
		}
		f := newForm(m, l)
		f.old, f.question = *r, s.Question
		f.title += ", like " + m.label(r)
		if made := m.made[r.ID]; made != nil {
			f.like(made)
		}
		if !s.Gone() {
			f.ending = fields.New(client.Field{
				Label: "Old session", Options: []string{"leave running", "destroy"},
				Hint: m.label(r) + ": what becomes of it once the new one is set up ({left} / {right} to change).",
			})
		}
		f.closed = false
		h.Show(f)
		return tea.Batch(f.load(), f.askQuestion(s))
	}
	h.Say(dialog.Info, "The session's lens is no longer listed. Press {create} to choose another.")
	return nil
}

// like takes over what was given for another session.
func (f *form) like(other *form) {
	for i, x := range f.params {
		if i < len(other.params) {
			x.Like(other.params[i])
		}
	}
	if other.source == nil {
		return
	}
	if f.source == nil {
		f.source, f.output = input.New(f.lens), true // the input of the lens was replaced
	}
	f.source.Like(other.source)
	f.taken = f.source.Says()
}

// askQuestion asks the old session what its model is asked, unless that is known.
func (f *form) askQuestion(s *watch.Session) tea.Cmd {
	control, ok := f.manager.Live.Service(f.lens.Service).(client.Controller)
	if !ok || f.question != nil || s.Gone() {
		return nil
	}
	f.unknown = "reading it (session.get)…"
	return f.manager.request(requestTimeout, func(ctx context.Context) tea.Msg {
		known, err := control.Question(ctx, f.old.ID)
		return Asked{form: f, question: known, err: err}
	})
}

// intro says what a session that is like another one takes over; it has a line for each.
func (f *form) intro(c *draw.Context) (out []string) {
	if f.old.ID == "" {
		return nil
	}
	line := func(label, text string) {
		out = append(out, c.Dim.Render(draw.Pad(label, 10)+c.Cut(text, max(f.W-10, 1))))
	}
	switch {
	case f.taken != "":
		line("Input", f.taken+", as of the old session")
	case f.source != nil:
		line("Input", "not known of the old session: it was not set here")
	}
	switch q := f.question; {
	case q != nil && *q == (client.Question{}): // the lens has none
	case q != nil:
		line("Question", client.Line1(cmp.Or(q.Focus, q.Instruction))+", as of the old session")
	case f.unknown != "":
		line("Question", f.unknown)
	}
	return append(out, "")
}

// again tries to create the session once more, after a slot was freed for it.
func (f *form) again(h dialog.Host) tea.Cmd {
	delete(f.manager.drafts, f.key())
	f.closed = len(f.shown()) == 0
	h.Show(f.dialog())
	return f.submit(h)
}
