package ui

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/watch"
	"lenswatch/watch/custody"
)

// confirmDestroy names the session, whose it is and how old it is. One's own needs a y; one that was
// made elsewhere needs its id.
func confirmDestroy(m *Model, s *watch.Session) dialog {
	record := s.Record
	owner, word := m.owner(s), ""
	lines := func(sh *shared, w int) []string {
		th := sh.theme
		switch owner {
		case custody.OwnerThisRun:
			word = "made here, by this run"
		case custody.OwnerCrashedRun:
			word = "made by a run of lenswatch that ended suddenly"
		default:
			word = th.Warn.Render("made elsewhere: someone else may be using it")
		}
		return []string{
			th.Strong.Render(label(&record)),
			record.ID,
			"",
			th.Dim.Render("owner  ") + word,
			th.Dim.Render("age    ") + span(record.Age(sh.now)),
			th.Dim.Render("state  ") + sh.sessionStyle(s).word + ", " + counted(s.Results, "result") + " seen",
			"",
			"Its stream ends and its runner is freed. This cannot be undone.",
			"",
		}
	}
	yes := func(m *Model) tea.Cmd {
		m.toast.info("Destroying " + label(&record) + " …")
		return destroy(m.ctx, m.source, record)
	}
	const title = "Destroy this session?"
	if owner == custody.OwnerElsewhere {
		return &confirmID{title: title, id: record.ID, lines: lines, yes: yes, keys: m.keys, input: input("the end of the id")}
	}
	return &confirm{title: title, yes: yes, lines: func(sh *shared, w int) []string {
		return flow(append(lines(sh, w), keyHints(sh.theme, m.keys, ModeConfirm, ActYes, ActNo)), w, sh.theme.Glyphs.Ellipsis)
	}}
}

// owner is whose a session is.
func (m *Model) owner(s *watch.Session) custody.Owner {
	if s.CreatedHere {
		return custody.OwnerThisRun
	}
	return m.source.Custody().Owner(s.Record.Service, s.Record.ID)
}

// confirmID is a question that only the id of the session, or its end, answers with yes.
type confirmID struct {
	title    string
	id       string
	lines    func(s *shared, w int) []string
	yes      func(m *Model) tea.Cmd
	keys     KeyMap
	input    textinput.Model
	mismatch bool
}

func (c *confirmID) mode() Mode { return ModeConfirmID }

func (c *confirmID) typed(_ *Model, msg tea.Msg) (cmd tea.Cmd) {
	c.mismatch = false
	c.input, cmd = c.input.Update(msg)
	return cmd
}

func (c *confirmID) do(m *Model, a Action) tea.Cmd {
	if a == ActCancel {
		m.show(nil)
		return nil
	}
	if text := strings.TrimSpace(c.input.Value()); text != c.id && text != suffix(c.id) {
		c.mismatch = text != ""
		return nil
	}
	m.show(nil)
	return c.yes(m)
}

func (c *confirmID) view(s *shared, w, _ int) (string, []string) {
	th := s.theme
	c.input.SetWidth(max(w-3, 4))
	ask := "To destroy it, type the end of its id, " + suffix(c.id) + ":"
	if c.mismatch {
		ask = th.Bad.Render("That is not its id. Type " + suffix(c.id) + ", or the whole id:")
	}
	out := append(c.lines(s, w), ask, th.Accent.Render(th.Glyphs.Pointer)+" "+c.input.View(), "",
		keyHints(th, c.keys, ModeConfirmID, ActChoose, ActCancel))
	return c.title, flow(out, w, th.Glyphs.Ellipsis)
}

// confirmWithoutLedger asks whether to create a session although no ledger can keep it from being forgotten.
func confirmWithoutLedger(m *Model, msg createdMsg) dialog {
	return &confirm{
		title: "Create it without custody?",
		lines: func(sh *shared, w int) []string {
			th := sh.theme
			return flow([]string{
				th.Bad.Render(client.Line1(msg.err.Error())),
				"",
				"lenswatch notes each session that it creates, so that none is left open and paid for if it is killed. It cannot do so now.",
				"If you go on, your sessions are destroyed when you quit, but not remembered after a sudden end.",
				"",
				keyHints(th, m.keys, ModeConfirm, ActYes, ActNo),
			}, w, th.Glyphs.Ellipsis)
		},
		yes: func(m *Model) tea.Cmd {
			m.source.Custody().Accept()
			return m.create(msg.lens, msg.inputs)
		},
	}
}

// askDestroyOwn asks about all sessions that are one's own: of this run, and of runs that ended
// suddenly. What was made elsewhere is never among them.
func (m *Model) askDestroyOwn() {
	var own []*watch.Session
	for _, s := range m.shared.store.Sessions() {
		if !s.Gone() && m.owner(s) != custody.OwnerElsewhere {
			own = append(own, s)
		}
	}
	if len(own) == 0 {
		m.toast.info("None of the sessions is your own.")
		return
	}
	m.show(&confirm{
		title: "Destroy all of your own sessions?",
		lines: func(sh *shared, w int) []string {
			th := sh.theme
			out := []string{fmt.Sprintf("%d of the open sessions %s made by lenswatch, in this run or in one that ended suddenly:", len(own), verb(len(own), "was", "were")), ""}
			out = append(out, named(sh, own, 20)...)
			return flow(append(out, "", "This cannot be undone.", "", keyHints(th, m.keys, ModeConfirm, ActYes, ActNo)), w, th.Glyphs.Ellipsis)
		},
		yes: func(m *Model) tea.Cmd {
			m.toast.info("Destroying " + counted(int64(len(own)), "session") + " …")
			return destroyAll(m, own)
		},
	})
}

// destroyAll destroys sessions in parallel.
func destroyAll(m *Model, sessions []*watch.Session) tea.Cmd {
	cmds := make([]tea.Cmd, len(sessions))
	for i, s := range sessions {
		cmds[i] = destroy(m.ctx, m.source, s.Record)
	}
	return tea.Batch(cmds...)
}

// named lists sessions with their age, at most n of them.
func named(sh *shared, sessions []*watch.Session, n int) (out []string) {
	for i, x := range sessions {
		if i == n {
			return append(out, sh.theme.Dim.Render(fmt.Sprintf("and %d more", len(sessions)-i)))
		}
		out = append(out, sh.tag(x.Record.ID, 20)+" "+sh.theme.Dim.Render(x.Record.ID+"  "+span(x.Record.Age(sh.now))))
	}
	return out
}
