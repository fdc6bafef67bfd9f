package alerts

import "lenswatch/client"

// Highlights are the ways in which events can be highlighted, by what they mean.
func Highlights() []string { return []string{"warn", "bad", "good", "accent"} }

// OnlyHighlights reports whether a rule colours events and raises no alert.
func (r Rule) OnlyHighlights() bool {
	return r.Highlight != "" && !r.Bell && !r.Notify && len(r.Command) == 0 && r.Webhook == ""
}

// Highlighter finds events that rules are about.
type Highlighter struct{ rules []*rule }

// NewHighlighter makes a Highlighter of rules. Those that cannot be used are left out: [NewEngine] reports them.
func NewHighlighter(rules []Rule) *Highlighter {
	h := &Highlighter{}
	for _, r := range rules[:min(len(rules), MaxRules)] {
		if c, err := compile(r); err == nil && c.onEvents {
			h.rules = append(h.rules, c)
		}
	}
	return h
}

// Of is a rule whose condition an event meets, and how it is drawn; name is empty if it meets none. Of several it is one
// that says how, else one that fires by the event alone, else one that counts events or waits; then the first.
func (h *Highlighter) Of(ev *client.Event) (name, how string) {
	var best *rule
	for _, r := range h.rules {
		if (best == nil || r.claim() > best.claim()) && r.matches(ev) {
			best = r
		}
	}
	if best == nil {
		return "", ""
	}
	if how = best.Highlight; how == "" {
		how = Highlights()[0]
	}
	return best.Name, how
}

// claim is how much a rule has to say about the colour of an event.
func (c *rule) claim() int {
	switch {
	case c.Highlight != "":
		return 2
	case c.Count <= 1 && c.HeldFor == 0:
		return 1
	}
	return 0
}
