package client

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// maxText is the longest text that is retained of one event for display, in bytes. Longer texts
	// are cut with an ellipsis; Event.Raw has them whole.
	maxText = 16 << 10

	// tabWidth is how many spaces a tab becomes. Tabs have no width of their own on a grid of cells.
	tabWidth = 4

	// maxMarks is how many combining marks a character may carry. The scripts that stack most
	// need fewer; more are piled up to draw over the lines above and below.
	maxMarks = 6

	ellipsis = "…"

	// placeholder is what Unicode shows a combining mark on that has nothing to stand on.
	placeholder = '◌'
)

// Clean makes text from outside safe to show, keeping line feeds. What it returns has no C0 or
// C1 control other than "\n", no escape sequence's introducer, no bidirectional control, no
// zero-width or otherwise invisible format character, no "\r", no tab, no invalid UTF-8, no
// surrogate, private-use or non-character, no mark that would join to what is drawn before the
// text, and at most 16 KiB. Each line is as wide as the sum of its grapheme clusters. Cleaning
// what is clean changes nothing.
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
	c := cleaner{lineEnd: ' '}
	if multiline {
		c.lineEnd = '\n'
	}
	c.Grow(min(len(s), maxText) + utf8.UTFMax)
	for i := 0; i < len(s) && c.Len() <= maxText; {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r != '\r' || i+1 == len(s) || s[i+1] != '\n' { // else the line feed stands for both
			c.add(r)
		}
		i += n
	}
	return cut(c.String())
}

// cut shortens a text that is too long, at a character.
func cut(s string) string {
	if len(s) <= maxText {
		return s
	}
	end := maxText - len(ellipsis)
	for !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + ellipsis
}

// cleaner builds clean text.
type cleaner struct {
	strings.Builder
	lineEnd rune
	last    rune // the newest character, 0 at the beginning
	marks   int  // combining marks since the newest other character
}

func (c *cleaner) add(r rune) {
	switch class(r) {
	case harmful:
		c.put(utf8.RuneError)
	case lineEnd:
		c.put(c.lineEnd)
	case tab:
		for range tabWidth {
			c.put(' ')
		}
	case mark:
		c.mark(r)
	case visible:
		c.put(r)
	}
}

func (c *cleaner) put(r rune) {
	c.WriteRune(r)
	c.last, c.marks = r, 0
}

// mark adds a character that joins to the one before. It may not join to what is drawn before the
// text or in the line above; and terminals disagree on how wide an ASCII character is together with
// a mark that has a width of its own.
func (c *cleaner) mark(r rune) {
	bare := c.last == 0 || c.last == '\n'
	if bare || c.last < utf8.RuneSelf && c.marks == 0 && !unicode.In(r, unicode.Mn, unicode.Me) {
		c.put(placeholder)
	}
	if c.marks++; c.marks <= maxMarks {
		c.WriteRune(r)
		c.last = r
	}
}

// harmless reports whether s can be shown as it is. Most text is ASCII: one pass over bytes,
// eight at a time.
func harmless(s string, multiline bool) bool {
	for i := 0; i < len(s); i++ {
		for len(s)-i > 8 && printable8(s[i:i+8]) {
			i += 8
		}
		c := s[i]
		if c >= utf8.RuneSelf {
			return harmlessUnicode(s[i:], multiline)
		}
		if c < 0x20 && !(c == '\n' && multiline) || c == 0x7f {
			return false
		}
	}
	return true
}

// printable8 reports whether eight bytes are all from ' ' to '~'. In each byte of the word, one of the
// three has its highest bit set if it is not: taking 0x20 away borrows, adding 1 carries into it, or it was set.
func printable8(s string) bool {
	const each, highest = 0x0101010101010101, 0x8080808080808080
	w := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
	return ((w-0x20*each)|(w+each)|w)&highest == 0
}

func harmlessUnicode(s string, multiline bool) bool {
	for i, r := range s {
		switch {
		case r == utf8.RuneError:
			if _, n := utf8.DecodeRuneInString(s[i:]); n == 1 {
				return false
			}
		case r == '\n' && multiline:
		case class(r) != visible:
			return false
		}
	}
	return true
}
