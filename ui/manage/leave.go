package manage

import (
	"errors"
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/ui/action"
	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
	"lenswatch/ui/problem"
	"lenswatch/ui/status"
	"lenswatch/watch"
)

// leave asks what becomes of the sessions that this run created, and shows it happen. A create without a response yet is one
// of them: what is chosen is done once it is answered.
type leave struct {
	dialog.Base
	manager  *Manager
	sessions []*watch.Session
	running  bool             // the person has chosen
	keep     bool             // to leave the sessions running
	ends     map[string]error // by session: how destroying it ended
	lost     []string         // creates that ended without a session: why
	err      error            // why the sessions could not be handed over
	leftOpen func()           // the person quits at once, and leaves them
	started  time.Time        // when destroying was
}

const (
	// leaveWithin is how long destroying holds up the way out, as it does after ctrl+c. What is not destroyed
	// by then stays in the ledger, and is named.
	leaveWithin = 4500 * time.Millisecond
	// answerWithin is how long a create may hold it up: its own limit, and the time in which a lost response is looked for.
	answerWithin = requestTimeout + 5*time.Second
)

// Quit leaves, after asking if sessions that this run created are still running, or being created. leftOpen is called if
// the person leaves them as they are.
func (m *Manager) Quit(h dialog.Host, leftOpen func()) tea.Cmd {
	l := &leave{Base: dialog.NewBase(action.Leave), manager: m, ends: map[string]error{}, leftOpen: leftOpen}
	l.Sync(h)
	if len(l.sessions)+len(m.creating()) == 0 {
		return tea.Quit
	}
	m.leaving = l
	h.Show(l)
	return nil
}

// Sync takes in the sessions that are running, until the person has chosen.
func (l *leave) Sync(dialog.Host) {
	if l.running || len(l.ends) > 0 {
		return
	}
	l.sessions = nil
	for _, s := range l.manager.Store.Sessions() {
		if s.CreatedHere && !s.Gone() {
			l.sessions = append(l.sessions, s)
		}
	}
}

// Hints are the answers.
func (l *leave) Hints() []action.ID {
	if l.running {
		return []action.ID{action.LeaveNow, action.Cancel}
	}
	return []action.ID{action.DestroyMine, action.Keep, action.Cancel}
}

// View asks, or shows how far it is.
func (l *leave) View(c *draw.Context) dialog.Content {
	n, room := len(l.sessions), max(l.H-6, 1)
	lines := []string{fmt.Sprintf("%d of your sessions %s your quota:", n, draw.Plural(n, "is still running and counts against", "are still running and count against")), ""}
	switch {
	case l.keep:
		lines[0] = "lenswatch quits once the service has responded. Your sessions stay running:"
		lines = append(lines, status.Rows(c, l.sessions, room)...)
	case l.running && n == 0:
		lines[0] = "The session is destroyed once the service has responded:"
	case l.running || len(l.ends) > 0:
		lines[0] = fmt.Sprintf("Destroying your sessions: %d of %d destroyed.", l.gone(), n)
		lines = append(lines, l.progress(c, room)...)
	case n == 0 && len(l.manager.creating()) > 0:
		lines[0] = "A session that you asked for is being created:"
	case n == 0:
		lines[0] = "None of your sessions is running."
	default:
		lines = append(lines, status.Rows(c, l.sessions, room)...)
	}
	for _, w := range l.manager.creating() {
		lines = append(lines, c.Busy.Render(c.Spinner()+" "+w.form.lens.Name+"  no response yet, "+draw.Span(c.Now.Sub(w.since))+"; waits "+draw.Span(answerWithin)+" at most"))
	}
	for _, why := range l.lost {
		lines = append(lines, c.Bad.Render(c.Glyphs.Cross+" "+why))
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
			out = append(out, c.Bad.Render(c.Glyphs.Cross)+" "+name+c.Bad.Render(problem.Reason(err)))
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
		l.running, l.keep = true, true
		return l.settled()
	case id == action.DestroyMine:
		open := l.remaining()
		for _, r := range open {
			delete(l.ends, r.ID)
		}
		l.running, l.started = true, time.Now()
		return tea.Batch(l.manager.destroy(leaveWithin, open...), l.settled())
	}
	return nil
}

// ended notes how destroying a session ended.
func (l *leave) ended(msg Destroyed) tea.Cmd {
	l.ends[msg.id] = msg.err
	return l.settled()
}

// created does with a session that was still being created what the person chose.
func (l *leave) created(h dialog.Host, msg Created) tea.Cmd {
	m := l.manager
	m.finish(msg.form.work)
	msg.form.work = nil
	switch {
	case msg.err != nil:
		l.lost = append(l.lost, msg.form.lens.Name+": "+problem.Reason(msg.err))
		if errors.Is(msg.err, client.ErrUncertain) && l.keep {
			l.leftOpen() // it may exist: it is named, and not looked for to be destroyed
		}
		return l.settled()
	case l.keep, slices.ContainsFunc(l.sessions, func(s *watch.Session) bool { return s.Record.ID == msg.session.ID }):
	default:
		m.Store.AddSample(watch.Sample{Session: msg.session, CreatedHere: true}, h.Context().Now)
		l.sessions = append(l.sessions, m.Store.Session(msg.session.ID))
		l.started = time.Now()
		return m.destroy(leaveWithin, msg.session)
	}
	return l.settled()
}

// settled leaves the screen when nothing is under way any more. If a session was not destroyed it is named, and the person
// decides again. If time ran out, the service is not reached, and the screen is left all the same.
func (l *leave) settled() tea.Cmd {
	if len(l.manager.creating()) > 0 || !l.keep && len(l.ends) < len(l.sessions) {
		return nil
	}
	l.running = false
	switch {
	case l.keep:
		l.keep = false
		ledger := l.manager.Live.Custody()
		return func() tea.Msg { return HandedOver{ledger.Keep()} }
	case l.gone() == len(l.sessions):
		return tea.Quit
	case time.Since(l.started) >= leaveWithin:
		l.leftOpen()
		return tea.Quit
	}
	return nil
}
