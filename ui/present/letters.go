package present

import (
	"encoding/hex"
	"image"
	"math"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/norm"
)

// goBold is the typeface of large letters: Go Bold, which has Latin, Greek and Cyrillic letters. It is nil if it cannot be
// read, which a test rules out.
var goBold = sync.OnceValue(func() *sfnt.Font {
	f, err := opentype.Parse(gobold.TTF)
	if err != nil {
		return nil
	}
	return f
})

// pen draws letters of dots.
type pen struct {
	ascii bool
	wide  int    // dots in a cell of the terminal, from left to right; from top to bottom it has two
	cells []rune // by the dots that a cell has: those of the upper row are the lower bits
	buf   sfnt.Buffer
}

// minRows is the least height of a line of letters, in lines of the terminal: below it they do not read.
const minRows = 4

// newPen draws with quarters of cells, or with ASCII.
func newPen(ascii bool) *pen {
	if ascii {
		return &pen{ascii: true, wide: 1, cells: []rune(" \".#")}
	}
	return &pen{wide: 2, cells: []rune(" ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█")}
}

// measures are those of letters whose line is so many terminal lines high, in dots.
type measures struct {
	height, base int
	scale        int     // of letters for ASCII
	small        int     // the height of small letters
	em           float64 // from top to bottom
	across       float64 // the same length from left to right
}

func (p *pen) measures(rows int) measures {
	const smallOfEm = .53 // Go Bold's
	m := measures{height: 2 * rows, scale: 2 * rows / dottedHeight}
	m.small = int(math.Round(.48 * float64(m.height)))
	m.em = float64(m.small) / smallOfEm
	m.across = m.em * 2 // a cell is twice as high as wide, and its dots are
	m.base = m.height - int(math.Round(.22*m.em))
	return m
}

// advance is how many dots a letter takes; ok is false if the typeface does not have it.
func (p *pen) advance(r rune, m measures) (dots int, ok bool) {
	if p.ascii {
		return dottedWidth * m.scale, r >= ' ' && r <= '~'
	}
	f := goBold()
	if f == nil {
		return 0, false
	}
	i, err := f.GlyphIndex(&p.buf, r)
	if err != nil || i == 0 {
		return 0, false
	}
	unit := fixed.I(int(f.UnitsPerEm()))
	a, err := f.GlyphAdvance(&p.buf, i, unit, font.HintingNone)
	if err != nil {
		return 0, false
	}
	return max(int(math.Round(float64(a)/float64(unit)*m.across)), 1), true
}

// width is how many dots a text takes.
func (p *pen) width(text string, m measures) (dots int) {
	for _, r := range text {
		n, _ := p.advance(r, m)
		dots += n
	}
	return dots
}

// drawable is a text without what the typeface does not have; ok is false if that is much of it.
func (p *pen) drawable(text string) (out string, ok bool) {
	has, lacks := 0, 0
	if p.ascii {
		text = norm.NFD.String(plainly.Replace(text)) // letters come before their accents
	}
	text = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return ' '
		}
		if _, ok := p.advance(r, measures{across: 1}); !ok {
			if !unicode.Is(unicode.Mn, r) {
				lacks++
			}
			return -1
		}
		has++
		return r
	}, text)
	return text, strings.TrimSpace(text) != "" && 10*lacks < has
}

// wrap breaks a text into lines of so many dots, between words where that is possible.
func (p *pen) wrap(text string, m measures, dots int) (lines []string, whole bool) {
	line, used, whole := "", 0, true
	flush := func() {
		if line != "" {
			lines, line, used = append(lines, line), "", 0
		}
	}
	blank := p.width(" ", m)
	for _, word := range strings.Fields(text) {
		n := p.width(word, m)
		if line != "" && used+blank+n <= dots {
			line, used = line+" "+word, used+blank+n
			continue
		}
		flush()
		for n > dots { // a word that no line has room for
			whole = false
			cut, at := 0, 0
			for i, r := range word {
				a, _ := p.advance(r, m)
				if cut += a; cut > dots && i > 0 {
					break
				}
				at = i + len(string(r))
			}
			lines, word = append(lines, word[:at]), word[at:]
			n = p.width(word, m)
		}
		line, used = word, n
	}
	flush()
	return lines, whole
}

// pages draws a text in the largest letters with which it fits into w by h cells. What does not fit in the smallest comes in
// several pages. ok is false if the typeface lacks its letters, or there is no room for any.
func (p *pen) pages(text string, w, h int) (pages [][]string, ok bool) {
	text, ok = p.drawable(text)
	if !ok || h < minRows || w < minRows {
		return nil, false
	}
	rows := h
	for ; rows > minRows; rows-- {
		m := p.measures(rows)
		if p.ascii && m.scale*dottedHeight != m.height {
			continue
		}
		if lines, whole := p.wrap(text, m, w*p.wide); whole && len(lines)*rows <= h {
			break
		}
	}
	m := p.measures(rows)
	lines, _ := p.wrap(text, m, w*p.wide)
	per := max(h/rows, 1)
	for from := 0; from < len(lines); from += per {
		var page []string
		for _, line := range lines[from:min(from+per, len(lines))] {
			page = append(page, p.line(line, m)...)
		}
		pages = append(pages, page)
	}
	return pages, true
}

