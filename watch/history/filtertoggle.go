package history

import (
	"fmt"
	"strings"

	"lenswatch/client"
)

// kinds is a set of kinds.
type kinds uint32

func newKinds(in *input) (test, error) {
	var set kinds
	err := in.words(func(word string) bool {
		for k := range client.KindNotice + 1 {
			if k.String() == word {
				set |= 1 << k
				return true
			}
		}
		return false
	}, "kind", names(client.KindOther, client.KindNotice))
	return set, err
}

func (t kinds) match(ev *client.Event) bool     { return t&(1<<ev.Kind) != 0 }
func (t kinds) matchText(ev *client.Event) bool { return t.match(ev) }
func (t kinds) ranges(string) [][2]int          { return nil }

func (t kinds) String() string {
	var words []string
	for k := range client.KindNotice + 1 {
		if t&(1<<k) != 0 {
			words = append(words, k.String())
		}
	}
	return prefixKind + strings.Join(words, ",")
}

// levels is a set of levels.
type levels uint8

// severity is the order of the levels, the mildest first.
var severity = [...]client.Level{client.LevelDebug, client.LevelInfo, client.LevelWarn, client.LevelError}

func newLevels(in *input) (test, error) {
	var set levels
	err := in.words(func(word string) bool {
		word, more := strings.CutSuffix(word, "+")
		for i, l := range severity {
			if l.String() != word {
				continue
			}
			set |= 1 << l
			for _, worse := range severity[i:] {
				if more {
					set |= 1 << worse
				}
			}
			return true
		}
		return false
	}, "level", "debug, info, warn and error; warn+ is warn or worse")
	return set, err
}

func (t levels) match(ev *client.Event) bool     { return t&(1<<ev.Level) != 0 }
func (t levels) matchText(ev *client.Event) bool { return t.match(ev) }
func (t levels) ranges(string) [][2]int          { return nil }

func (t levels) String() string {
	var words []string
	for _, l := range severity {
		if t&(1<<l) != 0 {
			words = append(words, l.String())
		}
	}
	return prefixLevel + strings.Join(words, ",")
}

// words reads a list with commas to the end. The first word that add does not take is an error,
// which says what there is.
func (in *input) words(add func(word string) bool, what, known string) error {
	for at := 0; ; {
		part, _, more := strings.Cut(in.rest[at:], ",")
		word := strings.Trim(part, " ")
		if word == "" {
			return fmt.Errorf("missing %s at character %d; use %s", what, in.place(at), known)
		}
		if !add(strings.ToLower(word)) {
			at += strings.Index(part, word)
			return fmt.Errorf("unknown %s %q at character %d; use %s", what, word, in.place(at), known)
		}
		at += len(part) + 1
		if !more {
			return nil
		}
	}
}

// names are the words for a row of kinds.
func names(first, last client.Kind) string {
	var words []string
	for k := first; k < last; k++ {
		words = append(words, k.String())
	}
	return strings.Join(words, ", ") + " and " + last.String()
}
