package client

import "unicode"

// charClass is what becomes of a character when text is cleaned.
type charClass uint8

const (
	visible   charClass = iota // left as it is
	invisible                  // dropped: draws nothing, but changes how its neighbours are read or drawn
	harmful                    // replaced
	lineEnd
	tab
	mark // joins to the character before it
)

// blocks are ranges of characters that all are visible, for a quick look: most text that is no
// ASCII is made of them.
var blocks = [...]struct{ first, last rune }{
	{0x20, 0x7e},       // ASCII
	{0xa0, 0xac},       // Latin-1 up to the soft hyphen
	{0xae, 0x2ff},      // Latin
	{0x370, 0x377},     // Greek
	{0x384, 0x482},     // Greek, Cyrillic
	{0x2010, 0x2027},   // punctuation
	{0x2190, 0x23ff},   // arrows, mathematics, technical
	{0x2500, 0x27ff},   // boxes, shapes, dingbats
	{0x3041, 0x3096},   // Hiragana
	{0x30a0, 0x30ff},   // Katakana
	{0x4e00, 0x9fff},   // Han
	{0xac00, 0xd7a3},   // Hangul
	{0x1f300, 0x1f3fa}, // pictures up to the skin tones
	{0x1f400, 0x1faff}, // pictures
}

// class says what becomes of a character. The byte 0xff and the like, decoded to U+FFFD, and the
// true U+FFFD, are both shown as U+FFFD.
func class(r rune) charClass {
	for _, b := range blocks {
		if r < b.first {
			break
		}
		if r <= b.last {
			return visible
		}
	}
	switch {
	case r == '\n', r == '\r', r == '\u0085', r == '\u2028', r == '\u2029':
		return lineEnd
	case r == '\t':
		return tab
	case unicode.In(r, unicode.Cc, unicode.Cs, unicode.Co, unicode.Noncharacter_Code_Point, prepended):
		return harmful
	case unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point, fillers):
		return invisible
	case unicode.In(r, unicode.M, joining):
		return mark
	}
	return visible
}

// fillers draw nothing and have no property of their own that says so: Hangul fillers, the
// combining grapheme joiner, inherent Khmer vowels, and skin tones, which recolour the picture before
// them.
var fillers = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x034f, 0x034f, 1}, {0x115f, 0x1160, 1}, {0x17b4, 0x17b5, 1}, {0x3164, 0x3164, 1}, {0xffa0, 0xffa0, 1},
	},
	R32: []unicode.Range32{{0x1f3fb, 0x1f3ff, 1}},
}

// prepended join to the character that follows them (Grapheme_Cluster_Break=Prepend, other than
// the format characters): terminals disagree on how wide they are together.
var prepended = &unicode.RangeTable{
	R16: []unicode.Range16{{0x0d4e, 0x0d4e, 1}},
	R32: []unicode.Range32{
		{0x111c2, 0x111c3, 1}, {0x113d1, 0x113d1, 1}, {0x1193f, 0x1193f, 1}, {0x11941, 0x11941, 1},
		{0x11a3a, 0x11a3a, 1}, {0x11a84, 0x11a89, 1}, {0x11d46, 0x11d46, 1}, {0x11f02, 0x11f02, 1},
	},
}

// joining are the characters that join to the one before them without being marks in Go's tables
// (Unicode 15): Thai and Lao AM, halfwidth voicing marks, and the marks of Unicode 16 and 17.
var joining = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x0897, 0x0897, 1}, {0x0e33, 0x0e33, 1}, {0x0eb3, 0x0eb3, 1}, {0x1acf, 0x1add, 1}, {0x1ae0, 0x1aeb, 1}, {0xff9e, 0xff9f, 1},
	},
	R32: []unicode.Range32{
		{0x10d69, 0x10d6d, 1}, {0x10efa, 0x10efc, 1}, {0x113b8, 0x113c0, 1}, {0x113c2, 0x113c2, 1}, {0x113c5, 0x113c5, 1},
		{0x113c7, 0x113ca, 1}, {0x113cc, 0x113d0, 1}, {0x113d2, 0x113d2, 1}, {0x113e1, 0x113e2, 1}, {0x11b60, 0x11b67, 1},
		{0x11f5a, 0x11f5a, 1}, {0x1611e, 0x1612f, 1}, {0x1e5ee, 0x1e5ef, 1}, {0x1e6e3, 0x1e6e3, 1}, {0x1e6e6, 0x1e6e6, 1},
		{0x1e6ee, 0x1e6ef, 1}, {0x1e6f5, 0x1e6f5, 1},
	},
}
