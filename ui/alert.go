package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"lenswatch/ui/status"
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
		out += ansi.Notify(status.Stalled(m.store, fresh, m.c.Now))
	}
	if o.Bell {
		out += "\a"
	}
	return tea.Raw(out)
}
