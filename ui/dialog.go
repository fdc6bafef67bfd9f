package ui

import (
	tea "charm.land/bubbletea/v2"
)

// dialog is a box over the panes that takes the keys while it is there.
type dialog interface {
	mode() Mode
	// do carries out an action of the mode.
	do(m *Model, a Action) tea.Cmd
	// typed takes a key or a paste that is no action of the mode.
	typed(m *Model, msg tea.Msg) tea.Cmd
	// view draws the inside, at most w by h cells.
	view(s *shared, w, h int) (title string, lines []string)
}

// scroll is how far a dialog that is longer than the screen was moved down.
type scroll struct {
	top  int
	more int // lines below those that were shown
}

// below is how many lines are still to be seen.
func (s *scroll) below() int { return s.more }

// pageLines is how far a page moves a dialog.
const pageLines = 10

// move carries out up, down and their pages; window keeps to the ends.
func (s *scroll) move(a Action) {
	switch a {
	case ActUp:
		s.top = max(s.top-1, 0)
	case ActDown:
		s.top++
	case ActPageUp:
		s.top = max(s.top-pageLines, 0)
	case ActPageDown:
		s.top += pageLines
	}
}

// window is the part of the lines that h lines show.
func (s *scroll) window(lines []string, h int) []string {
	s.top = clamp(s.top, 0, max(len(lines)-h, 0))
	end := min(s.top+h, len(lines))
	s.more = len(lines) - end
	return lines[s.top:end]
}

// confirm asks a question that y answers.
type confirm struct {
	title string
	lines func(s *shared, w int) []string
	yes   func(m *Model) tea.Cmd
}

func (c *confirm) mode() Mode                    { return ModeConfirm }
func (c *confirm) typed(*Model, tea.Msg) tea.Cmd { return nil }
func (c *confirm) view(s *shared, w, _ int) (string, []string) {
	return c.title, c.lines(s, w)
}

func (c *confirm) do(m *Model, a Action) tea.Cmd {
	m.show(nil)
	if a == ActYes {
		return c.yes(m)
	}
	return nil
}

// flow wraps what is wider than the dialog.
func flow(lines []string, w int, ellipsis string) (out []string) {
	for _, l := range lines {
		out = append(out, wrap(l, w, ellipsis)...)
	}
	return out
}
