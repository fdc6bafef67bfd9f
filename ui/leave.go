package ui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"lenswatch/watch"
)

// quit leaves, after asking if sessions that this run created are still open.
func (m *Model) quit() tea.Cmd {
	var mine []*watch.Session
	for _, s := range m.shared.book.Sessions() {
		if s.Mine && !s.Gone() {
			mine = append(mine, s)
		}
	}
	if len(mine) == 0 {
		return tea.Quit
	}
	m.dialog = &leave{mine: mine, keys: m.keys}
	return nil
}

// leave asks what becomes of the sessions that this run created.
type leave struct {
	mine []*watch.Session
	keys KeyMap
}

func (l *leave) mode() Mode                    { return ModeLeave }
func (l *leave) typed(*Model, tea.Msg) tea.Cmd { return nil }

func (l *leave) view(s *shared, w, h int) (string, []string) {
	th := s.theme
	lines := []string{fmt.Sprintf("%d of your sessions %s still open, and %s quota:", len(l.mine), verb(len(l.mine), "is", "are"), verb(len(l.mine), "takes", "take")), ""}
	for i, x := range l.mine {
		if i == max(h-6, 1) {
			lines = append(lines, th.Dim.Render(fmt.Sprintf("and %d more", len(l.mine)-i)))
			break
		}
		lines = append(lines, s.tag(x.Record.ID, 20)+" "+th.Dim.Render(x.Record.ID+"  "+span(x.Record.Age(s.now))))
	}
	hints := keyHints(th, l.keys, ModeLeave, ActDestroyMine, ActKeep, ActCancel)
	return "Quit", flow(append(lines, "", hints), w, th.Glyphs.Ellipsis)
}

func (l *leave) do(m *Model, a Action) tea.Cmd {
	m.dialog = nil
	switch a {
	case ActLeaveNow:
		return tea.Quit
	case ActKeep:
		m.kept = true
		return tea.Quit
	case ActDestroyMine:
		m.toast.say(m.shared.now, "Destroying your sessions …")
		cmds := make([]tea.Cmd, len(l.mine))
		for i, s := range l.mine {
			cmds[i] = destroy(m.ctx, m.hub, s.Record)
		}
		return tea.Sequence(tea.Batch(cmds...), tea.Quit)
	}
	return nil
}

func verb(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
