package manage

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/ui/action"
	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
	"lenswatch/ui/fields"
	"lenswatch/ui/input"
	"lenswatch/ui/problem"
)

// form asks for what a session needs: the parameters of its lens, and what it is to read. It stays open while that is
// carried out, and when it fails, with all that was typed.
type form struct {
	fields.Fields
	manager  *Manager
	title    string
	lens     client.Lens
	session  client.Session   // what is set up; without an ID until it was created
	old      client.Session   // what the new session takes the place of; without an ID if nothing
	question *client.Question // that the new session's model is to be asked, as that of the old one; nil if the lens decides
	output   bool             // the session gets an output, unless it has one
	existing bool             // the session was there before the form
	anyway   bool             // it gets the output also if it is not known whether it has one
	params   []*fields.Field  // of the lens
	source   *input.Source    // what the session is to read; nil if that is not asked for
	ending   *fields.Field    // what becomes of the old session; nil if there is none
	taken    string           // what the old session reads, which the new one is to read too; empty if not known
	unknown  string           // why the old session's question is not known
	replaces bool             // the old session is destroyed once the new one is there
	err      string

	work   *work    // while it is carried out
	steps  []string // what was done so far
	closed bool     // it is not shown
}

// init makes an empty form, which is not shown yet.
func (f *form) init(m *Manager, title string) {
	f.Base, f.Shown = fields.NewBase(), f.shown
	f.manager, f.title, f.closed = m, title, true
}

// newForm asks for what a new session of a lens needs.
func newForm(m *Manager, l client.Lens) *form {
	f := &form{lens: l}
	f.init(m, "Create: "+l.Name)
	for _, x := range l.Fields {
		f.params = append(f.params, fields.New(x))
	}
	if _, ok := m.Live.Service(l.Service).(client.Controller); ok && (l.Channel == client.ChannelNone || len(l.Inputs) == 0) {
		f.output = true
		f.source = input.New(l)
	}
	f.Move(0)
	return f
}

// key is what the form is about, for [Manager.start].
func (f *form) key() string {
	if f.session.ID != "" {
		return f.session.ID
	}
	return "create " + f.lens.Service + " " + f.lens.ID
}

// dialog is the form, to go back to; nil if it is not shown.
func (f *form) dialog() dialog.Dialog {
	if f.closed {
		return nil
	}
	return f
}

// Words say what the keys do now.
func (f *form) Words() map[action.ID]string {
	words := map[action.ID]string{}
	switch {
	case f.more():
	case f.existing:
		words[action.Choose] = "set input"
	case f.session.ID != "":
		words[action.Choose] = "set up"
	default:
		words[action.Choose] = "create"
	}
	if f.work != nil || f.session.ID != "" && !f.existing {
		words[action.Cancel] = "close" // nothing of what was done is undone
	}
	return words
}

// Hints are the keys that are of use now.
func (f *form) Hints() []action.ID {
	if f.work != nil {
		return []action.ID{action.Cancel}
	}
	return f.Base.Hints()
}

// shown are the fields that are asked for now.
func (f *form) shown() []*fields.Field {
	all := slices.Clip(f.params)
	if f.source != nil {
		all = append(all, f.source.Shown()...)
	}
	if f.ending != nil {
		all = append(all, f.ending)
	}
	return all
}

// Type takes what is typed into the field, or chooses another of its options.
func (f *form) Type(_ dialog.Host, msg tea.Msg) tea.Cmd {
	if f.work != nil {
		return nil
	}
	f.err = ""
	chosen, cmd := f.Fill(msg)
	return f.filled(chosen, cmd)
}

// ClickAt goes to the field that was clicked, and chooses the option that was.
func (f *form) ClickAt(h dialog.Host, x, line int, _ bool) tea.Cmd {
	if f.work != nil {
		return nil
	}
	intro := f.intro(h.Context())
	chosen := f.Press(x, line-len(intro), f.room(intro, f.below(h.Context())))
	f.err = ""
	return f.filled(chosen, nil)
}

// filled asks for what follows from an option that was chosen.
func (f *form) filled(chosen bool, cmd tea.Cmd) tea.Cmd {
	if chosen && f.source != nil {
		if f.Current() == f.source.Kind {
			f.source.Chose()
		}
		cmd = f.load()
	}
	f.Resize()
	return cmd
}

// Act goes to another field, or does what was asked for.
func (f *form) Act(h dialog.Host, id action.ID) tea.Cmd {
	switch {
	case id == action.Cancel:
		f.closed = true
		h.Show(nil)
	case f.work != nil: // it is being done
	case id == action.Up:
		f.Step(-1)
	case id == action.Down:
		f.Step(1)
	case id == action.PrevField:
		f.Move(-1)
	case id == action.NextField, id == action.Choose && f.more():
		f.Move(1)
	case id == action.Choose && !f.complete(): // it says what is missing
	case id == action.Choose && f.existing:
		const what = "This sends input_stream.set. The input replaces the current one; a session without an output gets one first."
		return f.manager.sure(h, f.session, "Set the input?", what, f, f.submit)
	case id == action.Choose && f.session.ID == "" && f.ending != nil && f.ending.Choice > 0:
		if old := f.manager.Store.Session(f.old.ID); old != nil && !old.Gone() {
			const when = "That happens once the new session is set up, and only then."
			h.Show(f.manager.confirmDestroy(old, when, func(h dialog.Host) tea.Cmd {
				f.replaces = true
				return f.submit(h)
			}, f))
			return nil
		}
		return f.submit(h)
	case id == action.Choose:
		f.replaces = f.replaces && f.session.ID != ""
		return f.submit(h)
	}
	return nil
}

