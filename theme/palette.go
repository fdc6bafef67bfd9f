package theme

import (
	"slices"

	"github.com/charmbracelet/x/ansi"
)

// Palette is a set of colours.
type Palette uint8

// The palettes.
const (
	// Auto is Dark or Light, by the terminal's background, and on it.
	Auto Palette = iota
	Dark
	Light
	Catppuccin
	TokyoNight
	Gruvbox
	Nord
	Dracula
	SolarizedDark
	SolarizedLight
	RosePine
	// HighContrast dims nothing; what matters is bold or reversed.
	HighContrast
	// Mono has no colour at all.
	Mono
	// Terminal is the terminal's own sixteen colours.
	Terminal
	paletteCount
)

var paletteNames = [paletteCount]string{
	"auto", "dark", "light", "catppuccin", "tokyo-night", "gruvbox", "nord", "dracula", "solarized-dark", "solarized-light",
	"rose-pine", "high-contrast", "mono", "terminal",
}

// String is the word for the screen and the configuration.
func (p Palette) String() string { return paletteNames[min(p, paletteCount-1)] }

// Names are the words of all palettes, in the order in which they are offered.
func Names() []string { return slices.Clone(paletteNames[:]) }

// ParsePalette finds a palette by its word.
func ParsePalette(s string) (p Palette, ok bool) {
	i := slices.Index(paletteNames[:], s)
	return Palette(max(i, 0)), i >= 0
}

// MarshalText is the word, so that a file that is written outlives another order of the palettes.
func (p Palette) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText takes a word. One that is not known is Auto: looks are no reason to fail.
func (p *Palette) UnmarshalText(text []byte) error {
	*p, _ = ParsePalette(string(text))
	return nil
}

// scheme is what a palette with colours of its own is made from.
type scheme struct {
	back, text, accent, good, warn, bad, busy uint32
}

// The colours of the palettes are those that their authors publish; what does not read on its background is made
// lighter or darker when a Theme is made.
var schemes = map[Palette]scheme{
	Dark:           {0x0f1419, 0xd5dce4, 0x5ccfe6, 0x7ee787, 0xf2b84b, 0xff7b72, 0x79b8ff},
	Light:          {0xffffff, 0x24292f, 0x0f6c7a, 0x1a7f37, 0x9a6700, 0xcf222e, 0x0969da},
	Catppuccin:     {0x1e1e2e, 0xcdd6f4, 0xcba6f7, 0xa6e3a1, 0xf9e2af, 0xf38ba8, 0x89b4fa},
	TokyoNight:     {0x1a1b26, 0xc0caf5, 0x7dcfff, 0x9ece6a, 0xe0af68, 0xf7768e, 0x7aa2f7},
	Gruvbox:        {0x282828, 0xebdbb2, 0xd3869b, 0xb8bb26, 0xfabd2f, 0xfb4934, 0x83a598},
	Nord:           {0x2e3440, 0xd8dee9, 0x88c0d0, 0xa3be8c, 0xebcb8b, 0xbf616a, 0x81a1c1},
	Dracula:        {0x282a36, 0xf8f8f2, 0xbd93f9, 0x50fa7b, 0xf1fa8c, 0xff5555, 0x8be9fd},
	SolarizedDark:  {0x002b36, 0x93a1a1, 0x2aa198, 0x859900, 0xb58900, 0xdc322f, 0x268bd2},
	SolarizedLight: {0xfdf6e3, 0x586e75, 0x2aa198, 0x859900, 0xb58900, 0xdc322f, 0x268bd2},
	RosePine:       {0x191724, 0xe0def4, 0xc4a7e7, 0x9ccfd8, 0xf6c177, 0xeb6f92, 0x3e8fb0},
}

// colours can be chosen by name, for profiles. Each has its hex value, and the one of the sixteen of a terminal.
var colours = []struct {
	name string
	hex  uint32
	few  ansi.BasicColor
}{
	{"cyan", 0x36afca, ansi.Cyan}, {"magenta", 0xd75fc4, ansi.Magenta}, {"blue", 0x4f8ef7, ansi.Blue}, {"orange", 0xe8883a, ansi.BrightYellow},
	{"green", 0x4cb860, ansi.Green}, {"yellow", 0xd9b52b, ansi.Yellow}, {"red", 0xe5534b, ansi.Red},
}

// Colours are the names of colours that can be chosen.
func Colours() (names []string) {
	for _, c := range colours {
		names = append(names, c.name)
	}
	return names
}

// highSchemes are those of high contrast, on a dark background and on a light one.
var highSchemes = map[bool]scheme{
	true:  {0x000000, 0xffffff, 0x6fe7ff, 0x5dff7a, 0xffd84d, 0xff8a80, 0x8fc7ff},
	false: {0xffffff, 0x000000, 0x003f5c, 0x00501a, 0x5c3a00, 0x8f0010, 0x002f8f},
}

// The colours of sessions, on dark backgrounds and on light ones: no hue of a state, and as different from each other as
// ten can be, also for those who cannot distinguish red from green (searched for in OKLab, with Machado's model of protanopia
// and deuteranopia). Neighbours differ most.
var (
	onDark = [...]uint32{
		0x36afca, 0xeb7dd3, 0xaf9c7c, 0xb495fe, 0x74cbb5, 0xf2a9df, 0x07b89b, 0xced4bf, 0xf7defd, 0xd0f2d8,
	}
	onLight = [...]uint32{
		0x166687, 0x8b225b, 0x504827, 0x795fb4, 0x332707, 0x622680, 0x8d6663, 0x220e6f, 0x3643ae, 0x47093d,
	}
)
