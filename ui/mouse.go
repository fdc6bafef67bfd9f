package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"lenswatch/ui/action"
	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
	"lenswatch/ui/layout"
)

// mouse is what the person does with it.
type mouse struct {
	on       bool
	dragging bool
	divider  layout.Divider // while dragging
	clicked  time.Time
	x, y     int // of the newest click
}

// doubleClick is the longest time between the two clicks of one.
const doubleClick = 400 * time.Millisecond

// wheelLines is how far one notch of the wheel scrolls.
const wheelLines = 3

// handleMouse takes a message of the mouse in.
func (m *Model) handleMouse(msg tea.MouseMsg) tea.Cmd {
	if !m.mouse.on || m.layout.TooSmall {
		return nil
	}
	at := msg.Mouse()
	switch msg.(type) {
	case tea.MouseClickMsg:
		m.toast.Key()
		if at.Button == tea.MouseLeft {
			return click(m, at.X, at.Y)
		}
	case tea.MouseWheelMsg:
		return wheel(m, at)
	case tea.MouseMotionMsg:
		if m.mouse.dragging {
			m.splits = m.splits.Move(m.layout, m.mouse.divider, at.X, at.Y)
			m.setFocus(m.focus)
		}
	case tea.MouseReleaseMsg:
		m.mouse.dragging = false
	}
	return nil
}

// click does what is where the person clicked.
func click(m *Model, x, y int) tea.Cmd {
	now := time.Now()
	twice := now.Sub(m.mouse.clicked) <= doubleClick && x == m.mouse.x && y == m.mouse.y
	m.mouse.clicked, m.mouse.x, m.mouse.y = now, x, y
	switch {
	case m.layout.Footer.Contains(x, y) && (m.dialog == nil || m.dialog.Place() != dialog.Foot && m.dialog.Place() != dialog.Full):
		return clickHint(m, m.hints(), x)
	case m.dialog != nil:
		inside := layout.Rect{W: m.layout.Width, H: m.layout.Height}
		if place := m.dialog.Place(); place != dialog.Full {
			content := m.content()
			r := border(m, place, content)
			inside = layout.Rect{X: r.X + 2, Y: r.Y + 1, W: r.W - 4, H: r.H - 2}
			if content.Keys && y-inside.Y == len(content.Lines)-1 {
				return clickHint(m, hintsOf(m, inside.X, m.layout.Width, m.dialog.Hints()), x)
			}
		}
		if inside.Contains(x, y) {
			if d, ok := m.dialog.(dialog.Plane); ok {
				return d.ClickAt(host{m}, x-inside.X, y-inside.Y, twice)
			}
			return m.dialog.Click(host{m}, y-inside.Y, twice)
		}
		return nil
	case m.layout.Alarm.Contains(x, y):
		return m.act(action.Diagnosis)
	case m.layout.Tabs.Contains(x, y):
		if p, ok := m.layout.TabAt(x); ok {
			m.setFocus(p)
		}
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
	if line := y - r.Y - 1; line < 0 || line >= r.H-2 || !m.panes[p].Click(m.c, line) {
		return nil
	}
	m.sync()
	if twice {
		return m.act(m.panes[p].Open())
	}
	return nil
}

// clickHint does what the key would do that is named at a cell.
func clickHint(m *Model, hints []draw.Hint, x int) tea.Cmd {
	for _, h := range hints {
		if x >= h.From && x < h.To {
			return m.act(h.ID)
		}
	}
	return nil
}

// wheel scrolls what is under the pointer.
func wheel(m *Model, at tea.Mouse) tea.Cmd {
	n, steps := wheelLines, []action.ID{action.Down, action.NextSession}
	switch at.Button {
	case tea.MouseWheelUp:
		n, steps = -wheelLines, []action.ID{action.Up, action.PrevSession}
	case tea.MouseWheelDown:
	default:
		return nil
	}
	if m.dialog != nil {
		for _, step := range steps {
			if _, ok := m.table.Find(m.mode(), step); ok {
				return m.dialog.Act(host{m}, step)
			}
		}
		return nil
	}
	if p, ok := m.layout.At(at.X, at.Y); ok {
		m.panes[p].Scroll(m.c, n)
		m.sync()
	}
	return nil
}
