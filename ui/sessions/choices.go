package sessions

import (
	"errors"
	"slices"
	"time"

	"lenswatch/client"
	"lenswatch/ui/draw"
	"lenswatch/watch"
	"lenswatch/watch/health"
)

// Chosen is what the person decided about a session, which need not be here.
type Chosen struct {
	Session string
	watch.Choices
}

// Choices are what the person decided about sessions.
type Choices []Chosen

// maxChoices is for how many sessions decisions are remembered; the oldest are forgotten first. maxAlias is the longest name
// of one's own, in cells.
const maxChoices, maxAlias = 100, 40

// ErrLongAlias is shown to a person whose name for a session is too long.
var ErrLongAlias = errors.New("names can have at most 40 characters")

// Alias is a name of the person's own, made safe to show; an error if it is too long.
func Alias(text string) (string, error) {
	text = client.Line1(client.Clean(text))
	if draw.Width(text) > maxAlias {
		return "", ErrLongAlias
	}
	return text, nil
}

// Restore takes up what was decided in another run.
func (c *Choices) Restore(all []Chosen) {
	for _, x := range all[max(len(all)-maxChoices, 0):] {
		var err error
		if x.Alias, err = Alias(x.Alias); err == nil {
			*c = append(*c, x)
		}
	}
}

// Lasting are the decisions that another run takes up.
func (c Choices) Lasting() (out []Chosen) {
	for _, x := range c {
		if x.Alias != "" || x.Pinned {
			out = append(out, x)
		}
	}
	return out
}

// Apply gives the sessions what was decided about them. What was acknowledged counts until the verdict is another.
func (c Choices) Apply(store *watch.Store, now time.Time) {
	for i := range c {
		x := &c[i]
		s := store.Session(x.Session)
		if s == nil {
			continue
		}
		if x.Acknowledged != health.Unknown && s.Health.Verdict(now).Code != x.Acknowledged {
			x.Acknowledged = health.Unknown
		}
		s.Choices = x.Choices
	}
}

// Decide changes what was decided about a session.
func (c *Choices) Decide(s *watch.Session, decide func(*watch.Choices)) {
	all := *c
	i := slices.IndexFunc(all, func(x Chosen) bool { return x.Session == s.Record.ID })
	if i < 0 {
		i = len(all)
		all = append(all, Chosen{Session: s.Record.ID})
	}
	decide(&all[i].Choices)
	if all[i].Choices == (watch.Choices{}) {
		s.Choices = watch.Choices{}
		all = slices.Delete(all, i, i+1)
	}
	*c = all[max(len(all)-maxChoices, 0):]
}
