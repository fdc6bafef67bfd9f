package theme

import (
	"fmt"
	"image/color"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// grounds are terminals, by their text and background.
var grounds = map[string][2]uint32{
	"xterm": {0xe5e5e5, 0x000000}, "white": {0x000000, 0xffffff}, "solarized dark": {0x839496, 0x002b36},
	"solarized light": {0x657b83, 0xfdf6e3}, "grey": {0xcccccc, 0x505050}, "pink": {0x303030, 0xffc0d0}, "unreadable": {0x222222, 0x000000},
}

// eachTheme goes through every palette with colours of its own on every ground, with so many colours.
func eachTheme(t *testing.T, do func(t *testing.T, th Theme, back rgb)) {
	for p := range paletteCount {
		if p == Mono || p == Terminal {
			continue
		}
		for name, g := range grounds {
			for _, profile := range []colorprofile.Profile{colorprofile.TrueColor, colorprofile.ANSI256} {
				back := hex(g[1])
				o := Options{Palette: p, Dark: back.isDark(), Foreground: hex(g[0]).color(), Background: back.color(), Profile: profile}
				s, own := schemes[p]
				if p == HighContrast {
					s, own = highSchemes[o.Dark], true
				}
				if g := groundOf(o, s); own && g.own {
					if back = g.back; profile == colorprofile.ANSI256 {
						back = rgbOf(back.indexed(back, 1))
					}
				}
				t.Run(fmt.Sprintf("%v on %s with %v", p, name, profile), func(t *testing.T) { do(t, New(o), back) })
			}
		}
	}
}

// colourOf is what a style draws text with: its own colour, or that of the screen.
func colourOf(th Theme, s Style) (rgb, bool) {
	c := s.pen().Fg
	if c == nil {
		return rgb{}, false
	}
	return rgbOf(c), true
}

func TestEverythingReadsInEveryPalette(t *testing.T) {
	eachTheme(t, func(t *testing.T, th Theme, back rgb) {
		least := map[string]float64{"Dim": MinDim, "Border": MinDim, "BarEmpty": 1.4}
		for name, s := range styles(th) {
			c, ok := colourOf(th, s)
			if !ok {
				continue
			}
			want := MinText
			if x, special := least[name]; special {
				want = x
			}
			if got := c.contrast(back); got < want-.05 {
				t.Errorf("%s has a contrast of %.2f, want %.1f", name, got, want)
			}
		}
		for i := range len(th.sessions) {
			if c, _ := colourOf(th, th.Session(i)); c.contrast(back) < MinText-.05 {
				t.Errorf("session %d has a contrast of %.2f", i, c.contrast(back))
			}
		}
	})
}

// Text on what is selected, or was searched for, is text still.
func TestSelectionsAreReadable(t *testing.T) {
	eachTheme(t, func(t *testing.T, th Theme, back rgb) {
		for name, s := range map[string]Style{"Selected": th.Selected, "Cursor": th.Cursor, "Match": th.Match} {
			pen := s.pen()
			if pen.Bg == nil || pen.Attrs&uv.AttrReverse != 0 {
				continue
			}
			if got := rgbOf(pen.Bg).contrast(back); got < 1.05 {
				t.Errorf("%s is not seen: contrast %.2f with the background", name, got)
			}
			own, ok := colourOf(th, th.Dim)
			if got := own.contrast(rgbOf(pen.Bg)); ok && got < 1.6 {
				t.Errorf("secondary text on %s has a contrast of %.2f", name, got)
			}
		}
	})
}

// The colours of sessions are as many as promised, no state's, and distinct to people who do not see red and green apart.
func TestSessionsHaveColoursOfTheirOwn(t *testing.T) {
	const apart, fromStates = .045, .06
	machado := map[string][3][3]float64{
		"protanopia":   {{.152286, 1.052583, -.204868}, {.114503, .786281, .099216}, {-.003882, -.048116, 1.051998}},
		"deuteranopia": {{.367322, .860646, -.227968}, {.280085, .672501, .047413}, {-.011820, .042940, .968881}},
		"full sight":   {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	}
	for p, s := range schemes {
		g := ground{back: hex(s.back), text: hex(s.text)}
		th := New(Options{Palette: p, Dark: g.back.isDark(), Foreground: g.text.color(), Background: g.back.color()})
		if len(th.sessions) != 10 {
			t.Fatalf("%v has %d colours for sessions", p, len(th.sessions))
		}
		for i := range th.sessions {
			c, _ := colourOf(th, th.Session(i))
			for name, state := range map[string]Style{"good": th.Good, "warn": th.Warn, "bad": th.Bad, "busy": th.Busy} {
				if x, _ := colourOf(th, state); c.distance(x) < fromStates {
					t.Errorf("%v: session %d is as good as the colour for %s (%.3f)", p, i, name, c.distance(x))
				}
			}
			for j := range i {
				d, _ := colourOf(th, th.Session(j))
				for sight, m := range machado {
					if x := c.seen(m).distance(d.seen(m)); x < apart {
						t.Errorf("%v: with %s sessions %d and %d look alike (%.3f)", p, sight, i, j, x)
					}
				}
			}
		}
	}
}

// seen is a colour as somebody sees it.
func (c rgb) seen(m [3][3]float64) (out rgb) {
	for i, row := range m {
		v := 0.0
		for j, x := range row {
			v += x * linear(c[j])
		}
		out[i] = unlinear(min(max(v, 0), 1))
	}
	return out
}

// unlinear is the opposite of linear, by halving.
func unlinear(v float64) float64 {
	low, high := 0.0, 1.0
	for range 30 {
		if mid := (low + high) / 2; linear(mid) < v {
			low = mid
		} else {
			high = mid
		}
	}
	return low
}

// Where there are 256 colours or 16, none is left to chance: each style has one of them.
func TestFewColoursAreChosen(t *testing.T) {
	for p := range paletteCount {
		for name, s := range styles(New(Options{Palette: p, Dark: true, Profile: colorprofile.ANSI256})) {
			if _, rgba := s.pen().Fg.(color.RGBA); rgba {
				t.Errorf("%v: %s is converted by the terminal", p, name)
			}
		}
		for name, s := range styles(New(Options{Palette: p, Dark: true, Profile: colorprofile.ANSI})) {
			if s.pen().Fg == ansi.BrightBlack {
				t.Errorf("%v: %s is bright black, which vanishes on many palettes", p, name)
			}
			if c := s.pen().Fg; c != nil && colorprofile.ANSI.Convert(c) != c {
				t.Errorf("%v: %s is converted by the terminal", p, name)
			}
		}
	}
}

func TestWhatIsSelectedKeepsItsColours(t *testing.T) {
	th := New(Options{Dark: true})
	line := "a " + th.Bad.Render("red") + " b"
	got := th.Selected.Over(line)
	for _, want := range []string{th.Bad.Render("x")[:8], "a ", " b"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
	on, _, _ := strings.Cut(th.Selected.Render("x"), "x")
	if strings.Count(got, on) != 2 || !strings.HasSuffix(got, reset) {
		t.Errorf("%q does not go on behind the red", got)
	}
}

func TestOwnBackgroundCoversTheScreen(t *testing.T) {
	th := New(Options{Palette: Nord, Dark: false})
	got := th.Screen("a\n" + th.Bad.Render("b") + "c")
	if strings.Count(got, "48;2;46;52;64") != 3 { // at each line's beginning, and after the red
		t.Errorf("%q", got)
	}
	if s := New(Options{Dark: true}).Screen("a\nb"); s != "a\nb" {
		t.Errorf("the terminal's own background is drawn over: %q", s)
	}
}
