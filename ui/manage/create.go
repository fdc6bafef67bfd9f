package manage

import (
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/ui/action"
	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
	"lenswatch/ui/status"
)

// detailLines is how many lines the detail of a lens takes, and one more.
const detailLines = 5

// picker chooses the lens of a new session.
type picker struct {
	dialog.Chooser
	manager *Manager
	lenses  lenses
}

// AskCreate asks for the lens to create a session of.
func (m *Manager) AskCreate(h dialog.Host) tea.Cmd {
	h.Show(&picker{Chooser: dialog.NewChooser(action.PickLens, "type to filter", detailLines), manager: m})
	return nil
}

type lenses []client.Lens

// String is what a lens is found by.
func (l lenses) String(i int) string { return l[i].Service + " " + l[i].Name + " " + l[i].ID }

// Len is how many there are.
func (l lenses) Len() int { return len(l) }

// Sync takes the lenses that are known now.
func (p *picker) Sync(dialog.Host) {
	p.lenses = p.manager.Store.Lenses()
	p.Narrow(p.lenses)
}

// Type narrows the lenses.
func (p *picker) Type(_ dialog.Host, msg tea.Msg) tea.Cmd { return p.Typed(msg, p.lenses) }

// Act creates a session of the lens that was chosen, or asks for its parameters.
func (p *picker) Act(h dialog.Host, id action.ID) tea.Cmd {
	switch id {
	case action.Cancel:
		h.Show(nil)
	case action.Choose:
		i, ok := p.Chosen()
		if !ok {
			return nil
		}
		lens := p.lenses[i]
		if len(lens.Fields) > 0 {
			h.Show(newForm(p.manager, lens))
			return nil
		}
		h.Show(nil)
		return p.manager.create(h, lens, nil)
	default:
		p.Move(id)
	}
	return nil
}

// Click looks at the lens of a line; twice, it creates a session of it.
func (p *picker) Click(h dialog.Host, line int, twice bool) tea.Cmd {
	if p.Clicked(line) && twice {
		return p.Act(h, action.Choose)
	}
	return nil
}

// serviceWidth is the column of services, where there are several.
const serviceWidth = 12

// View lists the lenses, and says more of the chosen one.
func (p *picker) View(c *draw.Context) dialog.Content {
	out := p.Content(c, "Create a session", func(i int, chosen bool) string {
		l, service := p.lenses[i], ""
		if status.Several(p.manager.Store.Services()) {
			service = c.Fit(l.Service, serviceWidth)
		}
		how := c.Fit(channelWord(c, l.Channel), 11)
		if chosen {
			return c.Chosen(c.Glyphs.Pointer+" "+c.Row(l.Name, service+how, p.W-2), p.W)
		}
		return "  " + c.Row(l.Name, c.Dim.Render(service+how), p.W-2)
	})
	i, ok := p.Chosen()
	if !ok {
		out.Lines = append(out.Lines, p.nothing(c))
		return out
	}
	line := func(label, text string) {
		out.Lines = append(out.Lines, c.Dim.Render(draw.Pad(label, 9))+c.Cut(draw.OrDash(text), max(p.W-9, 1)))
	}
	l := p.lenses[i]
	out.Lines = append(out.Lines, "")
	line("ID", l.ID)
	line("model", l.Model)
	line("pipeline", strings.Join(append(append(l.Inputs, l.Processors...), l.Outputs...), " "+c.Glyphs.Arrow+" "))
	return out
}

// nothing says why there is no lens to choose.
func (p *picker) nothing(c *draw.Context) string {
	if len(p.lenses) > 0 {
		return c.Dim.Render("No matching lens.")
	}
	for _, st := range p.manager.Store.Services() {
		if st.LensErr != nil {
			return c.Bad.Render(client.Line1(st.LensErr.Error()))
		}
	}
	return c.Dim.Render("Loading lenses…")
}

// channelWord says how output arrives.
func channelWord(c *draw.Context, ch client.Channel) string {
	switch ch {
	case client.ChannelSSE:
		return "SSE"
	case client.ChannelMailbox:
		return "mailbox"
	case client.ChannelNone:
		return c.Glyphs.Attention + " no output"
	case client.ChannelPoll:
		return "polled"
	}
	return "unknown"
}

// form asks for the parameters of a session.
type form struct {
	dialog.Base
	manager *Manager
	lens    client.Lens
	fields  []field
	at      int
	err     string
	label   int // how wide the labels are
}

type field struct {
	client.Field
	input  textinput.Model
	choice int // index into Options
}

func newForm(m *Manager, l client.Lens) *form {
	f := &form{Base: dialog.NewBase(action.Parameters, action.Choose, action.Down, action.Up, action.Cancel), manager: m, lens: l}
	for _, x := range l.Fields {
		x := field{Field: x, input: dialog.Input("")}
		for i, option := range x.Options {
			if option == x.Default {
				x.choice = i
			}
		}
		x.input.SetValue(x.Default)
		x.input.CharLimit = 4096 // room tokens are long
		if x.Secret {
			x.input.EchoMode = textinput.EchoPassword
		}
		x.input.Blur()
		f.fields = append(f.fields, x)
		f.label = max(f.label, draw.Width(x.Label)+2)
	}
	f.move(0)
	return f
}

