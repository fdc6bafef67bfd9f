package ui

// Divider is a line between panes that a person may move.
type Divider uint8

// The dividers. Each arrangement has the three of them.
const (
	DividerTop  Divider = iota // below the sessions
	DividerLogs                // before the logs
	DividerSide                // between the left column and the next; of Stacked, before the health
	dividerCount
)

// Split is where the dividers of an arrangement stand: what lies on their outer side, in
// thousandths of the height or width that the panes share. 0 is the usual place.
type Split [dividerCount]int

// Splits is a Split for each arrangement.
type Splits [layoutKindCount]Split

// cells is what lies on the outer side of a divider, of total cells.
func (s Split) cells(d Divider, total, typical, low, high int) int {
	n := typical
	if s[d] > 0 {
		n = (total*s[d] + 500) / 1000
	}
	return clamp(n, low, max(high, low))
}

// edge tells how a divider lies in an arrangement.
type edge struct {
	pane  Pane // the pane on its outer side
	upper bool // that pane is above it, or to its left; else below, or to its right
	tall  bool // the divider is a vertical line
}

// edges are the dividers of each arrangement.
var edges = [layoutKindCount][dividerCount]edge{
	Stacked: {
		DividerTop: {PaneSessions, true, false}, DividerLogs: {PaneLogs, false, false}, DividerSide: {PaneHealth, false, true},
	},
	TwoColumns: {
		DividerTop: {PaneSessions, true, false}, DividerLogs: {PaneLogs, false, false}, DividerSide: {PaneSessions, true, true},
	},
	ThreeColumns: {
		DividerTop: {PaneSessions, true, false}, DividerLogs: {PaneLogs, false, true}, DividerSide: {PaneSessions, true, true},
	},
}

// DividerAt finds the divider whose border is drawn at a cell.
func (l Layout) DividerAt(x, y int) (d Divider, ok bool) {
	if l.Kind == Tabs || !l.Body.Contains(x, y) {
		return 0, false
	}
	for d := range dividerCount {
		at, along := l.line(d)
		pos, within := y, x >= along.X && x < along.X+along.W
		if edges[l.Kind][d].tall {
			pos, within = x, y >= along.Y && y < along.Y+along.H
		}
		if within && (pos == at || pos == at-1) {
			return d, true
		}
	}
	return 0, false
}

// line is where a divider stands, the first row or column behind it, and the rectangle along
// which it runs.
func (l Layout) line(d Divider) (at int, along Rect) {
	e := edges[l.Kind][d]
	r := l.Panes[e.pane]
	along = r
	if e.tall && (e.upper || l.Kind == ThreeColumns) {
		along = l.Body // a column is as high as the body
	}
	if !e.tall && l.Kind == Stacked {
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
	e := edges[l.Kind][d]
	pos, from, total := y, l.Body.Y, l.Body.H
	if e.tall {
		pos, from, total = x, l.Body.X, l.Body.W
	}
	n := pos - from
	if !e.upper {
		n = from + total - pos
	}
	if total > 0 {
		s[l.Kind][d] = clamp((n*1000+total/2)/total, 1, 999)
	}
	return s
}

// Grow returns the splits with a pane larger by some cells, or smaller if n is negative: wider if
// wide, else taller. ok is false if the pane has no border that could move so.
func (s Splits) Grow(l Layout, p Pane, wide bool, n int) (out Splits, ok bool) {
	d, sign, ok := mover(l.Kind, p, wide)
	if !ok {
		return s, false
	}
	at, _ := l.line(d)
	if !edges[l.Kind][d].upper {
		sign = -sign
	}
	at += sign * n
	out = s.Move(l, d, at, at)
	return out, out != s
}

// mover is the divider that makes a pane larger, and whether its outer side grows (1) or shrinks (-1).
func mover(a LayoutKind, p Pane, wide bool) (d Divider, sign int, ok bool) {
	switch {
	case a == Tabs:
		return 0, 0, false
	case a == Stacked && wide:
		return DividerSide, outer(p == PaneHealth), p == PaneHealth || p == PaneLogs
	case a == Stacked && p == PaneHealth:
		return DividerLogs, 1, true
	case a == ThreeColumns && wide && p == PaneLogs:
		return DividerLogs, 1, true
	case wide:
		return DividerSide, outer(p == PaneSessions || p == PaneHealth), true
	case p == PaneSessions:
		return DividerTop, 1, true
	case p == PaneHealth:
		return DividerTop, -1, true
	}
	return DividerLogs, outer(p == PaneLogs), a != ThreeColumns
}

func outer(yes bool) int {
	if yes {
		return 1
	}
	return -1
}
