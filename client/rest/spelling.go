package rest

import (
	"bytes"
	"html"
)

// A unit reports how many bytes at the beginning of a text spell one printable character of ASCII, and
// which; n is 0 if they spell none. The text is not empty.
type unitFunc func(text []byte) (n int, c byte)

// unit knows what services and proxies write for a character: escapes of JSON and of program texts
// (\/, \u002f, \x2f), percent encoding (%2F) and the entities of HTML (&#47;, &sol;).
func unit(text []byte) (n int, c byte) {
	switch text[0] {
	case '\\':
		return slashed(text)
	case '%':
		if c, ok := hexByte(text[1:]); ok {
			return 3, c
		}
	case '&':
		return entity(text)
	}
	return 0, 0
}

// nameUnit is unit for escapes that do not stand for a quote or a backslash, however often they were
// quoted: undoing them leaves the structure of JSON as it is.
func nameUnit(text []byte) (n int, c byte) {
	for n < min(len(text), maxSlashes) && text[n] == '\\' {
		n++
	}
	if n == 0 || n == len(text) || text[n] != 'u' {
		return 0, 0
	}
	m, c := slashed(text[n-1:])
	if m == 0 || c == '"' || c == '\\' {
		return 0, 0
	}
	return n - 1 + m, c
}

// maxSlashes bounds the backslashes before an escape: quoting doubles them.
const maxSlashes = 1 << maxLayers

func slashed(text []byte) (n int, c byte) {
	if len(text) < 2 {
		return 0, 0
	}
	switch text[1] {
	case '\\', '/', '"':
		return 2, text[1]
	case 'x':
		if c, ok := hexByte(text[2:]); ok {
			return 4, c
		}
	case 'u':
		if len(text) >= 6 && text[2] == '0' && text[3] == '0' {
			if c, ok := hexByte(text[4:]); ok {
				return 6, c
			}
		}
	}
	return 0, 0
}

// maxEntity is the longest entity that is read: &#x0000002f; and every name that HTML has.
const maxEntity = 34

func entity(text []byte) (n int, c byte) {
	if len(text) < 3 || text[1] != '#' && (text[1]|0x20 < 'a' || text[1]|0x20 > 'z') {
		return 0, 0
	}
	text = text[:min(len(text), maxEntity)]
	end := bytes.IndexByte(text, ';') + 1
	if end == 0 && text[1] == '#' { // HTML reads numbers without their end, too
		end = 2
		for end < len(text) && (text[end]|0x20 == 'x' && end == 2 || hexDigit(text[end]) >= 0) {
			end++
		}
	}
	if end == 0 {
		return 0, 0
	}
	if s := html.UnescapeString(string(text[:end])); len(s) == 1 && printable(s[0]) {
		return end, s[0]
	}
	return 0, 0
}

// hexByte reads two digits that stand for a printable character.
func hexByte(text []byte) (byte, bool) {
	if len(text) < 2 {
		return 0, false
	}
	high, low := hexDigit(text[0]), hexDigit(text[1])
	c := byte(high<<4 | low)
	return c, high >= 0 && low >= 0 && printable(c)
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}

func printable(c byte) bool { return c > ' ' && c <= '~' }

// spells is what each spelling begins with.
const spells = `\%&`

// next is where the next character stands that is spelt, from i on; len(text) if there is none.
func (u unitFunc) next(text []byte, i int) (at, n int, c byte) {
	for ; i < len(text); i++ {
		skip := bytes.IndexAny(text[i:], spells)
		if skip < 0 {
			break
		}
		i += skip
		if n, c = u(text[i:]); n > 0 {
			return i, n, c
		}
	}
	return len(text), 0, 0
}

// undo replaces what is spelt by the characters that it stands for. It reports false, without a copy,
// if nothing is but quotes, which no key holds and much JSON does.
func undo(text []byte, u unitFunc) ([]byte, bool) {
	if bytes.IndexByte(text, '\\') < 0 && bytes.IndexByte(text, '%') < 0 && bytes.IndexByte(text, '&') < 0 {
		return nil, false
	}
	at, n, c := u.next(text, 0)
	for n > 0 && c == '"' {
		at, n, c = u.next(text, at+n)
	}
	if n == 0 {
		return nil, false
	}
	out := make([]byte, 0, len(text))
	for done := 0; ; {
		at, n, c := u.next(text, done)
		out = append(out, text[done:at]...)
		if n == 0 {
			return out, true
		}
		out = append(out, c)
		done = at + n
	}
}

// back finds in a text the spans of what undo made of it.
func back(text []byte, spans []span, u unitFunc) []span {
	edges := make([]*int, 0, 2*len(spans)) // in their order
	spans = merged(spans)
	for i := range spans {
		edges = append(edges, &spans[i].from, &spans[i].to)
	}
	surplus, done := 0, 0 // text[done:] is left, and it is surplus bytes longer than what became of it so far
	for len(edges) > 0 {
		at, n, _ := u.next(text, done)
		// Up to at each byte stands for itself.
		for len(edges) > 0 && *edges[0]+surplus <= at {
			*edges[0] += surplus
			edges = edges[1:]
		}
		surplus += n - 1
		done = at + n
		if n == 0 {
			break
		}
	}
	return spans
}
