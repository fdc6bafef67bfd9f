package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"lenswatch/watch"
)

// switcher chooses the session to look at by a part of its name: a list of hundreds is not walked.
type switcher struct {
	chooser
	sessions []*watch.Session
}

func newSwitcher(s *shared) *switcher {
	d := &switcher{chooser: newChooser("name, id, state or service")}
	d.update(s)
	return d
}

func (d *switcher) mode() Mode { return ModeSwitch }

// sessionNames are what sessions are found by.
type sessionNames struct {
	sh  *shared
	all []*watch.Session
}

func (n sessionNames) Len() int { return len(n.all) }
func (n sessionNames) String(i int) string {
	r := &n.all[i].Record
	return strings.Join([]string{r.Service, label(r), r.ID, n.sh.sessionStyle(n.all[i]).word}, " ")
}

// update takes the sessions that are known now.
func (d *switcher) update(s *shared) {
	d.sessions = s.store.Sessions()
	d.narrow(sessionNames{s, d.sessions})
}

func (d *switcher) typed(m *Model, msg tea.Msg) tea.Cmd {
	cmd := d.chooser.typed(msg)
	d.update(m.shared)
	return cmd
}

func (d *switcher) do(m *Model, a Action) tea.Cmd {
	d.update(m.shared)
	switch a {
	case ActCancel:
		m.show(nil)
	case ActChoose:
		if i, ok := d.chosen(); ok {
			m.show(nil)
			m.picked.choose(d.sessions[i].Record.ID)
			m.sync()
		}
	default:
		d.move(a)
	}
	return nil
}

// click looks at the session of a line.
func (d *switcher) click(m *Model, line int, _ bool) tea.Cmd {
	if d.clicked(line) {
		return d.do(m, ActChoose)
	}
	return nil
}

func (d *switcher) view(s *shared, w, h int) (string, []string) {
	d.update(s)
	th, list := s.theme, &sessionList{sh: s}
	lines := d.lines(s, w, h, 0, func(i int, chosen bool) string {
		line := fit(list.session(d.sessions[i], w), w, th.Glyphs.Ellipsis)
		if chosen {
			return th.Selected.Render(plain(line))
		}
		return line
	})
	if len(d.shown) == 0 {
		lines = append(lines, th.Dim.Render("No session is called that."))
	}
	return "Go to a session", lines
}
