package theme

import (
	"image/color"
	"math"

	"github.com/charmbracelet/x/ansi"
)

// The least contrast of what is drawn with its background, by WCAG 2.1: of text, of secondary text and lines, and of
// either in the theme for high contrast.
const (
	MinText, MinDim = 4.5, 3.0
	minHigh         = 7.0
)

// rgb is a colour, of which each part is from 0 to 1, as screens have it (sRGB).
type rgb [3]float64

// hex makes a colour of 0xrrggbb.
func hex(v uint32) rgb {
	return rgb{float64(v>>16&255) / 255, float64(v>>8&255) / 255, float64(v&255) / 255}
}

// rgbOf is a colour of another package.
func rgbOf(c color.Color) rgb {
	r, g, b, _ := c.RGBA()
	return rgb{float64(r) / 0xffff, float64(g) / 0xffff, float64(b) / 0xffff}
}

func (c rgb) color() color.Color {
	part := func(i int) uint8 { return uint8(math.Round(c[i] * 255)) }
	return color.RGBA{part(0), part(1), part(2), 255}
}

// blend is c with so much of d in it, from 0 to 1.
func (c rgb) blend(d rgb, part float64) rgb {
	for i := range c {
		c[i] += (d[i] - c[i]) * part
	}
	return c
}

func linear(v float64) float64 {
	if v <= .04045 {
		return v / 12.92
	}
	return math.Pow((v+.055)/1.055, 2.4)
}

// luminance is the relative luminance of WCAG 2.1.
func (c rgb) luminance() float64 {
	return .2126*linear(c[0]) + .7152*linear(c[1]) + .0722*linear(c[2])
}

// contrast is the contrast ratio of WCAG 2.1, from 1 to 21.
func (c rgb) contrast(d rgb) float64 {
	x, y := c.luminance(), d.luminance()
	return (max(x, y) + .05) / (min(x, y) + .05)
}

// isDark reports whether white reads better on it than black.
func (c rgb) isDark() bool { return c.luminance() < .179 }

// readable is c, made lighter or darker as far as it needs to be read on a background.
func (c rgb) readable(back rgb, least float64) rgb {
	to := rgb{1, 1, 1}
	if !back.isDark() {
		to = rgb{}
	}
	const steps = 50
	for i := range steps + 1 {
		if x := c.blend(to, float64(i)/steps); x.contrast(back) >= least {
			return x
		}
	}
	return to
}

// oklab is the colour where distances are as people see them (Ottosson 2020).
func (c rgb) oklab() [3]float64 {
	r, g, b := linear(c[0]), linear(c[1]), linear(c[2])
	l := math.Cbrt(.4122214708*r + .5363325363*g + .0514459929*b)
	m := math.Cbrt(.2119034982*r + .6806995451*g + .1073969566*b)
	s := math.Cbrt(.0883024619*r + .2817188376*g + .6299787005*b)
	return [3]float64{
		.2104542553*l + .7936177850*m - .0040720468*s,
		1.9779984951*l - 2.4285922050*m + .4505937099*s,
		.0259040371*l + .7827717662*m - .8086757660*s,
	}
}

// distance is how different two colours look; .02 is just seen.
func (c rgb) distance(d rgb) float64 {
	x, y := c.oklab(), d.oklab()
	return math.Sqrt((x[0]-y[0])*(x[0]-y[0]) + (x[1]-y[1])*(x[1]-y[1]) + (x[2]-y[2])*(x[2]-y[2]))
}

// fixedColours are the places of the 256 colours that look the same on every terminal: those after the sixteen.
const fixedColours = 16

// indexed is the one of the 256 colours that looks most like c among those that are as readable on a background.
func (c rgb) indexed(back rgb, least float64) ansi.IndexedColor {
	best, nearest := fixedColours, math.Inf(1)
	for i := fixedColours; i < 256; i++ {
		x := rgbOf(ansi.IndexedColor(i))
		if d := c.distance(x); d < nearest && x.contrast(back) >= least {
			best, nearest = i, d
		}
	}
	return ansi.IndexedColor(best)
}
