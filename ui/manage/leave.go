package manage

import (
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/ui/action"
	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
	"lenswatch/ui/status"
	"lenswatch/watch"
)

// leave asks what becomes of the sessions that this run created, and shows it happen.
type leave struct {
	dialog.Base
	manager  *Manager
	sessions []*watch.Session
	running  bool
	ends     map[string]error // by session: how destroying it ended
	err      error            // why the sessions could not be handed over
	leftOpen func()           // the person quits at once, and leaves them
	started  time.Time        // when destroying was
}

// leaveWithin is how long destroying holds up the way out, as it does after ctrl+c. What is not destroyed
// by then stays in the ledger, and is named.
const leaveWithin = 4500 * time.Millisecond

// Quit leaves, after asking if sessions that this run created are still running. leftOpen is called if the person
// leaves them as they are.
func (m *Manager) Quit(h dialog.Host, leftOpen func()) tea.Cmd {
	l := &leave{Base: dialog.NewBase(action.Leave), manager: m, ends: map[string]error{}, leftOpen: leftOpen}
	for _, s := range m.Store.Sessions() {
		if s.CreatedHere && !s.Gone() {
			l.sessions = append(l.sessions, s)
		}
	}
	if len(l.sessions) == 0 {
		return tea.Quit
	}
	m.leaving = l
	h.Show(l)
	return nil
}

// Hints are the answers.
func (l *leave) Hints() []action.ID {
	if l.running {
		return []action.ID{action.LeaveNow, action.Cancel}
	}
	return []action.ID{action.DestroyMine, action.Keep, action.Cancel}
}

// View asks, or shows how far destroying is.
func (l *leave) View(c *draw.Context) dialog.Content {
	n, room := len(l.sessions), max(l.H-6, 1)
	lines := []string{fmt.Sprintf("%d of your sessions %s your quota:", n, draw.Plural(n, "is still running and counts against", "are still running and count against")), ""}
	if l.running || len(l.ends) > 0 {
		lines[0] = fmt.Sprintf("Destroying your sessions: %d of %d destroyed.", l.gone(), n)
		lines = append(lines, l.progress(c, room)...)
	} else {
		lines = append(lines, named(c, l.sessions, room)...)
	}
	if l.err != nil {
		text := c.Keys.Text(action.Leave, "They will keep running, but the next start will list them as orphaned: "+client.Line1(l.err.Error())+". Press {keep} to quit anyway.")
		lines = append(lines, "", c.Bad.Render(text))
	}
	return dialog.Content{Title: "Quit", Lines: c.Flow(lines, l.W), Keys: true}
}

func (l *leave) gone() (n int) {
	for _, err := range l.ends {
		if err == nil {
			n++
		}
	}
	return n
}

// progress lists the sessions with what became of them, at most n; those that failed come first.
func (l *leave) progress(c *draw.Context, n int) (out []string) {
	var rest []string
	for _, s := range l.sessions {
		err, ended := l.ends[s.Record.ID]
		name, id := status.Tag(c, s, s.Record.ID, 20)+" ", c.Dim.Render(s.Record.ID)
		switch {
		case err != nil:
			out = append(out, c.Bad.Render(c.Glyphs.Cross)+" "+name+c.Bad.Render(reason(err)))
		case ended:
			rest = append(rest, c.Good.Render(c.Glyphs.Check)+" "+name+id)
		default:
			rest = append(rest, c.Dim.Render(c.Glyphs.Ellipsis)+" "+name+id)
		}
	}
	out = append(out, rest...)
	return out[:min(len(out), n)]
}

// remaining are the sessions that are not destroyed yet.
func (l *leave) remaining() (out []client.Session) {
	for _, s := range l.sessions {
		if err, ended := l.ends[s.Record.ID]; !ended || err != nil {
			out = append(out, s.Record)
		}
	}
	return out
}

// Act destroys the sessions, hands them over, or leaves at once.
func (l *leave) Act(h dialog.Host, id action.ID) tea.Cmd {
	switch {
	case id == action.LeaveNow:
		l.leftOpen()
		return tea.Quit
	case id == action.Cancel:
		l.manager.leaving = nil
		h.Show(nil)
	case l.running:
	case id == action.Keep:
		var ids []string
		for _, r := range l.remaining() {
			ids = append(ids, r.ID)
		}
		ledger := l.manager.Live.Custody()
		return func() tea.Msg { return HandedOver{ledger.Keep(ids...)} }
	case id == action.DestroyMine:
		open := l.remaining()
		for _, r := range open {
			delete(l.ends, r.ID)
		}
		l.running, l.started = true, time.Now()
		return l.manager.destroy(leaveWithin, open...)
	}
	return nil
}

// ended notes how destroying a session ended. When all are gone, the screen is left; if one is not, it is named, and
// the person decides again. If time ran out, the service is not reached, and the screen is left all the same.
func (l *leave) ended(msg Destroyed) tea.Cmd {
	l.ends[msg.id] = msg.err
	if len(l.ends) < len(l.sessions) {
		return nil
	}
	switch l.running = false; {
	case l.gone() == len(l.sessions):
		return tea.Quit
	case time.Since(l.started) >= leaveWithin:
		l.leftOpen()
		return tea.Quit
	}
	return nil
}
