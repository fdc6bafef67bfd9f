package events

import (
	"slices"
	"sort"
	"time"

	"lenswatch/ui/action"
	"lenswatch/ui/draw"
	"lenswatch/ui/eventline"
	"lenswatch/watch/history"
)

// visible draws the rows that h lines show, and says on which line the selected row begins. Where it is, and
// what is around it, decides that, and no drawing before.
func (l *List) visible(c *draw.Context, h int, focused bool) (out []string, y int) {
	if l.follow {
		return l.upFrom(c, l.rows.len()-1, h), l.selY
	}
	i := l.index()
	own, st := l.body(c, i), c.Cursor
	if focused {
		st = c.Selected
	}
	for j, line := range own {
		own[j] = st.Over(c.Fit(line, l.w))
	}
	own = append(l.day(c, i), own...)
	y = clamp(l.selY, 0, max(h-min(len(own), h), 0))
	above := l.upFrom(c, i-1, y)
	out = slices.Concat(above, own)
	for j := i + 1; j < l.rows.len() && len(out) < h; j++ {
		out = append(out, l.draw(c, j)...)
	}
	if len(out) < h { // the end is on the screen: no blank below it while there is more above
		more := l.upFrom(c, i-1, h-(len(out)-len(above)))
		out = append(more, out[len(above):]...)
		y = len(more)
	} else if len(above) < y { // likewise for the beginning
		y = len(above)
	}
	return out[:min(len(out), h)], y
}

// upFrom draws rows from the i-th upwards until h lines are full, oldest first. The topmost may be cut at its
// head.
func (l *List) upFrom(c *draw.Context, i, h int) []string {
	var blocks [][]string
	n := 0
	for ; i >= 0 && n < h; i-- {
		b := l.draw(c, i)
		blocks = append(blocks, b)
		n += len(b)
	}
	slices.Reverse(blocks)
	out := slices.Concat(blocks...)
	return out[max(len(out)-h, 0):]
}

// row is the i-th row.
func (l *List) row(i int) *eventline.Row {
	from, to := l.rows.span(i)
	r := &eventline.Row{Entry: l.view.At(to - 1), N: to - from}
	r.First, r.Last = l.view.At(from), r.Entry
	if !l.follow {
		if p := l.place(); p >= from && p < to {
			r.Entry = l.view.At(p)
		}
	}
	r.Was, r.Drift = l.formerLabel(i), l.driftText(i, r.Entry)
	x := l.Highlights.at(l.store.History(), r.Entry)
	r.Rule, r.How = x.rule, x.how
	return r
}

// draw is the lines of the i-th row.
func (l *List) draw(c *draw.Context, i int) []string {
	body := l.body(c, i)
	if _, to := l.rows.span(i); to > l.view.Len()-l.fresh {
		for j, line := range body {
			body[j] = c.Arrived(line, l.w)
		}
	}
	return append(l.day(c, i), body...)
}

// day is what is above the i-th row: a line where another day begins with it, and one for each mark that is before it.
func (l *List) day(c *draw.Context, i int) (out []string) {
	var before time.Time
	from, _ := l.rows.span(i)
	if from > 0 {
		before = l.view.At(from - 1).Received
	}
	at := l.view.At(from).Received
	if day := l.Format.Day(c, before, at, l.w); day != "" {
		out = append(out, day)
	}
	return append(out, l.Format.Between(c, before, at, l.w)...)
}

func (l *List) body(c *draw.Context, i int) []string { return l.Format.Lines(c, l.row(i), l.w) }

// lines is how many lines a row takes.
func (l *List) lines(c *draw.Context, i int) int { return len(l.draw(c, i)) }

// settle puts the selected row where it is seen.
func (l *List) settle(c *draw.Context) {
	if !l.follow && l.view.Len() > 0 {
		_, l.selY = l.visible(c, l.height(c), false)
	}
}

// height is how many lines the rows have.
func (l *List) height(c *draw.Context) int { return l.h - l.head(c) }

// place is where the selected event is in the view, or what took its place.
func (l *List) place() int {
	if l.follow {
		return l.view.Len() - 1
	}
	return min(l.view.Index(l.selected), l.view.Len()-1)
}

// index is the row of the selected event.
func (l *List) index() int { return l.rows.of(l.place()) }

// Selected is the event that the next key is about, or nil.
func (l *List) Selected() *history.Entry {
	if l.view == nil || l.view.Len() == 0 {
		return nil
	}
	return l.view.At(l.place())
}

// Act moves the selection.
func (l *List) Act(c *draw.Context, id action.ID) {
	n := map[action.ID]int{action.Up: -1, action.Down: 1, action.PageUp: -max(l.h-2, 1), action.PageDown: max(l.h-2, 1)}[id]
	switch {
	case id == action.Bottom:
		l.SetFollow(c, true)
	case id == action.Top: // also before there is any event: the oldest is selected when it is here
		l.follow, l.selected, l.selY, l.left = false, 0, 0, l.view.Added()
	case n != 0 && l.view.Len() > 0:
		l.move(c, n)
	}
	l.settle(c)
	l.ver++
}

// Open is the action of a double click.
func (l *List) Open() action.ID { return action.Inspect }

