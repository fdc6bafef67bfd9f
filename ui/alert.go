package ui

import (
	tea "charm.land/bubbletea/v2"

	"lenswatch/watch/health"
)

// alerts tells someone who looks elsewhere that a stream has stalled: by the bell of the
// terminal, once for each change, and only while its window is not focused.
type alerts struct {
	focused bool
	alarmed map[string]bool // sessions whose verdict is an alarm
}

// check compares the verdicts with those of the last second.
func (a *alerts) check(m *Model) tea.Cmd {
	now := map[string]bool{}
	fresh := false
	for id, severity := range m.shared.sum.severity {
		if severity == health.Alarm {
			now[id] = true
			fresh = fresh || !a.alarmed[id]
		}
	}
	a.alarmed = now
	if !fresh || a.focused || m.opts.Silent {
		return nil
	}
	return tea.Raw("\a")
}

// windowTitle carries the worst state, so that a tab of the terminal shows it.
func (m *Model) windowTitle() string {
	if s := m.shared.sum.worst; s != nil {
		return "lenswatch: " + s.Health.State(m.shared.now).Code.String()
	}
	return "lenswatch"
}

// progressBar carries the worst state to terminals that show one in their tab (OSC 9;4).
func (m *Model) progressBar() *tea.ProgressBar {
	s := m.shared.sum.worst
	if s == nil {
		return nil
	}
	switch s.Health.State(m.shared.now).Code {
	case health.Silent, health.Failed:
		return tea.NewProgressBar(tea.ProgressBarError, 100)
	case health.Quiet, health.Reconnecting:
		return tea.NewProgressBar(tea.ProgressBarWarning, 100)
	}
	return nil
}
