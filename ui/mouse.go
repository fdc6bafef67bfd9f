package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

// mouse is what the person does with it.
type mouse struct {
	on       bool
	dragging bool
	divider  Divider // while dragging
	clicked  time.Time
	x, y     int // of the newest click
}

// doubleClick is the longest time between the two clicks of one.
const doubleClick = 400 * time.Millisecond

// wheelLines is how far one notch of the wheel scrolls.
const wheelLines = 3

// clickable is a pane or dialog whose lines can be clicked.
type clickable interface {
	// click is told of a line of the inside, from 0, and whether it was the second click.
	click(m *Model, line int, twice bool) tea.Cmd
}

// scrollable is a pane that the wheel moves by lines.
type scrollable interface {
	scroll(n int)
}

// toggleMouse gives the mouse to the terminal, or takes it back.
func (m *Model) toggleMouse() {
	m.mouse.on, m.mouse.dragging = !m.mouse.on, false
	if m.mouse.on {
		m.toast.info("Mouse on: click, wheel, drag a border. With shift held, the terminal selects text.")
		return
	}
	m.toast.info("Mouse off: the terminal selects text.")
}

// handleMouse takes a message of the mouse in.
func (m *Model) handleMouse(msg tea.MouseMsg) tea.Cmd {
	if !m.mouse.on || m.layout.TooSmall {
		return nil
	}
	at := msg.Mouse()
	switch msg.(type) {
	case tea.MouseClickMsg:
		m.toast.key()
		if at.Button == tea.MouseLeft {
			return m.click(at.X, at.Y)
		}
	case tea.MouseWheelMsg:
		return m.wheel(at)
	case tea.MouseMotionMsg:
		if m.mouse.dragging {
			m.setSplits(m.splits.Move(m.layout, m.mouse.divider, at.X, at.Y))
		}
	case tea.MouseReleaseMsg:
		m.mouse.dragging = false
	}
	return nil
}

// click does what stands where the person clicked.
func (m *Model) click(x, y int) tea.Cmd {
	now := time.Now()
	twice := now.Sub(m.mouse.clicked) <= doubleClick && x == m.mouse.x && y == m.mouse.y
	m.mouse.clicked, m.mouse.x, m.mouse.y = now, x, y
	if m.layout.Footer.Contains(x, y) {
		return m.clickFooter(x)
	}
	if m.dialog != nil {
		if d, ok := m.dialog.(clickable); ok && m.dialogAt.Contains(x, y) {
			return d.click(m, y-m.dialogAt.Y, twice)
		}
		return nil
	}
	if m.layout.Tabs.Contains(x, y) {
		m.clickTab(x)
		return nil
	}
	if d, ok := m.layout.DividerAt(x, y); ok {
		m.mouse.dragging, m.mouse.divider = true, d
	}
	p, ok := m.layout.At(x, y)
	if !ok {
		return nil
	}
	m.setFocus(p)
	r := m.layout.Panes[p]
	line := y - r.Y - 1
	if c, ok := m.panes[p].pane.(clickable); ok && line >= 0 && line < r.H-2 {
		return c.click(m, line, twice)
	}
	return nil
}

// clickFooter does what the key would that the footer names there.
func (m *Model) clickFooter(x int) tea.Cmd {
	for _, h := range m.hints(m.layout.Footer.W) {
		if x >= h.from && x < h.to {
			return m.act(h.action)
		}
	}
	return nil
}

// clickTab shows the pane whose tab was clicked.
func (m *Model) clickTab(x int) {
	for p, from := PaneSessions, 0; p < paneCount; p++ {
		to := from + len(p.String()) + 2
		if x >= from && x < to {
			m.setFocus(p)
			return
		}
		from = to
	}
}

// wheel scrolls what is under the pointer.
func (m *Model) wheel(at tea.Mouse) tea.Cmd {
	n, step := wheelLines, ActDown
	switch at.Button {
	case tea.MouseWheelUp:
		n, step = -wheelLines, ActUp
	case tea.MouseWheelDown:
	default:
		return nil
	}
	if m.dialog != nil {
		return m.dialog.do(m, step)
	}
	p, ok := m.layout.At(at.X, at.Y)
	if !ok {
		return nil
	}
	if s, ok := m.panes[p].pane.(scrollable); ok {
		s.scroll(n)
		return m.fillMore()
	}
	m.panes[p].do(step, max(m.layout.Panes[p].H-2, 1))
	m.sync()
	return nil
}
