package ui

import (
	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
	"lenswatch/ui/status"
	"lenswatch/watch/health"
)

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
		verb := "ends"
		if l.May {
			verb = "may end"
		}
		host{m}.Say(dialog.Failure, "%s %s %s in %s (%v).", status.Name(s), status.Suffix(s.Record.ID), verb, draw.Span(l.Left), l.Kind)
	}
}

// warned is of which end a session was said to be near, by its ID.
type warned map[string]health.LimitKind
