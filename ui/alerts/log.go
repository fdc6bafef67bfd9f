// Package alerts is the list of alerts on the screen: which rules fired, which are acknowledged or muted.
//
// It promises that the list is bounded, that what it drops is counted and shown, and that rules hold up nothing: what
// they have set is sent by others, who do not wait.
package alerts

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"lenswatch/client"
	"lenswatch/ui/dialog"
	"lenswatch/ui/status"
	"lenswatch/watch"
	"lenswatch/watch/alerts"
)

// maxEntries is how many alerts are retained; the oldest go first, but those that are firing.
const maxEntries = 200

// Options say which rules there are, and who carries out what they have set.
type Options struct {
	Rules []alerts.Rule
	// Send carries out the command and the webhook of a rule; nil over a recording. It must not wait.
	Send func(alerts.Rule, *alerts.Change)
	// Sought has the alerts of a recording up to a position that was sought; nil for what is live.
	Sought *Sought
	// Failures takes what could not be sent since it was called last; it may be nil.
	Failures func() []string
}

// entry is one alert.
type entry struct {
	rule, session, text string
	name                string    // of the session, when it fired
	since, resolved     time.Time // resolved is zero while it is firing
	acknowledged        bool
}

// Log is the alerts of a run. It belongs to the goroutine that draws. Use [New].
type Log struct {
	o       Options
	engine  *alerts.Engine
	entries []entry // oldest first
	muted   map[string]bool
	dropped int
	err     error // why there is no engine
}

// New makes a Log of rules, which were checked before.
func New(o Options) *Log {
	l := &Log{o: o, muted: map[string]bool{}}
	l.engine, l.err = alerts.NewEngine(o.Rules)
	return l
}

// Batch tests the rules on a batch that the store has taken in.
func (l *Log) Batch(h dialog.Host, store *watch.Store, b *watch.Batch) tea.Cmd {
	if l.engine == nil {
		return nil
	}
	if b.Store != nil && l.o.Sought.moves(l, b.Store) {
		return nil
	}
	return l.take(h, store, l.engine.Batch(b))
}

// Second tests what the passing of time decides, and reports what could not be sent.
func (l *Log) Second(h dialog.Host, now time.Time, store *watch.Store) tea.Cmd {
	if l.engine == nil {
		return nil
	}
	if l.o.Failures != nil {
		for _, text := range l.o.Failures() {
			h.Say(dialog.Failure, "%s", client.Line1(text))
		}
	}
	return l.take(h, store, l.engine.Second(now, store))
}

// Firing is how many alerts are firing, and how many of those are acknowledged.
func (l *Log) Firing() (firing, acknowledged int) {
	for i := range l.entries {
		if e := &l.entries[i]; e.resolved.IsZero() {
			firing++
			if e.acknowledged {
				acknowledged++
			}
		}
	}
	return firing, acknowledged
}

// take lists changes, and notifies of those that fire, unless their rules are muted.
func (l *Log) take(h dialog.Host, store *watch.Store, changes []alerts.Change) tea.Cmd {
	out := ""
	for i := range changes {
		c := &changes[i]
		name := nameOf(store, c)
		l.list(c, name)
		if l.muted[c.Rule] {
			continue
		}
		rule := l.engine.Rule(c.Rule)
		if l.o.Send != nil {
			l.o.Send(rule, c)
		}
		if !c.Firing {
			h.Say(dialog.News, "Resolved %s: %s: %s", client.Line1(c.Rule), name, c.Text)
			continue
		}
		text := "Alert " + client.Line1(c.Rule) + ": " + name + ": " + c.Text
		said := name + ": " + c.Text
		if len(rule.Verdicts) > 0 { // the line for what is wrong has the sentence
			said = name
		}
		h.Say(dialog.News, "Alert %s ({alerts} lists alerts): %s", client.Line1(c.Rule), said)
		if rule.Notify && l.o.Send != nil {
			out += ansi.Notify("lenswatch: " + text)
		}
		if rule.Bell && l.o.Send != nil {
			out += "\a"
		}
	}
	if out == "" {
		return nil
	}
	return tea.Raw(out)
}

// nameOf is the name of a session and the end of its ID, as lists have it.
func nameOf(store *watch.Store, c *alerts.Change) string {
	id, whose := c.Session, status.WhoseText(store, c.Service)
	s := store.Session(id)
	if s == nil || status.Name(s) == id {
		return whose + status.Suffix(id)
	}
	return whose + client.Line1(status.Name(s)) + " " + status.Suffix(id)
}

func (l *Log) list(c *alerts.Change, name string) {
	if !c.Firing {
		for i := range slices.Backward(l.entries) {
			if e := &l.entries[i]; e.rule == c.Rule && e.session == c.Session && e.resolved.IsZero() {
				e.resolved = c.At
				return
			}
		}
		return
	}
	if len(l.entries) == maxEntries {
		oldest := max(0, slices.IndexFunc(l.entries, func(e entry) bool { return !e.resolved.IsZero() }))
		l.entries = slices.Delete(l.entries, oldest, oldest+1)
		l.dropped++
	}
	l.entries = append(l.entries, entry{rule: c.Rule, session: c.Session, name: name, text: c.Text, since: c.At})
}
