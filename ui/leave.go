package ui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/watch"
)

// quit leaves, after asking if sessions that this run created are still open.
func (m *Model) quit() tea.Cmd {
	var createdHere []*watch.Session
	for _, s := range m.shared.store.Sessions() {
		if s.CreatedHere && !s.Gone() {
			createdHere = append(createdHere, s)
		}
	}
	if len(createdHere) == 0 {
		return tea.Quit
	}
	m.show(&leave{sessions: createdHere, keys: m.keys, ends: map[string]error{}})
	return nil
}

// leave asks what becomes of the sessions that this run created, and shows it happen.
type leave struct {
	sessions []*watch.Session
	keys     KeyMap
	running  bool
	ends     map[string]error // by session: how destroying it ended
	err      string           // why the sessions could not be handed over
}

// handedOverMsg is the answer to handing sessions over.
type handedOverMsg struct{ err error }

func (l *leave) mode() Mode                    { return ModeLeave }
func (l *leave) typed(*Model, tea.Msg) tea.Cmd { return nil }

func (l *leave) view(s *shared, w, h int) (string, []string) {
	th := s.theme
	lines := []string{fmt.Sprintf("%d of your sessions %s still open, and %s quota:", len(l.sessions), verb(len(l.sessions), "is", "are"), verb(len(l.sessions), "takes", "take")), ""}
	if l.running || len(l.ends) > 0 {
		lines[0] = fmt.Sprintf("Destroying your sessions: %d of %d are gone.", l.gone(), len(l.sessions))
		lines = append(lines, l.progress(s, max(h-6, 1))...)
	} else {
		lines = append(lines, named(s, l.sessions, max(h-6, 1))...)
	}
	if l.err != "" {
		lines = append(lines, "", th.Bad.Render(l.err))
	}
	hints := keyHints(th, l.keys, ModeLeave, ActDestroyMine, ActKeep, ActCancel)
	if l.running {
		hints = keyHints(th, l.keys, ModeLeave, ActLeaveNow, ActCancel)
	}
	return "Quit", flow(append(lines, "", hints), w, th.Glyphs.Ellipsis)
}

func (l *leave) gone() (n int) {
	for _, err := range l.ends {
		if err == nil {
			n++
		}
	}
	return n
}

// progress lists the sessions with what became of them, at most n; those that failed come first.
func (l *leave) progress(s *shared, n int) (out []string) {
	th := s.theme
	var rest []string
	for _, x := range l.sessions {
		err, ended := l.ends[x.Record.ID]
		name := s.tag(x.Record.ID, 20) + " "
		switch {
		case err != nil:
			out = append(out, th.Bad.Render(th.Glyphs.Cross)+" "+name+th.Bad.Render(client.Line1(err.Error())))
		case ended:
			rest = append(rest, th.Good.Render(th.Glyphs.Check)+" "+name+th.Dim.Render(x.Record.ID))
		default:
			rest = append(rest, th.Dim.Render(th.Glyphs.Ellipsis)+" "+name+th.Dim.Render(x.Record.ID))
		}
	}
	out = append(out, rest...)
	return out[:min(len(out), n)]
}

func (l *leave) do(m *Model, a Action) tea.Cmd {
	switch a {
	case ActLeaveNow:
		m.leftOpen.Store(true)
		return tea.Quit
	case ActKeep:
		return l.keep(m)
	case ActDestroyMine:
		return l.destroy(m)
	case ActCancel:
		m.show(nil)
	}
	return nil
}

// keep hands over what was not destroyed.
func (l *leave) keep(m *Model) tea.Cmd {
	if l.running {
		return nil
	}
	var ids []string
	for _, s := range l.sessions {
		if err, ended := l.ends[s.Record.ID]; !ended || err != nil {
			ids = append(ids, s.Record.ID)
		}
	}
	ledger := m.source.Custody()
	return func() tea.Msg { return handedOverMsg{ledger.Keep(ids...)} }
}

func (m *Model) handleHandedOver(msg handedOverMsg) tea.Cmd {
	l, ok := m.dialog.(*leave)
	if msg.err == nil || !ok {
		return tea.Quit
	}
	l.err = fmt.Sprintf("They are kept, but the next start will take them for left behind: %s. k quits all the same.", client.Line1(msg.err.Error()))
	return nil
}

// destroy destroys what is not gone yet.
func (l *leave) destroy(m *Model) tea.Cmd {
	if l.running {
		return nil
	}
	var open []*watch.Session
	for _, s := range l.sessions {
		if err, ended := l.ends[s.Record.ID]; !ended || err != nil {
			open = append(open, s)
			delete(l.ends, s.Record.ID)
		}
	}
	l.running = true
	return destroyAll(m, open)
}

// elapsed notes how destroying a session ended. When all are gone, the screen is left; if one is not, it
// is named, and the person decides again.
func (l *leave) elapsed(msg destroyedMsg) tea.Cmd {
	l.ends[msg.id] = msg.err
	if len(l.ends) < len(l.sessions) {
		return nil
	}
	l.running = false
	if l.gone() == len(l.sessions) {
		return tea.Quit
	}
	return nil
}

func verb(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
