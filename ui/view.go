package ui

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"lenswatch/watch/health"
)

// View is what the screen should show. It is built from the panes' last drawings, and not built
// again unless a message changed something.
func (m *Model) View() tea.View {
	if m.drawn {
		return m.view
	}
	m.drawn = true
	v := tea.NewView(m.shared.theme.Screen(m.screen()))
	v.AltScreen = true
	v.ReportFocus = true
	if m.mouse.on {
		v.MouseMode = tea.MouseModeCellMotion
	}
	v.WindowTitle, v.ProgressBar = m.windowTitle(), m.progressBar()
	m.view = v
	return v
}

// screen draws everything, exactly layout.Height lines of layout.Width cells.
func (m *Model) screen() string {
	l := m.layout
	switch {
	case !m.sized || l.Width == 0 || l.Height == 0:
		return ""
	case l.TooSmall:
		return m.tooSmall()
	}
	if full, ok := m.dialog.(fullScreen); ok {
		return strings.Join(full.screen(m.shared, l.Width, l.Height), "\n")
	}
	rects := []Rect{l.Header, l.Footer}
	drawn := [][]string{{m.header(l.Header.W)}, {m.footer(l.Footer.W)}}
	if !l.Tabs.Empty() {
		rects, drawn = append(rects, l.Tabs), append(drawn, []string{m.tabs(l.Tabs.W)})
	}
	for p := range paneCount {
		if r := l.Panes[p]; !r.Empty() {
			focused := p == m.focus && m.dialog == nil
			rects = append(rects, r)
			drawn = append(drawn, m.panes[p].draw(r, focused, m.shared.theme))
		}
	}
	screen := compose(l.Width, l.Height, rects, drawn)
	if m.dialog != nil {
		screen = m.overDialog(screen)
	}
	if _, typing := m.dialog.(*prompt); typing {
		return screen // it stands where messages do
	}
	if t := m.toastLines(l.Width); len(t) > 0 {
		bottom := l.Height
		if m.dialog != nil {
			bottom = l.Footer.Y // the keys that lead out of the dialog stay in sight
		}
		screen = overlay(screen, 0, bottom-len(t), t)
	}
	return screen
}

// tooSmall says what there is and what is needed.
func (m *Model) tooSmall() string {
	th := m.shared.theme
	text := fmt.Sprintf("lenswatch needs %dx%d, this is %dx%d. q quits.", minWidth, minHeight, m.layout.Width, m.layout.Height)
	lines := strings.Split(ansi.Wrap(text, max(m.layout.Width, 1), ""), "\n")
	for i := range lines {
		lines[i] = fit(lines[i], m.layout.Width, "")
	}
	return th.Text.Render(strings.Join(lines[:min(len(lines), m.layout.Height)], "\n"))
}

// lagShown is how far the viewer may be behind before the header says so.
const lagShown = time.Second

// header: the name and where it looks, then what stands out, then the clock.
func (m *Model) header(w int) string {
	sh, th := m.shared, m.shared.theme
	left := " " + th.Accent.Render("lenswatch") + th.Dim.Render(" "+m.opts.Title)
	right := th.Dim.Render(sh.now.In(sh.zone).Format("15:04:05")) + " "
	for _, part := range []string{m.stateCounts(), m.recordMark(), m.playerMark(), m.trouble()} {
		if part == "" {
			continue
		}
		wider := part + "   " + right
		if ansi.StringWidth(left)+ansi.StringWidth(wider) < w {
			right = wider
		}
	}
	if t := m.trouble(); t != "" && !strings.Contains(right, t) {
		left = " " + t // trouble is worth more than the name
	}
	return fit(row(left, right, w, th.Glyphs.Ellipsis), w, th.Glyphs.Ellipsis)
}

// stateCounts is "● 3 live  ! 1 attention  ◐ 1 quiet".
func (m *Model) stateCounts() string {
	var parts []string
	for _, st := range m.shared.stateStyles {
		if n := m.shared.sum.count[st.code]; n > 0 && st.rank > 0 {
			parts = append(parts, st.glyph+" "+fmt.Sprintf("%d %s", n, st.word))
		}
		if sum := m.shared.sum; st.code == health.Live && sum.attention > 0 {
			a := m.shared.attention(sum.worstAttention)
			parts = append(parts, a.glyph+" "+fmt.Sprintf("%d %s", sum.attention, a.word))
		}
	}
	return strings.Join(parts, "  ")
}

// trouble says what is wrong beyond one session: a service that does not answer, or a viewer
// that is behind.
func (m *Model) trouble() string {
	th := m.shared.theme
	if lag := m.shared.store.Lag(); lag >= lagShown {
		return th.Bad.Render("viewer " + exact(lag) + " behind")
	}
	for _, s := range m.shared.store.Services() {
		if s.List.Err != nil {
			return th.Bad.Render(th.Glyphs.Cross + " " + reason(s.List.Err) + ", asking again " + m.shared.retryText(s))
		}
	}
	return ""
}

// footer names the keys that matter now.
func (m *Model) footer(w int) string {
	th := m.shared.theme
	var parts []string
	for _, h := range m.hints(w) {
		parts = append(parts, h.text)
	}
	return fit(" "+strings.Join(parts, hintGap), w, th.Glyphs.Ellipsis)
}

