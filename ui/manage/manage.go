// Package manage is what a person does to sessions: create, attach, reconnect, destroy, and decide what becomes of
// their own when they quit.
//
// It promises that nothing is destroyed without a yes, that a session created elsewhere needs its ID typed, and
// that no request holds up a key: each is a command, whose outcome is a message. It never destroys "everything".
package manage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/ui/action"
	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
	"lenswatch/ui/output"
	"lenswatch/ui/problem"
	"lenswatch/ui/status"
	"lenswatch/watch"
	"lenswatch/watch/custody"
	"lenswatch/watch/health"
)

// Manager acts on the sessions of a live source.
type Manager struct {
	Ctx   context.Context // requests end with it
	Live  watch.Live
	Store *watch.Store

	leaving *leave // the dialog that asks what becomes of one's own sessions; nil if it is not open
	works   []*work
	drafts  map[string]*form                     // forms that were left and failed, by what they are about
	made    map[string]*form                     // of the sessions that this run created, by ID
	freed   map[string]func(dialog.Host) tea.Cmd // what goes on once a session is destroyed, by ID
}

// New makes the Manager of a live source; requests end with ctx.
func New(ctx context.Context, live watch.Live, store *watch.Store) *Manager {
	return &Manager{
		Ctx: ctx, Live: live, Store: store,
		drafts: map[string]*form{}, made: map[string]*form{}, freed: map[string]func(dialog.Host) tea.Cmd{},
	}
}

// How long a request of a person may take.
const requestTimeout = 45 * time.Second

// Created is the outcome of creating a session, Destroyed of destroying one, and HandedOver of leaving sessions to
// whoever comes next.
type (
	Created struct {
		form    *form
		session client.Session
		err     error
	}
	Destroyed struct {
		id, name string
		session  client.Session
		err      error
	}
	HandedOver struct{ err error }
)

// request makes a command of a request, within a limit of time.
func (m *Manager) request(limit time.Duration, do func(context.Context) tea.Msg) tea.Cmd {
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(m.Ctx, limit)
		defer cancel()
		return do(ctx)
	}
}

// create asks the service for a session as a form describes it.
func (m *Manager) create(f *form) tea.Cmd {
	lens, inputs := f.lens, f.values()
	return m.request(requestTimeout, func(ctx context.Context) tea.Msg {
		s, err := m.Live.Create(ctx, lens.Service, client.CreateRequest{LensID: lens.ID, LensName: lens.Name, Inputs: inputs})
		return Created{form: f, session: s, err: err}
	})
}

// destroy asks the service to destroy sessions, in parallel, within a limit of time.
func (m *Manager) destroy(limit time.Duration, sessions ...client.Session) tea.Cmd {
	cmds := make([]tea.Cmd, len(sessions))
	for i, r := range sessions {
		name := m.name(&r)
		cmds[i] = m.request(limit, func(ctx context.Context) tea.Msg {
			s, err := m.Live.Destroy(ctx, r.Service, r.ID)
			return Destroyed{id: r.ID, name: name, session: s, err: err}
		})
	}
	return tea.Batch(cmds...)
}

// HandleCreated goes on with the session that was created, or says why there is none.
func (m *Manager) HandleCreated(h dialog.Host, msg Created, shown *watch.Session) tea.Cmd {
	f := msg.form
	if m.leaving != nil && m.leaving.running {
		return m.leaving.created(h, msg)
	}
	if msg.err == nil {
		h.Select(msg.session.ID)
		return f.created(h, msg.session)
	}
	if shown != nil {
		// A full quota explains why there is no session to take the place of the one that is shown.
		if p, ok := health.Outcome(health.ProbeCreate, h.Context().Now, 0, nil, msg.err); ok {
			shown.Health.Probe(p)
		}
	}
	f.failed(msg.err)
	if errors.Is(msg.err, client.ErrQuota) {
		m.Store.NoteFull(f.lens.Service)
	}
	switch {
	case m.leaving != nil:
		m.leaving.lost = append(m.leaving.lost, f.lens.Name+": "+problem.Reason(msg.err))
	case errors.Is(msg.err, custody.ErrLedger):
		h.Show(m.confirmWithoutLedger(f, msg.err))
	case errors.Is(msg.err, client.ErrQuota):
		h.Show(&quota{Base: dialog.NewBase(action.Quota, action.Destroy, action.Cancel, action.Up, action.Down), manager: m, form: f, message: problem.Reason(msg.err)})
	case f.closed:
		h.Say(dialog.Failure, "Couldn't create the session: %s. %s", problem.Reason(msg.err), problem.Advice(msg.err))
	}
	return nil
}

// done says that a session is there as its form asks, and how to destroy the one that it takes the place of.
func (m *Manager) done(h dialog.Host, f *form) (cmd tea.Cmd) {
	if made := m.made[f.session.ID]; made != nil && f.existing {
		made.source = f.source // its parameters stay
	} else {
		m.made[f.session.ID] = f
	}
	created := "Created " + f.lens.Name + " " + f.session.ID
	if f.existing {
		created = "Set up " + f.lens.Name + " " + f.session.ID
	}
	if len(f.steps) > 0 {
		created += ": " + f.steps[len(f.steps)-1]
	}
	say := func(h dialog.Host, what string) {
		if err := m.Live.Custody().Trouble(); err != nil && !f.existing {
			f.say(h, dialog.Failure, fmt.Sprintf("%s, but it won't be cleaned up if lenswatch crashes: %v.", what, err))
			return
		}
		f.say(h, dialog.Success, what+".")
	}
	if q := f.question; q != nil && *q != (client.Question{}) {
		f.question = nil
		again := newQuestion(m, f.session)
		again.done = func(h dialog.Host) { say(h, created+" with the question of the old session") }
		again.params[0].SetText(q.Focus)
		again.params[1].SetText(q.Instruction)
		again.asked = true // so that it can be sent again, should it fail
		cmd = again.send(h, client.QuestionChange{Focus: &q.Focus, Instruction: &q.Instruction})
	}
	say(h, created)
	if old := m.Store.Session(f.old.ID); f.replaces && old != nil && !old.Gone() {
		return tea.Batch(cmd, m.destroying(old.Record, nil)(h))
	}
	return cmd
}

