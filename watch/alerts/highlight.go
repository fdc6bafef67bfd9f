package alerts

import (
	"slices"

	"lenswatch/client"
)

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

// Of is the first rule whose condition an event meets, and how it is drawn; name is empty if it meets none.
func (h *Highlighter) Of(ev *client.Event) (name, how string) {
	i := slices.IndexFunc(h.rules, func(r *rule) bool { return r.matches(ev) })
	if i < 0 {
		return "", ""
	}
	if how = h.rules[i].Highlight; how == "" {
		how = Highlights()[0]
	}
	return h.rules[i].Name, how
}
