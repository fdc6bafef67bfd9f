package manage

import (
	"context"
	"errors"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/ui/dialog"
	"lenswatch/ui/problem"
	"lenswatch/watch/pipeline"
)

// Listed is what the account has stored.
type Listed struct {
	form  *form
	files []client.File
	err   error
}

// load asks for the account's files when they are wanted, once.
func (f *form) load() tea.Cmd {
	if !f.source.Wanted() {
		return nil
	}
	m := f.manager
	store, ok := m.Live.Service(f.lens.Service).(client.FileStore)
	if !ok {
		f.source.Unlisted("This service has no file storage.", false)
		return nil
	}
	return m.request(requestTimeout, func(ctx context.Context) tea.Msg {
		files, err := store.Files(ctx)
		return Listed{f, files, err}
	})
}

// HandleListed offers the files that a session can read.
func (m *Manager) HandleListed(msg Listed) {
	if msg.err != nil {
		msg.form.source.Unlisted("Couldn't list the files: "+problem.Reason(msg.err)+".", true)
		return
	}
	msg.form.source.Listed(msg.files)
	msg.form.Resize()
}

// uploadTimeout bounds setting up a session whose input is uploaded first, setupTimeout any other.
const (
	uploadTimeout = time.Hour
	setupTimeout  = 3 * time.Minute
)

// setUp gives a session an output or an input, step by step. form may be nil.
func (m *Manager) setUp(w *work, f *form, s client.Session, p pipeline.Plan, closeFile func()) tea.Cmd {
	limit := setupTimeout
	if p.File != nil {
		limit = uploadTimeout
	}
	steps := make(chan pipeline.Progress, 1)
	run := m.request(limit, func(ctx context.Context) tea.Msg {
		defer close(steps)
		defer closeFile()
		done := ""
		err := m.Live.Setup(ctx, s.Service, s.ID, p, func(p pipeline.Progress) {
			if p.Done {
				done = p.Text
			}
			select {
			case steps <- p:
			case <-ctx.Done():
			}
		})
		return SetUp{form: f, work: w, session: s, done: done, err: err}
	})
	return tea.Batch(run, nextStep(w, steps))
}

// SetUp is how setting up a session ended; Stepped that it got further.
type (
	SetUp struct {
		form    *form
		work    *work
		session client.Session
		done    string // the last step that was done: the outcome may arrive before it is shown
		err     error
	}
	Stepped struct {
		work  *work
		step  pipeline.Progress
		steps <-chan pipeline.Progress
	}
)

// nextStep waits for the next step.
func nextStep(w *work, steps <-chan pipeline.Progress) tea.Cmd {
	return func() tea.Msg {
		step, ok := <-steps
		if !ok {
			return nil
		}
		return Stepped{w, step, steps}
	}
}

// HandleStepped shows how far setting up is.
func (m *Manager) HandleStepped(msg Stepped) tea.Cmd {
	w := msg.work
	if w.text = strings.TrimSuffix(problem.Sentence(msg.step.Text), "."); msg.step.Done && w.form != nil {
		w.form.steps = append(w.form.steps, msg.step.Text)
	}
	return nextStep(w, msg.steps)
}

// HandleSetUp says how setting up a session ended.
func (m *Manager) HandleSetUp(h dialog.Host, msg SetUp) tea.Cmd {
	if msg.work != nil {
		m.finish(msg.work)
	}
	f, name := msg.form, m.name(&msg.session)
	switch {
	case errors.Is(msg.err, pipeline.ErrOutputUnknown) && m.leaving == nil && (f == nil || !f.closed):
		m.askAnyway(h, f, msg.session)
	case msg.err != nil:
		if f != nil {
			f.failed(msg.err)
		}
		if f == nil || f.closed {
			h.Say(dialog.Failure, "Couldn't set up %s: %s. %s", name, problem.Reason(msg.err), problem.Advice(msg.err))
		}
	default:
		if f != nil {
			f.work = nil
			if msg.done != "" && (len(f.steps) == 0 || f.steps[len(f.steps)-1] != msg.done) {
				f.steps = append(f.steps, msg.done)
			}
			f.finished(h)
			return m.done(h, f)
		}
		h.Say(dialog.Success, "%s has an output now. If no results arrive, set its input ({set-input}).", name)
	}
	return nil
}
