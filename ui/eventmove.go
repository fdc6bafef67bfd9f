package ui

import (
	"slices"

	"lenswatch/watch/history"
)

// visible draws the rows that h lines show.
func (l *eventList) visible(w, h int, focused bool) []string {
	l.more = false
	if l.follow {
		return l.upFrom(l.rows.len()-1, h, w)
	}
	i := l.index()
	own := l.mark(i, w, focused)
	l.selY = clamp(l.selY, 0, max(h-min(len(own), h), 0))
	above := l.upFrom(i-1, l.selY, w)
	out := slices.Concat(above, own)
	for j := i + 1; j < l.rows.len() && len(out) < h; j++ {
		out = append(out, l.draw(j, w)...)
	}
	if len(out) < h { // the end is on the screen: no blank below it while there is more above
		more := l.upFrom(i-1, h-(len(out)-len(above)), w)
		out = append(more, out[len(above):]...)
		l.selY = len(more)
	} else if len(above) < l.selY { // likewise for the beginning
		l.selY = len(above)
	}
	return out[:min(len(out), h)]
}

// upFrom draws rows from the i-th upwards until h lines are full, oldest first. The topmost may be
// cut at its head.
func (l *eventList) upFrom(i, h, w int) []string {
	var blocks [][]string
	n := 0
	for ; i >= 0 && n < h; i-- {
		b := l.draw(i, w)
		blocks = append(blocks, b)
		n += len(b)
	}
	slices.Reverse(blocks)
	out := slices.Concat(blocks...)
	return out[max(len(out)-h, 0):]
}

// mark draws the selected row so that it stands out.
func (l *eventList) mark(i, w int, focused bool) []string {
	th := l.sh.theme
	style := th.Cursor
	if focused {
		style = th.Selected
	}
	out := l.draw(i, w)
	for j, line := range out {
		out[j] = style.Render(fit(plain(line), w, th.Glyphs.Ellipsis))
	}
	return out
}

// place is where the selected event stands in the view, or what took its place.
func (l *eventList) place() int {
	if l.follow || l.selected == 0 {
		return l.view.Len() - 1
	}
	return min(l.view.Index(l.selected), l.view.Len()-1)
}

// index is the row of the selected event.
func (l *eventList) index() int { return l.rows.of(l.place()) }

// current is the event that the next key is about, or nil.
func (l *eventList) current() *history.Entry {
	if l.view == nil || l.view.Len() == 0 {
		return nil
	}
	return l.view.At(l.place())
}

func (l *eventList) do(a Action, h int) {
	if l.view == nil || l.view.Len() == 0 {
		return
	}
	switch a {
	case ActUp:
		l.move(-1)
	case ActDown:
		l.move(1)
	case ActPageUp:
		l.move(-max(h-2, 1))
	case ActPageDown:
		l.move(max(h-2, 1))
	case ActTop:
		l.leave()
		l.selectRow(0)
		l.selY = 0
	case ActBottom:
		l.setFollow(true)
	}
	l.ver++
}

// walk selects the event n further down, or up if n is negative, and returns it; it is the same
// one at the ends of the list. It goes through the events of a run one by one.
func (l *eventList) walk(n int) *history.Entry {
	if l.view == nil || l.view.Len() == 0 {
		return nil
	}
	l.selectAt(clamp(l.place()+n, 0, l.view.Len()-1))
	return l.current()
}

// selectAt selects the view's i-th event and puts its row where it can be seen: as far from the
// selection before as it is, within the pane.
func (l *eventList) selectAt(i int) {
	l.leave()
	row, to := l.index(), l.rows.of(i)
	for ; row > to && l.selY > 0; row-- {
		l.selY = max(l.selY-len(l.draw(row-1, l.width)), 0)
	}
	for ; row < to && l.selY < l.height; row++ {
		l.selY += len(l.draw(row, l.width))
	}
	l.selected = l.view.At(i).Seq
	l.ver++
}

// selectRow selects the newest event of a row.
func (l *eventList) selectRow(i int) {
	_, to := l.rows.span(i)
	l.selected = l.view.At(to - 1).Seq
}

// following reports whether the list keeps to the newest event.
func (l *eventList) following() bool { return l.follow }

// setFollow keeps to the newest event from now on, or stops it.
func (l *eventList) setFollow(on bool) {
	switch {
	case on:
		l.follow, l.selected = true, 0
	case l.view != nil && l.view.Len() > 0:
		l.leave()
	}
	l.ver++
}

// leave stops following, with the newest row selected at the bottom.
func (l *eventList) leave() {
	if l.follow {
		last := l.rows.len() - 1
		l.follow, l.left = false, l.view.Added()
		l.selectRow(last)
		l.selY = max(l.height-len(l.draw(last, l.width)), 0)
	}
}

// move selects the row n further down. Past the end the list follows again.
func (l *eventList) move(n int) {
	if l.follow && n > 0 {
		return
	}
	l.leave()
	i := l.index()
	for ; n < 0 && i > 0; n++ {
		i--
		l.selY = max(l.selY-len(l.draw(i, l.width)), 0)
	}
	for ; n > 0 && i < l.rows.len()-1; n-- {
		l.selY += len(l.draw(i, l.width))
		i++
	}
	if n > 0 {
		l.follow, l.selected = true, 0
		return
	}
	l.selectRow(i)
}

// toggleFold lets repeated results share a row, or gives each its own again.
func (l *eventList) toggleFold() {
	l.fold = !l.fold
	if l.view != nil {
		l.rows = newEventRows(l.view, l.fold)
	}
	l.ver++
}
