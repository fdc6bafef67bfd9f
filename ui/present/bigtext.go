package present

import (
	"image"
	"image/color"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"

	"lenswatch/ui/draw"
)

// The quarters of a cell that are filled, as bits: 1 upper left, 2 upper right, 4 lower left,
// 8 lower right.
var quadrants = []rune(" ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█")

// bigHeight is how many lines a line of big text takes, bigAdvance how many cells of it one
// character takes, in halves: the glyphs are 7 dots wide, and a cell has two of them side by side.
const (
	bigHeight  = 6
	bigAdvance = 7
	bigAscent  = 10 // dots from the top to the base line
)

// maxScale is how many times as large as the smallest the letters are at most.
const maxScale = 4

// plainly is what the letters have in place of the punctuation that they lack.
var plainly = strings.NewReplacer("–", "-", "—", "-", "…", "...", "’", "'", "‘", "'", "“", "\"", "”", "\"", "×", "x", "·", "-", "\n", " ")

// bigText draws text in the largest letters with which it fits into w by h cells, wrapped between words: of 3½ by 6 cells,
// or up to four times that. It cannot draw what is not ASCII, nor what does not fit: ok is false then.
func bigText(c *draw.Context, text string, w, h int) (lines []string, ok bool) {
	text = plainly.Replace(text)
	for _, r := range text {
		if r < ' ' || r > '~' {
			return nil, false
		}
	}
	for scale := maxScale; scale >= 1; scale-- {
		if lines, ok = scaledText(c, text, w, h, scale); ok {
			return lines, true
		}
	}
	return nil, false
}

// scaledText draws text in letters that are so many times as large as the smallest.
func scaledText(c *draw.Context, text string, w, h, scale int) (lines []string, ok bool) {
	perLine := 2 * w / bigAdvance / scale
	for _, line := range c.Wrap(text, max(perLine, 1)) {
		if len(line) > perLine || len(lines)+bigHeight*scale > h || strings.HasSuffix(line, c.Glyphs.Ellipsis) {
			return nil, false
		}
		lines = append(lines, bigLine(line, scale)...)
	}
	return lines, true
}

// bigLine draws one line of letters.
func bigLine(text string, scale int) []string {
	face := basicfont.Face7x13
	img := image.NewAlpha(image.Rect(0, 0, bigAdvance*len(text)+1, 2*bigHeight))
	d := font.Drawer{Dst: img, Src: image.NewUniform(color.Opaque), Face: face, Dot: fixed.P(0, bigAscent)}
	d.DrawString(text)
	out := make([]string, bigHeight*scale)
	for y := range out {
		var b strings.Builder
		for x := 0; x < (img.Bounds().Dx()-1)*scale; x += 2 {
			q := 0
			for i, p := range []image.Point{{x, 2 * y}, {x + 1, 2 * y}, {x, 2*y + 1}, {x + 1, 2*y + 1}} {
				if img.AlphaAt(p.X/scale, p.Y/scale).A > 0 {
					q |= 1 << i
				}
			}
			b.WriteRune(quadrants[q])
		}
		out[y] = b.String()
	}
	return out
}
