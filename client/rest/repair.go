package rest

import "bytes"

// Python's json.dumps writes numbers that JSON does not have. Each is replaced by one of the same length, so that
// every other value stays where it is.
var (
	notANumber   = []byte("NaN")
	infinity     = []byte("Infinity")
	inNotANumber = []byte("0e0")
	inInfinity   = []byte("0e000000")
)

// Repair returns a JSON text with the numbers NaN, Infinity and -Infinity replaced by zeros of the same length, and
// reports whether there was any. What stands in strings is left alone. The text itself is not changed.
func Repair(text []byte) ([]byte, bool) {
	if !bytes.Contains(text, notANumber) && !bytes.Contains(text, infinity) {
		return text, false
	}
	var out []byte
	for i := 0; i < len(text); i++ {
		var zero []byte
		switch {
		case text[i] == '"':
			i = StringEnd(text, i)
		case bytes.HasPrefix(text[i:], notANumber):
			zero = inNotANumber
		case bytes.HasPrefix(text[i:], infinity):
			zero = inInfinity
		}
		if zero != nil {
			if out == nil {
				out = bytes.Clone(text)
			}
			i += copy(out[i:], zero) - 1
		}
	}
	if out == nil {
		return text, false
	}
	return out, true
}

// StringEnd is where the string that begins at i ends: its last quote, or the end of the text.
func StringEnd(text []byte, i int) int {
	for i++; i < len(text) && text[i] != '"'; i++ {
		if text[i] == '\\' {
			i++
		}
	}
	return i
}
