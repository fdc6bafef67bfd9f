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

// NewHighlighter makes a Highlighter of rules. Those that cannot be used are left out: [NewEngine] reports them. So
// are those that one event alone does not fire, unless they say how: its row would show an alert that there is not.
func NewHighlighter(rules []Rule) *Highlighter {
	h := &Highlighter{}
	for _, r := range rules[:min(len(rules), MaxRules)] {
		if c, err := compile(r); err == nil && c.onEvents && (r.Highlight != "" || r.Count <= 1 && r.HeldFor == 0) {
			h.rules = append(h.rules, c)
		}
	}
	return h
}

// Of is a rule whose condition an event meets, and how it is drawn; name is empty if it meets none. Of several it is one
// that says how, else the first.
func (h *Highlighter) Of(ev *client.Event) (name, how string) {
	var best *rule
	for _, r := range h.rules {
		if (best == nil || best.Highlight == "" && r.Highlight != "") && r.matches(ev) {
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
