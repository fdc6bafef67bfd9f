package manage

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/ui/action"
	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
	"lenswatch/ui/fields"
	"lenswatch/ui/problem"
	"lenswatch/ui/status"
	"lenswatch/watch"
)

// question shows what a session's model is asked to do, and changes it.
type question struct {
	form
	record  client.Session
	shownAs [2]string         // the focus and the instruction as the fields had them first: one line each
	asked   bool              // they are known
	done    func(dialog.Host) // says that the question is changed; nil if it is all that was to be done
}

// Asked is what a session's model is asked to do, Answered how a change of that ended.
type (
	Asked struct {
		dialog   *question
		form     *form // of the session that is to have the question too; nil if the dialog asked
		question client.Question
		err      error
	}
	Answered struct {
		dialog   *question
		question client.Question
		err      error
	}
)

// AskQuestion asks the session for its question, to be changed.
func (m *Manager) AskQuestion(h dialog.Host, s *watch.Session) tea.Cmd {
	if !m.controllable(h, s, "question to change") {
		return nil
	}
	q := newQuestion(m, s.Record)
	q.closed = false
	h.Show(q)
	q.work = m.start(h, "question "+s.Record.ID, "Loading the question (session.get)")
	if q.work == nil {
		return nil
	}
	return q.ask()
}

// newQuestion is a dialog about the question of a session; it is not shown yet.
func newQuestion(m *Manager, record client.Session) *question {
	q := &question{record: record}
	q.init(m, "Question: "+m.label(&record))
	const hint = "Replaces the current text. Applies to later results."
	for _, label := range []string{"Focus", "Instruction"} {
		q.params = append(q.params, fields.New(client.Field{Label: label, Hint: hint}))
	}
	q.Move(0)
	return q
}

func (q *question) ask() tea.Cmd {
	m, r := q.manager, q.record
	return m.request(requestTimeout, func(ctx context.Context) tea.Msg {
		known, err := m.Live.Service(r.Service).(client.Controller).Question(ctx, r.ID)
		return Asked{dialog: q, question: known, err: err}
	})
}

// HandleAsked shows the question.
func (m *Manager) HandleAsked(h dialog.Host, msg Asked) {
	q := msg.dialog
	switch {
	case q == nil && msg.err != nil:
		msg.form.unknown = "not known, so the lens decides: " + problem.Reason(msg.err)
		return
	case q == nil:
		msg.form.question = &msg.question
		return
	}
	m.finish(q.work)
	q.work = nil
	if msg.err != nil {
		q.err = problem.Trouble(msg.err)
		return
	}
	q.take(msg.question)
	for i, text := range []string{msg.question.Focus, msg.question.Instruction} {
		x := q.params[i]
		x.SetText(text)
		if i > 0 {
			x.CursorStart()
		}
		q.shownAs[i] = x.Value()
	}
}

// take keeps the question, for the dialog and for what is shown above results.
func (q *question) take(known client.Question) {
	q.asked = true
	if s := q.manager.Store.Session(q.record.ID); s != nil {
		s.Question = &known
	}
}

// Type takes what is typed into a field, once it is known what is there.
func (q *question) Type(h dialog.Host, msg tea.Msg) tea.Cmd {
	if !q.asked {
		return nil
	}
	return q.form.Type(h, msg)
}

// Act goes to another field, or sends what was changed.
func (q *question) Act(h dialog.Host, id action.ID) tea.Cmd {
	if id != action.Choose || q.work != nil || q.asked && q.At() < len(q.params)-1 && q.change() == (client.QuestionChange{}) {
		return q.form.Act(h, id)
	}
	m, r := q.manager, q.record
	if !q.asked {
		if q.work = m.start(h, "question "+r.ID, "Loading the question (session.get)"); q.work == nil {
			return nil
		}
		q.err = ""
		return q.ask()
	}
	change := q.change()
	if change == (client.QuestionChange{}) {
		q.closed = true
		h.Show(nil)
		return nil
	}
	const what = "This sends session.modify. The text replaces the current one and applies to later results."
	return m.sure(h, r, "Change the question?", what, q, func(h dialog.Host) tea.Cmd { return q.send(h, change) })
}

// Words say what the keys do now.
func (q *question) Words() map[action.ID]string {
	words := map[action.ID]string{}
	switch {
	case q.work != nil:
		words[action.Cancel] = "close"
	case !q.asked:
		words[action.Choose] = "try again"
	case q.change() != (client.QuestionChange{}):
		words[action.Choose] = "change"
	case q.At() == len(q.params)-1:
		words[action.Choose] = "close"
	}
	return words
}

// send changes the question.
func (q *question) send(h dialog.Host, change client.QuestionChange) tea.Cmd {
	m, r := q.manager, q.record
	if q.work = m.start(h, "question "+r.ID, "Changing the question (session.modify)"); q.work == nil {
		return nil
	}
	q.err = ""
	return m.request(requestTimeout, func(ctx context.Context) tea.Msg {
		now, err := m.Live.SetQuestion(ctx, r.Service, r.ID, change)
		return Answered{q, now, err}
	})
}

// change is what was typed that differs from what is known.
func (q *question) change() (c client.QuestionChange) {
	if v := q.params[0].Value(); v != q.shownAs[0] {
		c.Focus = &v
	}
	if v := q.params[1].Value(); v != q.shownAs[1] {
		c.Instruction = &v
	}
	return c
}

// HandleAnswered says how changing the question ended. What was typed survives an error.
func (m *Manager) HandleAnswered(h dialog.Host, msg Answered) {
	q := msg.dialog
	m.finish(q.work)
	q.work = nil
	if msg.err != nil {
		q.err = problem.Trouble(msg.err)
		if q.closed {
			q.closed = false
			h.Show(q)
		}
		return
	}
	q.take(msg.question)
	if !q.closed {
		h.Show(nil)
	}
	if q.done != nil {
		q.done(h)
		return
	}
	h.Say(dialog.Success, "Changed the question of %s. It applies to later results.", m.name(&q.record)+" "+status.Suffix(q.record.ID))
}

// View draws the two texts, whole below where they are longer than their line.
func (q *question) View(c *draw.Context) dialog.Content {
	x := q.form.View(c)
	if q.asked && q.work == nil {
		if v := q.Current().Text(); draw.Width(v) > q.Room() {
			x.Lines = append(append(x.Lines, ""), c.UpTo(max(q.H-len(x.Lines)-3, 1), c.Wrap(c.Dim.Render(client.Line1(v)), q.W), q.W)...)
		}
	}
	return x
}
