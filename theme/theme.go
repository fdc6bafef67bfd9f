// Package theme is every colour, border and glyph of lenswatch. Nothing is styled elsewhere.
//
// What it promises:
//
//   - Text has a contrast of at least [MinText] with its background and what is secondary of at least [MinDim], in every
//     palette whose colours are known, on whatever background a terminal says that it has.
//   - A terminal with 256 colours gets those of them that look most alike and read as well, one with sixteen the
//     sixteen, and one without colours, or with NO_COLOR, bold, faint and reversed text.
//   - Nothing is said by colour alone: each state has a glyph and a word as well. The colours of sessions are no state's.
//   - Glyphs are one cell wide; with ASCII they are plain ASCII.
//
// A Theme is a value: it is made once from [Options] and passed down.
package theme

import (
	"image/color"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
)

// Options says which Theme to make.
type Options struct {
	// Palette is the set of colours. Default [Auto].
	Palette Palette
	// Dark: the terminal's background is dark.
	Dark bool
	// Foreground and Background are the terminal's own colours; nil while they are not known.
	Foreground, Background color.Color
	// Profile is how many colours the terminal has. Default true colour.
	Profile colorprofile.Profile
	// ASCII draws borders and glyphs in ASCII only.
	ASCII bool
}

// Theme is a set of styles by meaning.
type Theme struct {
	Dark    bool
	Palette Palette

	Text     Style // what is read
	Dim      Style // secondary text: times, units, labels
	Strong   Style // what stands out in its line
	Accent   Style // the name, the focus
	Good     Style
	Warn     Style
	Bad      Style
	Busy     Style // something is under way
	Key      Style // a key to press
	Selected Style // the row that the next key is about
	Cursor   Style // the selected row of a pane that has no focus
	Match    Style // what was searched for
	Fresh    Style // what has just arrived
	Sweep    Style // the light that runs over what recovered
	BarFull  Style
	BarEmpty Style

	Border        Style
	BorderFocused Style
	Title         Style
	TitleFocused  Style
	Box           lipgloss.Border

	Glyphs  Glyphs
	Spinner string // the frames of what is pending, a cell each

	plain    *strings.Replacer // nil unless only ASCII is drawn
	paint    string            // text and background of the whole screen; empty for the terminal's own
	sessions []Style
	named    map[string]Style // by [Colours]
}

// Glyphs are the single cells that are drawn. Each has a word next to it on the screen.
type Glyphs struct {
	Connecting, Live, Quiet, Silent, Reconnecting, Ended, Destroyed, Failed string

	Attention string // a verdict that the state does not show

	Tag      string // before the name of a session, in its colour
	Pointer  string // the selected row
	More     string // newer rows below
	Paused   string
	Ellipsis string
	Dot      string // between two parts of a line
	Rule     string // a line across a pane
	Full     string // a filled cell of a bar
	Block    string // one of a bar that is as high as a line
	Empty    string
	Check    string // something was done
	Cross    string // something failed
	Passed   string // a link of the chain works
	Broken   string // one does not
	Arrow    string // what to do next
	Norm     string // the length of a vector
	Times    string // between two dimensions, before a count
	Changed  string // another label than before
	Break    string // a line feed within a line
	Left     string // more to the left
	Right    string // more to the right
	Shade    string // a state that goes on, over time
	Fault    string // an error, over time
	Gap      string // a gap, over time
	Action   string // what the person did, over time
	Mark     string // a moment that the person marked
}

var unicodeGlyphs = Glyphs{
	Connecting: "◌", Live: "●", Quiet: "◐", Silent: "○", Reconnecting: "↻", Ended: "■", Destroyed: "×", Failed: "✗",
	Attention: "!",
	Tag:       "▎", Pointer: "▸", More: "▼", Paused: "‖", Ellipsis: "…", Dot: "·", Rule: "─", Full: "━", Block: "█", Empty: "─",
	Check: "✓", Cross: "✗", Passed: "✓", Broken: "✗", Arrow: "→", Norm: "‖", Times: "×",
	Changed: "◆", Break: "↵", Left: "‹", Right: "›",
	Shade: "▒", Fault: "!", Gap: "┊", Action: "▲", Mark: "◇",
}

