package ui

import (
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"github.com/sahilm/fuzzy"

	"lenswatch/watch"
)

// switcher chooses the session to look at by a part of its name: a list of hundreds is not walked.
type switcher struct {
	input textinput.Model
	shown []*watch.Session
	at    int
	first int // of the lines that were drawn last
}

func newSwitcher(s *shared) *switcher {
	d := &switcher{input: input("name, id, state or service")}
	d.narrow(s)
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
	return strings.Join([]string{r.Service, label(r), r.ID, n.all[i].Health.State(n.sh.now).Code.String()}, " ")
}

// narrow takes the sessions that are known now, and those of them that fit what was typed.
func (d *switcher) narrow(s *shared) {
	all := s.book.Sessions()
	query := strings.TrimSpace(d.input.Value())
	d.shown = d.shown[:0]
	if query == "" {
		d.shown = append(d.shown, all...)
	} else {
		for _, match := range fuzzy.FindFrom(query, sessionNames{s, all}) {
			d.shown = append(d.shown, all[match.Index])
		}
	}
	d.at = clamp(d.at, 0, max(len(d.shown)-1, 0))
}

func (d *switcher) typed(m *Model, msg tea.Msg) (cmd tea.Cmd) {
	d.input, cmd = d.input.Update(msg)
	d.at = 0
	d.narrow(m.shared)
	return cmd
}

func (d *switcher) do(m *Model, a Action) tea.Cmd {
	d.narrow(m.shared)
	switch a {
	case ActUp:
		d.at = max(d.at-1, 0)
	case ActDown:
		d.at = clamp(d.at+1, 0, max(len(d.shown)-1, 0))
	case ActCancel:
		m.dialog = nil
	case ActChoose:
		if len(d.shown) == 0 {
			return nil
		}
		m.dialog = nil
		m.picked.choose(d.shown[d.at].Record.ID)
		m.sync()
	}
	return nil
}

// click looks at the session of a line.
func (d *switcher) click(m *Model, line int, _ bool) tea.Cmd {
	i := d.first + line - pickerHead
	if line < pickerHead || i >= len(d.shown) {
		return nil
	}
	d.at = i
	return d.do(m, ActChoose)
}

func (d *switcher) view(s *shared, w, h int) (string, []string) {
	d.narrow(s)
	th := s.theme
	d.input.SetWidth(max(w-3, 4))
	lines := []string{th.Accent.Render(th.Glyphs.Pointer) + " " + d.input.View(), ""}
	rows := max(h-len(lines), 1)
	d.first = clamp(d.at-rows+1, 0, max(len(d.shown)-rows, 0))
	list := &sessionList{sh: s}
	for i := d.first; i < min(d.first+rows, len(d.shown)); i++ {
		line := fit(list.session(d.shown[i], w), w, th.Glyphs.Ellipsis)
		if i == d.at {
			line = th.Selected.Render(plain(line))
		}
		lines = append(lines, line)
	}
	if len(d.shown) == 0 {
		lines = append(lines, th.Dim.Render("No session is called that."))
	}
	return "Go to a session", lines
}
