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