// more reports whether a field follows that matters: how a file is read can be left as it is, and so can what was taken over.
func (f *form) more() bool {
	if f.old.ID != "" {
		return false
	}
	last := len(f.shown()) - 1
	if f.source != nil {
		last = min(last, len(f.params)+1)
	}
	return f.At() < last
}

// complete goes to the first field that still needs a value, if there is one.
func (f *form) complete() bool {
	if x := f.Missing(); x != nil {
		f.err = x.Label + " is required."
		if typed := strings.TrimSpace(x.Text()); x.Pick && typed != "" {
			f.err = "No stored file matches " + typed + ". To upload one, choose local file."
		}
		return false
	}
	if f.source == nil {
		return true
	}
	if err := f.source.Check(); err != nil {
		f.err = problem.Sentence(problem.Reason(err))
		return false
	}
	return true
}

// submit creates the session if there is none, and then sets up what it reads and where it writes. Nothing is done twice:
// a session that an earlier try created is gone on with.
func (f *form) submit(h dialog.Host) tea.Cmd {
	text := "Creating a session of " + f.lens.Name
	if f.session.ID != "" {
		text = "Setting up " + f.lens.Name
	}
	w := f.manager.start(h, f.key(), text)
	if w == nil {
		return nil
	}
	w.form, f.work, f.err, f.steps = f, w, "", nil
	if f.session.ID == "" {
		return f.manager.create(f)
	}
	return f.setUp()
}

// created takes the new session, and goes on with what it reads.
func (f *form) created(h dialog.Host, s client.Session) tea.Cmd {
	f.manager.finish(f.work)
	f.session, f.work = s, nil
	if f.source == nil {
		f.finished(h)
		return f.manager.done(h, f)
	}
	f.work = f.manager.start(h, f.key(), "Setting up "+f.lens.Name)
	if f.work == nil {
		return nil
	}
	f.work.form = f
	f.steps = append(f.steps, "session created: "+s.ID)
	return f.setUp()
}

func (f *form) setUp() tea.Cmd {
	plan, closeFile, err := f.source.Plan()
	if err != nil {
		return func() tea.Msg { return SetUp{form: f, err: err} }
	}
	plan.Output, plan.Anyway = f.output, f.anyway
	return f.manager.setUp(f.work, f, f.session, plan, closeFile)
}

// finished closes the form.
func (f *form) finished(h dialog.Host) {
	if !f.closed {
		h.Show(nil)
	}
	f.closed = true
}

// failed shows why it was not done. A form that was left keeps what was typed for the next time.
func (f *form) failed(err error) {
	if f.work != nil {
		f.manager.finish(f.work)
		f.work = nil
	}
	f.err = problem.Trouble(err)
	if f.closed && len(f.shown()) > 0 {
		f.manager.drafts[f.key()] = f
	}
}

// open shows the form, or the one about the same thing that failed, or does at once what needs nothing to be asked.
func (f *form) open(h dialog.Host) tea.Cmd {
	m := f.manager
	if len(f.shown()) == 0 {
		return f.submit(h)
	}
	if old := m.drafts[f.key()]; old != nil {
		delete(m.drafts, f.key())
		f = old
	}
	if slices.ContainsFunc(m.works, func(w *work) bool { return w.key == f.key() }) {
		return f.submit(h) // shows what is being done
	}
	f.closed = false
	h.Show(f)
	return f.load()
}

func (f *form) values() map[string]string {
	out := map[string]string{}
	for _, x := range f.params {
		if v := x.Value(); v != "" {
			out[x.Name] = v
		}
	}
	return out
}

// View draws the fields, and what the one that is being filled in is for; then what is being done.
func (f *form) View(c *draw.Context) dialog.Content {
	below := f.below(c)
	intro := f.intro(c)
	lines := append(append(intro, f.Lines(c, f.room(intro, below), f.work == nil)...), below...)
	return dialog.Content{Title: f.title, Lines: lines, Keys: f.work == nil && f.err == ""}
}

// room is how many lines are left for other than the fields, where so much is drawn above and under them.
func (f *form) room(above, below []string) int { return 4 + len(above) + len(below) }

// below is what is under the fields.
func (f *form) below(c *draw.Context) (out []string) {
	if f.work == nil {
		hint := ""
		if x := f.Current(); x != nil {
			hint = x.Hint
		}
		out = append(out, draw.Styled(c.Dim, c.Wrap(c.Keys.Text(action.Parameters, hint), f.W))...)
	} else {
		out = append(out, "")
		for _, s := range f.steps {
			out = append(out, c.Good.Render(c.Glyphs.Check)+" "+c.Cut(s, max(f.W-2, 1)))
		}
		out = append(out, c.Busy.Render(c.Shorten(c.Spinner()+" "+f.work.text, "  "+draw.Span(c.Now.Sub(f.work.since)), f.W)))
		out = append(out, "", c.Dim.Render(c.Cut(c.Keys.Text(action.Parameters, "{cancel} closes this form; the work continues."), f.W)))
	}
	if f.err != "" {
		out = append(out, "")
		out = append(out, draw.Styled(c.Bad, c.Hanging(c.Glyphs.Cross+" ", c.Keys.Text(action.Main, f.err), f.W))...)
	}
	return out
}
