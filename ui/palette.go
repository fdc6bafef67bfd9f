package ui

import tea "charm.land/bubbletea/v2"

// palette names every action of the main screen, and does the one that is chosen.
type palette struct {
	chooser
	all []Binding
}

func newPalette(k KeyMap) *palette {
	p := &palette{chooser: newChooser("what to do"), all: k.Of(ModeMain)}
	p.narrow(actionNames(p.all))
	return p
}

func (p *palette) mode() Mode { return ModePalette }

type actionNames []Binding

func (a actionNames) String(i int) string { return a[i].Help().Desc }
func (a actionNames) Len() int            { return len(a) }

func (p *palette) typed(_ *Model, msg tea.Msg) tea.Cmd {
	cmd := p.chooser.typed(msg)
	p.narrow(actionNames(p.all))
	return cmd
}

func (p *palette) do(m *Model, a Action) tea.Cmd {
	switch a {
	case ActCancel:
		m.show(nil)
	case ActChoose:
		m.show(nil)
		if i, ok := p.chosen(); ok {
			return m.act(p.all[i].Action)
		}
	default:
		p.move(a)
	}
	return nil
}

// click does the action of a line.
func (p *palette) click(m *Model, line int, _ bool) tea.Cmd {
	if p.clicked(line) {
		return p.do(m, ActChoose)
	}
	return nil
}

func (p *palette) view(s *shared, w, h int) (string, []string) {
	th := s.theme
	lines := p.lines(s, w, h, 0, func(i int, chosen bool) string {
		b := p.all[i]
		if chosen {
			return th.Selected.Render(fit(row(" "+b.Help().Desc, b.Help().Key+" ", w, th.Glyphs.Ellipsis), w, ""))
		}
		return row(" "+b.Help().Desc, th.Key.Render(b.Help().Key)+" ", w, th.Glyphs.Ellipsis)
	})
	if len(p.shown) == 0 {
		lines = append(lines, th.Dim.Render("Nothing is called that."))
	}
	return "Actions", lines
}
