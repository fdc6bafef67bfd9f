package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"lenswatch/ui/dialog"
	"lenswatch/ui/sessions"
	"lenswatch/ui/status"
	"lenswatch/watch"
	"lenswatch/watch/health"
)

// choose decides something about a session.
func choose(m *Model, s *watch.Session, decide func(*watch.Choices)) {
	m.choices.Decide(s, decide)
	m.store.Touch()
	m.style++ // names are everywhere
	m.sync()
}

// pin keeps the subject above others, or no more.
func pin(m *Model) tea.Cmd {
	s := subject(m)
	choose(m, s, func(x *watch.Choices) { x.Pinned = !x.Pinned })
	if s.Choices.Pinned {
		host{m}.Say(dialog.Info, "Pinned %s %s.", status.Name(s), status.Suffix(s.Record.ID))
	} else {
		host{m}.Say(dialog.Info, "Unpinned %s %s.", status.Name(s), status.Suffix(s.Record.ID))
	}
	return nil
}

// muteSession acknowledges the trouble of the subject, then mutes all of it, then neither.
func muteSession(m *Model) tea.Cmd {
	s := subject(m)
	v, h := s.Health.Verdict(m.c.Now), host{m}
	name := status.Name(s) + " " + status.Suffix(s.Record.ID)
	switch {
	case s.Choices.Muted:
		choose(m, s, func(x *watch.Choices) { x.Muted, x.Acknowledged = false, health.Unknown })
		h.Say(dialog.Info, "Alerts for %s are on again.", name)
	case m.summary.Troubled(s):
		choose(m, s, func(x *watch.Choices) { x.Acknowledged = v.Code })
		h.Say(dialog.Info, "Acknowledged %s until its state changes. Press {mute-session} again to mute it for this run.", name)
	default:
		choose(m, s, func(x *watch.Choices) { x.Muted, x.Acknowledged = true, health.Unknown })
		h.Say(dialog.Info, "Muted %s for this run. Press {mute-session} to unmute it.", name)
	}
	return nil
}

// askAlias asks for a name of the person's own for the subject.
func askAlias(m *Model) tea.Cmd {
	s := subject(m)
	m.show(dialog.NewPrompt("Rename "+status.LensName(&s.Record)+" "+status.Suffix(s.Record.ID), "shown on this machine only · empty restores the lens name", s.Choices.Alias,
		func(h dialog.Host, text string) (tea.Cmd, error) {
			text, err := sessions.Alias(text)
			if err != nil {
				return nil, err
			}
			if text == status.LensName(&s.Record) {
				text = ""
			}
			choose(m, s, func(x *watch.Choices) { x.Alias = text })
			return nil, nil
		}))
	return nil
}

// sortSessions puts the sessions in the next order.
func sortSessions(m *Model) tea.Cmd {
	m.sessions.NextSort()
	host{m}.Say(dialog.Info, "Sorted by %s.", m.sessions.Sort)
	return nil
}

// matchSessions asks which sessions the list should show. It shows them while it is typed.
func matchSessions(m *Model) tea.Cmd {
	was := m.sessions.Matching()
	p := dialog.NewPrompt("Search sessions", "name, ID, state or service · empty shows all", was, func(_ dialog.Host, text string) (tea.Cmd, error) {
		m.sessions.Match(text)
		return nil, nil
	})
	p.Typed = func(text string) { m.sessions.Match(text) }
	p.Cancelled = func() { m.sessions.Match(was) }
	m.show(p)
	return nil
}

// unmatch shows all sessions again. It reports whether some were left out.
func unmatch(m *Model) bool {
	narrowed := strings.TrimSpace(m.sessions.Matching()) != ""
	if narrowed {
		m.sessions.Match("")
	}
	return narrowed
}
