package theme

import (
	"reflect"
	"strings"
	"testing"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// pen is what a terminal makes of a style.
func (s Style) pen() (pen uv.Style) {
	p := ansi.NewParser()
	p.SetHandler(ansi.Handler{HandleCsi: func(_ ansi.Cmd, params ansi.Params) { uv.ReadStyle(params, &pen) }})
	p.Parse([]byte(s))
	return pen
}

// styles are the fields of a Theme that are styles, by name.
func styles(t Theme) map[string]Style {
	out := map[string]Style{}
	v := reflect.ValueOf(t)
	for i := range v.NumField() {
		if f := v.Type().Field(i); f.IsExported() {
			if s, ok := v.Field(i).Interface().(Style); ok {
				out[f.Name] = s
			}
		}
	}
	return out
}

func TestMonoHasNoColour(t *testing.T) {
	for _, dark := range []bool{true, false} {
		th := New(Options{Palette: Mono, Dark: dark})
		for name, s := range styles(th) {
			if s.pen().Fg != nil {
				t.Errorf("%s has a colour", name)
			}
		}
		if th.Session(3).pen().Fg != nil {
			t.Error("sessions have a colour")
		}
	}
}

func TestHighContrastDimsNothing(t *testing.T) {
	for _, dark := range []bool{true, false} {
		for name, s := range styles(New(Options{Palette: HighContrast, Dark: dark})) {
			if pen := s.pen(); pen.Fg == ansi.BrightBlack || pen.Attrs&uv.AttrFaint != 0 {
				t.Errorf("%s is dimmed", name)
			}
		}
	}
}

func TestWhatIsWrongStandsOutInEveryPalette(t *testing.T) {
	for p := range paletteCount {
		th := New(Options{Palette: p, Dark: true})
		for _, s := range []Style{th.Bad, th.Warn, th.Selected, th.Match, th.BorderFocused} {
			if s.Render("x") == th.Text.Render("x") {
				t.Errorf("%v: %q looks like text", p, s.Render("x"))
			}
		}
		if th.Bad.Render("x") == th.Good.Render("x") || th.Border.Render("x") == th.BorderFocused.Render("x") {
			t.Errorf("%v: two meanings look alike", p)
		}
	}
}

func TestPalettesHaveNames(t *testing.T) {
	for p := range paletteCount {
		if got, ok := ParsePalette(p.String()); !ok || got != p {
			t.Errorf("%v is read as %v, %v", p, got, ok)
		}
	}
	if _, ok := ParsePalette("gaudy"); ok {
		t.Error("a palette that is none was found")
	}
	var read Palette
	if text, err := Nord.MarshalText(); err != nil || read.UnmarshalText(text) != nil || read != Nord {
		t.Errorf("%s is read as %v, %v", text, read, err)
	}
	if _ = read.UnmarshalText([]byte("gaudy")); read != Auto {
		t.Errorf("a word that is none is read as %v", read)
	}
}

func TestGlyphsAreOneCellWide(t *testing.T) {
	for _, o := range []Options{{}, {ASCII: true}} {
		g := New(o).Glyphs
		v := reflect.ValueOf(g)
		for i := range v.NumField() {
			s := v.Field(i).String()
			name := v.Type().Field(i).Name
			if words := o.ASCII && (name == "Passed" || name == "Broken"); ansi.StringWidth(s) != 1 && !words {
				t.Errorf("%s %q is %d cells wide", name, s, ansi.StringWidth(s))
			}
			if o.ASCII && strings.ContainsFunc(s, func(r rune) bool { return r > 0x7e }) {
				t.Errorf("%s %q is no ASCII", v.Type().Field(i).Name, s)
			}
		}
	}
}

func TestScreenIsAsWideInASCII(t *testing.T) {
	for i := 0; i < len(asciiFor); i += 2 {
		if ansi.StringWidth(asciiFor[i]) != 1 || len(asciiFor[i+1]) != 1 {
			t.Errorf("%q and %q are not one cell each", asciiFor[i], asciiFor[i+1])
		}
	}
	if got := New(Options{ASCII: true}).Screen("a … 5 µs 日本"); got != "a ~ 5 us 日本" {
		t.Errorf("%q", got)
	}
	if got := New(Options{}).Screen("…"); got != "…" {
		t.Errorf("%q", got)
	}
}
