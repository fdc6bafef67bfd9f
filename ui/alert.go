package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
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
		out += ansi.Notify(status.Stalled(m.store, fresh, m.c.Now))
	}
	if o.Bell {
		out += "\a"
	}
	return tea.Raw(out)
}

// warnOfEnds says once of each session that its end is near, before it is there.
func warnOfEnds(m *Model) {
	if m.playback != nil {
		return
	}
	for _, s := range m.store.Known() {
		l, ok := s.TimeLeft(m.c.Now)
		if !ok || !l.Near {
			delete(m.warned, s.Record.ID)
			continue
		}
		if kind, said := m.warned[s.Record.ID]; said && kind == l.Kind {
			continue
		}
		m.warned[s.Record.ID] = l.Kind
		end := "ends in " + draw.Span(l.Left)
		if l.Left == 0 {
			end = "may have ended: the limit has passed"
		} else if l.May {
			end = "may end in " + draw.Span(l.Left)
		}
		host{m}.Say(dialog.Failure, "%s %s %s (%v).", status.Name(s), status.Suffix(s.Record.ID), end, l.Kind)
	}
}

// warned is of which end a session was said to be near, by its ID.
type warned map[string]health.LimitKind
