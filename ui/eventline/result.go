package eventline

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"lenswatch/client"
	"lenswatch/ui/draw"
)

// scores draws a classifier's answer: label, bar, value, and the runners-up as far as w cells go. The columns
// are those of a list of room cells, whatever else is in this row of it.
func scores(c *draw.Context, r *client.Result, w, room int) string {
	order := slices.SortedStableFunc(slices.Values(r.Scores), func(a, b client.Score) int {
		if (a.Label == r.Label) != (b.Label == r.Label) {
			return cmp.Compare(equal(b.Label, r.Label), equal(a.Label, r.Label))
		}
		return cmp.Compare(b.Value, a.Value)
	})
	label, total := cmp.Or(r.Label, order[0].Label), Total(r)
	worth := fmt.Sprintf("%5s", Value(order[0].Value, total, r.Unit))
	named, full := scoreColumns(w, room, draw.Width(worth))
	look := c.Strong
	if Share(order[0].Value, total) < unsure {
		look = c.Warn
	}
	out := look.Render(c.Fit(label, named)) + " "
	if full > 0 {
		out += c.Bar(Share(order[0].Value, total), full) + " "
	}
	out += worth
	for _, x := range order[1:] {
		more := "  " + x.Label + " " + Value(x.Value, total, r.Unit)
		if draw.Width(out)+draw.Width(more) > w {
			break
		}
		out += c.Dim.Render(more)
	}
	return out
}

// unsure is the part of all scores below which the first label is as likely to be wrong.
const unsure = .5

// The fewest cells of a bar that say something, and those that are reserved for the mark of a label that
// changed, so that a row with it has the columns of one without.
const minBar, changedMark = 4, 2

// scoreColumns is how many cells label and bar take next to a value, in a row that has w cells of a list of
// room cells. Where there is little room the bar gives way first, then the label: a label without its value
// says too little.
func scoreColumns(w, room, value int) (label, bar int) {
	label, bar = min(max(room/4, 8), 16), min(max(room/5, 6), 16)
	has := min(w, room-changedMark) - value
	if over := label + bar + 2 - has; over > 0 {
		bar -= over
	}
	if bar < minBar {
		label, bar = min(max(has-1, 1), 16), 0
	}
	return label, bar
}

func equal(a, b string) int {
	if a == b {
		return 1
	}
	return 0
}

// Total is what the scores of a result come to, whatever their signs.
func Total(r *client.Result) (total float64) {
	for _, x := range r.Scores {
		total += math.Abs(x.Value)
	}
	return total
}

// Share is a part of a total, from 0 to 1.
func Share(v, total float64) float64 {
	if total <= 0 || math.IsNaN(v) {
		return 0
	}
	return math.Max(0, math.Min(v/total, 1))
}

// Value is a score in its unit.
func Value(v, total float64, u client.Unit) string {
	switch u {
	case client.UnitFraction:
		return fmt.Sprintf("%.0f %%", v*100)
	case client.UnitPercent:
		return fmt.Sprintf("%.0f %%", v)
	case client.UnitVotes:
		return fmt.Sprintf("%.0f/%.0f", v, total)
	}
	return fmt.Sprintf("%.3g", v)
}

// Embedding is the shape and the norm of an embedding.
func Embedding(c *draw.Context, r *client.Result) string {
	dims := make([]string, len(r.Shape))
	for i, n := range r.Shape {
		dims[i] = fmt.Sprint(n)
	}
	norm := fmt.Sprintf("%.3f", r.Norm)
	if r.Norm >= 10 {
		norm = fmt.Sprintf("%.2f", r.Norm)
	}
	g := c.Glyphs
	return c.Strong.Render("embedding "+strings.Join(dims, g.Times)) + c.Dim.Render(" "+g.Norm+"v"+g.Norm+" ") + norm
}
