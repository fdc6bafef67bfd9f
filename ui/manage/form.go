package manage

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/ui/action"
	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
)

// form asks for what a session needs: the parameters of its lens, and what it is to read. It stays open while that is
// carried out, and when it fails, with all that was typed.
type form struct {
	dialog.Base
	manager  *Manager
	title    string
	lens     client.Lens
	session  client.Session   // what is set up; without an ID until it was created
	old      client.Session   // what the new session takes the place of; without an ID if nothing
	question *client.Question // that the new session's model is to be asked, as that of the old one; nil if the lens decides
	output   bool             // the session gets an output, unless it has one
	existing bool             // the session was there before the form
	fields   []*field         // of the lens
	source   *source          // what the session is to read; nil if that is not asked for
	at       int
	err      string
	label    int // how wide the labels are

	work   *work    // while it is carried out
	steps  []string // what was done so far
	closed bool     // it is not shown
}

// newForm asks for what a new session of a lens needs.
func newForm(m *Manager, l client.Lens) *form {
	f := &form{
		Base:    dialog.NewBase(action.Parameters, action.Choose, action.NextField, action.PrevField, action.Cancel),
		manager: m, title: "Create: " + l.Name, lens: l, closed: true,
	}
	for _, x := range l.Fields {
		f.fields = append(f.fields, newField(x))
	}
	if _, ok := m.Live.Service(l.Service).(client.Controller); ok && (l.Channel == client.ChannelNone || len(l.Inputs) == 0) {
		f.output = true
		f.source = newSource(l)
	}
	f.move(0)
	return f
}

// key is what the form is about, for [Manager.start].
func (f *form) key() string {
	if f.session.ID != "" {
		return f.session.ID
	}
	return "create " + f.lens.Service + " " + f.lens.ID
}

// Hints are the keys that are of use now.
func (f *form) Hints() []action.ID {
	if f.work != nil {
		return []action.ID{action.Cancel}
	}
	return f.Base.Hints()
}

// shown are the fields that are asked for now.
func (f *form) shown() []*field {
	if f.source == nil {
		return f.fields
	}
	return append(slices.Clip(f.fields), f.source.shown()...)
}

// SetSize makes the inputs as wide as there is room for them.
func (f *form) SetSize(w, h int) {
	f.Base.SetSize(w, h)
	f.resize()
}

func (f *form) resize() {
	f.label = 0
	for _, x := range f.shown() {
		f.label = max(f.label, draw.Width(x.Label)+2)
	}
	f.label = min(f.label, f.W/2)
	for _, x := range f.shown() {
		x.input.SetWidth(max(f.W-f.label-2, 4))
	}
}

// move goes to another field, stopping at the ends.
func (f *form) move(n int) {
	all := f.shown()
	if len(all) == 0 {
		return
	}
	for _, x := range all {
		x.input.Blur()
	}
	f.at = min(max(f.at+n, 0), len(all)-1)
	all[f.at].input.Focus()
}

// Type takes what is typed into the field, or chooses another of its options.
func (f *form) Type(_ dialog.Host, msg tea.Msg) (cmd tea.Cmd) {
	if f.work != nil {
		return nil
	}
	f.err = ""
	x := f.shown()[f.at]
	n := len(x.Options)
	if n == 0 || x.pick {
		x.input, cmd = x.input.Update(msg)
		x.choice = 0
		return cmd
	}
	if k, ok := msg.(tea.KeyPressMsg); ok {
		if f.source != nil && x == f.source.kind {
			f.source.chosen = true
		}
		switch k.String() {
		case "right", "space":
			x.choice = (x.choice + 1) % n
		case "left":
			x.choice = (x.choice + n - 1) % n
		}
	}
	cmd = f.source.load(f)
	f.resize()
	return cmd
}

// Act goes to another field, or does what was asked for.
func (f *form) Act(h dialog.Host, id action.ID) tea.Cmd {
	switch {
	case id == action.Cancel:
		f.closed = true
		h.Show(nil)
	case f.work != nil: // it is being done
	case id == action.Up || id == action.Down:
		step := 1
		if id == action.Up {
			step = -1
		}
		if x := f.shown()[f.at]; x.pick {
			x.choice = min(max(x.choice+step, 0), max(len(x.matches())-1, 0))
		} else {
			f.move(step)
		}
	case id == action.PrevField:
		f.move(-1)
	case id == action.NextField, id == action.Choose && f.more():
		f.move(1)
	case id == action.Choose && f.complete():
		return f.submit(h)
	}
	return nil
}

// more reports whether a field follows that matters: how a file is read can be left as it is.
func (f *form) more() bool {
	last := len(f.shown()) - 1
	if f.source != nil {
		last = min(last, len(f.fields)+1)
	}
	return f.at < last
}