// say shows a message, and how to destroy the session that the new one takes the place of while that is open. It asks
// nothing: a question that opens by itself is answered by a key that was meant for something else.
func (f *form) say(h dialog.Host, t dialog.Tone, text string) {
	if old := f.manager.Store.Session(f.old.ID); old != nil && !old.Gone() && !f.replaces {
		if t == dialog.Success {
			t = dialog.Offer
		}
		h.Say(t, "%s The old session, %s, is still running: press {switch-session} to find it, {destroy} to destroy it.", text, f.manager.label(&f.old))
		return
	}
	h.Say(t, "%s", text)
}

// HandleDestroyed says how destroying a session ended, and how long it had lived. What the slot was freed for goes on.
func (m *Manager) HandleDestroyed(h dialog.Host, msg Destroyed) tea.Cmd {
	m.works = slices.DeleteFunc(m.works, func(w *work) bool { return w.key == "destroy "+msg.id })
	then := m.freed[msg.id]
	delete(m.freed, msg.id)
	now, after := h.Context().Now, ""
	if msg.err == nil {
		// The hub reports it too, with its next batch; on the way out there is none.
		m.Store.AddSample(watch.Sample{Session: msg.session}, now)
		if s := m.Store.Session(msg.id); s != nil && s.Record.Age(now) > 0 {
			after = " after " + draw.Span(s.Record.Age(now))
		}
	}
	switch {
	case m.leaving != nil && m.leaving.running:
		return m.leaving.ended(msg)
	case msg.err != nil:
		h.Say(dialog.Failure, "Couldn't destroy %s: %s. %s", msg.name, problem.Reason(msg.err), problem.Advice(msg.err))
		return nil
	}
	h.Say(dialog.Success, "Destroyed %s %s%s.", msg.name, msg.id, after)
	if then == nil {
		return nil
	}
	return then(h)
}

// HandleHandedOver quits, unless the sessions could not be handed over.
func (m *Manager) HandleHandedOver(msg HandedOver) tea.Cmd {
	if msg.err == nil || m.leaving == nil {
		return tea.Quit
	}
	m.leaving.err = msg.err
	return nil
}

// Reconnect opens the stream of a session anew, or for the first time.
func (m *Manager) Reconnect(h dialog.Host, s *watch.Session) tea.Cmd {
	r := &s.Record
	switch {
	case s.Unwatched() && m.Live.Watch(r.Service, r.ID) == nil:
		h.Say(dialog.Info, "Opening %s.", m.name(r))
	case m.Live.Command(r.ID, client.CommandReconnect):
		h.Say(dialog.Info, "Reconnecting to %s.", m.name(r))
	case !s.Gone() && m.Live.Watch(r.Service, r.ID) == nil:
		h.Say(dialog.Info, "Reopening %s.", m.name(r))
	default:
		h.Say(dialog.Info, "The session has ended; nothing to reconnect.")
	}
	return nil
}

// SwitchChannel reads the output channel that is not being read. A session uses one of the two.
func (m *Manager) SwitchChannel(h dialog.Host, s *watch.Session) tea.Cmd {
	command, channel := client.CommandUseMailbox, "the mailbox"
	if s.Health.Metrics(h.Context().Now).Channel == client.ChannelMailbox {
		command, channel = client.CommandUseSSE, "SSE"
	}
	if m.Live.Command(s.Record.ID, command) {
		h.Say(dialog.Info, "Switched to %s.", channel)
	} else {
		h.Say(dialog.Info, "No open stream. Press {reconnect} to reconnect.")
	}
	return nil
}

// CopyCurl copies the command that reads the stream of a session without lenswatch. The key is named, never written
// out.
func (m *Manager) CopyCurl(h dialog.Host, s *watch.Session) tea.Cmd {
	c, ok := m.Live.Service(s.Record.Service).(client.Curler)
	if !ok {
		h.Say(dialog.Info, "No curl command: this service has no stream.")
		return nil
	}
	return output.Copy(h, "curl command", c.Curl(s.Record.ID))
}

// name is what the person calls a session, else the name of its lens; label has the end of its ID and the lens too.
func (m *Manager) name(r *client.Session) string {
	if s := m.Store.Session(r.ID); s != nil {
		return status.Name(s)
	}
	return status.LensName(r)
}

func (m *Manager) label(r *client.Session) string { return status.Label(r, m.name(r)) }

// Owner is whose a session is.
func (m *Manager) owner(r client.Session) custody.Owner {
	if s := m.Store.Session(r.ID); s != nil && s.CreatedHere {
		return custody.OwnerThisRun
	}
	return m.Live.Custody().Owner(r.Service, r.ID)
}
