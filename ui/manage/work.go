package manage

import (
	"slices"
	"time"

	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
)

// work is something that was asked of a service, and is shown until its outcome is known.
type work struct {
	key   string // what it is about: nothing is started twice
	text  string // what is being done now
	since time.Time
	form  *form // that shows it; nil if none does
}

// start begins a work, unless one of the same key is going on: then that is shown, and nil returned.
func (m *Manager) start(h dialog.Host, key, text string) *work {
	if i := slices.IndexFunc(m.works, func(w *work) bool { return w.key == key }); i >= 0 {
		w := m.works[i]
		if w.form == nil {
			h.Say(dialog.Info, "Already in progress: %s", w.text)
			return nil
		}
		w.form.closed = false
		h.Show(w.form)
		return nil
	}
	w := &work{key: key, text: text, since: time.Now()}
	m.works = append(m.works, w)
	return w
}

// creating are the creates without a response yet.
func (m *Manager) creating() (out []*work) {
	for _, w := range m.works {
		if w.form != nil && w.form.session.ID == "" {
			out = append(out, w)
		}
	}
	return out
}

// finish ends a work.
func (m *Manager) finish(w *work) {
	m.works = slices.DeleteFunc(m.works, func(x *work) bool { return x == w })
}

// Busy reports whether something is being done.
func (m *Manager) Busy() bool { return m != nil && len(m.works) > 0 }

// Pending says what is being done and for how long, in at most w cells; empty if nothing is.
func (m *Manager) Pending(c *draw.Context, w int) string {
	if !m.Busy() {
		return ""
	}
	newest := m.works[len(m.works)-1]
	after := "  " + draw.Span(c.Now.Sub(newest.since))
	if n := len(m.works) - 1; n > 0 {
		after += ", and " + draw.Count(n) + " more"
	}
	text := c.Spinner() + " " + newest.text
	return c.Busy.Render(c.Shorten(text, after, w))
}