// complete goes to the first field that still needs a value, if there is one.
func (f *form) complete() bool {
	for i, x := range f.shown() {
		if x.Required && x.value() == "" {
			f.move(i - f.at)
			f.err = x.Label + " is required."
			return false
		}
	}
	if f.source == nil {
		return true
	}
	if err := f.source.check(); err != nil {
		f.err = sentence(reason(err))
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
	return f.setUp(h)
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
	return f.setUp(h)
}

func (f *form) setUp(dialog.Host) tea.Cmd {
	plan, closeFile, err := f.source.plan()
	if err != nil {
		return func() tea.Msg { return SetUp{form: f, err: err} }
	}
	plan.Output = f.output
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
func (f *form) failed(h dialog.Host, err error) {
	if f.work != nil {
		f.manager.finish(f.work)
		f.work = nil
	}
	f.err = trouble(err)
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
	if m.working(f.key()) {
		return f.submit(h) // shows what is being done
	}
	f.closed = false
	h.Show(f)
	return f.source.load(f)
}

func (f *form) values() map[string]string {
	out := map[string]string{}
	for _, x := range f.fields {
		if v := x.value(); v != "" {
			out[x.Name] = v
		}
	}
	return out
}

// View draws the fields, and what the one that is being filled in is for; then what is being done.
func (f *form) View(c *draw.Context) dialog.Content {
	all := f.shown()
	below := f.below(c)
	from := min(max(f.at-f.H+4+len(below), 0), max(len(all)-1, 0))
	var lines []string
	for i := from; i < len(all); i++ {
		lines = append(lines, f.line(c, i))
		if x := all[i]; x.pick && i == f.at && f.work == nil {
			lines = append(lines, f.list(c, x)...)
		}
	}
	return dialog.Content{Title: f.title, Lines: append(lines, below...), Keys: f.work == nil && f.err == ""}
}

// below is what is under the fields.
func (f *form) below(c *draw.Context) (out []string) {
	if f.work == nil {
		out = append(out, draw.Styled(c.Dim, c.Wrap(c.Keys.Text(action.Parameters, f.hint()), f.W))...)
	} else {
		out = append(out, "")
		for _, s := range f.steps {
			out = append(out, c.Good.Render(c.Glyphs.Check)+" "+c.Cut(s, max(f.W-2, 1)))
		}
		out = append(out, c.Busy.Render(c.Shorten(c.Glyphs.Ellipsis+" "+f.work.text, "  "+draw.Span(c.Now.Sub(f.work.since)), f.W)))
		out = append(out, "", c.Dim.Render(c.Cut(c.Keys.Text(action.Parameters, "{cancel} closes this form; the work continues."), f.W)))
	}
	if f.err != "" {
		out = append(out, "")
		out = append(out, draw.Styled(c.Bad, c.Hanging(c.Glyphs.Cross+" ", c.Keys.Text(action.Main, f.err), f.W))...)
	}
	return out
}

// hint says what the field is for.
func (f *form) hint() string {
	all := f.shown()
	if len(all) == 0 {
		return ""
	}
	return all[f.at].Hint
}

// listed is how many options of a list are seen.
const listed = 5

// list is the part of a field's options around the chosen one.
func (f *form) list(c *draw.Context, x *field) (out []string) {
	all := x.matches()
	from := max(min(x.choice-listed/2, len(all)-listed), 0)
	for i := from; i < min(from+listed, len(all)); i++ {
		text := c.Cut(all[i], max(f.W-f.label-4, 1))
		pointer := "  " + text
		if i == x.choice {
			pointer = c.Accent.Render(c.Glyphs.Pointer) + " " + text
		}
		out = append(out, strings.Repeat(" ", f.label+1)+pointer)
	}
	if more := len(all) - from - listed; more > 0 {
		out = append(out, strings.Repeat(" ", f.label+3)+c.Dim.Render("and "+draw.Count(more)+" more"))
	}
	return out
}

// line is one field: its label, a mark if it is required, and its value.
func (f *form) line(c *draw.Context, i int) string {
	x, style := f.shown()[i], c.Dim
	name := x.Label
	if x.Required {
		name += " *"
	}
	current := i == f.at && f.work == nil
	if current {
		style = c.Accent
	}
	out := style.Render(c.Fit(name, f.label)) + " "
	switch {
	case x.pick && !current:
		return out + c.Cut(draw.OrDash(x.value()), max(f.W-f.label-1, 1))
	case len(x.Options) == 0 || x.pick:
		return out + x.view()
	}
	for j, o := range x.Options {
		if o == "" {
			o = "none"
		}
		if j == x.choice { // in brackets, for who sees no colour
			out += c.Selected.Render("[" + o + "]")
		} else {
			out += c.Dim.Render(" " + o + " ")
		}
	}
	return out
}

// trouble is why something failed, and what can be done, below what was typed.
func trouble(err error) string {
	switch client.RemedyOf(err) {
	case client.RemedyRequest, client.RemedyNone: // it says what to correct
		return sentence(reason(err))
	}
	return sentence(reason(err)) + " " + advice(err)
}

// sentence is a text as a sentence of its own.
func sentence(text string) string {
	if text == "" {
		return ""
	}
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
