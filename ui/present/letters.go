package present

import (
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
