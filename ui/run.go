package ui

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"lenswatch/theme"
	"lenswatch/ui/action"
	"lenswatch/ui/dialog"
	"lenswatch/ui/events"
	"lenswatch/ui/health"
	"lenswatch/ui/layout"
	"lenswatch/ui/present"
	"lenswatch/ui/record"
	"lenswatch/ui/report"
	"lenswatch/ui/sessions"
	"lenswatch/ui/statistics"
	"lenswatch/ui/timeline"
	"lenswatch/watch"
	"lenswatch/watch/history"
	"lenswatch/watch/stats"
)

// missing says what an action needs that is not there; empty if nothing is missing. It may have tokens for keys.
func missing(m *Model, row action.Row[*Model]) string {
	switch {
	case row.Needs&action.Live != 0 && m.manage == nil:
		return "Not available while replaying."
	case row.Needs&action.Replay != 0 && m.playback == nil:
		return "Only available while replaying."
	case m.dialog != nil && m.dialog.Mode()&row.In != 0: // it knows which session or event it is about
		return ""
	case row.Needs&action.Session != 0 && subject(m) == nil && len(m.store.Sessions()) == 0:
		return m.services.Nothing(m.c) + " Press {diagnosis} for details."
	case row.Needs&action.Session != 0 && subject(m) == nil:
		return "Select a session first ({next-session} / {previous-session}), or an event."
	case row.Needs&action.Event != 0 && list(m).Selected() == nil:
		return "No event selected."
	}
	return ""
}

// shown is the session that is shown, nil if all are.
func shown(m *Model) *watch.Session { return m.store.Session(m.sessions.Selected()) }

// subject is the session that a key acts on: the one that is shown, else that of the event that was selected. The newest
// event of a list that follows is not selected: another takes its place while one looks.
func subject(m *Model) *watch.Session {
	if s := shown(m); s != nil || m.focus != layout.Results && m.focus != layout.Logs || list(m).Following() {
		return s
	}
	if e := list(m).Selected(); e != nil {
		return m.store.Session(e.Session)
	}
	return nil
}

func diagnose(m *Model) tea.Cmd {
	m.show(health.NewDiagnosis(m.health, m.manage != nil))
	return nil
}

// writeReport is about the session that the diagnosis would be about.
func writeReport(m *Model) tea.Cmd {
	s := m.health.Session()
	if s == nil {
		host{m}.Say(dialog.Info, m.services.Nothing(m.c))
		return nil
	}
	return report.Write(host{m}, m.store, s, m.opts.Reports, m.opts.Record.Lenswatch)
}

func showRecord(m *Model) tea.Cmd {
	s := subject(m)
	d, first, ok := record.New(m.ctx, m.manage.Live.Service(s.Record.Service), s)
	if !ok {
		host{m}.Say(dialog.Info, "This service has no session records.")
		return nil
	}
	m.show(d)
	return first
}

func findSession(m *Model) tea.Cmd {
	m.show(sessions.NewFinder(m.sessions))
	return nil
}

func palette(m *Model) tea.Cmd {
	m.show(dialog.NewPalette(slices.DeleteFunc(m.c.Keys.Of(action.Main), m.useless), &m.recent))
	return nil
}

// useless reports whether an action can do nothing on this screen: it is live, or replays.
func (m *Model) useless(b action.Binding) bool {
	return b.Needs&action.Live != 0 && m.manage == nil || b.Needs&action.Replay != 0 && m.playback == nil
}

// showStatistics shows what was counted, of the session that is shown.
func showStatistics(m *Model) tea.Cmd {
	m.show(statistics.New(statistics.Source{
		Report:  func() stats.Report { return m.counted.Report() },
		Session: func(id string) *watch.Session { return m.store.Session(id) },
		Filter:  func(text string) { filterLists(m, text) },
	}, m.sessions.Selected()))
	return nil
}

// filterLists shows only the events that fit a filter, in both lists.
func filterLists(m *Model, text string) {
	f, err := history.ParseFilter(text)
	if err != nil {
		host{m}.Say(dialog.Failure, "Can't filter: %v", err)
		return
	}
	m.results.AddFilter(m.c, f)
	m.logs.AddFilter(m.c, f)
	host{m}.Say(dialog.Info, "Results and Logs show only such texts. {unfilter} clears the filter of a list.")
}

// showTimeline shows all sessions over time.
func showTimeline(m *Model) tea.Cmd {
	s := timeline.Screen{
		History: m.store.History, Sessions: m.sessions.Known,
		Marks: func() (out []time.Time) {
			for _, mark := range m.results.Format.Marks {
				out = append(out, mark.At)
			}
			return out
		},
		Show: func(id string, at time.Time) tea.Cmd {
			m.show(nil)
			host{m}.Select(id)
			m.setFocus(layout.Results)
			m.results.GoTo(m.c, at)
			m.logs.GoTo(m.c, at)
			return nil
		},
	}
	if m.playback != nil {
		s.Position, s.Seek = m.playback.Player.Position, m.playback.To
	}
	at := m.sessions.Selected()
	if x := m.health.Session(); x != nil {
		at = x.Record.ID
	}
	m.show(timeline.New(s, at))
	return nil
}

func chooseTypes(m *Model) tea.Cmd {
	m.show(events.NewToggles(list(m)))
	return nil
}

