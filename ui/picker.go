package ui

import (
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/sahilm/fuzzy"

	"lenswatch/client"
	"lenswatch/theme"
)

// picker chooses the lens of a new session.
type picker struct {
	input  textinput.Model
	lenses []client.Lens
	shown  []fuzzy.Match // indices into lenses
	at     int
	first  int // of the lines that were drawn last
}

// pickerHead is how many lines stand above what there is to choose.
const pickerHead = 2

func newPicker(s *shared) *picker {
	p := &picker{input: input("type to narrow down")}
	p.update(s)
	return p
}

// input is a one-line text input without a blinking cursor: idle means idle.
func input(placeholder string) textinput.Model {
	in := textinput.New()
	in.Placeholder = placeholder
	in.Prompt = ""
	in.CharLimit = 200
	styles := in.Styles()
	styles.Cursor.Blink = false
	in.SetStyles(styles)
	in.Focus()
	return in
}

func (p *picker) mode() Mode { return ModePicker }

// update takes the lenses that are known now, and narrows them down.
func (p *picker) update(s *shared) {
	p.lenses = s.book.Lenses()
	query := strings.TrimSpace(p.input.Value())
	if query == "" {
		p.shown = make([]fuzzy.Match, len(p.lenses))
		for i := range p.shown {
			p.shown[i].Index = i
		}
	} else {
		p.shown = fuzzy.FindFrom(query, lensNames(p.lenses))
	}
	p.at = clamp(p.at, 0, max(len(p.shown)-1, 0))
}

type lensNames []client.Lens

func (l lensNames) String(i int) string { return l[i].Service + " " + l[i].Name + " " + l[i].ID }
func (l lensNames) Len() int            { return len(l) }

func (p *picker) do(m *Model, a Action) tea.Cmd {
	p.update(m.shared)
	switch a {
	case ActUp:
		p.at = max(p.at-1, 0)
	case ActDown:
		p.at = clamp(p.at+1, 0, max(len(p.shown)-1, 0))
	case ActCancel:
		m.dialog = nil
	case ActChoose:
		if len(p.shown) == 0 {
			return nil
		}
		lens := p.lenses[p.shown[p.at].Index]
		if len(lens.Fields) > 0 {
			m.dialog = newForm(m.keys, lens)
			return nil
		}
		m.dialog = nil
		return m.create(lens, nil)
	}
	return nil
}

// create asks for a session of a lens.
func (m *Model) create(l client.Lens, inputs map[string]string) tea.Cmd {
	m.toast.say("Creating a session of " + l.Name + " …")
	return create(m.ctx, m.source, l, inputs)
}

func (p *picker) typed(m *Model, msg tea.Msg) tea.Cmd {
	var cmd tea.Cmd
	p.input, cmd = p.input.Update(msg)
	p.at = 0
	p.update(m.shared)
	return cmd
}

// click looks at the lens of a line; twice, it creates a session of it.
func (p *picker) click(m *Model, line int, twice bool) tea.Cmd {
	i := p.first + line - pickerHead
	if line < pickerHead || i >= len(p.shown) {
		return nil
	}
	p.at = i
	if twice {
		return p.do(m, ActChoose)
	}
	return nil
}

func (p *picker) view(s *shared, w, h int) (string, []string) {
	p.update(s)
	th := s.theme
	p.input.SetWidth(max(w-3, 4))
	lines := []string{th.Accent.Render(th.Glyphs.Pointer) + " " + p.input.View(), ""}
	rows := max(h-len(lines)-5, 1)
	p.first = clamp(p.at-rows+1, 0, max(len(p.shown)-rows, 0))
	for i := p.first; i < min(p.first+rows, len(p.shown)); i++ {
		l := p.lenses[p.shown[i].Index]
		how := channelWord(l.Channel)
		if s.several() {
			how = l.Service + ", " + how
		}
		if i == p.at {
			lines = append(lines, th.Selected.Render(th.Glyphs.Pointer+" "+fit(row(l.Name, how, w-2, th.Glyphs.Ellipsis), w-2, th.Glyphs.Ellipsis)))
		} else {
			lines = append(lines, "  "+row(l.Name, th.Dim.Render(how), w-2, th.Glyphs.Ellipsis))
		}
	}
	if len(p.shown) == 0 {
		lines = append(lines, p.nothing(s)...)
		return "Create a session", lines
	}
	return "Create a session", append(lines, p.detail(th, p.lenses[p.shown[p.at].Index], w)...)
}

// nothing says why there is no lens to choose.
func (p *picker) nothing(s *shared) []string {
	if len(p.lenses) > 0 {
		return []string{s.theme.Dim.Render("No lens has that in its name.")}
	}
	for _, st := range s.book.Services() {
		if st.LensErr != nil {
			return []string{s.theme.Bad.Render(client.Line1(st.LensErr.Error()))}
		}
	}
	return []string{s.theme.Dim.Render("Asking for the lenses …")}
}

// detail says more of the chosen lens.
func (p *picker) detail(th theme.Theme, l client.Lens, w int) []string {
	line := func(label, text string) string {
		if text == "" {
			text = "–"
		}
		return th.Dim.Render(fit(label, 9, "")) + ansi.Truncate(text, max(w-9, 1), th.Glyphs.Ellipsis)
	}
	return []string{
		"",
		line("id", l.ID),
		line("model", l.Model),
		line("pipeline", strings.Join(append(append(l.Inputs, l.Processors...), l.Outputs...), " "+th.Glyphs.Arrow+" ")),
	}
}

// channelWord says how output will come.
func channelWord(c client.Channel) string {
	switch c {
	case client.ChannelSSE:
		return "output by SSE"
	case client.ChannelMailbox:
		return "output by mailbox"
	case client.ChannelNone:
		return "no output stream"
	case client.ChannelPoll:
		return "polled"
	}
	return "output unknown"
}

// attach asks for the id of a session that is not in the list.
type attach struct {
	input textinput.Model
	err   string
}

func newAttach(*shared) *attach { return &attach{input: input("lsn-…")} }

func (d *attach) mode() Mode { return ModeAttach }

func (d *attach) typed(_ *Model, msg tea.Msg) (cmd tea.Cmd) {
	d.err = ""
	d.input, cmd = d.input.Update(msg)
	return cmd
}

func (d *attach) do(m *Model, a Action) tea.Cmd {
	if a == ActCancel {
		m.dialog = nil
		return nil
	}
	id := strings.TrimSpace(d.input.Value())
	if err := client.CheckID(id); err != nil {
		d.err = err.Error()
		return nil
	}
	if err := m.source.Watch(m.source.ServiceOf(id), id); err != nil {
		d.err = err.Error()
		return nil
	}
	m.dialog = nil
	m.picked.choose(id)
	m.sync()
	return nil
}

func (d *attach) view(s *shared, w, _ int) (string, []string) {
	d.input.SetWidth(max(w-3, 4))
	note := s.theme.Dim.Render("It is watched, not owned: quitting leaves it running.")
	if d.err != "" {
		note = s.theme.Bad.Render(d.err)
	}
	return "Attach to a session", []string{s.theme.Accent.Render(s.theme.Glyphs.Pointer) + " " + d.input.View(), "", note}
}
