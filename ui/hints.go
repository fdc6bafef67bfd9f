package ui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"lenswatch/theme"
)

// hint is a key that is named where it can be clicked too.
type hint struct {
	action   Action
	text     string // styled
	from, to int    // the cells that it takes
}

// hintGap stands between two hints.
const hintGap = "   "

// hintsFor are the keys of some actions, as far as they are bound, from cell x on, leaving out
// from the end what does not fit before cell end.
func hintsFor(th theme.Theme, keys KeyMap, m Mode, x, end int, actions ...Action) (out []hint) {
	for _, a := range actions {
		b, ok := keys.Find(m, a)
		if !ok {
			continue
		}
		text := th.Key.Render(b.Help().Key)
		if b.Word != b.Help().Key { // an arrow that is named by its word
			text += " " + b.Word
		}
		to := x + ansi.StringWidth(text)
		if to > end {
			break
		}
		out = append(out, hint{a, text, x, to})
		x = to + len(hintGap)
	}
	return out
}

// keyHints is "y yes   n/esc no": the keys of some actions, as far as they are bound.
func keyHints(th theme.Theme, keys KeyMap, m Mode, actions ...Action) string {
	var parts []string
	for _, h := range hintsFor(th, keys, m, 0, 1<<20, actions...) {
		parts = append(parts, h.text)
	}
	return strings.Join(parts, hintGap)
}

// keyOf is the key of an action as it is bound, an arrow where there is none.
func (s *shared) keyOf(m Mode, a Action) string {
	if b, ok := s.keys.Find(m, a); ok {
		return b.Help().Key
	}
	return s.theme.Glyphs.Arrow
}