// SetSize makes the inputs as wide as there is room for them.
func (f *form) SetSize(w, h int) {
	f.Base.SetSize(w, h)
	f.label = min(f.label, f.W/2)
	for i := range f.fields {
		f.fields[i].input.SetWidth(max(f.W-f.label-2, 4))
	}
}

// move goes to another field, stopping at the ends.
func (f *form) move(n int) {
	f.fields[f.at].input.Blur()
	f.at = min(max(f.at+n, 0), len(f.fields)-1)
	f.fields[f.at].input.Focus()
}

// Type takes what is typed into the field, or chooses another of its options.
func (f *form) Type(_ dialog.Host, msg tea.Msg) (cmd tea.Cmd) {
	f.err = ""
	x := &f.fields[f.at]
	n := len(x.Options)
	if n == 0 {
		x.input, cmd = x.input.Update(msg)
		return cmd
	}
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch k.String() {
		case "right", "space":
			x.choice = (x.choice + 1) % n
		case "left":
			x.choice = (x.choice + n - 1) % n
		}
	}
	return nil
}

// Act goes to another field, or creates the session.
func (f *form) Act(h dialog.Host, id action.ID) tea.Cmd {
	switch id {
	case action.Up:
		f.move(-1)
	case action.Down:
		f.move(1)
	case action.Cancel:
		h.Show(nil)
	case action.Choose:
		if f.at < len(f.fields)-1 {
			f.move(1)
		} else if f.complete() {
			h.Show(nil)
			return f.manager.create(h, f.lens, f.values())
		}
	}
	return nil
}

// complete goes to the first field that still needs a value, if there is one.
func (f *form) complete() bool {
	for i, x := range f.fields {
		if x.Required && x.value() == "" {
			f.move(i - f.at)
			f.err = x.Label + " is required."
			return false
		}
	}
	return true
}

func (x field) value() string {
	if len(x.Options) > 0 {
		return x.Options[x.choice]
	}
	return strings.TrimSpace(x.input.Value())
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

// View draws the fields, and what the one that is being filled in is for.
func (f *form) View(c *draw.Context) dialog.Content {
	from := min(max(f.at-f.H+5, 0), max(len(f.fields)-1, 0))
	var lines []string
	for i := from; i < len(f.fields); i++ {
		lines = append(lines, f.line(c, i))
	}
	lines = append(lines, c.Dim.Render(f.fields[f.at].Hint))
	if f.err != "" {
		lines = append(lines, "", c.Bad.Render(c.Glyphs.Cross+" "+f.err))
	}
	return dialog.Content{Title: "Create: " + f.lens.Name, Lines: lines, Keys: f.err == ""}
}

// line is one field: its label, a mark if it is required, and its value.
func (f *form) line(c *draw.Context, i int) string {
	x, style := &f.fields[i], c.Dim
	name := x.Label
	if x.Required {
		name += " *"
	}
	if i == f.at {
		style = c.Accent
	}
	out := style.Render(c.Fit(name, f.label)) + " "
	if len(x.Options) == 0 {
		return out + x.input.View()
	}
	for j, o := range x.Options {
		if o == "" {
			o = "none"
		}
		if j == x.choice {
			out += c.Selected.Render(" " + o + " ")
		} else {
			out += c.Dim.Render(" " + o + " ")
		}
	}
	return out
}

// confirmWithoutLedger asks whether to create a session although nothing would clean it up after a crash.
func (m *Manager) confirmWithoutLedger(msg Created) dialog.Dialog {
	return dialog.NewConfirm("Create without crash cleanup?", func(c *draw.Context, _ int) []string {
		return []string{
			c.Bad.Render(client.Line1(msg.err.Error())), "",
			"lenswatch records each session that it creates, so that none is left running if it is killed. It can't do so now.",
			"If you continue, your sessions are destroyed when you quit, but not cleaned up after a crash.",
		}
	}, func(h dialog.Host) tea.Cmd {
		m.Live.Custody().Accept()
		return m.create(h, msg.lens, msg.inputs)
	})
}

// attach asks for the ID of a session that is not in the list.
type attach struct {
	dialog.Base
	manager *Manager
	input   textinput.Model
	err     string
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
	d.err = ""
	d.input, cmd = d.input.Update(msg)
	return cmd
}

// Act watches the session.
func (d *attach) Act(h dialog.Host, id action.ID) tea.Cmd {
	if id == action.Cancel {
		h.Show(nil)
		return nil
	}
	session, live := strings.TrimSpace(d.input.Value()), d.manager.Live
	err := client.CheckID(session)
	if err == nil {
		err = live.Watch(live.ServiceOf(session), session)
	}
	if err != nil {
		d.err = err.Error()
		return nil
	}
	h.Show(nil)
	h.Select(session)
	return nil
}

// View draws the input, and what is wrong with it.
func (d *attach) View(c *draw.Context) dialog.Content {
	note := c.Dim.Render("Attached sessions keep running when you quit.")
	if d.err != "" {
		note = c.Bad.Render(d.err)
	}
	return dialog.Content{Title: "Attach to a session", Lines: append([]string{dialog.InputLine(c, d.input), ""}, c.Wrap(note, d.W)...)}
}