func quit(m *Model) tea.Cmd {
	if m.manage == nil {
		return tea.Quit
	}
	return m.manage.Quit(host{m}, func() { m.leftOpen.Store(true) })
}

// stepSession shows the next session. In a diagnosis that is the next one with a problem, if any has one.
func stepSession(n int) func(*Model) tea.Cmd {
	return func(m *Model) tea.Cmd {
		if m.mode() == action.DiagnosisMode && m.summary.Problems > 0 {
			return nextProblem(n)(m)
		}
		m.sessions.Step(n)
		m.sync()
		return nil
	}
}

func focusBy(n layout.Pane) func(*Model) tea.Cmd {
	return func(m *Model) tea.Cmd {
		m.setFocus((m.focus + n + layout.PaneCount) % layout.PaneCount)
		return nil
	}
}

func focusOn(p layout.Pane) func(*Model) tea.Cmd {
	return func(m *Model) tea.Cmd {
		m.setFocus(p)
		return nil
	}
}

// nextProblem shows the next session that needs attention, in a direction.
func nextProblem(step int) func(*Model) tea.Cmd {
	return func(m *Model) tea.Cmd {
		switch s := m.sessions.NextProblem(step); {
		case s == nil:
			host{m}.Say(dialog.Info, "No session needs attention.")
		case s == shown(m):
			host{m}.Say(dialog.Info, "No other session needs attention.")
		default:
			host{m}.Select(s.Record.ID)
		}
		return nil
	}
}

func showEnded(m *Model) tea.Cmd {
	if !m.sessions.ToggleEnded() {
		host{m}.Say(dialog.Info, "No session has ended.")
	}
	return nil
}

// back takes one step back: from what narrows the screen to what is whole.
func back(m *Model) tea.Cmd {
	switch l := list(m); {
	case m.focus == layout.Sessions && unmatch(m):
	case l.EndSearch(m.c):
	case l.EndAround(m.c):
	case l.Filtered():
		l.Unfilter(m.c)
	case m.paused:
		return pause(m)
	case !l.Following():
		l.SetFollow(m.c, true)
	case m.zoom:
		return zoom(m)
	case unmatch(m):
	case m.sessions.Selected() != "":
		host{m}.Select("")
	}
	return nil
}

// narrowed reports whether there is something to step back from.
func narrowed(m *Model) bool {
	l := list(m)
	return m.sessions.Matching() != "" || l.Searching() || l.Filtered() || m.paused || !l.Following() || m.zoom || m.sessions.Selected() != ""
}

// zoom shows the focused pane alone. From the sessions, which is where one chooses, it is the results that are shown.
func zoom(m *Model) tea.Cmd {
	m.zoom = !m.zoom
	if m.zoom && m.focus == layout.Sessions {
		m.focus = layout.Results
	}
	m.setFocus(m.focus)
	return nil
}

// pause makes the lists stand still, or follow again from where they would be.
func pause(m *Model) tea.Cmd {
	if m.playback != nil {
		return m.playback.Act(host{m}, action.Pause)
	}
	m.paused = !m.paused
	m.results.Pause(m.c, m.paused)
	m.logs.Pause(m.c, m.paused)
	return nil
}

// presentSession shows one session large: the selected one, else the one with the newest result.
func presentSession(m *Model) tea.Cmd {
	var newest *watch.Session
	for _, s := range m.store.Sessions() {
		if newest == nil || s.Newest.Received.After(newest.Newest.Received) {
			newest = s
		}
	}
	merged := m.sessions.Selected() == ""
	if merged && newest != nil {
		host{m}.Select(newest.Record.ID)
	}
	m.show(present.New(present.Source{
		Sessions: m.sessions.Streaming, Pinned: m.sessions.Pinned, Merged: merged,
		Shown: func() *watch.Session { return shown(m) }, History: m.store.History,
	}))
	return nil
}

// grow makes the focused pane larger or smaller.
func grow(wide bool, n int) func(*Model) tea.Cmd {
	return func(m *Model) tea.Cmd {
		s, ok := m.splits.Grow(m.layout, m.focus, wide, n)
		if !ok {
			host{m}.Say(dialog.Info, "Can't resize this pane.")
			return nil
		}
		m.splits = s
		m.setFocus(m.focus)
		return nil
	}
}

func resetSizes(m *Model) tea.Cmd {
	m.splits = layout.Splits{}
	m.setFocus(m.focus)
	return nil
}

func chooseTheme(m *Model) tea.Cmd {
	m.show(dialog.NewThemes(m.palette, func(p theme.Palette) {
		m.palette = p
		setTheme(m)
	}))
	return nil
}

// setTheme puts on the theme that was chosen.
func setTheme(m *Model) {
	c := *m.c
	c.Theme = theme.New(m.look.options(m.palette, m.opts.ASCII))
	m.c = &c
	m.style++
}

// toggleMouse gives the mouse to the terminal, or takes it back.
func toggleMouse(m *Model) tea.Cmd {
	m.mouse.on, m.mouse.dragging = !m.mouse.on, false
	if m.mouse.on {
		host{m}.Say(dialog.Info, "Mouse on: click, wheel, drag a border. Hold shift to select text.")
	} else {
		host{m}.Say(dialog.Info, "Mouse off: the terminal selects text.")
	}
	return nil
}
