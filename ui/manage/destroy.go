package manage

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/ui/action"
	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
	"lenswatch/ui/status"
	"lenswatch/ui/window"
	"lenswatch/watch"
	"lenswatch/watch/custody"
)

// Destroy asks whether to destroy a session, or removes one that has ended from the list.
func (m *Manager) Destroy(h dialog.Host, s *watch.Session) tea.Cmd {
	if s.Gone() {
		m.Store.Forget(s.Record.ID)
		h.Select("")
		h.Say(dialog.Info, "Removed ended session %s from the list.", status.Name(s))
		return nil
	}
	h.Show(m.confirmDestroy(s, "", m.destroying(s.Record, nil), nil))
	return nil
}

// confirmDestroy names the session, whose it is and how old it is. One's own needs a y; one that was created
// elsewhere needs its ID. when, if it is not empty, says when it is destroyed; back is open again after the answer.
func (m *Manager) confirmDestroy(s *watch.Session, when string, yes func(dialog.Host) tea.Cmd, back dialog.Dialog) dialog.Dialog {
	record, owner := s.Record, m.owner(s.Record)
	word := map[custody.Owner]string{
		custody.OwnerThisRun: "created by you (this run)", custody.OwnerCrashedRun: "orphaned by a lenswatch run that crashed",
	}[owner]
	lines := func(c *draw.Context, _ int) []string {
		if owner == custody.OwnerElsewhere {
			word = c.Warn.Render(notYours)
		}
		return []string{
			c.Strong.Render(m.label(&record)),
			record.ID,
			"",
			c.Dim.Render("owner  ") + word,
			c.Dim.Render("age    ") + status.Lived(&record, c),
			c.Dim.Render("state  ") + status.Of(c, s).Word + ", " + draw.Counted(s.Results, "result") + " received",
			"",
			strings.TrimSpace("This stops the session and frees its runner. It can't be undone. " + when),
		}
	}
	question := dialog.NewConfirm("Destroy this session?", lines, yes).Over(back)
	if owner != custody.OwnerElsewhere {
		return question
	}
	end := status.Suffix(record.ID)
	return dialog.NewTyped(question, []string{end, record.ID},
		"Type "+end+", the end of its ID, to confirm:", "That doesn't match. Type "+end+", or the whole ID:")
}

// destroying destroys a session. then, if it is not nil, goes on once it is destroyed.
func (m *Manager) destroying(record client.Session, then func(dialog.Host) tea.Cmd) func(dialog.Host) tea.Cmd {
	return func(h dialog.Host) tea.Cmd {
		if m.start(h, "destroy "+record.ID, "Destroying "+m.name(&record)+" "+status.Suffix(record.ID)) == nil {
			return nil
		}
		if then != nil {
			m.freed[record.ID] = then
		}
		return m.destroy(requestTimeout, record)
	}
}

// DestroyOwn asks about all sessions that are one's own: of this run, and of runs that crashed. What was created
// elsewhere is never among them.
func (m *Manager) DestroyOwn(h dialog.Host) tea.Cmd {
	var own []*watch.Session
	var records []client.Session
	for _, s := range m.Store.Sessions() {
		if !s.Gone() && m.owner(s.Record) != custody.OwnerElsewhere {
			own, records = append(own, s), append(records, s.Record)
		}
	}
	if len(own) == 0 {
		h.Say(dialog.Info, "You have no sessions of your own.")
		return nil
	}
	sessions := draw.Counted(len(own), "session")
	h.Show(dialog.NewConfirm("Destroy your sessions?", func(c *draw.Context, _ int) []string {
		out := []string{"Destroy " + sessions + " created by lenswatch (this run, or an earlier run that crashed)?", ""}
		return append(append(out, status.Rows(c, own, 20)...), "", "This can't be undone.")
	}, func(h dialog.Host) tea.Cmd {
		h.Say(dialog.Info, "Destroying %s …", sessions)
		return m.destroy(requestTimeout, records...)
	}))
	return nil
}

