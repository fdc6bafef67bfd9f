package client

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The longest text that is kept of one event for display, in bytes. Longer texts are cut with an
// ellipsis; Event.Raw has them whole.
const maxText = 16 << 10

// tabWidth is how many spaces a tab becomes. Tabs have no width of their own on a grid of cells.
const tabWidth = 4

// Clean makes text from outside safe to show, keeping line feeds. What it returns has no C0 or
// C1 control other than "\n", no escape sequence's introducer, no bidirectional control, no
// zero-width or otherwise invisible format character, no "\r", no tab, no invalid UTF-8, no
// surrogate or private-use character, and at most 16 KiB.
//
// Harmless text is returned as it is, without a copy. CR LF and CR become LF, tabs become four
// spaces, other controls become U+FFFD so that their presence shows. Invisible characters are
// dropped, and with them joiners, variation selectors and skin tones: terminals disagree on how
// wide a sequence of those is, and agree on the plain emoji.
func Clean(s string) string { return clean(s, true) }

// Line1 is Clean for text that has to stay on one line: line ends become one space each.
func Line1(s string) string { return clean(s, false) }

func clean(s string, multiline bool) string {
	if len(s) <= maxText && harmless(s, multiline) {
		return s
	}
	var b strings.Builder
	b.Grow(min(len(s), maxText) + 4)
	for i := 0; i < len(s); {
		if b.Len() >= maxText {
			b.WriteString("…")
			break
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		next, _ := utf8.DecodeRuneInString(s[i+n:])
		switch {
		case r == utf8.RuneError && n == 1:
			b.WriteRune(utf8.RuneError)
		case r == '\r' && next == '\n':
			// The line feed that follows stands for both.
		case r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029' || r == '\u0085':
			if multiline {
				b.WriteByte('\n')
			} else {
				b.WriteByte(' ')
			}
		case r == '\t':
			b.WriteString(strings.Repeat(" ", tabWidth))
		case unicode.IsControl(r), unicode.Is(unicode.Co, r), unicode.Is(unicode.Cs, r):
			b.WriteRune(utf8.RuneError)
		case invisible(r):
		default:
			b.WriteRune(r)
		}
		i += n
	}
	return b.String()
}

// harmless reports whether s can be shown as it is. The usual text is ASCII: one pass over bytes.
func harmless(s string, multiline bool) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x80 {
			return harmlessUnicode(s[i:], multiline)
		}
		if c < 0x20 && !(c == '\n' && multiline) || c == 0x7f {
			return false
		}
	}
	return true
}

func harmlessUnicode(s string, multiline bool) bool {
	for i, r := range s {
		switch {
		case r == utf8.RuneError:
			if _, n := utf8.DecodeRuneInString(s[i:]); n == 1 {
				return false
			}
		case r == '\n' && multiline:
		case unicode.IsControl(r), invisible(r), unicode.Is(unicode.Co, r), r == '\u2028', r == '\u2029':
			return false
		}
	}
	return true
}

// invisible reports whether r draws nothing by itself but changes how its neighbours are read or
// drawn: bidirectional controls, zero-width characters, tags, fillers, variation selectors, skin
// tones.
func invisible(r rune) bool {
	switch {
	case r < 0x80:
		return false
	case r == '\u115f', r == '\u1160', r == '\u3164', r == '\uffa0', r == '\u034f', r == '\u17b4', r == '\u17b5':
		return true
	case r >= 0x1f3fb && r <= 0x1f3ff:
		return true
	}
	return unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}
