package ui

import (
	"context"
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"

	"lenswatch/theme"
	"lenswatch/ui/action"
	alertlist "lenswatch/ui/alerts"
	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
	"lenswatch/ui/events"
	"lenswatch/ui/health"
	"lenswatch/ui/layout"
	"lenswatch/ui/manage"
	"lenswatch/ui/output"
	"lenswatch/ui/playback"
	"lenswatch/ui/record"
	"lenswatch/ui/report"
	"lenswatch/ui/sessions"
	"lenswatch/ui/status"
	"lenswatch/watch"
	"lenswatch/watch/recorder"
	"lenswatch/watch/stats"
)

// Model is the screen: a Bubble Tea model over a source of batches. Use [New] or [NewReplay].
type Model struct {
	ctx       context.Context
	source    watch.Source
	opts      Options
	table     action.Table[*Model]
	store     *watch.Store
	c         *draw.Context
	style     uint64 // grows when every drawing is out of date: another theme, or another store
	summary   status.Summary
	summaries status.Summaries

	manage    *manage.Manager    // nil while replaying
	playback  *playback.Controls // nil while live
	recording output.Recording
	alerts    alerts
	warned    warned
	choices   sessions.Choices // the oldest first
	recent    dialog.Recent
	filters   dialog.History
	searches  dialog.History
	saved     events.SavedFilters

	layout   layout.Layout
	splits   layout.Splits
	focus    layout.Pane
	zoom     bool
	alarm    bool // there is a line for what is wrong
	paused   bool
	moving   bool // a moveMsg is under way
	look     terminalLook
	palette  theme.Palette
	mouse    mouse
	panes    [layout.PaneCount]paneCache
	results  *events.List
	logs     *events.List
	sessions *sessions.Table
	health   *health.Pane
	services *status.Services

	dialog   dialog.Dialog // nil: the main screen has the keys
	rules    *alertlist.Log
	counted  *stats.Live // since the start, or since a recording was moved
	toast    dialog.Toast
	view     tea.View
	leftOpen atomic.Bool // the person chose to quit at once
}

// New makes the screen of a live source, such as a hub that was started. Requests end with ctx.
func New(ctx context.Context, live watch.Live, o Options) *Model {
	m := newModel(ctx, live, o)
	m.manage = manage.New(ctx, live, m.store)
	m.start()
	return m
}

// NewReplay makes the screen of a recording.
func NewReplay(ctx context.Context, player playback.Player, o Options) *Model {
	m := newModel(ctx, player, o)
	m.playback = &playback.Controls{Ctx: ctx, Player: player}
	m.services.Replay = true
	m.start()
	return m
}

func newModel(ctx context.Context, source watch.Source, o Options) *Model {
	if o.Zone == nil {
		o.Zone = time.Local
	}
	if o.Keys.Zero() {
		o.Keys = DefaultKeys()
	}
	if o.ASCII {
		o.Keys = o.Keys.ASCII()
	}
	store := watch.NewStore(source.Services(), o.Budget)
	store.SetThresholds(o.Thresholds)
	now := time.Now()
	m := &Model{
		ctx: ctx, source: source, opts: o, table: actions(), store: store, alerts: alerts{focused: true}, rules: alertlist.New(o.Rules), counted: stats.NewLive(), warned: warned{},
		look: terminalLook{dark: true}, focus: o.Focus, recording: output.Recording{Options: o.Record, Store: store},
		services: &status.Services{States: store.Services, Open: store.Open, Began: now}, results: events.Results(store), logs: events.Logs(store),
		c: &draw.Context{Keys: o.Keys, Now: now, Zone: o.Zone, Profiles: o.Profiles, Motion: o.Motion && !o.Remote},
	}
	m.results.Highlights = events.NewHighlights(o.Rules.Rules)
	m.logs.Highlights = m.results.Highlights
	m.sessions = &sessions.Table{Store: store, Services: m.services}
	m.health = &health.Pane{Store: store, Services: m.services}
	for i, p := range []pane{layout.Sessions: m.sessions, layout.Results: m.results, layout.Logs: m.logs, layout.Health: m.health} {
		m.panes[i].pane = p
	}
	return m
}

// start brings a new screen to where the person left the last one.
func (m *Model) start() {
	restore(m, m.opts.ViewState)
	setTheme(m)
	setBatchInterval(m)
	if len(m.opts.Sessions) == 1 {
		m.sessions.Select(m.opts.Sessions[0])
	}
	if m.opts.Notice != "" {
		m.toast.Say(dialog.Failure, "%s", m.opts.Notice)
	}
	m.sync()
}

