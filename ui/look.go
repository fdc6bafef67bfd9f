package ui

import (
	"image/color"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"lenswatch/theme"
)

// terminalLook is what the terminal says of its colours. Until it answers, it is taken for a dark one.
type terminalLook struct {
	dark       bool
	text, back color.Color
	profile    colorprofile.Profile
}

// learn takes an answer of the terminal in. It reports whether it is news.
func (l *terminalLook) learn(msg tea.Msg) bool {
	was := *l
	switch msg := msg.(type) {
	case tea.BackgroundColorMsg:
		l.back, l.dark = msg.Color, msg.IsDark()
	case tea.ForegroundColorMsg:
		l.text = msg.Color
	case tea.ColorProfileMsg:
		l.profile = msg.Profile
	}
	return *l != was
}

// options are those of a theme on this terminal.
func (l *terminalLook) options(p theme.Palette, ascii bool) theme.Options {
	return theme.Options{Palette: p, Dark: l.dark, Foreground: l.text, Background: l.back, Profile: l.profile, ASCII: ascii}
}