// line draws one line of letters.
func (p *pen) line(text string, m measures) []string {
	width := p.width(text, m)
	dots := make([][]bool, m.height)
	for y := range dots {
		dots[y] = make([]bool, width+p.wide)
	}
	x, known, over := 0, map[rune][][]bool{}, overhang
	if p.ascii {
		over = 0
	}
	for _, r := range text {
		n, _ := p.advance(r, m)
		g, ok := known[r]
		if !ok {
			g = p.glyph(r, n, m)
			known[r] = g
		}
		for y := range g {
			for i, on := range g[y] {
				if at := x + i - over; on && at >= 0 && at < len(dots[y]) {
					dots[y][at] = true
				}
			}
		}
		x += n
	}
	return p.fold(dots, width)
}

// overhang is how many dots a letter may reach beyond its own room, on each side.
const overhang = 2

// glyph is the dots of a letter: those of which enough is covered by its outline.
func (p *pen) glyph(r rune, advance int, m measures) [][]bool {
	if p.ascii {
		dots, _ := dottedLetter(r, m.scale)
		return dots
	}
	down := 8 // samples of a dot, from top to bottom
	if m.height > 24 {
		down = 4
	}
	right := down / 2
	face, err := opentype.NewFace(goBold(), &opentype.FaceOptions{Size: m.em * float64(down), DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		return nil
	}
	w := advance + 2*overhang
	img := image.NewAlpha(image.Rect(0, 0, w*right, m.height*down))
	d := font.Drawer{Dst: img, Src: image.Opaque, Face: face, Dot: fixed.P(overhang*right, m.base*down)}
	d.DrawString(string(r))
	out := make([][]bool, m.height)
	const enough = .45
	for y := range out {
		out[y] = make([]bool, w)
		for x := range w {
			sum := 0
			for j := range down {
				for i := range right {
					sum += int(img.AlphaAt(x*right+i, y*down+j).A)
				}
			}
			out[y][x] = float64(sum) > enough*0xff*float64(down*right)
		}
	}
	if gap := m.base - m.small - 1; m.height <= tiny && strings.ContainsRune("ijäöü", r) && gap > 0 {
		clear(out[gap]) // the dots stay apart
	}
	return out
}

// tiny is the height, in dots, up to which the dot of an i would run into it.
const tiny = 10

// fold puts dots together to cells.
func (p *pen) fold(dots [][]bool, width int) []string {
	out := make([]string, len(dots)/2)
	for y := range out {
		var b strings.Builder
		for x := 0; x < width; x += p.wide {
			cell := 0
			for i := range 2 * p.wide {
				if dots[2*y+i/p.wide][x+i%p.wide] {
					cell |= 1 << i
				}
			}
			b.WriteRune(p.cells[cell])
		}
		out[y] = b.String()
	}
	return out
}

// plainly is what ASCII has in place of punctuation.
var plainly = strings.NewReplacer("–", "-", "—", "-", "…", "...", "’", "'", "‘", "'", "“", "\"", "”", "\"", "×", "x", "·", "-")

// dotted are the letters for ASCII, from the blank to the tilde, each of five columns of eight dots, the uppermost of which
// is the lowest bit. Outlines that are turned into so few dots do not read.
const dotted = "" +
	"0000000000 00005f0000 0007000700 147f147f14 242a7f2a12 2313086462 3649562050 0008070300 001c224100 0041221c00 " +
	"2a1c7f1c2a 08083e0808 0080703000 0808080808 0000606000 2010080402 3e5149453e 00427f4000 7249494946 2141494d33 " +
	"1814127f10 2745454539 3c4a494931 4121110907 3649494936 464949291e 0000140000 0040340000 0008142241 1414141414 " +
	"0041221408 0201590906 3e415d594e 7c1211127c 7f49494936 3e41414122 7f4141413e 7f49494941 7f09090901 3e41415173 " +
	"7f0808087f 00417f4100 2040413f01 7f08142241 7f40404040 7f021c027f 7f0408107f 3e4141413e 7f09090906 3e4151215e " +
	"7f09192946 2649494932 03017f0103 3f4040403f 1f2040201f 3f4038403f 6314081463 0304780403 6159494d43 007f414141 " +
	"0204081020 004141417f 0402010204 4040404040 0003070800 2054547840 7f28444438 3844444428 384444287f 3854545418 " +
	"00087e0902 18a4a49c78 7f08040478 00447d4000 2040403d00 7f10284400 00417f4000 7c04780478 7c08040478 3844444438 " +
	"fc18242418 18242418fc 7c08040408 4854545424 04043f4424 3c4040207c 1c2040201c 3c4030403c 4428102844 4c9090907c " +
	"4464544c44 0008364100 0000770000 0041360800 0201020402"

// dottedWidth and dottedHeight are the room of such a letter, in dots, with the blank column behind it.
const dottedWidth, dottedHeight = 6, 8

// dottedLetter is a letter of ASCII, each dot of which takes scale by scale; ok is false if it is none.
func dottedLetter(r rune, scale int) (dots [][]bool, ok bool) {
	all := strings.Fields(dotted)
	if r < ' ' || int(r-' ') >= len(all) {
		return nil, false
	}
	columns, err := hex.DecodeString(all[r-' '])
	if err != nil {
		return nil, false
	}
	dots = make([][]bool, dottedHeight*scale)
	for y := range dots {
		dots[y] = make([]bool, dottedWidth*scale)
		for x := range dots[y] {
			at := x / scale
			dots[y][x] = at < len(columns) && columns[at]>>(y/scale)&1 == 1
		}
	}
	return dots, true
}