// LeftOpen reports whether the person chose to quit at once and leave their own sessions as they are. Anyone may ask.
func (m *Model) LeftOpen() bool { return m.leftOpen.Load() }

// RecordTo records to a file that was opened, from now on.
func (m *Model) RecordTo(r *recorder.Recorder) { m.recording.To(r, m.c.Now) }

// StopRecording stops a recording that is being written, and says what became of it; empty if there is none. It waits
// for the disk, and is for the time after the program.
func (m *Model) StopRecording() string { return m.recording.Stop() }

// Init asks for the first batch, the colours of the terminal, and the clock.
func (m *Model) Init() tea.Cmd {
	return tea.Batch(nextBatch(m), tick(), tea.RequestBackgroundColor, tea.RequestForegroundColor)
}

// Update takes one message in, and draws what is different now. It waits for nothing.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	cmd, ok := m.handle(msg)
	if !ok {
		return m, cmd
	}
	for _, l := range []*events.List{m.results, m.logs} {
		if news := l.News(); news != "" {
			m.toast.Say(dialog.Info, "%s", news)
		}
	}
	if m.dialog != nil {
		m.dialog.Sync(host{m})
	}
	m.view = m.draw()
	return m, tea.Batch(cmd, m.move())
}

// View is the screen as it was drawn last: nothing changes between messages.
func (m *Model) View() tea.View { return m.view }

// handle takes a message in. It reports whether it is one that may change what is shown.
func (m *Model) handle(msg tea.Msg) (cmd tea.Cmd, ok bool) {
	h := host{m}
	switch msg := msg.(type) {
	case batchMsg:
		cmd = m.handleBatch(watch.Batch(msg))
	case tickMsg:
		cmd = m.handleTick(time.Time(msg))
	case moveMsg:
		handleMove(m, time.Time(msg))
	case fillMsg:
		m.results.Fill(m.c)
		m.logs.Fill(m.c)
		cmd = m.fillMore()
	case tea.KeyPressMsg:
		cmd = tea.Batch(m.handleKey(msg), m.fillMore())
	case tea.PasteMsg:
		if m.dialog != nil {
			cmd = m.dialog.Type(h, msg)
		}
	case tea.MouseMsg:
		cmd = tea.Batch(m.handleMouse(msg), m.fillMore())
	case tea.WindowSizeMsg:
		m.resize(msg.Width, msg.Height)
	case tea.BackgroundColorMsg, tea.ForegroundColorMsg, tea.ColorProfileMsg:
		if m.look.learn(msg) {
			setTheme(m)
		}
	case tea.FocusMsg, tea.BlurMsg:
		_, m.alerts.focused = msg.(tea.FocusMsg)
		setBatchInterval(m)
	case tea.ResumeMsg:
		h.Say(dialog.Info, "Resumed. Catching up on events received while suspended.")
	default:
		return m.handleOutcome(h, msg)
	}
	return cmd, true
}

// handleOutcome takes in how something ended that a person asked for.
func (m *Model) handleOutcome(h host, msg tea.Msg) (cmd tea.Cmd, ok bool) {
	switch msg := msg.(type) {
	case manage.Created:
		cmd = m.manage.HandleCreated(h, msg, m.store.Session(m.sessions.Selected()))
	case manage.SetUp:
		cmd = m.manage.HandleSetUp(h, msg)
	case manage.Stepped:
		cmd = m.manage.HandleStepped(msg)
	case manage.Listed:
		m.manage.HandleListed(msg)
	case manage.Attached:
		m.manage.HandleAttached(h, msg)
	case manage.Asked:
		m.manage.HandleAsked(h, msg)
	case record.Read:
		cmd = msg.Handle(h)
	case record.Due:
		cmd = msg.Handle()
	case manage.Answered:
		m.manage.HandleAnswered(h, msg)
	case manage.Destroyed:
		cmd = m.manage.HandleDestroyed(h, msg)
		m.sync()
	case manage.HandedOver:
		cmd = m.manage.HandleHandedOver(msg)
	case output.Opened:
		m.recording.HandleOpened(h, msg)
	case output.Closed:
		m.recording.HandleClosed(h, msg)
	case output.Copied:
		msg.Say(h)
	case report.Written:
		cmd = msg.Handle(h)
	case *output.Export:
		cmd = msg.Handle(h)
	case playback.Sought:
		msg.Say(h)
	default:
		return nil, false
	}
	return cmd, true
}

