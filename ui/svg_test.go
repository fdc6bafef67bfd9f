package ui

import (
	"fmt"
	"image/color"
	"maps"
	"slices"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// The measures of a picture, in pixels. A monospace font is 0.6 em wide: at 15 px, a cell of 9.
const (
	cellWidth  = 9
	cellHeight = 19
	baseline   = 14 // of the text, below the top of its cell
	margin     = 14 // around the cells
)

// swatch is the terminal that a picture is of: text, background, and the sixteen colours.
type swatch struct {
	text, back, frame string
	colours           [16]string
}

var darkSwatch = swatch{
	text: "#e6edf3", back: "#0d1117", frame: "#30363d",
	colours: [16]string{
		"#484f58", "#ff7b72", "#3fb950", "#d29922", "#58a6ff", "#bc8cff", "#39c5cf", "#b1bac4",
		"#7d8590", "#ffa198", "#56d364", "#e3b341", "#79c0ff", "#d2a8ff", "#56d4dd", "#ffffff",
	},
}

var lightSwatch = swatch{
	text: "#1f2328", back: "#ffffff", frame: "#d0d7de",
	colours: [16]string{
		"#24292f", "#cf222e", "#116329", "#4d2d00", "#0969da", "#8250df", "#1b7c83", "#6e7781",
		"#656d76", "#a40e26", "#1a7f37", "#633c01", "#218bff", "#a475f9", "#3192aa", "#8c959f",
	},
}

// name is the class of a colour, none for the default.
func (s swatch) name(c color.Color, typical string) (class, value string) {
	switch c := c.(type) {
	case nil:
		return typical, ""
	case ansi.BasicColor:
		return fmt.Sprintf("c%d", c), s.colours[c%16]
	default:
		r, g, b, _ := c.RGBA()
		hex := fmt.Sprintf("%02x%02x%02x", r>>8, g>>8, b>>8)
		return "x" + hex, "#" + hex
	}
}

// drawing collects a picture by colour: shapes are filled, lines are drawn along, text is written.
type drawing struct {
	swatch
	classes       map[string]string           // class -> colour
	backs, shapes map[string]*strings.Builder // of straight edges
	round, thin   map[string]*strings.Builder
	text          strings.Builder
}

func newDrawing(sw swatch) *drawing {
	return &drawing{
		swatch: sw, classes: map[string]string{"t": sw.text, "k": sw.back},
		backs: map[string]*strings.Builder{}, shapes: map[string]*strings.Builder{},
		round: map[string]*strings.Builder{}, thin: map[string]*strings.Builder{},
	}
}

// drawSVG draws cells as they stand on a terminal. What is a line or a block is drawn as one, so that
// cells join; each character of text has its own place, so that any monospace font will do.
func drawSVG(title string, w, h int, sw swatch, at func(x, y int) *uv.Cell) string {
	d := newDrawing(sw)
	for y := range h {
		d.row(y, w, at)
	}
	return frameSVG(title, w, h, sw, d.classes, d.shapesAndText())
}

// shapesAndText is what was drawn, from the back to the front.
func (d *drawing) shapesAndText() string {
	var out strings.Builder
	paths(&out, d.backs, `<path shape-rendering="crispEdges" class="%s" d="%s"/>`)
	paths(&out, d.shapes, `<path shape-rendering="crispEdges" class="%s" d="%s"/>`)
	paths(&out, d.round, `<path class="%s" d="%s"/>`)
	paths(&out, d.thin, `<path class="l%s" d="%s"/>`)
	out.WriteString(d.text.String())
	return out.String()
}

// frameSVG is a picture of w by h cells around what was drawn.
func frameSVG(title string, w, h int, sw swatch, classes map[string]string, drawn string) string {
	width, height := w*cellWidth+2*margin, h*cellHeight+2*margin
	var out strings.Builder
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" xml:space="preserve">`+"\n", width, height, width, height)
	fmt.Fprintf(&out, "<title>%s</title>\n<style>\n", escape(title))
	out.WriteString("text{font:15px ui-monospace,'JetBrains Mono','SF Mono',Menlo,'DejaVu Sans Mono',monospace;" +
		"font-variant-ligatures:none;white-space:pre}\n.b{font-weight:700}.f{opacity:.6}.i{font-style:italic}.u{text-decoration:underline}\n")
	for _, class := range slices.Sorted(maps.Keys(classes)) {
		fmt.Fprintf(&out, ".%s{fill:%s}.l%s{fill:none;stroke:%s}\n", class, classes[class], class, classes[class])
	}
	fmt.Fprintf(&out, "</style>\n"+`<rect x=".5" y=".5" width="%d" height="%d" rx="8" fill="%s" stroke="%s"/>`+"\n", width-1, height-1, sw.back, sw.frame)
	fmt.Fprintf(&out, `<g transform="translate(%d %d)">`+"\n", margin, margin)
	out.WriteString(drawn)
	out.WriteString("</g>\n</svg>\n")
	return out.String()
}

func paths(out *strings.Builder, by map[string]*strings.Builder, format string) {
	for _, class := range slices.Sorted(maps.Keys(by)) {
		fmt.Fprintf(out, format+"\n", class, by[class])
	}
}

// row draws a line of cells, each run of one look at once.
func (d *drawing) row(y, w int, at func(x, y int) *uv.Cell) {
	var run strings.Builder
	var places []string
	look := ""
	flush := func() {
		if strings.TrimSpace(run.String()) != "" {
			text := strings.TrimRight(run.String(), " ")
			fmt.Fprintf(&d.text, `<text class="%s" y="%d" x="%s">%s</text>`+"\n",
				look, y*cellHeight+baseline, strings.Join(places[:len([]rune(text))], " "), escape(text))
		}
		run.Reset()
		places = nil
	}
	for x := range w {
		c := at(x, y)
		if c == nil || c.Width == 0 {
			continue
		}
		class, back := d.cellColours(c)
		if back != "" {
			d.rect(d.backs, back, x*cellWidth, y*cellHeight, max(c.Width, 1)*cellWidth, cellHeight)
		}
		if d.shape(class, c.Content, x, y) {
			flush()
			continue
		}
		// What follows has another look, or begins a run.
		if now := class + attributes(c.Style); now != look || run.Len() == 0 {
			flush()
			if look = now; c.Content == " " {
				continue
			}
		}
		for _, r := range c.Content {
			run.WriteRune(r)
			places = append(places, fmt.Sprint(x*cellWidth))
		}
	}
	flush()
}

// cellColours are the classes of a cell's text and of its background; the latter is empty if it is the
// terminal's own.
func (d *drawing) cellColours(c *uv.Cell) (text, back string) {
	text, tv := d.name(c.Style.Fg, "t")
	back, bv := d.name(c.Style.Bg, "k")
	if tv != "" {
		d.classes[text] = tv
	}
	if bv != "" {
		d.classes[back] = bv
	}
	if c.Style.Attrs&uv.AttrReverse != 0 {
		text, back = back, text
	}
	if back == "k" {
		back = ""
	}
	return text, back
}

func attributes(s uv.Style) (out string) {
	for _, a := range []struct {
		set   bool
		class string
	}{
		{s.Attrs&uv.AttrBold != 0, " b"}, {s.Attrs&uv.AttrFaint != 0, " f"}, {s.Attrs&uv.AttrItalic != 0, " i"}, {s.Underline != uv.UnderlineNone, " u"},
	} {
		if a.set {
			out += a.class
		}
	}
	return out
}

func (d *drawing) rect(in map[string]*strings.Builder, class string, x, y, w, h int) {
	fmt.Fprintf(path(in, class), "M%d %dh%dv%dh%dz", x, y, w, h, -w)
}

func path(in map[string]*strings.Builder, class string) *strings.Builder {
	if in[class] == nil {
		in[class] = &strings.Builder{}
	}
	return in[class]
}

// pens are the box-drawing characters, as a pen goes through the cell from its top left corner.
var pens = map[string]string{
	"─": "m0 9.5h9", "│": "m4.5 0v19",
	"╭": "m4.5 19v-5a4.5 4.5 0 0 1 4.5 -4.5", "╮": "m0 9.5a4.5 4.5 0 0 1 4.5 4.5v5",
	"╰": "m4.5 0v5a4.5 4.5 0 0 0 4.5 4.5", "╯": "m0 9.5a4.5 4.5 0 0 0 4.5 -4.5v-5",
	"○": ring, "◐": ring,
}

// ring is the outline of a circle, as wide as fits in its cell.
const ring = "m.5 9.5a4 4 0 1 1 8 0a4 4 0 1 1 -8 0z"

// discs are the filled parts of circles. Fonts make them of all sizes, often wider than a cell.
var discs = map[string]string{"●": ring, "◐": "m4.5 5.5a4 4 0 0 0 0 8z"}

// blocks are the block elements of quarters: upper left, upper right, lower left, lower right.
var blocks = map[string][4]bool{
	"▘": {true}, "▝": {1: true}, "▖": {2: true}, "▗": {3: true}, "▚": {0: true, 3: true}, "▞": {1: true, 2: true},
	"▀": {true, true}, "▄": {2: true, 3: true}, "▌": {0: true, 2: true}, "▐": {1: true, 3: true},
	"▛": {true, true, true}, "▜": {0: true, 1: true, 3: true}, "▙": {0: true, 2: true, 3: true}, "▟": {1: true, 2: true, 3: true},
	"█": {true, true, true, true},
}

// eighths are the block elements that fill a cell from below.
const eighths = "▁▂▃▄▅▆▇"

// shape draws what is no text. It reports false for text.
func (d *drawing) shape(class, s string, x, y int) bool {
	left, top := x*cellWidth, y*cellHeight
	pen, drawn := pens[s]
	if drawn {
		fmt.Fprintf(path(d.thin, class), "M%d %d%s", left, top, pen)
	}
	disc, filled := discs[s]
	if filled {
		fmt.Fprintf(path(d.round, class), "M%d %d%s", left, top, disc)
	}
	if drawn || filled {
		return true
	}
	if q, ok := blocks[s]; ok {
		for i, full := range q {
			if full {
				d.rect(d.shapes, class, left+i%2*5, top+i/2*10, 5-i%2, 10-i/2)
			}
		}
		return true
	}
	switch i := strings.Index(eighths, s); {
	case s == "━":
		d.rect(d.shapes, class, left, top+8, cellWidth, 3)
	case s == "▎":
		d.rect(d.shapes, class, left, top, 3, cellHeight)
	case s != "" && s != " " && i >= 0:
		tall := (i/len("▁") + 1) * cellHeight / 8
		d.rect(d.shapes, class, left, top+cellHeight-tall, cellWidth, tall)
	default:
		return false
	}
	return true
}

var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace
