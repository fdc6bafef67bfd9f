package ui

import (
	"context"
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/theme"
	"lenswatch/watch"
	"lenswatch/watch/health"
	"lenswatch/watch/recorder"
)

// Options configures a [Model].
type Options struct {
	// Title stands in the header, behind the program's name: the endpoint, or "demo".
	Title string
	// ASCII draws borders and glyphs in ASCII only.
	ASCII bool
	// Budget is how many bytes of events are kept; 0 means the default of the history.
	Budget int64
	// Sessions are those that the person named. If it is one, it is looked at from the start.
	Sessions []string
	// Alerts is what happens when a stream stalls.
	Alerts Alerts
	// Record is how recordings are written that are begun on the screen.
	Record recorder.Options
	// Focus is the pane that the keys are about at first.
	Focus Pane
	// Remote tells that the terminal is reached over a network, such as by ssh: fewer frames are drawn.
	Remote bool
	// Background overrides what the terminal says of its own.
	Background Background
	// ViewState is what the person arranged before.
	ViewState ViewState
	// Keys are what the keys do. Default [DefaultKeyMap].
	Keys KeyMap
	// Thresholds decide when a session is called quiet, silent or stalled.
	Thresholds health.Config
	// Notice is said first, until a key is pressed; empty for none.
	Notice string
	// Second is called once a second with what is known; it may be nil. It must not wait.
	Second func(now time.Time, store *watch.Store)
	// Zone is where clocks stand. Default time.Local.
	Zone *time.Location
}

// Model is the screen: a Bubble Tea model over a source of batches. Use [New].
type Model struct {
	ctx    context.Context
	source watch.Source
	opts   Options
	keys   KeyMap
	shared *shared

	layout  Layout
	splits  Splits
	focus   Pane
	zoom    bool
	sized   bool
	dark    bool
	palette theme.Palette
	mouse   mouse
	panes   [paneCount]*paneCache
	results *eventList
	logs    *eventList
	picked  *sessionList
	health  *healthPane

	dialog   dialog // nil: ModeMain
	dialogAt Rect   // the inside of it, when it was last drawn
	toast    toast

	view   tea.View
	drawn  bool // view is what the screen should show
	alerts alerts

	leftOpen atomic.Bool // the person chose to quit at once
	record   record
}

// New makes the screen of a source, such as a hub that was started. What it asks for ends with ctx.
func New(ctx context.Context, source watch.Source, o Options) *Model {
	if o.Zone == nil {
		o.Zone = time.Local
	}
	if o.Keys.bindings == nil {
		o.Keys = DefaultKeyMap()
	}
	if o.ASCII {
		o.Keys = o.Keys.spelt()
	}
	sh := &shared{
		store: watch.NewStore(source.Services(), o.Budget), now: time.Now(), began: time.Now(), zone: o.Zone, keys: o.Keys, recorded: source.Recorded(),
	}
	sh.store.SetThresholds(o.Thresholds)
	m := &Model{
		ctx: ctx, source: source, opts: o, keys: o.Keys, shared: sh, alerts: alerts{focused: true},
		dark: o.Background != BackgroundLight, focus: o.Focus,
	}
	m.picked = &sessionList{sh: sh}
	m.results = newEventList(sh, "Results", "No results yet.", resultQuery, sh.body)
	m.results.strip = &labelStrip{sh: sh}
	m.results.kinds = []client.Kind{client.KindResult, client.KindNotice}
	m.logs = newEventList(sh, "Logs", "Nothing was logged yet.", logQuery, sh.logBody)
	m.logs.kinds = logKinds
	m.applyViewState(o.ViewState)
	m.health = &healthPane{sh: sh}
	m.setTheme()
	m.setBatchInterval()
	for i, p := range []pane{PaneSessions: m.picked, PaneResults: m.results, PaneLogs: m.logs, PaneHealth: m.health} {
		m.panes[i] = &paneCache{pane: p}
	}
	if len(o.Sessions) == 1 {
		m.picked.choose(o.Sessions[0])
	}
	if o.Notice != "" {
		m.toast.failure(o.Notice)
	}
	m.sync()
	return m
}

// LeftOpen reports whether the person chose to quit at once and leave the own sessions as they are.
// Anyone may ask.
func (m *Model) LeftOpen() bool { return m.leftOpen.Load() }

// Init asks for the first batch, the colours of the terminal, and the clock.
func (m *Model) Init() tea.Cmd {
	return tea.Batch(nextBatch(m.ctx, m.source), tick(), tea.RequestBackgroundColor)
}

// Update takes one message in. It waits for nothing.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	m.drawn = false
	switch msg := msg.(type) {
	case batchMsg:
		return m, m.handleBatch(watch.Batch(msg))
	case tickMsg:
		return m, m.handleTick(time.Time(msg))
	case tea.KeyPressMsg:
		cmd := m.handleKey(msg)
		return m, tea.Batch(cmd, m.fillMore())
	case fillMsg:
		m.fill()
		return m, m.fillMore()
	case tea.PasteMsg:
		return m, m.handlePaste(msg)
	case tea.WindowSizeMsg:
		m.resize(msg.Width, msg.Height)
	case tea.BackgroundColorMsg:
		m.setDark(msg)
	case tea.MouseMsg:
		return m, m.handleMouse(msg)
	case recordOpenedMsg:
		m.handleRecordOpened(msg)
	case recordClosedMsg:
		m.handleRecordClosed(msg)
	case playedMsg:
		m.handlePlayed(msg)
	case copiedMsg:
		m.handleCopied(msg)
	case exportMsg:
		return m, m.handleExport(msg)
	case createdMsg:
		return m, m.handleCreated(msg)
	case destroyedMsg:
		return m, m.handleDestroyed(msg)
	case handedOverMsg:
		return m, m.handleHandedOver(msg)
	case tea.FocusMsg:
		m.alerts.focused = true
		m.setBatchInterval()
	case tea.BlurMsg:
		m.alerts.focused = false
		m.setBatchInterval()
	case tea.ResumeMsg:
		m.toast.info("Resumed. What came meanwhile was held back, and comes now.")
	case closedMsg:
		// The hub is closed: the program is on its way out.
	default:
		m.drawn = true
	}
	return m, nil
}

func (m *Model) resize(w, h int) {
	m.sized = true
	m.layout = NewLayout(w, h, m.focus, m.zoom, m.splits)
}

// show puts a dialog over the panes, or takes it away with nil. What was said before was about another
// screen and goes; bad news stays until a key, as ever.
func (m *Model) show(d dialog) {
	m.dialog = d
	if !m.toast.bad {
		m.toast = toast{}
	}
}

func (m *Model) mode() Mode {
	if m.dialog != nil {
		return m.dialog.mode()
	}
	return ModeMain
}

func (m *Model) handleKey(k tea.KeyPressMsg) tea.Cmd {
	m.toast.key()
	a := m.keys.Action(m.mode(), k.String())
	if m.dialog != nil && a == ActNone {
		return m.dialog.typed(m, k)
	}
	return m.act(a)
}

// act carries out an action of the mode.
func (m *Model) act(a Action) tea.Cmd {
	if a == ActHelp {
		m.show(newHelp(m.keys, m.mode(), m.dialog))
		return nil
	}
	if m.source.Recorded() && liveOnly(a) {
		m.toast.info("This is a recording: that key is for live sessions.")
		return nil
	}
	if m.dialog != nil {
		return m.dialog.do(m, a)
	}
	return m.do(a)
}

func (m *Model) handlePaste(p tea.PasteMsg) tea.Cmd {
	if m.dialog == nil {
		return nil
	}
	return m.dialog.typed(m, p)
}
