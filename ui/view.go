package ui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"lenswatch/ui/action"
	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
	"lenswatch/ui/health"
	"lenswatch/ui/layout"
	"lenswatch/ui/status"
	"lenswatch/watch/history"
)

// pane is one rectangle of the screen.
type pane interface {
	// SetSize says in how many cells and lines its inside is seen.
	SetSize(w, h int)
	// Version changes whenever View may draw something else in the same size and theme.
	Version() uint64
	Title(c *draw.Context) draw.Title
	// View draws the inside, in at most so many lines and cells.
	View(c *draw.Context, focused bool) []string
	// Act carries out an action that is about the pane.
	Act(c *draw.Context, id action.ID)
	// Click selects what is on a line of the inside, and Open is the action of a double click there.
	Click(c *draw.Context, line int) bool
	Open() action.ID
	// Scroll moves what is shown by so many lines.
	Scroll(c *draw.Context, n int)
}

// paneCache is a pane with its last drawing, which is used again as long as it would come out the same.
type paneCache struct {
	pane
	key   paneKey
	drawn []string
}

type paneKey struct {
	version, style uint64
	rect           layout.Rect
	focused        bool
	title          string
}

// draw is the pane with its border.
func (p *paneCache) draw(c *draw.Context, style uint64, r layout.Rect, focused bool) []string {
	title := p.Title(c)
	key := paneKey{p.Version(), style, r, focused, title.Text()}
	if p.drawn == nil || p.key != key {
		p.key, p.drawn = key, c.Box(title, r.W, r.H, focused, p.View(c, focused), 0)
	}
	return p.drawn
}

// draw is what the screen shows now.
func (m *Model) draw() tea.View {
	v := tea.NewView(m.c.Screen(m.screen()))
	v.AltScreen, v.ReportFocus = true, true
	if m.mouse.on {
		v.MouseMode = tea.MouseModeCellMotion
	}
	v.WindowTitle = m.summary.WindowTitle(m.c.Now)
	if state := m.summary.Progress(m.c.Now); state != tea.ProgressBarNone {
		v.ProgressBar = tea.NewProgressBar(state, 100)
	}
	return v
}

// screen draws everything, exactly layout.Height lines of layout.Width cells.
func (m *Model) screen() string {
	l, c := m.layout, m.c
	switch {
	case l.Width == 0 || l.Height == 0:
		return ""
	case l.TooSmall:
		return tooSmall(m)
	}
	place := dialog.Centre
	if m.dialog != nil {
		if place = m.dialog.Place(); place == dialog.Full {
			screen := strings.Join(m.dialog.View(c).Lines, "\n")
			if m.toast.Tone <= dialog.News && !m.toast.Stays { // what else there is to say is not for an audience
				t := m.toast.Lines(c, l.Width)
				screen = draw.Overlay(screen, 0, l.Height-len(t), t)
			}
			return screen
		}
	}
	rects := []layout.Rect{l.Header, l.Footer}
	drawn := [][]string{{header(m)}, {footer(m)}}
	if !l.Alarm.Empty() {
		rects, drawn = append(rects, l.Alarm), append(drawn, []string{m.summary.Alarm(c, l.Alarm.W)})
	}
	if !l.Tabs.Empty() {
		rects, drawn = append(rects, l.Tabs), append(drawn, []string{tabs(m)})
	}
	for p := range layout.PaneCount {
		if r := l.Panes[p]; !r.Empty() && place != dialog.Body {
			rects = append(rects, r)
			lines := m.panes[p].draw(c, m.style, r, p == m.focus && m.dialog == nil)
			if m.dialog != nil && place != dialog.Foot && fixed(m, place).Empty() { // the next key is not about it
				lines = backdrop(c, lines)
			}
			drawn = append(drawn, lines)
		}
	}
	screen := draw.Compose(l.Width, l.Height, rects, drawn)
	bottom := l.Height
	if m.dialog != nil {
		x := m.content()
		if place == dialog.Foot { // it is where messages are
			return draw.Overlay(screen, 0, bottom-len(x.Lines), x.Lines)
		}
		r := border(m, place, x)
		screen = draw.Overlay(screen, r.X, r.Y, c.Box(draw.Title{Name: x.Title}, r.W, r.H, true, x.Lines, x.Below))
		bottom = l.Footer.Y // the keys that lead out of the dialog stay in sight
	}
	t := m.toast.Lines(c, l.Width)
	return draw.Overlay(screen, 0, bottom-len(t), t)
}

