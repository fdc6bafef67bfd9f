package recording

import (
	"encoding/binary"
	"math"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// suspects are the bytes that may begin what escapeControls changes: control characters, and the
// first bytes of characters of two and three bytes that steer a terminal.
var suspects = func() (t [256]bool) {
	for c := range 0x20 {
		t[c] = true
	}
	for _, c := range []byte{0x7f, 0xc2, 0xd8, 0xe2} {
		t[c] = true
	}
	return t
}()

// escapeControls makes the JSON in dst[start:] safe to show and to put on one line: line ends and
// tabs between its tokens become spaces, and in its strings DEL, the C1 controls, the line and
// paragraph separators and the bidirectional controls are escaped. What the JSON says is the same.
func escapeControls(dst []byte, start int) []byte {
	for i := start; i < len(dst); i++ {
		for len(dst)-i > 8 && printable8(dst[i:]) {
			i += 8
		}
		if !suspects[dst[i]] {
			continue
		}
		if dst[i] < 0x20 {
			dst[i] = ' ' // within strings they are escaped already
			continue
		}
		if r, _ := utf8.DecodeRune(dst[i:]); changesDirection(r) {
			return escapeRest(dst, i)
		}
	}
	return dst
}

// printable8 reports whether the first eight bytes are all from ' ' to '~'. In each byte of the word,
// one of the three has its highest bit set if it is not: taking 0x20 away borrows, adding 1 carries
// into it, or it was set.
func printable8(b []byte) bool {
	const each, highest = 0x0101010101010101, 0x8080808080808080
	w := binary.LittleEndian.Uint64(b)
	return ((w-0x20*each)|(w+each)|w)&highest == 0
}

// escapeRest does it for dst[from:], which has to grow.
func escapeRest(dst []byte, from int) []byte {
	rest := string(dst[from:])
	dst = dst[:from]
	for _, r := range rest {
		switch {
		case r < 0x20:
			dst = append(dst, ' ')
		case changesDirection(r):
			const hex = "0123456789abcdef"
			dst = append(dst, '\\', 'u', hex[r>>12], hex[r>>8&15], hex[r>>4&15], hex[r&15])
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	return dst
}

// changesDirection reports whether a terminal may obey a character rather than show it.
func changesDirection(r rune) bool {
	switch {
	case r >= 0x7f && r <= 0x9f: // DEL and C1
	case r == 0x61c, r == 0x200e, r == 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
	default:
		return false
	}
	return true
}

// appendFloat appends a number. JSON has no infinities: they become the greatest number there is,
// as jq has it. What is no number is null.
func appendFloat(dst []byte, f float64) []byte {
	if math.IsNaN(f) {
		return append(dst, "null"...)
	}
	return jsontext.AppendFloat(dst, max(-math.MaxFloat64, min(f, math.MaxFloat64)), 64)
}
