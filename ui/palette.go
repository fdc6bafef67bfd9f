package ui

import (
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"github.com/sahilm/fuzzy"
)

// palette names every action of the main screen, and does the one that is chosen.
type palette struct {
	input textinput.Model
	all   []Binding
	shown []int // indices into all
	at    int
	first int // of the lines that were drawn last
}

func newPalette(k KeyMap) *palette {
	p := &palette{input: input("what to do"), all: k.Of(ModeMain)}
	p.narrow()
	return p
}

func (p *palette) mode() Mode { return ModePalette }

func (p *palette) narrow() {
	p.shown = p.shown[:0]
	query := strings.TrimSpace(p.input.Value())
	if query == "" {
		for i := range p.all {
			p.shown = append(p.shown, i)
		}
	} else {
		for _, match := range fuzzy.FindFrom(query, actionNames(p.all)) {
			p.shown = append(p.shown, match.Index)
		}
	}
	p.at = clamp(p.at, 0, max(len(p.shown)-1, 0))
}

type actionNames []Binding

func (a actionNames) String(i int) string { return a[i].Help().Desc }
func (a actionNames) Len() int            { return len(a) }

func (p *palette) typed(_ *Model, msg tea.Msg) (cmd tea.Cmd) {
	p.input, cmd = p.input.Update(msg)
	p.at = 0
	p.narrow()
	return cmd
}

func (p *palette) do(m *Model, a Action) tea.Cmd {
	switch a {
	case ActUp:
		p.at = max(p.at-1, 0)
	case ActDown:
		p.at = clamp(p.at+1, 0, max(len(p.shown)-1, 0))
	case ActCancel:
		m.dialog = nil
	case ActChoose:
		m.dialog = nil
		if len(p.shown) > 0 {
			return m.act(p.all[p.shown[p.at]].Action)
		}
	}
	return nil
}

// click does the action of a line.
func (p *palette) click(m *Model, line int, _ bool) tea.Cmd {
	i := p.first + line - pickerHead
	if line < pickerHead || i >= len(p.shown) {
		return nil
	}
	p.at = i
	return p.do(m, ActChoose)
}

func (p *palette) view(s *shared, w, h int) (string, []string) {
	th := s.theme
	p.input.SetWidth(max(w-3, 4))
	lines := []string{th.Accent.Render(th.Glyphs.Pointer) + " " + p.input.View(), ""}
	rows := max(h-len(lines), 1)
	p.first = clamp(p.at-rows+1, 0, max(len(p.shown)-rows, 0))
	for i := p.first; i < min(p.first+rows, len(p.shown)); i++ {
		b := p.all[p.shown[i]]
		if i == p.at {
			lines = append(lines, th.Selected.Render(fit(row(" "+b.Help().Desc, b.Help().Key+" ", w, th.Glyphs.Ellipsis), w, "")))
		} else {
			lines = append(lines, row(" "+b.Help().Desc, th.Key.Render(b.Help().Key)+" ", w, th.Glyphs.Ellipsis))
		}
	}
	if len(p.shown) == 0 {
		lines = append(lines, th.Dim.Render("Nothing is called that."))
	}
	return "Actions", lines
}