// hints are the keys that the footer names in w cells, the most useful first.
func (m *Model) hints(w int) []hint {
	return hintsFor(m.shared.theme, m.keys, m.mode(), 1, w-1, m.offered()...)
}

// toastLines draws the message, if there is one, in as many lines as it needs.
func (m *Model) toastLines(w int) []string {
	th, t := m.shared.theme, m.toast
	if t.text == "" {
		return nil
	}
	style, glyph := th.Strong, th.Glyphs.Arrow
	switch {
	case t.bad:
		style, glyph = th.Bad, th.Glyphs.Cross
	case t.good:
		style, glyph = th.Good, th.Glyphs.Check
	}
	lines := wrap(glyph+" "+t.text, max(w-2, 1), th.Glyphs.Ellipsis)
	for i, l := range lines {
		lines[i] = style.Render(fit(" "+l, w, th.Glyphs.Ellipsis))
	}
	return lines
}

// offered are the actions that the footer names, the most useful first.
func (m *Model) offered() []Action {
	switch m.mode() {
	case ModePicker, ModePalette, ModePrompt, ModeAttach, ModeForm, ModeSwitch:
		return []Action{ActChoose, ActCancel, ActUp, ActDown}
	case ModeConfirm:
		return []Action{ActYes, ActNo}
	case ModeConfirmID:
		return []Action{ActChoose, ActCancel}
	case ModeQuota:
		return []Action{ActDestroy, ActCancel, ActUp, ActDown}
	case ModeLeave:
		return []Action{ActDestroyMine, ActKeep, ActCancel}
	case ModeDiagnosis:
		if m.source.Recorded() {
			return []Action{ActCancel, ActNextSession, ActUp, ActDown}
		}
		return []Action{ActCancel, ActReconnect, ActSwitchChannel, ActNextSession, ActUp, ActDown}
	case ModeInspect:
		return []Action{ActCancel, ActNextEvent, ActPrevEvent, ActNextPart, ActFold, ActCopyText, ActCopyJSON, ActDown, ActUp}
	case ModePresent:
		return []Action{ActCancel, ActNextSession, ActPrevSession}
	case ModeToggles:
		return []Action{ActCancel, ActToggle, ActShowAll, ActUp, ActDown}
	case ModeHelp:
		return []Action{ActCancel, ActUp, ActDown, ActPageUp, ActPageDown}
	}
	if m.source.Recorded() {
		return []Action{ActPause, ActStep, ActStepBack, ActForward, ActRewind, ActFaster, ActSlower, ActJump, ActHelp, ActQuit, ActDiagnosis}
	}
	out := []Action{ActCreate}
	if m.shared.scope != "" {
		out = append(out, ActDestroy)
	}
	out = append(out, ActDiagnosis, ActHelp, ActQuit, ActPause, ActZoom, ActNextPane, ActNextSession)
	if m.shared.scope != "" {
		out = append(out, ActAllSessions, ActReconnect)
	}
	return append(out, ActAttach)
}

// tabs names the panes where one is shown at a time.
func (m *Model) tabs(w int) string {
	th := m.shared.theme
	var parts []string
	for p := range paneCount {
		if p == m.focus {
			parts = append(parts, th.Selected.Render(" "+p.String()+" "))
		} else {
			parts = append(parts, th.Dim.Render(" "+p.String()+" "))
		}
	}
	return fit(strings.Join(parts, ""), w, th.Glyphs.Ellipsis)
}

// The largest dialog, in cells inside its border.
const dialogWidth, dialogHeight = 80, 44

// overDialog draws the dialog over the middle of the screen.
func (m *Model) overDialog(screen string) string {
	l, th := m.layout, m.shared.theme
	w := min(l.Width-2, dialogWidth+4)
	h := min(l.Height-2, dialogHeight+2)
	if p, ok := m.dialog.(*prompt); ok { // it stands in place of the footer, below what it searches
		return overlay(screen, 0, l.Height-1, []string{p.line(m.shared, l.Width)})
	}
	name, lines := m.dialog.view(m.shared, w-4, h-2)
	h = min(h, len(lines)+2)
	x, y := (l.Width-w)/2, max((l.Height-h)/2, 1)
	m.dialogAt = Rect{x + 2, y + 1, w - 4, h - 2}
	drawn := box(th, w, h, true, title{name: name}, lines)
	if d, ok := m.dialog.(interface{ below() int }); ok && d.below() > 0 {
		drawn[h-1] = borderBelow(th, w, d.below())
	}
	return overlay(screen, x, y, drawn)
}

// overlay puts lines over a screen, with their first cell at x, y.
func overlay(screen string, x, y int, lines []string) string {
	base := strings.Split(screen, "\n")
	for i, line := range lines {
		if y+i >= len(base) {
			break
		}
		b := base[y+i]
		base[y+i] = fit(b, x, "") + line + from(b, x+ansi.StringWidth(line))
	}
	return strings.Join(base, "\n")
}

// from is what a styled line has from cell x on. A wide character that x would cut in two
// becomes a blank.
func from(s string, x int) string {
	want := ansi.StringWidth(s) - x
	if want <= 0 {
		return ""
	}
	tail := ansi.TruncateLeft(s, x, "")
	if ansi.StringWidth(tail) > want {
		tail = ansi.TruncateLeft(s, x+1, "")
	}
	return strings.Repeat(" ", max(want-ansi.StringWidth(tail), 0)) + tail
}
