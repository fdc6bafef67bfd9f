package history

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode"
	"unicode/utf8"

	"lenswatch/client"
)

// label is the class of an answer.
func label(ev *client.Event) string {
	if ev.Result == nil {
		return ""
	}
	return ev.Result.Label
}

// substring looks for a text.
type substring struct{ *needle }

func (t substring) match(ev *client.Event) bool {
	return t.matchText(ev) || t.in(ev.Wire) || t.in(ev.Session)
}

func (t substring) matchText(ev *client.Event) bool { return t.in(ev.Text) || t.in(label(ev)) }

func (t substring) ranges(text string) (out [][2]int) {
	for at := 0; ; {
		from, to := t.find(text, at)
		if from < 0 {
			return out
		}
		out = append(out, [2]int{from, to})
		at = to
	}
}

func (t substring) String() string {
	if special(t.text) {
		return `\` + t.text
	}
	return t.text
}

// session looks for a part of a session id.
type session struct{ *needle }

func (t session) match(ev *client.Event) bool     { return t.in(ev.Session) }
func (t session) matchText(ev *client.Event) bool { return t.match(ev) }
func (t session) ranges(string) [][2]int          { return nil }
func (t session) String() string                  { return prefixSession + t.text }

// pattern looks for a regular expression. Most events do not match: what every match must contain
// is looked for first, as that is many times faster.
type pattern struct {
	*regexp.Regexp
	must *needle // nil if there is no such text
}

func newPattern(in *input) (test, error) {
	if in.rest == "" {
		return nil, errors.New(`missing regular expression after "re:"`)
	}
	re, err := regexp.Compile(in.rest)
	var bad *syntax.Error
	switch {
	case err == nil:
		return pattern{re, required(in.rest)}, nil
	case errors.As(err, &bad):
		// The error quotes the part of the expression that is wrong, but does not say where it is.
		at := max(strings.LastIndex(in.rest, bad.Expr), 0)
		return nil, fmt.Errorf("regular expression, character %d: %s: %s", in.place(at), bad.Code, bad.Expr)
	}
	return nil, err
}

// required is the longest text that whatever matches the expression contains, or nil.
func required(expr string) *needle {
	re, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return nil
	}
	text := literal(re)
	if text == nil {
		return nil
	}
	return makeNeedle(string(text.Rune), text.Flags&syntax.FoldCase != 0)
}

func literal(re *syntax.Regexp) (longest *syntax.Regexp) {
	switch re.Op {
	case syntax.OpLiteral:
		return re
	case syntax.OpRepeat:
		if re.Min == 0 {
			return nil
		}
	case syntax.OpConcat, syntax.OpCapture, syntax.OpPlus:
	default:
		return nil
	}
	for _, sub := range re.Sub {
		if l := literal(sub); l != nil && (longest == nil || len(l.Rune) > len(longest.Rune)) {
			longest = l
		}
	}
	return longest
}

func (t pattern) match(ev *client.Event) bool {
	return t.matchText(ev) || t.in(ev.Wire) || t.in(ev.Session)
}

func (t pattern) matchText(ev *client.Event) bool {
	if t.in(ev.Text) {
		return true
	}
	l := label(ev)
	return l != "" && t.in(l)
}

func (t pattern) in(s string) bool {
	return (t.must == nil || t.must.in(s)) && t.MatchString(s)
}

func (t pattern) ranges(text string) (out [][2]int) {
	for _, m := range t.FindAllStringIndex(text, -1) {
		if m[0] < m[1] {
			out = append(out, [2]int{m[0], m[1]})
		}
	}
	return out
}

func (t pattern) String() string { return prefixRegexp + t.Regexp.String() }

// needle is a text to be found in others. Without an upper-case letter it is found in any case, by
// Unicode's simple folding. A lower-case copy of each text would be easier to search in, but its
// offsets would not be those of the text, and it would have to be made or retained.
type needle struct {
	text  string
	fold  bool
	first []byte // the bytes that a match may begin with, in any case
}

func newNeedle(text string) *needle {
	return makeNeedle(text, !strings.ContainsFunc(text, unicode.IsUpper))
}

func makeNeedle(text string, fold bool) *needle {
	n := &needle{text: text, fold: fold}
	r, _ := utf8.DecodeRuneInString(text)
	n.first = []byte{text[0]}
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		if c := utf8.AppendRune(nil, f)[0]; bytes.IndexByte(n.first, c) < 0 {
			n.first = append(n.first, c)
		}
	}
	return n
}

func (n *needle) in(s string) bool {
	from, _ := n.find(s, 0)
	return from >= 0
}

// find returns the first match at or after a place, or -1.
func (n *needle) find(s string, at int) (from, to int) {
	if !n.fold {
		if i := strings.Index(s[at:], n.text); i >= 0 {
			return at + i, at + i + len(n.text)
		}
		return -1, -1
	}
	// The next place of each first byte. It is searched for again only when it was passed: most texts hold
	// few, and a search for one byte looks at many at once.
	var buf [4]int // no letter has more forms
	next := buf[:0]
	for range n.first {
		next = append(next, at-1)
	}
	for i := at; ; i++ {
		nearest := len(s)
		for j, c := range n.first {
			if next[j] < i {
				next[j] = indexFrom(s, i, c)
			}
			nearest = min(nearest, next[j])
		}
		if i = nearest; i == len(s) {
			return -1, -1
		}
		if size := n.prefix(s[i:]); size > 0 {
			return i, i + size
		}
	}
}

// indexFrom is the index of c in s at or after i, or len(s).
func indexFrom(s string, i int, c byte) int {
	if i < len(s) {
		if j := strings.IndexByte(s[i:], c); j >= 0 {
			return i + j
		}
	}
	return len(s)
}

// prefix returns how many bytes of s the needle takes at its beginning, in any case, or 0. They may
// be more or fewer than the needle has.
func (n *needle) prefix(s string) (size int) {
	for _, r := range n.text {
		if size == len(s) {
			return 0
		}
		c, w := rune(s[size]), 1
		if c >= utf8.RuneSelf {
			c, w = utf8.DecodeRuneInString(s[size:])
		}
		if c != r && !sameLetter(c, r) {
			return 0
		}
		size += w
	}
	return size
}

// sameLetter reports whether two characters differ in nothing but case.
func sameLetter(a, b rune) bool {
	if a < utf8.RuneSelf && b < utf8.RuneSelf {
		const bit = 'a' - 'A'
		return a|bit == b|bit && a|bit >= 'a' && a|bit <= 'z'
	}
	for f := unicode.SimpleFold(a); f != a; f = unicode.SimpleFold(f) {
		if f == b {
			return true
		}
	}
	return false
}
