package layout

// Divider is a line between panes that a person may move.
type Divider uint8

// The dividers. Each shape has all three of them.
const (
	DividerTop  Divider = iota // below the sessions
	DividerLogs                // before the logs
	DividerSide                // between the left column and the next; of Stacked, before the health
	dividerCount
)

// Split is where the dividers of a shape are: the size of their outer side, in thousandths of the height
// or width that the panes share. 0 is the default place.
type Split [dividerCount]int

// Splits is a Split for each shape.
type Splits [shapeCount]Split

// cells is the size of the outer side of a divider, of total cells.
func (s Split) cells(d Divider, total, n, low, high int) int {
	if s[d] > 0 {
		n = (total*s[d] + 500) / 1000
	}
	return clamp(n, low, max(high, low))
}

// edge is how a divider lies in a shape.
type edge struct {
	pane  Pane // the pane on its outer side
	upper bool // that pane is above it, or to its left; else below, or to its right
	tall  bool // the divider is a vertical line
}

// edges are the dividers of each shape.
var edges = [shapeCount][dividerCount]edge{
	Stacked: {
		DividerTop: {Sessions, true, false}, DividerLogs: {Logs, false, false}, DividerSide: {Health, false, true},
	},
	TwoColumns: {
		DividerTop: {Sessions, true, false}, DividerLogs: {Logs, false, false}, DividerSide: {Sessions, true, true},
	},
}

// DividerAt finds the divider whose border is drawn at a cell.
func (l Layout) DividerAt(x, y int) (d Divider, ok bool) {
	if l.Shape == Tabs || !l.Body.Contains(x, y) {
		return 0, false
	}
	for d := range dividerCount {
		at, along := l.line(d)
		pos, within := y, x >= along.X && x < along.X+along.W
		if edges[l.Shape][d].tall {
			pos, within = x, y >= along.Y && y < along.Y+along.H
		}
		if within && (pos == at || pos == at-1) {
			return d, true
		}
	}
	return 0, false
}

// line is the first row or column behind a divider, and the rectangle along
// which it runs.
func (l Layout) line(d Divider) (at int, along Rect) {
	e := edges[l.Shape][d]
	r := l.Panes[e.pane]
	along = r
	if e.tall && e.upper {
		along = l.Body // a column is as high as the body
	}
	if !e.tall && l.Shape == Stacked {
		along = l.Body // a row is as wide as the body
	}
	switch {
	case e.tall && e.upper:
		at = r.X + r.W
	case e.tall:
		at = r.X
	case e.upper:
		at = r.Y + r.H
	default:
		at = r.Y
	}
	return at, along
}

// Move returns the splits with a divider at a column or row of the screen.
func (s Splits) Move(l Layout, d Divider, x, y int) Splits {
	e := edges[l.Shape][d]
	pos, from, total := y, l.Body.Y, l.Body.H
	if e.tall {
		pos, from, total = x, l.Body.X, l.Body.W
	}
	n := pos - from
	if !e.upper {
		n = from + total - pos
	}
	if total > 0 {
		s[l.Shape][d] = clamp((n*1000+total/2)/total, 1, 999)
	}
	return s
}

// Grow returns the splits with a pane larger by some cells, or smaller if n is negative: wider if
// wide, else taller. ok is false if the pane has no border that could move so.
func (s Splits) Grow(l Layout, p Pane, wide bool, n int) (out Splits, ok bool) {
	d, sign, ok := mover(l.Shape, p, wide)
	if !ok {
		return s, false
	}
	at, _ := l.line(d)
	if !edges[l.Shape][d].upper {
		sign = -sign
	}
	at += sign * n
	out = s.Move(l, d, at, at)
	return out, out != s
}

// mover is the divider that makes a pane larger, and whether its outer side grows (1) or shrinks (-1).
func mover(a Shape, p Pane, wide bool) (d Divider, sign int, ok bool) {
	switch {
	case a == Tabs:
		return 0, 0, false
	case a == Stacked && wide:
		return DividerSide, outer(p == Health), p == Health || p == Logs
	case a == Stacked && p == Health:
		return DividerLogs, 1, true
	case wide:
		return DividerSide, outer(p == Sessions || p == Health), true
	case p == Sessions:
		return DividerTop, 1, true
	case p == Health:
		return DividerTop, -1, true
	}
	return DividerLogs, outer(p == Logs), true
}

func outer(yes bool) int {
	if yes {
		return 1
	}
	return -1
}
