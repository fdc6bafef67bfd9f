package client

import "bytes"

// MaxDepth is how deep JSON from outside may be nested, in arrays and objects. What is nested deeper is
// not decoded: it is retained and shown as it arrived.
const MaxDepth = 256

// DeeperThan reports whether a text that may be JSON is nested deeper than limit. It takes one pass,
// and for nearly all texts only the time to count their brackets.
func DeeperThan(text []byte, limit int) bool {
	if bytes.Count(text, []byte("{"))+bytes.Count(text, []byte("[")) <= limit {
		return false
	}
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{', c == '[':
			if depth++; depth > limit {
				return true
			}
		case c == '}', c == ']':
			depth--
		}
	}
	return false
}
