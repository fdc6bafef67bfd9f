package ui

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"lenswatch/client"
	"lenswatch/ui/status"
	"lenswatch/watch/health"
)

// Alerts is what happens when a stream stalls. The zero value is nothing.
type Alerts struct {
	Bell    bool // ring the terminal's bell
	Notify  bool // ask the terminal for a desktop notification (OSC 9)
	Focused bool // also while the terminal's window is focused
}

// alerts notifies someone who looks elsewhere of a stalled stream, once for each change.
type alerts struct {
	focused bool
	alarmed []string // sessions whose verdict is an alarm
}

// check compares the verdicts with those of the last second.
func (a *alerts) check(m *Model) tea.Cmd {
	now := m.summary.Alarms()
	fresh := slices.DeleteFunc(slices.Clone(now), func(id string) bool { return slices.Contains(a.alarmed, id) })
	a.alarmed = now
	o := m.opts.Alerts
	if len(fresh) == 0 || a.focused && !o.Focused || !o.Notify && !o.Bell {
		return nil
	}
	out := ""
	if o.Notify {
		slices.Sort(fresh)
		out += ansi.Notify(alertText(m, fresh))
	}
	if o.Bell {
		out += "\a"
	}
	return tea.Raw(out)
}

// alertText says in one line what has stalled.
func alertText(m *Model, ids []string) string {
	s := m.store.Session(ids[0])
	if s == nil {
		return "lenswatch: a stream has stalled"
	}
	text := "lenswatch: " + status.Name(s) + " " + status.Suffix(ids[0]) + ": " + s.Health.Verdict(m.c.Now).Sentence
	if len(ids) > 1 {
		text += fmt.Sprintf(" (and %d more)", len(ids)-1)
	}
	return client.Line1(text)
}

// windowTitle has the state that needs attention most, so that a tab of the terminal shows it.
func windowTitle(m *Model) string {
	switch s := m.summary.Urgent; {
	case s == nil:
		return "lenswatch"
	case m.summary.Attentive(s, m.c.Now):
		return "lenswatch: " + status.AttentionWord
	default:
		return "lenswatch: " + s.Health.State(m.c.Now).Code.String()
	}
}

// progressBar has it for terminals that show one in their tab (OSC 9;4).
func progressBar(m *Model) *tea.ProgressBar {
	s := m.summary.Urgent
	if s == nil || m.summary.Quieted(s) {
		return nil
	}
	switch code := s.Health.State(m.c.Now).Code; {
	case code == health.Silent, code == health.Failed:
		return tea.NewProgressBar(tea.ProgressBarError, 100)
	case code == health.Quiet, code == health.Reconnecting, m.summary.Attentive(s, m.c.Now):
		return tea.NewProgressBar(tea.ProgressBarWarning, 100)
	}
	return nil
}
