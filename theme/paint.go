package theme

import (
	"image/color"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

func fg(c color.Color) lipgloss.Style { return lipgloss.NewStyle().Foreground(c) }

// What is taken for the terminal's own colours until it has answered.
var (
	typicalDark  = scheme{back: 0x101318, text: 0xd0d4da}
	typicalLight = scheme{back: 0xffffff, text: 0x24292f}
)

// ground is what colours are drawn on.
type ground struct {
	back, text rgb
	own        bool // it is drawn, rather than the terminal's
}

// groundOf is the terminal's own background for the palettes that go with it, else that of the scheme. A dark palette on
// a background that is dark anyway leaves it as it is.
func groundOf(o Options, s scheme) ground {
	typical := typicalDark
	if !o.Dark {
		typical = typicalLight
	}
	g := ground{back: hex(typical.back), text: hex(typical.text)}
	if o.Background != nil {
		g.back = rgbOf(o.Background)
	}
	if o.Foreground != nil {
		g.text = rgbOf(o.Foreground)
	}
	plain := o.Palette == Dark || o.Palette == Light
	if o.Palette == Auto || o.Palette == Terminal || plain && o.Background != nil && g.back.isDark() == (o.Palette == Dark) {
		return g
	}
	return ground{back: hex(s.back), text: hex(s.text), own: true}
}

// spare is how much more contrast text has than it needs, so that it reads on what is selected, too; minSeen is the least
// contrast of that with the background.
const spare, minSeen = 1.2, 1.08

// coloured makes the theme of a scheme on a ground. Nothing of it reads worse than least, and what is secondary reads
// at least as well as dim.
func (t *Theme) coloured(s scheme, g ground, p colorprofile.Profile, least, dim float64) {
	pick := func(c rgb, least float64) color.Color {
		c = c.readable(g.back, least)
		if p == colorprofile.ANSI256 {
			return c.indexed(g.back, least)
		}
		return c.color()
	}
	behind := func(c rgb) color.Color { // what text is on, at times
		if p == colorprofile.ANSI256 {
			return c.indexed(g.back, minSeen)
		}
		return c.color()
	}
	text, state := g.text.readable(g.back, least+spare), func(v uint32) lipgloss.Style { return fg(pick(hex(v), least)) }
	t.Text, t.Strong = lipgloss.NewStyle(), lipgloss.NewStyle().Bold(true)
	t.Dim = fg(pick(text.blend(g.back, .42), dim))
	t.Accent, t.Key = state(s.accent).Bold(true), state(s.accent).Bold(true)
	t.Good, t.Warn, t.Bad, t.Busy = state(s.good), state(s.warn).Bold(true), state(s.bad).Bold(true), state(s.busy)
	selected := under(g.back, hex(s.accent), .28, text, least)
	t.Selected = lipgloss.NewStyle().Background(behind(selected)).Bold(true)
	t.Cursor = lipgloss.NewStyle().Background(behind(under(g.back, text, .12, text, least)))
	t.Match = lipgloss.NewStyle().Background(behind(under(g.back, hex(s.warn), .42, text, least))).Bold(true).Underline(true)
	t.Fresh = lipgloss.NewStyle().Background(behind(under(g.back, hex(s.accent), .16, text, least)))
	t.Sweep = lipgloss.NewStyle().Background(behind(under(g.back, hex(s.good), .36, text, least)))
	t.BarFull, t.BarEmpty = state(s.good), fg(pick(text.blend(g.back, .75), 1.5))
	t.Border, t.BorderFocused = fg(pick(text.blend(g.back, .6), dim)), state(s.accent)
	t.Title, t.TitleFocused = lipgloss.NewStyle().Bold(true), state(s.accent).Bold(true)
	hues := onDark[:]
	if !g.back.isDark() {
		hues = onLight[:]
	}
	for _, v := range hues {
		t.sessions = append(t.sessions, state(v))
	}
	t.named = map[string]lipgloss.Style{}
	for _, c := range colours {
		t.named[c.name] = state(c.hex).Bold(true)
	}
	var own []string
	if g.own || text != g.text {
		own = append(own, ansi.Style{}.ForegroundColor(pick(text, least)).String())
	}
	if g.own {
		back := g.back.color()
		if p == colorprofile.ANSI256 {
			back = g.back.indexed(g.back, 1)
		}
		own = append(own, ansi.Style{}.BackgroundColor(back).String())
	}
	t.paint = strings.Join(own, "")
}

// under is a background with a part of a colour in it, as much as lets text be read on it.
func under(back, c rgb, part float64, text rgb, least float64) rgb {
	for ; part > .06; part -= .01 {
		if x := back.blend(c, part); text.contrast(x) >= least {
			break
		}
	}
	return back.blend(c, part)
}

// terminal uses the sixteen colours as they were chosen for everything else. Secondary text is between the terminal's
// own text and background where they are known: bright black vanishes on many palettes.
func (t *Theme) terminal(o Options) {
	dim := lipgloss.NewStyle().Faint(true)
	if g := groundOf(o, scheme{}); o.Foreground != nil && o.Background != nil && o.Profile == colorprofile.TrueColor {
		dim = fg(g.text.blend(g.back, .42).readable(g.back, MinDim).color())
	}
	// On a light background the yellow of most palettes does not read.
	warn, text := color.Color(lipgloss.Yellow), lipgloss.NewStyle()
	if !t.Dark {
		warn = lipgloss.Magenta
	}
	t.Text, t.Dim, t.Strong, t.Accent = text, dim, text.Bold(true), fg(lipgloss.Cyan).Bold(true)
	t.Good, t.Warn, t.Bad, t.Busy = fg(lipgloss.Green), fg(warn).Bold(true), fg(lipgloss.Red).Bold(true), fg(lipgloss.Blue)
	t.Key = fg(lipgloss.Cyan).Bold(true)
	t.Selected, t.Cursor, t.Match = text.Reverse(true), text.Bold(true), text.Reverse(true).Bold(true)
	t.Fresh, t.Sweep = text.Bold(true), text.Reverse(true)
	t.BarFull, t.BarEmpty = fg(lipgloss.Green), dim
	t.Border, t.BorderFocused = dim, fg(lipgloss.Cyan)
	t.Title, t.TitleFocused = text.Bold(true), fg(lipgloss.Cyan).Bold(true)
	t.named = map[string]lipgloss.Style{}
	for _, c := range colours {
		if t.Dark || c.few != ansi.Yellow && c.few != ansi.BrightYellow {
			t.named[c.name] = fg(c.few).Bold(true)
		}
	}
	// Of the sixteen, these are no state's: distinguished by being bold, underlined or neither.
	t.sessions = append(t.sessions, fg(lipgloss.Cyan), fg(lipgloss.Magenta), fg(lipgloss.BrightCyan), fg(lipgloss.BrightMagenta))
	if !t.Dark { // magenta is that of a warning
		t.sessions = []lipgloss.Style{fg(lipgloss.Cyan), fg(lipgloss.Cyan).Bold(true), text.Bold(true)}
	}
}

// highContrast16 keeps to the text colour and four colours that read on both backgrounds, on terminals with sixteen.
func (t *Theme) highContrast16() {
	good, warn, bad, busy := color.Color(lipgloss.BrightGreen), color.Color(lipgloss.BrightYellow), color.Color(lipgloss.BrightRed), color.Color(lipgloss.BrightCyan)
	if !t.Dark {
		good, warn, bad, busy = lipgloss.Green, lipgloss.Magenta, lipgloss.Red, lipgloss.Blue
	}
	text := lipgloss.NewStyle()
	t.Text, t.Dim, t.Strong, t.Accent = text, text, text.Bold(true), fg(busy).Bold(true)
	t.Good, t.Warn, t.Bad, t.Busy = fg(good).Bold(true), fg(warn).Bold(true), fg(bad).Bold(true), fg(busy).Bold(true)
	t.Fresh, t.Sweep = text.Bold(true), text.Reverse(true)
	t.BarFull, t.BarEmpty = text.Bold(true), text
	t.Border, t.BorderFocused = text, fg(busy).Bold(true)
	t.sessions = []lipgloss.Style{fg(busy).Bold(true), text.Bold(true)}
}

// stark is what high contrast has besides its colours: what matters is reversed, what is chosen is too.
func (t *Theme) stark() {
	text := lipgloss.NewStyle()
	t.Warn, t.Bad = t.Warn.Reverse(true), t.Bad.Reverse(true)
	t.Key = text.Bold(true).Underline(true)
	t.Selected, t.Cursor, t.Match = text.Reverse(true).Bold(true), text.Bold(true).Underline(true), t.Warn
	t.Title, t.TitleFocused = text.Bold(true), t.Accent.Reverse(true)
	t.Box = lipgloss.ThickBorder()
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
	t.Fresh, t.Sweep = strong, text.Reverse(true)
	t.BarFull, t.BarEmpty = strong, text.Faint(true)
	t.Border, t.BorderFocused = text.Faint(true), strong
	t.Title, t.TitleFocused = strong, strong.Reverse(true)
	t.sessions = []lipgloss.Style{strong}
}

// reset ends every style, as lipgloss writes it.
const reset = "\x1b[m"

// Over draws a line that has styles of its own on another: the colours of the line stay, what is around and behind
// them is that of the style.
func Over(st lipgloss.Style, line string) string {
	on, _, _ := strings.Cut(st.Render("x"), "x")
	if on == "" {
		return line
	}
	return on + strings.ReplaceAll(line, reset, reset+on) + reset
}
