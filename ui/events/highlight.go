package events

import (
	"lenswatch/watch/alerts"
	"lenswatch/watch/history"
)

// Highlights are the events of the lists that rules are about. Each event is tested once, as far as they are remembered.
type Highlights struct {
	rules *alerts.Highlighter
	of    *history.Store
	known map[history.Seq]highlight
}

// highlight is the name of a rule, and how its events are drawn.
type highlight struct{ rule, how string }

// NewHighlights highlights what rules are about.
func NewHighlights(rules []alerts.Rule) *Highlights {
	return &Highlights{rules: alerts.NewHighlighter(rules)}
}

// maxHighlights is how many events are remembered.
const maxHighlights = 4096

func (h *Highlights) at(s *history.Store, e *history.Entry) highlight {
	if h == nil {
		return highlight{}
	}
	if h.of != s || len(h.known) >= maxHighlights {
		h.of, h.known = s, map[history.Seq]highlight{}
	}
	x, ok := h.known[e.Seq]
	if !ok {
		x.rule, x.how = h.rules.Of(&e.Event)
		h.known[e.Seq] = x
	}
	return x
}