// border is where the border of a dialog is.
func border(m *Model, p dialog.Place, x dialog.Content) layout.Rect {
	if r := fixed(m, p); !r.Empty() {
		return r
	}
	n := above(m, p)
	r := p.Box(x, m.layout.Width, m.layout.Height-n)
	r.Y += n
	return r
}

// backdrop is what is behind a dialog.
func backdrop(c *draw.Context, lines []string) []string {
	return draw.Styled(c.Dim, strings.Split(draw.Plain(strings.Join(lines, "\n")), "\n"))
}

// footer is what is being done, and the keys that are of use.
func footer(m *Model) string {
	return m.c.Fit(pending(m)+" "+draw.HintLine(m.hints()), m.layout.Footer.W)
}

// pending is the part of the footer that says what is being done; empty if nothing is.
func pending(m *Model) string {
	if text := m.manage.Pending(m.c, m.layout.Footer.W-2); text != "" {
		return " " + text + "  "
	}
	return ""
}

// content is the inside of the dialog, with its keys below where it wants them.
func (m *Model) content() dialog.Content {
	x := m.dialog.View(m.c)
	if x.Keys {
		w, _ := m.dialog.Place().Size(m.layout.Width, m.layout.Height)
		x.Lines = append(x.Lines, "", draw.HintLine(hintsOf(m, 0, w, m.dialog.Hints())))
	}
	return x
}

// tooSmall says what there is and what is needed.
func tooSmall(m *Model) string {
	w, h := m.layout.Width, m.layout.Height
	text := fmt.Sprintf("Terminal too small: %dx%d (minimum %dx%d). Press {quit} to quit.", w, h, layout.MinWidth, layout.MinHeight)
	lines := strings.Split(ansi.Wrap(m.c.Keys.Text(action.Main, text), max(w, 1), ""), "\n")
	for i := range lines {
		lines[i] = draw.Pad(lines[i], w)
	}
	return m.c.Text.Render(strings.Join(lines[:min(len(lines), h)], "\n"))
}

// headerSpark is how many of the last seconds the header shows the rate of.
const headerSpark = 30

// alarmHeight is the height of a screen from which it has a line for what is wrong.
const alarmHeight = 14

// lagShown is how far the viewer may be behind before the header says so.
const lagShown = time.Second

// header is the name and the endpoint, then what stands out, then the clock.
func header(m *Model) string {
	c, w := m.c, m.layout.Header.W
	left := " " + c.Accent.Render("lenswatch") + title(m, w/2)
	right := c.Dim.Render(c.Clock(c.Now)) + " "
	position := ""
	if m.playback != nil {
		position = m.playback.Mark(c)
	}
	problem := trouble(m)
	rate := ""
	if m.summary.Rate > 0 {
		rate = c.Strip(m.summary.Spark[len(m.summary.Spark)-headerSpark:], headerSpark/3) + c.Dim.Render(" "+draw.Rate(m.summary.Rate))
	}
	for _, part := range []string{strings.Join(m.summary.Counts(c), "  "), m.recording.Mark(c), position, m.services.Slots(c), rate, problem} {
		wider := part + "   " + right
		switch {
		case part == "":
		case draw.Width(left)+draw.Width(wider) < w:
			right = wider
		case part == problem:
			left = " " + problem // it is worth more than the name
		}
	}
	return c.Fit(c.Row(left, right, w), w)
}

// title is what is watched: the endpoint, or the profiles with their endpoints as far as there is room for these.
func title(m *Model, w int) string {
	c := m.c
	if len(c.Profiles) == 0 {
		return c.Dim.Render(" " + m.opts.Title)
	}
	var short, long string
	for _, p := range c.Profiles {
		short += " " + c.Badge(p.Name)
		long += " " + c.Badge(p.Name) + c.Dim.Render(" "+p.Host)
	}
	if draw.Width(long) <= w {
		return long
	}
	return short
}

