package history

import (
	"fmt"
	"slices"
	"strings"

	"lenswatch/client"
	"lenswatch/client/units"
)

// kinds tests for a set of kinds.
type kinds client.Set[client.Kind]

func newKinds(in *input) (test, error) {
	var set client.Set[client.Kind]
	all := client.Kinds()
	err := in.words(func(word string) bool {
		k, ok := client.Named(word, all)
		if ok {
			set |= client.SetOf(k)
		}
		return ok
	}, "kind", units.Or(client.Words(all)))
	return kinds(set), err
}

func (t kinds) match(ev *client.Event) bool     { return client.Set[client.Kind](t).Has(ev.Kind) }
func (t kinds) matchText(ev *client.Event) bool { return t.match(ev) }
func (t kinds) ranges(string) [][2]int          { return nil }

func (t kinds) String() string {
	return prefixKind + strings.Join(client.Words(client.Set[client.Kind](t).Of(client.Kinds())), ",")
}

// levels tests for a set of levels.
type levels client.Set[client.Level]

func newLevels(in *input) (test, error) {
	var set client.Set[client.Level]
	err := in.words(func(word string) bool {
		word, more := strings.CutSuffix(word, "+")
		all := client.Levels()
		l, ok := client.Named(word, all)
		switch {
		case ok && more:
			set |= client.SetOf(all[slices.Index(all, l):]...)
		case ok:
			set |= client.SetOf(l)
		}
		return ok
	}, "level", "debug, info, warn or error; warn+ is warn or more severe")
	return levels(set), err
}

func (t levels) match(ev *client.Event) bool     { return client.Set[client.Level](t).Has(ev.Level) }
func (t levels) matchText(ev *client.Event) bool { return t.match(ev) }
func (t levels) ranges(string) [][2]int          { return nil }

func (t levels) String() string {
	return prefixLevel + strings.Join(client.Words(client.Set[client.Level](t).Of(client.Levels())), ",")
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