// handleKey does what a key means: an action of the mode, or else text.
func (m *Model) handleKey(k tea.KeyPressMsg) tea.Cmd {
	m.toast.Key()
	id := m.c.Keys.Lookup(m.mode(), k.String())
	if m.dialog != nil && id == action.None {
		return m.dialog.Type(host{m}, k)
	}
	return m.act(id)
}

// mode is what the screen is doing.
func (m *Model) mode() action.Mode {
	if m.dialog != nil {
		return m.dialog.Mode()
	}
	return action.Main
}

// act carries out an action of the mode, if all is there that it needs.
func (m *Model) act(id action.ID) tea.Cmd {
	mode := m.mode()
	row, ok := m.table.Find(mode, id)
	switch {
	case !ok:
		return nil
	case id == action.Help:
		m.show(dialog.NewHelp(mode, m.dialog, m.useless, legend))
		return nil
	}
	if why := missing(m, row); why != "" {
		host{m}.Say(dialog.Info, why)
		return nil
	}
	switch {
	case m.dialog != nil:
		return m.dialog.Act(host{m}, id)
	case row.Run != nil:
		return row.Run(m)
	}
	m.panes[m.focus].Act(m.c, id)
	m.sync()
	return nil
}

// resize gives everything its place on a screen of a size.
func (m *Model) resize(w, h int) {
	m.layout = layout.New(w, h, m.focus, m.zoom, m.alarm, m.splits)
	for p := range layout.PaneCount {
		if r := m.layout.Panes[p]; !r.Empty() {
			m.panes[p].SetSize(r.W-4, r.H-2)
		}
	}
	if m.dialog != nil {
		m.dialog.SetSize(room(m, m.dialog.Place()))
	}
}

// room is how large the inside of a dialog can be in a place.
func room(m *Model, p dialog.Place) (w, h int) {
	if r := fixed(m, p); !r.Empty() {
		return r.W - 4, r.H - 2
	}
	return p.Size(m.layout.Width, m.layout.Height-above(m, p))
}

// above is how many lines of what is wrong a box leaves in sight.
func above(m *Model, p dialog.Place) int {
	if p == dialog.Full || p == dialog.Foot {
		return 0
	}
	return m.layout.Alarm.H
}

// fixed is the rectangle of a place that has the same for all dialogs; empty for others.
func fixed(m *Model, p dialog.Place) layout.Rect {
	switch p {
	case dialog.Body:
		return m.layout.Body
	case dialog.Dock:
		return m.layout.Dock()
	}
	return layout.Rect{}
}

func (m *Model) setFocus(p layout.Pane) {
	m.focus = p
	m.resize(m.layout.Width, m.layout.Height)
}

// show opens a dialog, or closes the one that is open with nil. A message was about another screen and goes, but for
// what a prompt said; bad news stays until a key, as ever.
func (m *Model) show(d dialog.Dialog) {
	if !m.toast.Stays && (m.dialog == nil || m.dialog.Place() != dialog.Foot) {
		m.toast.Clear()
	}
	m.dialog = d
	if d != nil {
		d.SetSize(room(m, d.Place()))
		d.Sync(host{m})
	}
}

// host is the screen as dialogs see it.
type host struct{ m *Model }

// Context is what drawings look at.
func (h host) Context() *draw.Context { return h.m.c }

// Show opens a dialog, or closes it.
func (h host) Show(d dialog.Dialog) { h.m.show(d) }

// Say shows a message.
func (h host) Say(t dialog.Tone, format string, args ...any) {
	h.m.toast.Say(t, h.m.c.Keys.Text(h.m.mode(), format), args...)
}

// Select shows one session, or all of them.
func (h host) Select(id string) {
	h.m.sessions.Select(id)
	h.m.sync()
}

// Run carries out an action of the main screen, whatever dialog is open.
func (h host) Run(id action.ID) tea.Cmd {
	m := h.m
	row, ok := m.table.Find(action.Main, id)
	if !ok || row.Run == nil {
		return nil
	}
	if why := missing(m, row); why != "" {
		h.Say(dialog.Info, why)
		return nil
	}
	return row.Run(m)
}
