package ui

import (
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// prompt asks for a line at the foot of the screen: what to search for, a filter, a file.
type prompt struct {
	input textinput.Model
	label string
	err   string
	// done takes what was typed. An error is shown, and the prompt stays.
	done func(m *Model, text string) (tea.Cmd, error)
}

func (p *prompt) mode() Mode { return ModePrompt }

func (p *prompt) typed(_ *Model, msg tea.Msg) (cmd tea.Cmd) {
	p.err = ""
	p.input, cmd = p.input.Update(msg)
	return cmd
}

func (p *prompt) do(m *Model, a Action) (cmd tea.Cmd) {
	if a == ActChoose {
		var err error
		if cmd, err = p.done(m, strings.TrimSpace(p.input.Value())); err != nil {
			p.err = err.Error()
			return nil
		}
	}
	m.dialog = nil // what was said meanwhile stays: the prompt hid it
	return cmd
}

func (p *prompt) view(*shared, int, int) (string, []string) { return "", nil }

// line is the prompt, w cells wide: what was typed, and what is wrong with it.
func (p *prompt) line(s *shared, w int) string {
	th := s.theme
	head := " " + th.Accent.Render(p.label) + " "
	note := ""
	if p.err != "" {
		note = " " + th.Bad.Render(p.err)
	}
	p.input.SetWidth(max(w-ansi.StringWidth(head)-ansi.StringWidth(note)-2, 8))
	return fit(head+p.input.View()+note, w, th.Glyphs.Ellipsis)
}
