package ui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"lenswatch/theme"
)

// Arranged is what a person has arranged on the screen and will want to find again.
type Arranged struct {
	Splits  Splits
	Stamps  Stamps
	NoMouse bool
	Palette theme.Palette
	// FlatResults and FlatLogs are the lists whose lines are not wrapped; Unfolded tells that
	// repeated results keep a row each.
	FlatResults, FlatLogs, Unfolded bool
}

// Arranged is how the screen is arranged now.
func (m *Model) Arranged() Arranged {
	return Arranged{
		Splits: m.splits, Stamps: m.shared.stamps, NoMouse: !m.mouse.on, Palette: m.palette,
		FlatResults: m.results.flat, FlatLogs: m.logs.flat, Unfolded: !m.results.fold,
	}
}

// arrange takes up what was arranged before. Values that make no sense are left out: a file that
// somebody edited must not break the screen.
func (m *Model) arrange(a Arranged) {
	m.splits = a.Splits
	m.mouse.on = !a.NoMouse
	if a.Stamps < stampCount {
		m.shared.stamps = a.Stamps
	}
	m.palette = a.Palette
	m.results.flat, m.logs.flat, m.results.fold = a.FlatResults, a.FlatLogs, !a.Unfolded
}

// grow makes the focused pane larger or smaller.
func (m *Model) grow(wide bool, n int) {
	s, ok := m.splits.Grow(m.layout, m.focus, wide, n)
	if !ok {
		m.toast.say("This pane cannot be made larger or smaller here.")
		return
	}
	m.split(s)
}

// split moves dividers.
func (m *Model) split(s Splits) {
	m.splits = s
	m.resize(m.layout.Width, m.layout.Height)
}

// nextPalette changes the colours.
func (m *Model) nextPalette() {
	m.palette = m.palette.Next()
	m.dress()
	m.toast.say(fmt.Sprintf("Colours: %v.", m.palette))
}

// dress puts on the theme that was asked for.
func (m *Model) dress() {
	m.shared.dress(theme.New(theme.Options{Palette: m.palette, Dark: m.dark, ASCII: m.opts.ASCII}))
}

// setDark takes the terminal's word on its background, unless the person has said what it is.
func (m *Model) setDark(msg tea.BackgroundColorMsg) {
	if m.opts.Background == BackgroundDetected && m.dark != msg.IsDark() {
		m.dark = msg.IsDark()
		m.dress()
	}
}

// Background says how the terminal's background is.
type Background uint8

// The backgrounds.
const (
	BackgroundDetected Background = iota // ask the terminal; dark until it answers
	BackgroundDark
	BackgroundLight
)
