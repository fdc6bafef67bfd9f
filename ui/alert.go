package ui

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"lenswatch/client"
	"lenswatch/watch/health"
)

// Alerts is what happens when a stream stalls. The zero value is nothing.
type Alerts struct {
	Bell    bool // ring the terminal's bell
	Notify  bool // ask the terminal for a desktop notification (OSC 9)
	Focused bool // also while the terminal's window is focused
}

// alerts tells someone who looks elsewhere that a stream has stalled, once for each change.
type alerts struct {
	focused bool
	alarmed map[string]bool // sessions whose verdict is an alarm
}

// check compares the verdicts with those of the last second.
func (a *alerts) check(m *Model) tea.Cmd {
	now := map[string]bool{}
	var fresh []string
	for id, severity := range m.shared.sum.severity {
		if severity == health.Alarm {
			now[id] = true
			if !a.alarmed[id] {
				fresh = append(fresh, id)
			}
		}
	}
	a.alarmed = now
	o := m.opts.Alerts
	if len(fresh) == 0 || a.focused && !o.Focused {
		return nil
	}
	var out string
	if o.Notify {
		slices.Sort(fresh)
		out += ansi.Notify(m.alertText(fresh))
	}
	if o.Bell {
		out += "\a"
	}
	if out == "" {
		return nil
	}
	return tea.Raw(out)
}

// alertText says in one line what has stalled.
func (m *Model) alertText(ids []string) string {
	s := m.shared.store.Session(ids[0])
	if s == nil {
		return "lenswatch: a stream has stalled"
	}
	text := "lenswatch: " + label(&s.Record) + " " + suffix(ids[0]) + ": " + s.Health.Verdict(m.shared.now).Sentence
	if len(ids) > 1 {
		text += fmt.Sprintf(" (and %d more)", len(ids)-1)
	}
	return client.Line1(text)
}

// windowTitle carries the worst state, so that a tab of the terminal shows it.
func (m *Model) windowTitle() string {
	if s := m.shared.sum.worst; s != nil {
		if m.shared.needsAttention(s) {
			return "lenswatch: " + attentionWord
		}
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
	if m.shared.needsAttention(s) {
		return tea.NewProgressBar(tea.ProgressBarWarning, 100)
	}
	return nil
}
