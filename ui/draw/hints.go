package draw

import (
	"cmp"
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
// what does not fit before cell end. An action that words has is called that, others as in their row.
func (c *Context) Hints(m action.Mode, x, end int, words map[action.ID]string, ids ...action.ID) (out []Hint) {
	for _, id := range ids {
		b, ok := c.Keys.Find(m, id)
		if !ok {
			continue
		}
		label := c.Keys.Label(b)
		text := c.Key.Render(label)
		if word := cmp.Or(words[id], b.Hint); word != label { // an arrow that is named by its word
			text += " " + word
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

// HintsAround are hints with a tail of others at the right end, which stay where there is little room: as many as a third
// of the cells has room for.
func (c *Context) HintsAround(m action.Mode, x, end int, ids []action.ID, tail ...action.ID) []Hint {
	last := c.Hints(m, 0, (end-x)/3, nil, tail...)
	if len(last) == 0 {
		return c.Hints(m, x, end, nil, ids...)
	}
	shift := end - last[len(last)-1].To
	for i := range last {
		last[i].From, last[i].To = last[i].From+shift, last[i].To+shift
	}
	return append(c.Hints(m, x, last[0].From-len(hintGap), nil, ids...), last...)
}

// HintLine is hints in a line, each where it is: "y yes   n no".
func HintLine(hints []Hint) string {
	var b strings.Builder
	for i, h := range hints {
		if i > 0 {
			b.WriteString(strings.Repeat(" ", h.From-hints[i-1].To))
		}
		b.WriteString(h.Text)
	}
	return b.String()
}