var asciiGlyphs = Glyphs{
	Connecting: "~", Live: "*", Quiet: "?", Silent: "o", Reconnecting: "@", Ended: "#", Destroyed: "x", Failed: "X",
	Attention: "!",
	Tag:       "|", Pointer: ">", More: "v", Paused: "=", Ellipsis: "~", Dot: "-", Rule: "-", Full: "=", Block: "#", Empty: "-",
	Check: "+", Cross: "X", Passed: "ok", Broken: "FAIL", Arrow: ">", Norm: "|", Times: "x",
	Changed: "*", Break: "/", Left: "<", Right: ">",
	Shade: "%", Fault: "E", Gap: ":", Action: "^", Mark: "+",
}

// New makes a Theme.
func New(o Options) Theme {
	t := Theme{Dark: o.Dark, Palette: o.Palette, Box: lipgloss.RoundedBorder(), Glyphs: unicodeGlyphs, Spinner: "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"}
	t.draw(o)
	if o.ASCII {
		t.Spinner = `|/-\`
		t.Box, t.Glyphs, t.plain = lipgloss.ASCIIBorder(), asciiGlyphs, strings.NewReplacer(append(asciiFor[:len(asciiFor):len(asciiFor)], brailleFor()...)...)
	}
	return t
}

// draw chooses the styles, by the palette and what the terminal can show.
func (t *Theme) draw(o Options) {
	few := o.Profile == colorprofile.ANSI
	switch none := o.Profile == colorprofile.Ascii || o.Profile == colorprofile.NoTTY; {
	case none || o.Palette == Mono:
		t.mono()
	case o.Palette == HighContrast && few:
		t.highContrast16()
		t.stark()
	case o.Palette == HighContrast:
		s := highSchemes[o.Dark]
		t.coloured(s, ground{back: hex(s.back), text: hex(s.text), own: true}, o.Profile, minHigh, minHigh)
		t.Dim, t.Border, t.BarEmpty = t.Text, t.Text, t.Text
		t.stark()
	case o.Palette == Terminal || few:
		t.terminal(o)
	default:
		s, ok := schemes[o.Palette]
		if !ok && o.Dark {
			s = schemes[Dark]
		} else if !ok {
			s = schemes[Light]
		}
		t.coloured(s, groundOf(o, s), o.Profile, MinText, MinDim)
	}
}

// asciiFor is what stands for the characters that sentences, numbers, sparklines and large letters
// have: pairs of one cell each.
var asciiFor = []string{
	"…", "~", "–", "-", "·", "-", "×", "x", "µ", "u", "↑", "^", "↓", "v", "←", "<", "→", ">",
	"░", ".", "▒", ":", "▓", "+", "▁", "_", "▂", ".", "▃", ":", "▄", "-", "▅", "=", "▆", "+", "▇", "*", "█", "#",
	"▘", "'", "▝", "'", "▀", "^", "▖", ".", "▌", "[", "▞", "/", "▛", "P", "▗", ".", "▚", "\\", "▐", "]", "▜", "7", "▙", "L", "▟", "J",
}

// Braille is the cell of braille without a dot; those with dots follow it.
const Braille = '\u2800'

// brailleFor is what stands for cells of braille: the higher its dots go, the more.
func brailleFor() (out []string) {
	for i := range rune(256) {
		level := " "
		for _, x := range []struct {
			dots rune
			as   string
		}{{0xc0, "."}, {0x24, ":"}, {0x12, "+"}, {0x09, "#"}} {
			if i&x.dots != 0 {
				level = x.as
			}
		}
		out = append(out, string(Braille+i), level)
	}
	return out
}

// Screen is a screen as it may be drawn: where only ASCII is, what lenswatch writes itself is turned
// into it. Text of services in other scripts stays as it is.
//
// A palette with a background of its own is drawn on it.
func (t Theme) Screen(s string) string {
	if t.plain != nil {
		s = t.plain.Replace(s)
	}
	if t.paint != "" {
		s = t.paint + strings.NewReplacer(reset, reset+t.paint, "\n", "\n"+t.paint).Replace(s) + reset
	}
	return s
}

// ASCII reports whether only ASCII is drawn.
func (t Theme) ASCII() bool { return t.plain != nil }

// Session is the n-th of the colours that distinguish sessions. They come round again.
func (t Theme) Session(n int) Style {
	if len(t.sessions) == 0 { // the zero value has no styles
		return ""
	}
	return t.sessions[n%len(t.sessions)]
}

// Named is a colour that a person has chosen, by its name; text as it is for a name that is none.
func (t Theme) Named(colour string) Style {
	if st, ok := t.named[colour]; ok {
		return st
	}
	return t.Strong
}
