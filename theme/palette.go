package theme

import (
	"image/color"
	"slices"

	"charm.land/lipgloss/v2"
)

// Palette is a set of colours.
type Palette uint8

// The palettes.
const (
	// Terminal is the terminal's own sixteen colours.
	Terminal Palette = iota
	// HighContrast has no grey: nothing is dimmed, what matters is bold or reversed.
	HighContrast
	// Mono has no colour at all.
	Mono
	paletteCount
)

var paletteNames = [paletteCount]string{"terminal", "high-contrast", "mono"}

// String is the word for the screen and the configuration.
func (p Palette) String() string { return paletteNames[min(p, paletteCount-1)] }

// Next is the palette after p, round and round.
func (p Palette) Next() Palette { return (p + 1) % paletteCount }

// ParsePalette finds a palette by its word.
func ParsePalette(s string) (p Palette, ok bool) {
	i := slices.Index(paletteNames[:], s)
	return Palette(max(i, 0)), i >= 0
}

func fg(c color.Color) lipgloss.Style { return lipgloss.NewStyle().Foreground(c) }

// terminal uses the sixteen colours as they were chosen for everything else.
func (t *Theme) terminal() {
	// Bright black is the one grey of the sixteen. On a light background the yellow of most
	// palettes does not read.
	grey, warn, text := lipgloss.BrightBlack, color.Color(lipgloss.Yellow), lipgloss.NewStyle()
	if !t.Dark {
		warn = lipgloss.Magenta
	}
	t.Text, t.Dim, t.Strong, t.Accent = text, fg(grey), text.Bold(true), fg(lipgloss.Cyan).Bold(true)
	t.Good, t.Warn, t.Bad, t.Busy = fg(lipgloss.Green), fg(warn).Bold(true), fg(lipgloss.Red).Bold(true), fg(lipgloss.Blue)
	t.Key = fg(lipgloss.Cyan).Bold(true)
	t.Selected, t.Cursor, t.Match = text.Reverse(true), text.Bold(true), text.Reverse(true).Bold(true)
	t.BarFull, t.BarEmpty = fg(lipgloss.Green), fg(grey)
	t.Border, t.BorderFocused = fg(grey), fg(lipgloss.Cyan)
	t.Title, t.TitleFocused = text.Bold(true), fg(lipgloss.Cyan).Bold(true)
	t.colour(lipgloss.Blue, lipgloss.Magenta, lipgloss.Cyan, lipgloss.Green, lipgloss.BrightBlue, lipgloss.BrightMagenta)
}

// highContrast keeps to the text colour and four colours that read on both backgrounds.
func (t *Theme) highContrast() {
	good, warn, bad, busy := color.Color(lipgloss.BrightGreen), color.Color(lipgloss.BrightYellow), color.Color(lipgloss.BrightRed), color.Color(lipgloss.BrightCyan)
	if !t.Dark {
		good, warn, bad, busy = lipgloss.Green, lipgloss.Magenta, lipgloss.Red, lipgloss.Blue
	}
	text := lipgloss.NewStyle()
	t.Text, t.Dim, t.Strong, t.Accent = text, text, text.Bold(true), fg(busy).Bold(true)
	t.Good, t.Warn, t.Bad, t.Busy = fg(good).Bold(true), fg(warn).Bold(true).Reverse(true), fg(bad).Bold(true).Reverse(true), fg(busy).Bold(true)
	t.Key = text.Bold(true).Underline(true)
	t.Selected, t.Cursor, t.Match = text.Reverse(true).Bold(true), text.Bold(true).Underline(true), fg(warn).Reverse(true).Bold(true)
	t.BarFull, t.BarEmpty = text.Bold(true), text
	t.Border, t.BorderFocused = text, fg(busy).Bold(true)
	t.Title, t.TitleFocused = text.Bold(true), fg(busy).Bold(true).Reverse(true)
	t.Box = lipgloss.ThickBorder()
	t.colour(busy, good, warn)
	for i := range t.sessions {
		t.sessions[i] = t.sessions[i].Bold(true)
	}
}

// mono says with bold, faint, underlined and reversed text what the others say with colours too.
func (t *Theme) mono() {
	text := lipgloss.NewStyle()
	strong := text.Bold(true)
	t.Text, t.Dim, t.Strong, t.Accent = text, text.Faint(true), strong, strong
	t.Good, t.Warn, t.Bad, t.Busy = text, strong, strong.Underline(true), text
	t.Key = strong
	t.Selected, t.Cursor, t.Match = text.Reverse(true), strong, strong.Reverse(true)
	t.BarFull, t.BarEmpty = strong, text.Faint(true)
	t.Border, t.BorderFocused = text.Faint(true), strong
	t.Title, t.TitleFocused = strong, strong.Reverse(true)
	t.sessions = []lipgloss.Style{strong}
}

// colour sets the colours of the sessions.
func (t *Theme) colour(colours ...color.Color) {
	for _, c := range colours {
		t.sessions = append(t.sessions, fg(c))
	}
}
