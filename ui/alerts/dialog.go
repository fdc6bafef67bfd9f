package alerts

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/ui/action"
	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
	"lenswatch/ui/window"
)

// Dialog lists the alerts, the newest first. It changes while it is open; the cursor stays on its alert.
type Dialog struct {
	dialog.Base
	log   *Log
	at    window.List
	known int // alerts that there were, with those dropped
}

// NewDialog is the list of a Log.
func NewDialog(l *Log) *Dialog {
	return &Dialog{Base: dialog.NewBase(action.AlertsMode, action.Cancel, action.Acknowledge, action.Mute, action.Choose, action.Up, action.Down), log: l, known: l.total()}
}

// Hints are the keys that are of use: most are about an alert.
func (d *Dialog) Hints() []action.ID {
	if d.selected() == nil {
		return []action.ID{action.Cancel, action.Help}
	}
	return d.Base.Hints()
}

func (l *Log) total() int { return len(l.entries) + l.dropped }

// Sync moves the cursor with its alert.
func (d *Dialog) Sync(dialog.Host) {
	if fresh := d.log.total() - d.known; fresh != 0 {
		d.known += fresh
		if at := d.at.Cursor(len(d.log.entries)); at > 0 {
			d.at.To(at+fresh, len(d.log.entries), d.rows())
		}
	}
}

// rows is how many alerts are seen: each takes two lines.
func (d *Dialog) rows() int { return max(d.H/2, 1) }

// selected is the alert of the cursor, or nil.
func (d *Dialog) selected() *entry {
	n := len(d.log.entries)
	if n == 0 {
		return nil
	}
	return &d.log.entries[n-1-d.at.Cursor(n)]
}

// Act moves, acknowledges, mutes, or goes to the session.
func (d *Dialog) Act(h dialog.Host, id action.ID) tea.Cmd {
	e := d.selected()
	switch {
	case id == action.Cancel:
		h.Show(nil)
	case e == nil:
	case id == action.Acknowledge:
		e.acknowledged = !e.acknowledged
	case id == action.Mute:
		if d.log.muted[e.rule] = !d.log.muted[e.rule]; d.log.muted[e.rule] {
			h.Say(dialog.Info, "Muted %s until lenswatch exits; its alerts are still listed.", client.Line1(e.rule))
		} else {
			h.Say(dialog.Info, "Unmuted %s.", client.Line1(e.rule))
		}
	case id == action.Choose:
		h.Select(e.session)
		h.Show(nil)
	default:
		d.at.Act(id, len(d.log.entries), d.rows())
	}
	return nil
}

// Click chooses an alert; the second click of two goes to its session.
func (d *Dialog) Click(h dialog.Host, line int, twice bool) tea.Cmd {
	if d.at.Click(line/2, len(d.log.entries), d.rows()) && twice {
		return d.Act(h, action.Choose)
	}
	return nil
}

// View lists the alerts.
func (d *Dialog) View(c *draw.Context) dialog.Content {
	l, n := d.log, len(d.log.entries)
	firing, acknowledged := l.Firing()
	title := fmt.Sprintf("Alerts %s %d firing", c.Glyphs.Dot, firing)
	if acknowledged > 0 {
		title += fmt.Sprintf(" (%d acknowledged)", acknowledged)
	}
	switch {
	case len(l.o.Rules) == 0:
		return dialog.Content{Title: "Alerts", Lines: c.Wrap("No alert rules. Add a [rules.NAME] section to the settings file (examples: docs/alerts.md).", d.W)}
	case n == 0:
		return dialog.Content{Title: "Alerts", Lines: c.Wrap(l.quiet(), d.W)}
	}
	from, to := d.at.Range(n, d.rows())
	var lines []string
	for i := from; i < to; i++ {
		lines = append(lines, d.lines(c, &l.entries[n-1-i], i == d.at.Cursor(n))...)
	}
	if to == n && l.dropped > 0 {
		lines = append(lines, c.Dim.Render(fmt.Sprintf("%d older alerts dropped", l.dropped)))
	}
	return dialog.Content{Title: title, Lines: lines, Below: 2 * (n - to)}
}

// quiet says that there are no alerts, and how many rules there could be some of.
func (l *Log) quiet() string {
	if l.engine == nil {
		return "Rules are off: " + l.err.Error() + "."
	}
	switch tested := l.engine.Tested(); tested {
	case 0:
		return "Your rules only highlight rows; none raises alerts."
	case 1:
		return "No alerts yet (1 rule active)."
	default:
		return fmt.Sprintf("No alerts yet (%d rules active).", tested)
	}
}

func (d *Dialog) lines(c *draw.Context, e *entry, chosen bool) []string {
	state, style := "firing", c.Warn
	switch {
	case !e.resolved.IsZero():
		state, style = "resolved "+c.Clock(e.resolved), c.Dim
	case e.acknowledged:
		state, style = "acknowledged", c.Dim
	}
	head := c.Clock(e.since) + " " + client.Line1(e.rule) + "  " + e.name
	if d.log.muted[e.rule] {
		state += ", muted"
	}
	if chosen {
		head = c.Chosen(head+"  "+state, d.W)
	} else {
		head = c.Fit(head+"  "+style.Render(state), d.W)
	}
	return []string{head, c.Fit("  "+e.text, d.W)}
}
