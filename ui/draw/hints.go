package draw

import (
	"strings"

	"lenswatch/ui/action"
)

// Hint is a key that is named where it can be clicked too.
type Hint struct {
	ID       action.ID
	Text     string // styled
	From, To int    // the cells that it takes
}

// hintGap is between two hints.
const hintGap = "   "

// Hints are the keys of some actions, as far as they are bound, from cell x on, leaving out from the end
// what does not fit before cell end.
func (c *Context) Hints(m action.Mode, x, end int, ids ...action.ID) (out []Hint) {
	for _, id := range ids {
		b, ok := c.Keys.Find(m, id)
		if !ok {
			continue
		}
		label := c.Keys.Label(b)
		text := c.Key.Render(label)
		if b.Hint != label { // an arrow that is named by its word
			text += " " + b.Hint
		}
		to := x + Width(text)
		if to > end {
			break
		}
		out = append(out, Hint{id, text, x, to})
		x = to + len(hintGap)
	}
	return out
}

// HintLine is hints in a line: "y yes   n no".
func HintLine(hints []Hint) string {
	var parts []string
	for _, h := range hints {
		parts = append(parts, h.Text)
	}
	return strings.Join(parts, hintGap)
}
