package ui

import (
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"lenswatch/client"
	"lenswatch/theme"
)

// picker chooses the lens of a new session.
type picker struct {
	chooser
	lenses []client.Lens
}

func newPicker(s *shared) *picker {
	p := &picker{chooser: newChooser("type to narrow down")}
	p.update(s)
	return p
}

func (p *picker) mode() Mode { return ModePicker }

// update takes the lenses that are known now.
func (p *picker) update(s *shared) {
	p.lenses = s.store.Lenses()
	p.narrow(lensNames(p.lenses))
}

type lensNames []client.Lens

func (l lensNames) String(i int) string { return l[i].Service + " " + l[i].Name + " " + l[i].ID }
func (l lensNames) Len() int            { return len(l) }

func (p *picker) do(m *Model, a Action) tea.Cmd {
	p.update(m.shared)
	switch a {
	case ActCancel:
		m.show(nil)
	case ActChoose:
		i, ok := p.chosen()
		if !ok {
			return nil
		}
		lens := p.lenses[i]
		if len(lens.Fields) > 0 {
			m.show(newForm(m.keys, lens))
			return nil
		}
		m.show(nil)
		return m.create(lens, nil)
	default:
		p.move(a)
	}
	return nil
}

// create asks for a session of a lens.
func (m *Model) create(l client.Lens, inputs map[string]string) tea.Cmd {
	m.toast.info("Creating a session of " + l.Name + " …")
	return create(m.ctx, m.source, l, inputs)
}

func (p *picker) typed(m *Model, msg tea.Msg) tea.Cmd {
	cmd := p.chooser.typed(msg)
	p.update(m.shared)
	return cmd
}

// click looks at the lens of a line; twice, it creates a session of it.
func (p *picker) click(m *Model, line int, twice bool) tea.Cmd {
	if p.clicked(line) && twice {
		return p.do(m, ActChoose)
	}
	return nil
}

// detailLines is how many lines the detail of a lens takes, and one more.
const detailLines = 5

func (p *picker) view(s *shared, w, h int) (string, []string) {
	p.update(s)
	th := s.theme
	lines := p.lines(s, w, h, detailLines, func(i int, chosen bool) string {
		l := p.lenses[i]
		how := channelWord(l.Channel)
		if s.several() {
			how = l.Service + ", " + how
		}
		if chosen {
			return th.Selected.Render(th.Glyphs.Pointer + " " + fit(row(l.Name, how, w-2, th.Glyphs.Ellipsis), w-2, th.Glyphs.Ellipsis))
		}
		return "  " + row(l.Name, th.Dim.Render(how), w-2, th.Glyphs.Ellipsis)
	})
	if i, ok := p.chosen(); ok {
		return "Create a session", append(lines, p.detail(th, p.lenses[i], w)...)
	}
	return "Create a session", append(lines, p.nothing(s)...)
}

// nothing says why there is no lens to choose.
func (p *picker) nothing(s *shared) []string {
	if len(p.lenses) > 0 {
		return []string{s.theme.Dim.Render("No lens has that in its name.")}
	}
	for _, st := range s.store.Services() {
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
		m.show(nil)
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
	m.show(nil)
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