// Walk selects the event n further down, or up if n is negative, and returns it; it is the same one at the ends
// of the list. It goes through the events of a run one by one. The list stops following: what is selected
// stays so until the next walk.
func (l *List) Walk(c *draw.Context, n int) *history.Entry {
	if l.view == nil || l.view.Len() == 0 {
		return nil
	}
	l.selectAt(c, clamp(l.place()+n, 0, l.view.Len()-1))
	return l.Selected()
}

// GoTo selects the first event at a moment or after it, or else the newest.
func (l *List) GoTo(c *draw.Context, at time.Time) {
	if n := l.view.Len(); n > 0 {
		l.selectAt(c, min(sort.Search(n, func(i int) bool { return !l.view.At(i).Received.Before(at) }), n-1))
	}
}

// selectAt selects the view's i-th event and puts its row where it can be seen: as far from the selection
// before as it is, within the pane.
func (l *List) selectAt(c *draw.Context, i int) {
	l.leave(c)
	row, to, h := l.index(), l.rows.of(i), l.height(c)
	for ; row > to && l.selY > 0; row-- {
		l.selY = max(l.selY-l.lines(c, row-1), 0)
	}
	for ; row < to && l.selY < h; row++ {
		l.selY += l.lines(c, row)
	}
	l.selected = l.view.At(i).Seq
	l.settle(c)
	l.ver++
}

// selectRow selects the newest event of a row.
func (l *List) selectRow(i int) {
	_, to := l.rows.span(i)
	l.selected = l.view.At(to - 1).Seq
}

// Following reports whether the list keeps to the newest event.
func (l *List) Following() bool { return l.follow }

// SetFollow keeps to the newest event from now on, or stops it.
func (l *List) SetFollow(c *draw.Context, on bool) {
	if on {
		l.follow, l.selected = true, 0
	} else {
		l.leave(c)
	}
	l.ver++
}

// leave stops following, with the newest row selected at the bottom.
func (l *List) leave(c *draw.Context) {
	if !l.follow || l.view.Len() == 0 {
		l.settle(c)
		return
	}
	last := l.rows.len() - 1
	l.follow, l.left = false, l.view.Added()
	l.selectRow(last)
	l.selY = max(l.height(c)-l.lines(c, last), 0)
	l.settle(c)
}

// move selects the row n further down. Past the end the list follows again.
func (l *List) move(c *draw.Context, n int) {
	if l.follow && n > 0 {
		return
	}
	l.leave(c)
	i := l.index()
	for ; n < 0 && i > 0; n++ {
		i--
		l.selY = max(l.selY-l.lines(c, i), 0)
	}
	for ; n > 0 && i < l.rows.len()-1; n-- {
		l.selY += l.lines(c, i)
		i++
	}
	if n > 0 {
		l.SetFollow(c, true)
		return
	}
	l.selectRow(i)
}

// Scroll moves what is shown n lines down, or up if n is negative; the selection goes with it, and stays
// within what is seen. Past the newest the list follows again.
func (l *List) Scroll(c *draw.Context, n int) {
	if l.view.Len() == 0 || l.follow && n > 0 {
		return
	}
	l.leave(c)
	i, h := l.index(), l.height(c)
	l.selY -= n
	for l.selY >= h && i > 0 {
		i--
		l.selY -= l.lines(c, i)
	}
	for l.selY < 0 && i < l.rows.len()-1 {
		l.selY += l.lines(c, i)
		i++
	}
	l.selectRow(i)
	y := l.selY
	for ; i < l.rows.len() && y <= h; i++ {
		y += l.lines(c, i)
	}
	if n > 0 && y <= h { // the end is on the screen
		l.SetFollow(c, true)
	}
	l.settle(c)
	l.ver++
}

// Click selects the row of a line of the pane. It reports whether there is one.
func (l *List) Click(c *draw.Context, line int) bool {
	if line -= l.head(c); line < 0 || l.view.Len() == 0 {
		return false
	}
	for i, y := l.firstSeen(c); i < l.rows.len() && y <= line; i++ {
		n := l.lines(c, i)
		if y+n > line {
			l.leave(c)
			l.selectRow(i)
			l.selY = max(y, 0)
			l.settle(c)
			l.ver++
			return true
		}
		y += n
	}
	return false
}

// firstSeen is the topmost row that is seen, and the line on which it begins, which is above the pane where
// its head is cut.
func (l *List) firstSeen(c *draw.Context) (i, y int) {
	if l.follow {
		i, y = l.rows.len(), l.height(c)
	} else {
		l.settle(c)
		i, y = l.index(), l.selY
	}
	for ; i > 0 && y > 0; i-- {
		y -= l.lines(c, i-1)
	}
	if i == 0 && y > 0 {
		y = 0 // fewer lines than the pane has: they begin at its top
	}
	return i, y
}

// Sideways moves the lines of a flat list by half of what is seen of them. It reports whether there was more
// in that direction.
func (l *List) Sideways(c *draw.Context, step int) bool {
	if !l.Format.Flat || l.view.Len() == 0 || step < 0 && l.Format.X == 0 {
		return false
	}
	more, seen := step < 0, l.w
	for i, y := l.firstSeen(c); i < l.rows.len() && y < l.height(c); i++ {
		longer, n := l.Format.More(c, l.row(i), l.w)
		more, seen = more || longer, min(seen, n)
		y += l.lines(c, i)
	}
	if more {
		l.Format.X = max(l.Format.X+step*max(seen/2, 1), 0)
		l.ver++
	}
	return more
}

func clamp(n, low, high int) int { return max(low, min(n, high)) }
