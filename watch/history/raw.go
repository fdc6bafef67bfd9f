package history

import "strings"

// Finder is the first place in a text of many encoded events, at or after one, where an event may stand that matches
// a filter; -1 if there is none.
type Finder func(text string, at int) int

// Finder finds where in JSON, as lenswatch writes events, a match may be, without decoding any: whatever matches the
// filter has a text that is found there. It returns nil where that takes decoding, as for jq and for what excludes.
func (f Filter) Finder() Finder {
	if f.exclude {
		return nil
	}
	var n *needle
	switch t := f.test.(type) {
	case substring:
		n = t.needle
	case session:
		n = t.needle
	case pattern:
		n = t.must
	}
	if n == nil || strings.ContainsFunc(n.text, spelt) {
		return nil
	}
	return func(text string, at int) int {
		from, _ := n.find(text, at)
		return from
	}
}

// spelt reports whether a character may be spelt otherwise in JSON, by lenswatch or by a tool that has been over it.
func spelt(r rune) bool { return r < ' ' || r > '~' || strings.ContainsRune(`"\/<>&`, r) }