// quota says that no session can be created, what uses the slots, and offers to free one: first what was left over,
// then what this run created, then the rest. The session that the new one takes the place of is the first choice.
type quota struct {
	dialog.Base
	manager  *Manager
	form     *form  // of the session that there is no slot for
	message  string // of the service
	sessions []*watch.Session
	at       window.List
}

// Sync takes the open sessions of the service. Of one's own the oldest come first.
func (q *quota) Sync(h dialog.Host) {
	chosen := q.form.old.ID
	if len(q.sessions) > 0 {
		chosen = q.sessions[q.at.Cursor(len(q.sessions))].Record.ID
	}
	q.sessions = slices.DeleteFunc(slices.Clone(q.manager.Store.Sessions()), func(s *watch.Session) bool {
		return s.Record.Service != q.form.lens.Service || s.Gone()
	})
	order := map[custody.Owner]int{custody.OwnerCrashedRun: 0, custody.OwnerThisRun: 1, custody.OwnerElsewhere: 2}
	now := h.Context().Now
	slices.SortStableFunc(q.sessions, func(a, b *watch.Session) int {
		return cmp.Or(cmp.Compare(order[q.manager.owner(a.Record)], order[q.manager.owner(b.Record)]), cmp.Compare(b.Record.Age(now), a.Record.Age(now)))
	})
	if i := slices.IndexFunc(q.sessions, func(s *watch.Session) bool { return s.Record.ID == chosen }); i >= 0 {
		q.at.To(i, len(q.sessions), q.rows())
	}
}

func (q *quota) rows() int { return max(q.H-6, 1) }

// Act chooses a session, and destroys it.
func (q *quota) Act(h dialog.Host, id action.ID) tea.Cmd {
	n := len(q.sessions)
	switch {
	case id == action.Cancel, n == 0:
		h.Show(q.form.dialog())
	case id == action.Destroy:
		s := q.sessions[q.at.Cursor(n)]
		h.Show(q.manager.confirmDestroy(s, "", q.manager.destroying(s.Record, q.form.again), q)) // the slot is for the session that was asked for
	default:
		q.at.Act(id, n, q.rows())
	}
	return nil
}

// Click chooses a session; the second click of two destroys it, after a question.
func (q *quota) Click(h dialog.Host, line int, twice bool) tea.Cmd {
	if q.at.Click(line-len(q.head(h.Context())), len(q.sessions), q.rows()) && twice {
		return q.Act(h, action.Destroy)
	}
	return nil
}

// head is what is above the sessions.
func (q *quota) head(c *draw.Context) []string {
	n := len(q.sessions)
	return c.Flow([]string{
		c.Bad.Render("Couldn't create the session: " + q.message), "",
		fmt.Sprintf("%s all slots. Destroy one to make room.", draw.Counted(n, "session")+draw.Plural(n, " is using", " are using")), "",
	}, q.W)
}

// View lists the sessions.
func (q *quota) View(c *draw.Context) dialog.Content {
	n, lines := len(q.sessions), q.head(c)
	from, to := q.at.Range(n, q.rows())
	for i := from; i < to; i++ {
		s, pointer := q.sessions[i], "  "
		if i == q.at.Cursor(n) {
			pointer = c.Accent.Render(c.Glyphs.Pointer) + " "
		}
		word := map[custody.Owner]string{custody.OwnerCrashedRun: "orphaned", custody.OwnerThisRun: "yours", custody.OwnerElsewhere: "created elsewhere"}[q.manager.owner(s.Record)]
		room, whose := max(q.W-23, 8), status.Lived(&s.Record, c)+"  "+word // that decides; the end of the ID is in the tag
		id := ""
		if left := room - draw.Width(whose) - 1; left >= 8 {
			id = c.Cut(s.Record.ID, left)
		}
		lines = append(lines, c.Fit(pointer+status.Tag(c, s, s.Record.ID, 20)+" "+
			c.Row(id, c.Dim.Render(whose), room), q.W))
	}
	return dialog.Content{Title: "Session quota reached", Lines: lines, Below: n - to, Keys: true}
}
