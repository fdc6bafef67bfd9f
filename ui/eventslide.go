package ui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// flatWidth is how wide a row may be that is not wrapped, in cells. The inspector has all of it.
const flatWidth = 16 << 10

// flatLine is what a row says as one line, however long.
func (l *eventList) flatLine(r *eventRow) string {
	one := *r
	entry := *r.Entry
	entry.Text = strings.ReplaceAll(entry.Text, "\n", " "+l.sh.theme.Glyphs.Break+" ")
	one.Entry = &entry
	return strings.Join(l.notice(&one, flatWidth), " ")
}

// slide is the part of a line that w cells show from cell x on, with a mark at each end where there
// is more.
func (s *shared) slide(line string, x, w int) string {
	g, n := s.theme.Glyphs, ansi.StringWidth(line)
	left, right := "", ""
	if x > 0 && n > 0 {
		left = s.theme.Accent.Render(g.Left)
	}
	if n > x+w {
		right = s.theme.Accent.Render(g.Right)
	}
	if left == "" && right == "" {
		return line
	}
	first, end := x+ansi.StringWidth(left), x+w-ansi.StringWidth(right)
	// A wide character that is cut in two becomes a blank.
	return left + fit(from(ansi.Truncate(line, end, ""), first), end-first, "") + right
}

// toggleFlat wraps long rows, or makes them one line each that is scrolled sideways. How far it was
// scrolled is kept.
func (l *eventList) toggleFlat() {
	l.flat = !l.flat
	l.ver++
}

// sideways moves the lines of a flat list by half of what is seen of them. It reports whether there was more
// in that direction.
func (l *eventList) sideways(step int) bool {
	if !l.flat || step > 0 && !l.more || step < 0 && l.x == 0 {
		return false
	}
	l.x = max(l.x+step*max(l.room/2, 1), 0)
	l.ver++
	return true
}

// slideBy moves the lines of the focused list sideways.
func (m *Model) slideBy(step int) {
	l := m.list()
	switch {
	case !l.flat:
		m.toast.info("Long lines are wrapped: all of them is seen. " + m.shared.keyOf(ModeMain, ActWrap) + " changes that.")
	case !l.sideways(step):
		m.toast.info("There is no more in this direction.")
	}
}

// changeWrap wraps the focused list, or not.
func (m *Model) changeWrap() {
	l := m.list()
	l.toggleFlat()
	if l.flat {
		m.toast.info(l.name + ": one line each; " + m.shared.keyOf(ModeMain, ActLeft) + " and " + m.shared.keyOf(ModeMain, ActRight) + " scroll sideways.")
		return
	}
	m.toast.info(l.name + ": long lines are wrapped.")
}

// changeFold folds the repeats of the focused list, or not.
func (m *Model) changeFold() {
	l := m.list()
	if l != m.results {
		m.toast.info("Only results are folded: " + m.shared.keyOf(ModeMain, ActNextPane) + " goes to them.")
		return
	}
	l.toggleFold()
	if l.fold {
		m.toast.info("Results that repeat share a row.")
		return
	}
	m.toast.info("Every result has its own row.")
}
