package ui

import (
	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/ui/dialog"
	"lenswatch/ui/events"
	"lenswatch/ui/inspect"
	"lenswatch/ui/layout"
	"lenswatch/ui/output"
)

// list is the event list that the next key is about: the focused one, else the results.
func list(m *Model) *events.List {
	if m.focus == layout.Logs {
		return m.logs
	}
	return m.results
}

// inspectEvent opens the selected event of the focused list. From the other panes it goes to the results, where events
// can be selected.
func inspectEvent(m *Model) tea.Cmd {
	if m.focus != layout.Results && m.focus != layout.Logs {
		m.setFocus(layout.Results)
		return nil
	}
	if d := inspect.New(m.c, list(m), m.store); d != nil {
		m.show(d)
		return nil
	}
	host{m}.Say(dialog.Info, "No event selected.")
	return nil
}

func copyText(m *Model) tea.Cmd { return output.Copy(host{m}, "text", list(m).Selected().Text) }

func copyJSON(m *Model) tea.Cmd {
	return output.Copy(host{m}, "payload", string(list(m).Selected().Raw))
}

// export writes what the filters of a list show to a file.
func export(m *Model) tea.Cmd {
	l := list(m)
	switch {
	case l.Busy():
		host{m}.Say(dialog.Info, "Still searching older events; press {export} again when done.")
	case l.Selected() == nil:
		host{m}.Say(dialog.Info, "Nothing to export: the list is empty.")
	default:
		output.AskExport(host{m}, l.Name, l.Cursor())
	}
	return nil
}

// search asks what to search for: in the sessions, where they have the focus, or in the list of events.
func search(m *Model) tea.Cmd {
	if m.focus == layout.Sessions {
		return matchSessions(m)
	}
	list(m).AskSearch(host{m}, &m.searches)
	return nil
}

// showAround shows what is around a match, or only the matches again.
func showAround(m *Model) tea.Cmd {
	switch l := list(m); {
	case l.EndAround(m.c):
	case l.ShowAround(m.c):
		host{m}.Say(dialog.Info, "Showing context around matches. Press {context} to show matches only.")
	default:
		host{m}.Say(dialog.Info, "No filter set. Press {filter} to add one.")
	}
	return nil
}

func searchStep(step int) func(*Model) tea.Cmd {
	return func(m *Model) tea.Cmd {
		if !list(m).SearchStep(m.c, step) {
			host{m}.Say(dialog.Info, "No active search. Press {search} to search.")
		}
		return nil
	}
}

func notable(step int) func(*Model) tea.Cmd {
	return func(m *Model) tea.Cmd {
		if !list(m).Notable(m.c, step) {
			host{m}.Say(dialog.Info, "Nothing more in this direction.")
		}
		return nil
	}
}

func nextStamps(m *Model) tea.Cmd {
	m.results.Format.Next()
	m.logs.Format.Times = m.results.Format.Times
	m.style++
	host{m}.Say(dialog.Info, "Timestamps: %v.", m.results.Format.Stamps)
	return nil
}

// setMark marks this moment, and asks for a name for it, which it need not have.
func setMark(m *Model) tea.Cmd {
	at := m.c.Now
	m.results.Format.SetMark(at)
	m.logs.Format.Times = m.results.Format.Times
	m.style++
	said := func() {
		host{m}.Say(dialog.Info, "Mark set at %s. Press {timestamps} to show times relative to it.", m.c.Clock(at))
	}
	p := dialog.NewPrompt("Name the mark at "+m.c.Clock(at), "optional name; the mark is already set", "", func(_ dialog.Host, text string) (tea.Cmd, error) {
		m.results.Format.NameMark(client.Line1(text))
		m.logs.Format.Times = m.results.Format.Times
		m.style++
		said()
		return nil, nil
	})
	p.Cancelled = said
	m.show(p)
	return nil
}

// collapse lets repeated results share a row, or gives each its own again.
func collapse(m *Model) tea.Cmd {
	if list(m) != m.results {
		host{m}.Say(dialog.Info, "Only Results can collapse repeats. Press {next-pane} to switch to it.")
		return nil
	}
	m.results.Fold = !m.results.Fold
	m.results.Changed(m.c)
	if m.results.Fold {
		host{m}.Say(dialog.Info, "Collapsing repeats.")
	} else {
		host{m}.Say(dialog.Info, "Showing every result.")
	}
	return nil
}

// wrap wraps the focused list, or makes its rows one line each that is scrolled sideways. How far it was scrolled is
// retained.
func wrap(m *Model) tea.Cmd {
	l := list(m)
	l.Format.Flat = !l.Format.Flat
	l.Changed(m.c)
	if l.Format.Flat {
		host{m}.Say(dialog.Info, l.Name+": one line per event. Press {left} and {right} to scroll.")
	} else {
		host{m}.Say(dialog.Info, l.Name+": lines are wrapped.")
	}
	return nil
}

func slide(step int) func(*Model) tea.Cmd {
	return func(m *Model) tea.Cmd {
		switch l := list(m); {
		case !l.Format.Flat:
			host{m}.Say(dialog.Info, "Lines are wrapped. Press {wrap} to scroll instead, {inspect} to see all of an event.")
		case !l.Sideways(m.c, step):
			host{m}.Say(dialog.Info, "Nothing more in this direction.")
		}
		return nil
	}
}
