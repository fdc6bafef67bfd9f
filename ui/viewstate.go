package ui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"lenswatch/theme"
)

// ViewState is what a person has arranged on the screen and will want to find again.
type ViewState struct {
	Splits  Splits
	Stamps  Stamps
	NoMouse bool
	Palette theme.Palette
	// FlatResults and FlatLogs are the lists whose lines are not wrapped; Unfolded tells that
	// repeated results keep a row each.
	FlatResults, FlatLogs, Unfolded bool
}

// ViewState is how the screen is arranged now.
func (m *Model) ViewState() ViewState {
	return ViewState{
		Splits: m.splits, Stamps: m.shared.stamps, NoMouse: !m.mouse.on, Palette: m.palette,
		FlatResults: m.results.flat, FlatLogs: m.logs.flat, Unfolded: !m.results.fold,
	}
}

// applyViewState takes up what was arranged before. Values that make no sense are left out: a file that
// somebody edited must not break the screen.
func (m *Model) applyViewState(a ViewState) {
	m.splits = a.Splits
	m.mouse.on = !a.NoMouse
	if a.Stamps < stampCount {
		m.shared.stamps = a.Stamps
	}
	m.palette = a.Palette
	m.results.flat, m.logs.flat, m.results.fold = a.FlatResults, a.FlatLogs, !a.Unfolded
}

// growPane makes the focused pane larger or smaller.
func (m *Model) growPane(wide bool, n int) {
	s, ok := m.splits.Grow(m.layout, m.focus, wide, n)
	if !ok {
		m.toast.info("This pane cannot be made larger or smaller here.")
		return
	}
	m.setSplits(s)
}

// setSplits moves dividers.
func (m *Model) setSplits(s Splits) {
	m.splits = s
	m.resize(m.layout.Width, m.layout.Height)
}

// nextPalette changes the colours.
func (m *Model) nextPalette() {
	m.palette = m.palette.Next()
	m.setTheme()
	m.toast.info(fmt.Sprintf("Colours: %v.", m.palette))
}

// setTheme puts on the theme that was asked for.
func (m *Model) setTheme() {
	m.shared.setTheme(theme.New(theme.Options{Palette: m.palette, Dark: m.dark, ASCII: m.opts.ASCII}))
}

// setDark takes the terminal's word on its background, unless the person has said what it is.
func (m *Model) setDark(msg tea.BackgroundColorMsg) {
	if m.opts.Background == BackgroundDetected && m.dark != msg.IsDark() {
		m.dark = msg.IsDark()
		m.setTheme()
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
