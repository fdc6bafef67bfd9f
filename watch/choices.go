package watch

import (
	"hash/fnv"

	"lenswatch/watch/health"
)

// Choices are what a person decided about a session on the screen. They change nothing of the session.
type Choices struct {
	Alias  string `json:",omitempty"` // a name of the person's own; empty for none
	Pinned bool   `json:",omitempty"`
	// Muted says that no trouble of it raises an alarm in this run, Acknowledged which one does not, as long as it stays
	// the same.
	Muted        bool               `json:"-"`
	Acknowledged health.VerdictCode `json:"-"`
}

// Quiets reports whether a verdict on the session raises no alarm.
func (c Choices) Quiets(v health.VerdictCode) bool {
	return c.Muted || c.Acknowledged != health.Unknown && c.Acknowledged == v
}

// Hues is how many colours sessions are distinguished by.
const Hues = 10

// hue is the colour of a session by its ID, so that it has the same one tomorrow.
func hue(id string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(id)) // it never fails
	return int(h.Sum32() % Hues)
}

// ownHue is the colour of a session that is watched: the next one if another that is open has it.
func (b *Store) ownHue(s *Session) int {
	var taken [Hues]bool
	for _, o := range b.known {
		taken[o.Hue] = taken[o.Hue] || o != s && !o.Gone()
	}
	for i := range Hues {
		if at := (s.Hue + i) % Hues; !taken[at] {
			return at
		}
	}
	return s.Hue
}

// Touch says that something of the sessions is another, such as [Session.Choices].
func (b *Store) Touch() { b.version++ }
