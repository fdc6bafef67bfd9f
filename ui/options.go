package ui

import (
	"image/color"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"lenswatch/theme"
	"lenswatch/ui/action"
	alertlist "lenswatch/ui/alerts"
	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
	"lenswatch/ui/eventline"
	"lenswatch/ui/events"
	"lenswatch/ui/layout"
	"lenswatch/ui/sessions"
	"lenswatch/watch"
	"lenswatch/watch/health"
	"lenswatch/watch/recorder"
)

// Options configures a [Model].
type Options struct {
	// Title is in the header, behind the program's name: the endpoint, or "demo".
	Title string
	// Profiles are the accounts that are watched, in place of Title; none for the one without a name.
	Profiles []draw.Profile
	// ASCII draws borders and glyphs in ASCII only.
	ASCII bool
	// Budget is how many bytes of events are retained; 0 means the default of the history.
	Budget int64
	// Sessions are those that the person named. If it is one, it is shown from the start.
	Sessions []string
	// Alerts is what happens when a stream stalls.
	Alerts Alerts
	// Rules are the alert rules of the settings.
	Rules alertlist.Options
	// Record is how recordings are written that are started on the screen.
	Record recorder.Options
	// Reports is the folder that reports are saved in; empty for the working folder.
	Reports string
	// Focus is the pane that is focused at startup.
	Focus layout.Pane
	// Remote says that the terminal is reached over a network, such as by ssh: fewer frames are drawn.
	Remote bool
	// Motion lets what has just arrived, is pending or recovered move for a moment; never where Remote is set.
	Motion bool
	// ViewState is how the person left the screen before.
	ViewState ViewState
	// Keys are what the keys do. Default [DefaultKeys].
	Keys action.Keys
	// Thresholds decide when a session is called quiet, silent or stalled.
	Thresholds health.Config
	// Notice is shown first, until a key is pressed; empty for none.
	Notice string
	// Second is called once a second with what is known; it may be nil. It must not wait.
	Second func(now time.Time, store *watch.Store)
	// Zone is the time zone of clocks. Default time.Local.
	Zone *time.Location
}

// ViewState is what a person has changed on the screen and will want to find again.
type ViewState struct {
	Splits  layout.Splits
	Stamps  eventline.Stamps
	NoMouse bool
	Palette theme.Palette
	// FlatResults and FlatLogs are the lists whose lines are not wrapped; Unfolded says that repeated results have a
	// row each.
	FlatResults, FlatLogs, Unfolded bool
	// Sort is the order of the sessions, Choices what was decided about them.
	Sort    sessions.Sort
	Choices []sessions.Chosen
	// Filters and Searches are those that were typed, the newest last.
	Filters, Searches []string
	// Saved are the filters that have a name.
	Saved []events.SavedFilter
}

// ViewState is how the screen is now.
func (m *Model) ViewState() ViewState {
	return ViewState{
		Splits: m.splits, Stamps: m.results.Format.Stamps, NoMouse: !m.mouse.on, Palette: m.palette,
		FlatResults: m.results.Format.Flat, FlatLogs: m.logs.Format.Flat, Unfolded: !m.results.Fold,
		Sort: m.sessions.Sort, Choices: m.choices.Lasting(),
		Filters: m.filters, Searches: m.searches, Saved: m.saved,
	}
}

// restore takes up how the screen was. Values that make no sense are left out: a file that somebody edited must not
// break the screen.
func restore(m *Model, s ViewState) {
	m.splits, m.mouse.on, m.palette = s.Splits, !s.NoMouse, s.Palette
	if s.Stamps.Valid() {
		m.results.Format.Stamps, m.logs.Format.Stamps = s.Stamps, s.Stamps
	}
	m.sessions.Sort = s.Sort
	m.choices.Restore(s.Choices)
	m.saved = events.RestoredFilters(s.Saved)
	m.filters, m.searches = dialog.Restored(s.Filters), dialog.Restored(s.Searches)
	m.results.Format.Flat, m.logs.Format.Flat, m.results.Fold = s.FlatResults, s.FlatLogs, !s.Unfolded
}

// terminalLook is what the terminal says of its colours. Until it answers, it is taken for a dark one.
type terminalLook struct {
	dark       bool
	text, back color.Color
	profile    colorprofile.Profile
}

// learn takes an answer of the terminal in. It reports whether it is news.
func (l *terminalLook) learn(msg tea.Msg) bool {
	was := *l
	switch msg := msg.(type) {
	case tea.BackgroundColorMsg:
		l.back, l.dark = msg.Color, msg.IsDark()
	case tea.ForegroundColorMsg:
		l.text = msg.Color
	case tea.ColorProfileMsg:
		l.profile = msg.Profile
	}
	return *l != was
}

// options are those of a theme on this terminal.
func (l *terminalLook) options(p theme.Palette, ascii bool) theme.Options {
	return theme.Options{Palette: p, Dark: l.dark, Foreground: l.text, Background: l.back, Profile: l.profile, ASCII: ascii}
}
