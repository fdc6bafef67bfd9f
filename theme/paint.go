package theme

import (
	"image/color"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

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
	text, state := g.text.readable(g.back, least+spare), func(v uint32) Style { return fg(pick(hex(v), least)) }
	t.Text, t.Strong = Style(""), Style("").Bold()
	t.Dim = fg(pick(text.blend(g.back, .42), dim))
	t.Accent, t.Key = state(s.accent).Bold(), state(s.accent).Bold()
	t.Good, t.Warn, t.Bad, t.Busy = state(s.good), state(s.warn).Bold(), state(s.bad).Bold(), state(s.busy)
	selected := under(g.back, hex(s.accent), .28, text, least)
	t.Selected = bg(behind(selected)).Bold()
	t.Cursor = bg(behind(under(g.back, text, .12, text, least)))
	t.Match = bg(behind(under(g.back, hex(s.warn), .42, text, least))).Bold().underline()
	t.Fresh = bg(behind(under(g.back, hex(s.accent), .16, text, least)))
	t.Sweep = bg(behind(under(g.back, hex(s.good), .36, text, least)))
	t.BarFull, t.BarEmpty = state(s.good), fg(pick(text.blend(g.back, .75), 1.5))
	t.Border, t.BorderFocused = fg(pick(text.blend(g.back, .6), dim)), state(s.accent)
	t.Title, t.TitleFocused = Style("").Bold(), state(s.accent).Bold()
	hues := onDark[:]
	if !g.back.isDark() {
		hues = onLight[:]
	}
	for _, v := range hues {
		t.sessions = append(t.sessions, state(v))
	}
	t.named = map[string]Style{}
	for _, c := range colours {
		t.named[c.name] = state(c.hex).Bold()
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
	dim := Style("").faint()
	if g := groundOf(o, scheme{}); o.Foreground != nil && o.Background != nil && o.Profile == colorprofile.TrueColor {
		dim = fg(g.text.blend(g.back, .42).readable(g.back, MinDim).color())
	}
	// On a light background the yellow of most palettes does not read.
	warn, text := color.Color(lipgloss.Yellow), Style("")
	if !t.Dark {
		warn = lipgloss.Magenta
	}
	t.Text, t.Dim, t.Strong, t.Accent = text, dim, text.Bold(), fg(lipgloss.Cyan).Bold()
	t.Good, t.Warn, t.Bad, t.Busy = fg(lipgloss.Green), fg(warn).Bold(), fg(lipgloss.Red).Bold(), fg(lipgloss.Blue)
	t.Key = fg(lipgloss.Cyan).Bold()
	t.Selected, t.Cursor, t.Match = text.Reverse(), text.Bold(), text.Reverse().Bold()
	t.Fresh, t.Sweep = text.Bold(), text.Reverse()
	t.BarFull, t.BarEmpty = fg(lipgloss.Green), dim
	t.Border, t.BorderFocused = dim, fg(lipgloss.Cyan)
	t.Title, t.TitleFocused = text.Bold(), fg(lipgloss.Cyan).Bold()
	t.named = map[string]Style{}
	for _, c := range colours {
		if t.Dark || c.few != ansi.Yellow && c.few != ansi.BrightYellow {
			t.named[c.name] = fg(c.few).Bold()
		}
	}
	// Of the sixteen, these are no state's: distinguished by being bold, underlined or neither.
	t.sessions = append(t.sessions, fg(lipgloss.Cyan), fg(lipgloss.Magenta), fg(lipgloss.BrightCyan), fg(lipgloss.BrightMagenta))
	if !t.Dark { // magenta is that of a warning
		t.sessions = []Style{fg(lipgloss.Cyan), fg(lipgloss.Cyan).Bold(), text.Bold()}
	}
}

// highContrast16 keeps to the text colour and four colours that read on both backgrounds, on terminals with sixteen.
func (t *Theme) highContrast16() {
	good, warn, bad, busy := color.Color(lipgloss.BrightGreen), color.Color(lipgloss.BrightYellow), color.Color(lipgloss.BrightRed), color.Color(lipgloss.BrightCyan)
	if !t.Dark {
		good, warn, bad, busy = lipgloss.Green, lipgloss.Magenta, lipgloss.Red, lipgloss.Blue
	}
	text := Style("")
	t.Text, t.Dim, t.Strong, t.Accent = text, text, text.Bold(), fg(busy).Bold()
	t.Good, t.Warn, t.Bad, t.Busy = fg(good).Bold(), fg(warn).Bold(), fg(bad).Bold(), fg(busy).Bold()
	t.Fresh, t.Sweep = text.Bold(), text.Reverse()
	t.BarFull, t.BarEmpty = text.Bold(), text
	t.Border, t.BorderFocused = text, fg(busy).Bold()
	t.sessions = []Style{fg(busy).Bold(), text.Bold()}
}

// stark is what high contrast has besides its colours: what matters is reversed, what is chosen is too.
func (t *Theme) stark() {
	text := Style("")
	t.Warn, t.Bad = t.Warn.Reverse(), t.Bad.Reverse()
	t.Key = text.Bold().underline()
	t.Selected, t.Cursor, t.Match = text.Reverse().Bold(), text.Bold().underline(), t.Warn
	t.Title, t.TitleFocused = text.Bold(), t.Accent.Reverse()
	t.Box = lipgloss.ThickBorder()
	for i := range t.sessions {
		t.sessions[i] = t.sessions[i].Bold()
	}
}

// mono says with bold, faint, underlined and reversed text what the others say with colours too.
func (t *Theme) mono() {
	text := Style("")
	strong := text.Bold()
	t.Text, t.Dim, t.Strong, t.Accent = text, text.faint(), strong, strong
	t.Good, t.Warn, t.Bad, t.Busy = text, strong, strong.underline(), text
	t.Key = strong
	t.Selected, t.Cursor, t.Match = text.Reverse(), strong, strong.Reverse()
	t.Fresh, t.Sweep = strong, text.Reverse()
	t.BarFull, t.BarEmpty = strong, text.faint()
	t.Border, t.BorderFocused = text.faint(), strong
	t.Title, t.TitleFocused = strong, strong.Reverse()
	t.sessions = []Style{strong}
}
