package ui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"lenswatch/watch"
)

// sessionList is the pane of sessions. Its first row stands for all of them; the chosen row
// decides what the other panes look at.
type sessionList struct {
	sh    *shared
	top   int
	more  int  // rows below those that were drawn
	known bool // the chosen session was seen in the store
	ver   uint64
}

func (l *sessionList) version() uint64 { return l.ver + l.sh.style }

// sync takes in what changed.
func (l *sessionList) sync() {
	exists := l.sh.scope != "" && l.sh.store.Session(l.sh.scope) != nil
	if l.known && !exists {
		l.choose("")
	}
	l.known = exists
	l.ver++
}

// choose looks at a session, or at all of them if id is empty. The session need not be known yet.
func (l *sessionList) choose(id string) {
	l.sh.scope = id
	l.known = false
	l.sh.style++
	l.ver++
}

// at is the row of the chosen session; row 0 is all of them.
func (l *sessionList) at() int {
	for i, s := range l.sh.store.Sessions() {
		if s.Record.ID == l.sh.scope {
			return i + 1
		}
	}
	return 0
}

// step chooses the session n rows further down, stopping at the ends.
func (l *sessionList) step(n int) {
	sessions := l.sh.store.Sessions()
	i := clamp(l.at()+n, 0, len(sessions))
	if i == 0 {
		l.choose("")
		return
	}
	l.choose(sessions[i-1].Record.ID)
}

func (l *sessionList) do(a Action, h int) {
	switch a {
	case ActUp:
		l.step(-1)
	case ActDown:
		l.step(1)
	case ActPageUp:
		l.step(-max(h-1, 1))
	case ActPageDown:
		l.step(max(h-1, 1))
	case ActTop:
		l.choose("")
	case ActBottom:
		l.step(len(l.sh.store.Sessions()))
	}
}

// click chooses the session of a line; twice, it says why it is as it is.
func (l *sessionList) click(m *Model, line int, twice bool) tea.Cmd {
	if i := l.top + line; i <= len(l.sh.store.Sessions()) {
		l.step(i - l.at())
		m.sync()
		if twice {
			return m.do(ActDiagnosis)
		}
	}
	return nil
}

func (l *sessionList) title() title {
	open := 0
	for _, s := range l.sh.store.Sessions() {
		if !s.Gone() {
			open++
		}
	}
	th := l.sh.theme
	note := th.Dim.Render(fmt.Sprintf("%d open", open))
	if l.more > 0 {
		note = th.Warn.Render(fmt.Sprintf("%s %d more", th.Glyphs.More, l.more)) + "  " + note
	}
	return title{name: "Sessions", note: note}
}

func (l *sessionList) lines(w, h int, focused bool) []string {
	sessions := l.sh.store.Sessions()
	at := l.at()
	l.top = clamp(l.top, max(at-h+1, 0), max(at, 0))
	l.top = clamp(l.top, 0, max(len(sessions)+1-h, 0))
	end := min(l.top+h, len(sessions)+1)
	l.more = len(sessions) + 1 - end
	var out []string
	for i := l.top; i < end; i++ {
		line := l.all(w)
		if i > 0 {
			line = l.session(sessions[i-1], w)
		}
		if i == at {
			st := l.sh.theme.Cursor
			if focused {
				st = l.sh.theme.Selected
			}
			line = st.Render(fit(plain(line), w, l.sh.theme.Glyphs.Ellipsis))
		}
		out = append(out, line)
	}
	if len(sessions) == 0 && h > 2 {
		out = append(out, "", l.sh.theme.Dim.Render(l.nothing()))
	}
	return out
}

// nothing says why the list is empty.
func (l *sessionList) nothing() string {
	if l.sh.recorded {
		return l.sh.noSession()
	}
	for _, s := range l.sh.store.Services() {
		if s.List.Err != nil {
			return "The list cannot be had: see above."
		}
		if wait := l.sh.unanswered(s); wait >= slowAnswer {
			return "No answer for " + span(wait) + "."
		}
		if !s.Listed {
			return "Asking for the open sessions …"
		}
	}
	return "No session is open. Press c to create one."
}

// all is the row that stands for all sessions.
func (l *sessionList) all(w int) string {
	th := l.sh.theme
	worst := l.sh.sum.worst
	right := ""
	if worst != nil {
		right = fmt.Sprintf("%7s", rate(l.sh.sum.total))
	}
	glyph := " "
	if worst != nil {
		glyph = l.sh.attentionStyle(worst).glyph
	}
	return row(glyph+" "+th.Strong.Render("all sessions, merged"), right, w, th.Glyphs.Ellipsis)
}

// session is the row of one session: name and id give way first, the state never does.
func (l *sessionList) session(s *watch.Session, w int) string {
	th := l.sh.theme
	st := l.sh.attentionStyle(s)
	metrics := s.Health.Metrics(l.sh.now)
	right := st.style.Render(fit(st.word, 12, ""))
	if w >= 60 {
		right += th.Dim.Render(fmt.Sprintf("%5s", short(s.Record.Age(l.sh.now))))
	}
	if w >= 76 {
		right += th.Dim.Render(fmt.Sprintf("%19s", counted(s.Results, "result")))
	}
	pace := rate(metrics.ResultRate)
	if s.Unwatched() || s.Ended || s.Gone() {
		pace = "" // the last one would read as if results still came
	}
	right += fmt.Sprintf("%7s", pace)
	createdHere := ""
	if s.CreatedHere {
		createdHere = th.Dim.Render(" mine")
	}
	if w >= 48 && l.sh.otherService(s.Record.Service) {
		createdHere += th.Dim.Render(" " + s.Record.Service)
	}
	room := max(w-2-ansi.StringWidth(right)-1, 4)
	name := fit(ansi.Truncate(label(&s.Record), max(room-5-ansi.StringWidth(createdHere), 3), th.Glyphs.Ellipsis)+
		" "+th.Dim.Render(suffix(s.Record.ID))+createdHere, room, th.Glyphs.Ellipsis)
	return st.glyph + th.Session(s.Slot).Render(th.Glyphs.Tag) + name + " " + right
}
