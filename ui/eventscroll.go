package ui

import tea "charm.land/bubbletea/v2"

// scroll moves what is shown n lines down, or up if n is negative; the selection goes with it, and
// stays within what is seen. Past the newest it follows again.
func (l *eventList) scroll(n int) {
	if l.view == nil || l.view.Len() == 0 || l.follow && n > 0 {
		return
	}
	l.leave()
	i := l.index()
	l.selY -= n
	for l.selY >= l.height && i > 0 {
		i--
		l.selY -= l.linesOf(i)
	}
	for l.selY < 0 && i < l.rows.len()-1 {
		l.selY += l.linesOf(i)
		i++
	}
	l.selectRow(i)
	if n > 0 && l.endsBelow(i) {
		l.follow, l.selected = true, 0
	}
	l.ver++
}

// linesOf is how many lines a row takes.
func (l *eventList) linesOf(i int) int { return len(l.draw(i, l.width)) }

// endsBelow reports whether what follows row i, which begins at selY, ends within the pane.
func (l *eventList) endsBelow(i int) bool {
	y := l.selY
	for ; i < l.rows.len() && y <= l.height; i++ {
		y += l.linesOf(i)
	}
	return y <= l.height
}

// rowAt is the row that is drawn on a line of the pane; ok is false below the last.
func (l *eventList) rowAt(line int) (i int, ok bool) {
	if l.view == nil || l.view.Len() == 0 {
		return 0, false
	}
	if line < 0 {
		return 0, false
	}
	i, y := l.firstDrawn()
	for ; i < l.rows.len() && y <= line; i++ {
		if y += l.linesOf(i); y > line {
			return i, true
		}
	}
	return 0, false
}

// firstDrawn is the topmost row that is drawn, and the line on which it begins, which is above
// the pane where its head is cut.
func (l *eventList) firstDrawn() (i, y int) {
	if !l.follow {
		i, y = l.index(), l.selY
	} else {
		i, y = l.rows.len(), l.height
	}
	for ; i > 0 && y > 0; i-- {
		y -= l.linesOf(i - 1)
	}
	if i == 0 && y > 0 {
		y = 0 // fewer lines than the pane has: they begin at its top
	}
	return i, y
}

// click selects the row of a line; twice, it looks inside.
func (l *eventList) click(m *Model, line int, twice bool) tea.Cmd {
	i, ok := l.rowAt(line - l.head)
	if !ok {
		return nil
	}
	y := l.lineOf(i) // before following ends: it decides what is drawn
	l.leave()
	l.selectRow(i)
	l.selY = y
	l.ver++
	if twice {
		m.inspect()
	}
	return nil
}

// lineOf is the line on which a drawn row begins.
func (l *eventList) lineOf(to int) int {
	i, y := l.firstDrawn()
	for ; i < to; i++ {
		y += l.linesOf(i)
	}
	return max(y, 0)
}