// trouble says what is wrong beyond one session: a viewer that is behind, or a service that does not list its sessions.
func trouble(m *Model) string {
	if lag := m.store.Lag(); lag >= lagShown {
		return m.c.Bad.Render("viewer " + draw.Exact(lag) + " behind")
	}
	if t := m.services.Trouble(m.c); t != "" {
		return m.c.Bad.Render(m.c.Glyphs.Cross + " " + t)
	}
	return ""
}

// tabs names the panes where one is shown at a time.
func tabs(m *Model) string {
	var out string
	for p := range layout.PaneCount {
		if p == m.focus {
			out += m.c.Selected.Render(p.Tab())
		} else {
			out += m.c.Dim.Render(p.Tab())
		}
	}
	return m.c.Fit(out, m.layout.Tabs.W)
}

// programHints are the keys that are of use in every pane.
var programHints = []action.ID{action.Quit, action.Diagnosis, action.Pause, action.Zoom, action.NextPane}

// paneHints are the keys that are of use in the pane that has the focus, as it is now.
func paneHints(m *Model) (ids []action.ID) {
	if narrowed(m) {
		ids = append(ids, action.Back)
	}
	switch m.focus {
	case layout.Results, layout.Logs:
		return append(ids, action.Inspect, action.Search, action.Filter, action.CopyText, action.Export)
	case layout.Health:
		return append(ids, action.Diagnosis, action.Reconnect, action.SwitchChannel)
	}
	return append(ids, action.Create, action.Destroy, action.Diagnosis, action.Reconnect, action.NextSession, action.Search, action.Sort, action.Pin, action.Attach)
}

// hints are the keys that the footer names, the most useful first.
func (m *Model) hints() []draw.Hint {
	var ids []action.ID
	switch {
	case m.dialog != nil:
		ids = m.dialog.Hints()
	case m.playback != nil:
		ids = []action.ID{
			action.Pause, action.Step, action.StepBack, action.Forward, action.Rewind, action.Faster, action.Slower,
			action.Jump, action.Help, action.Quit, action.Diagnosis,
		}
	default:
		for _, id := range append(paneHints(m), programHints...) {
			row, _ := m.table.Find(action.Main, id)
			if missing(m, row) == "" && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
		return m.c.HintsAround(m.mode(), 1+draw.Width(pending(m)), m.layout.Footer.W-1, ids, action.Help, action.Palette)
	}
	return hintsOf(m, 1+draw.Width(pending(m)), m.layout.Footer.W-1, ids)
}

// hintsOf are the keys of some actions between two cells, in the words of the dialog that is open.
func hintsOf(m *Model, x, end int, ids []action.ID) []draw.Hint {
	var words map[action.ID]string
	if d, ok := m.dialog.(dialog.Worded); ok {
		words = d.Words()
	}
	return m.c.Hints(m.mode(), x, end, words, ids...)
}

// legend is what the glyphs of the states mean, how filters are written and what metrics mean, for help.
func legend(c *draw.Context) []dialog.Legend {
	const glyphs, forms = 15, 20
	states := dialog.Legend{Title: "States", Also: "legend symbols glyphs icons", Wide: glyphs}
	for _, l := range status.States(c) {
		states.Terms = append(states.Terms, dialog.Term{Term: l.Glyph + " " + l.Word, Meaning: c.Keys.Text(action.Main, l.Meaning)})
	}
	filters := dialog.Legend{Title: "Filters and searches", Also: "syntax legend grep query", Wide: forms}
	for _, f := range history.Forms() {
		filters.Terms = append(filters.Terms, dialog.Term{Term: c.Key.Render(f.Form), Meaning: f.Meaning})
	}
	metrics := dialog.Legend{Title: "Metrics", Also: "meaning figures numbers values legend", Wide: glyphs}
	for _, m := range health.Meanings() {
		metrics.Terms = append(metrics.Terms, dialog.Term{Term: m.Name, Meaning: m.Says})
	}
	return []dialog.Legend{states, filters, metrics}
}
