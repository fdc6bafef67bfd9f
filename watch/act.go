package watch

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lenswatch/client"
	"lenswatch/watch/pipeline"
)

// ErrBusy says that a session is being changed: what is asked for twice is done once.
var ErrBusy = errors.New("the session is being changed already")

// Setup gives a session an output or an input, and reports each step. Steps and their outcome become events of the
// session, so that its log and recordings have them. A session that is being changed is left alone: [ErrBusy].
func (h *Hub) Setup(ctx context.Context, service, id string, p pipeline.Plan, report func(pipeline.Progress)) error {
	return h.act(service, id, func(s client.Service) error {
		if p.Input != nil || p.File != nil {
			if err := h.Watch(service, id); err != nil {
				return err
			}
			p.Opened = func(ctx context.Context) error { return h.waitOpen(ctx, id) }
		}
		err := pipeline.Run(ctx, s, id, p, func(step pipeline.Progress) {
			if step.Done {
				h.noteAction(service, id, nil, "%s", step.Text)
			}
			report(step)
		})
		if err == nil {
			h.reread(ctx, s, id)
		}
		return err
	})
}

// SetQuestion changes what a session's model is asked to do. The change is an event of the session, with the whole
// question from then on.
func (h *Hub) SetQuestion(ctx context.Context, service, id string, change client.QuestionChange) (q client.Question, err error) {
	err = h.act(service, id, func(s client.Service) error {
		control, ok := s.(client.Controller)
		if !ok {
			return pipeline.ErrUnsupported
		}
		if err := control.SetQuestion(ctx, id, change); err != nil {
			return err
		}
		if q, err = control.Question(ctx, id); err != nil { // it was changed all the same
			if change.Instruction != nil {
				q.Instruction = *change.Instruction
			}
			if change.Focus != nil {
				q.Focus = *change.Focus
			}
		}
		h.noteAction(service, id, &q, "question changed: %s (accepted by the service)", changed(q, change))
		return nil
	})
	return q, err
}

// changed is what a change made of a question.
func changed(q client.Question, c client.QuestionChange) string {
	switch {
	case c.Instruction == nil:
		return fmt.Sprintf("focus %q", q.Focus)
	case c.Focus == nil:
		return fmt.Sprintf("instruction %q", q.Instruction)
	}
	return fmt.Sprintf("instruction %q, focus %q", q.Instruction, q.Focus)
}

// act runs one change of a session at a time, and notes why one failed.
func (h *Hub) act(service, id string, do func(client.Service) error) error {
	s := h.Service(service)
	if s == nil {
		return fmt.Errorf("change session: no service %q: %w", service, client.ErrNotFound)
	}
	h.mu.Lock()
	busy := h.acting[id]
	h.acting[id] = true
	h.mu.Unlock()
	if busy {
		return ErrBusy
	}
	defer func() {
		h.mu.Lock()
		delete(h.acting, id)
		h.mu.Unlock()
	}()
	err := do(s)
	if err != nil {
		h.noteFailure(service, id, err)
	}
	return err
}

// reread asks for a session's record, which the change is in.
func (h *Hub) reread(ctx context.Context, s client.Service, id string) {
	if rec, err := s.Session(ctx, id); err == nil {
		h.addSample(Sample{Session: rec})
	}
}

// noteAction puts what was done into the session's events.
func (h *Hub) noteAction(service, id string, q *client.Question, format string, args ...any) {
	h.note(client.Event{
		Service: service, Session: id, Kind: client.KindNotice, Level: client.LevelInfo, Wire: "notice", Received: time.Now(),
		Text: client.Clean(fmt.Sprintf(format, args...)), Notice: &client.Notice{Code: client.NoticeAction, Question: q},
	})
}

// noteFailure puts why something was not done into the session's events.
func (h *Hub) noteFailure(service, id string, err error) {
	n := &client.Notice{Code: client.NoticeAction, Remedy: client.RemedyOf(err)}
	if e, ok := errors.AsType[*client.Error](err); ok {
		n.Status, n.Phase, n.Request = e.Status, e.Phase, e.Request
	}
	h.note(client.Event{
		Service: service, Session: id, Kind: client.KindNotice, Level: client.LevelError, Wire: "notice", Received: time.Now(),
		Text: client.Clean(err.Error()), Notice: n,
	})
}

func (h *Hub) note(ev client.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.pending.Events) == 0 {
		h.pending.Oldest = ev.Received
	}
	h.pending.Events = append(h.pending.Events, ev)
	h.signal()
}

// waitOpen waits until a session's stream is open, or is over.
func (h *Hub) waitOpen(ctx context.Context, id string) error {
	for {
		h.mu.Lock()
		st, changed := h.streams[id], h.opened
		open := st != nil && st.open
		h.mu.Unlock()
		switch {
		case st == nil:
			return &client.Error{Op: "open stream", Kind: client.ErrNotFound, Message: "the session's stream has ended"}
		case open:
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// noteOpen notes whether a stream is open, by what it said. It is called with mu held.
func (h *Hub) noteOpen(st *stream, ev *client.Event) {
	open := st.open
	switch {
	case ev.Kind != client.KindNotice, ev.Notice.Code == client.NoticeConnected:
		open = ev.Opens()
	case ev.Notice.Code == client.NoticeReconnecting, ev.Notice.Code == client.NoticeIdleClose, ev.Notice.Code == client.NoticeClosed:
		open = false
	}
	if open != st.open {
		st.open = open
		h.wakeWaiting()
	}
}

// wakeWaiting lets those look again who wait for a stream to open. It is called with mu held.
func (h *Hub) wakeWaiting() {
	close(h.opened)
	h.opened = make(chan struct{})
}
