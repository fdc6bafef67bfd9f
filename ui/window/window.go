// Package window is the arithmetic of a list of which a part is seen: where its cursor is, and which rows
// are shown.
//
// It promises that the cursor is always a row of the list and always seen, and that there is no blank below
// the last row while rows above are hidden, however the list and its window grow or shrink in between. It
// never knows what a row is, and asking it changes nothing.
package window

import "lenswatch/ui/action"

// List is a cursor in a list of n rows, h of which are seen. Its zero value is at the first row.
type List struct{ cursor, top int }

// Cursor is the chosen row of n; 0 if there is none.
func (l List) Cursor(n int) int { return clamp(l.cursor, 0, n-1) }

// Range is the rows that are seen: from the first to before to.
func (l List) Range(n, h int) (from, to int) {
	at := l.Cursor(n)
	h = max(h, 1)
	from = clamp(clamp(l.top, at-h+1, at), 0, n-h)
	return from, min(from+h, n)
}

// To puts the cursor on a row, or on the row at the end where i is beyond it.
func (l *List) To(i, n, h int) {
	l.top, _ = l.Range(n, h) // what was seen stays where it can
	l.cursor = clamp(i, 0, n-1)
	l.top, _ = l.Range(n, h)
}

// Act moves the cursor by an action. It reports whether the action is one that moves.
func (l *List) Act(id action.ID, n, h int) bool {
	by, ok := step(id, h-1)
	if ok {
		l.To(l.Cursor(n)+by, n, h)
	}
	return ok
}

// Click puts the cursor on the row that is seen on a line. It reports whether there is one.
func (l *List) Click(line, n, h int) bool {
	from, to := l.Range(n, h)
	if line < 0 || from+line >= to {
		return false
	}
	l.To(from+line, n, h)
	return true
}

// Scroll is a window on n lines that has no cursor. Its zero value shows the first.
type Scroll struct{ top int }

// Range is the lines that are seen: from the first to before to.
func (s Scroll) Range(n, h int) (from, to int) {
	from = clamp(s.top, 0, n-max(h, 1))
	return from, min(from+max(h, 1), n)
}

// Act scrolls by an action. It reports whether the action is one that moves.
func (s *Scroll) Act(id action.ID, n, h int) bool {
	by, ok := step(id, h-1)
	if ok {
		s.top = clamp(s.top+by, 0, n-max(h, 1))
	}
	return ok
}

// far is beyond any list.
const far = 1 << 40

// step is how many rows an action moves, where a page is so many.
func step(id action.ID, page int) (by int, ok bool) {
	page = max(page, 1)
	switch id {
	case action.Up:
		return -1, true
	case action.Down:
		return 1, true
	case action.PageUp:
		return -page, true
	case action.PageDown:
		return page, true
	case action.Top:
		return -far, true
	case action.Bottom:
		return far, true
	}
	return 0, false
}

// clamp is n within bounds; low where they exclude each other.
func clamp(n, low, high int) int { return max(low, min(n, high)) }
