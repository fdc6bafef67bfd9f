package ui

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
	"lenswatch/watch"
	"lenswatch/watch/stats"
)

// batchMsg carries what arrived since the last one.
type batchMsg watch.Batch

// tickMsg arrives once a second: ages change although nothing happens.
type tickMsg time.Time

// moveMsg asks for the next frame of what moves.
type moveMsg time.Time

// fillMsg asks the lists to look through more of what is older.
type fillMsg struct{}

// nextBatch waits for the next batch. It is the only command that reads the source; when the source is closed, there is
// no message any more.
func nextBatch(m *Model) tea.Cmd {
	return func() tea.Msg {
		b, err := m.source.Next(m.ctx)
		if err != nil {
			return nil
		}
		return batchMsg(b)
	}
}

// tick asks for the next whole second.
func tick() tea.Cmd {
	return tea.Every(time.Second, func(t time.Time) tea.Msg { return tickMsg(t) })
}

// How often what arrived is drawn, at most. A connection with a delay of its own gains nothing from more, nor does a
// window that nobody types into. Keys are answered at once all the same.
const (
	intervalRemote    = 2 * watch.DefaultBatchInterval
	intervalUnfocused = 200 * time.Millisecond
)

// setBatchInterval sets how often the source has to hand over what arrived.
func setBatchInterval(m *Model) {
	interval := watch.DefaultBatchInterval
	switch {
	case !m.alerts.focused:
		interval = intervalUnfocused
	case m.opts.Remote:
		interval = intervalRemote
	}
	m.source.SetBatchInterval(interval)
}

// now is what time it is from here on. A recording has its own.
func (m *Model) now(t time.Time) {
	c := *m.c
	c.Now = t
	m.c = &c
}

// handleBatch takes in what arrived: the store first, then whoever shows it.
func (m *Model) handleBatch(b watch.Batch) tea.Cmd {
	m.recording.Batch(b)
	m.store.Apply(b)
	m.counted.Batch(&b)
	if m.playback != nil || b.Delivered.After(m.c.Now) {
		m.now(b.Delivered)
	}
	if b.Store != nil { // the recording is at another position: what is counted begins there
		m.counted = stats.NewLiveFrom(b.Delivered, m.store)
	}
	if b.Store != nil { // the recording is at another position
		m.style++
		m.results.Reopen(m.c)
		m.logs.Reopen(m.c)
	}
	cmd := m.rules.Batch(host{m}, m.store, &b)
	switch {
	case b.Tick:
		cmd = tea.Batch(cmd, m.everySecond(b.Delivered))
	case b.Store != nil, isUrgent(b):
		m.sync()
	default:
		m.results.Sync(m.c)
		m.logs.Sync(m.c)
	}
	return tea.Batch(cmd, nextBatch(m))
}

// isUrgent reports whether a batch has news that should not wait for the next whole second: a session that appeared,
// went or changed. Rates and ages can wait; values that flicker are not read.
func isUrgent(b watch.Batch) bool {
	if len(b.Lists)+len(b.Retries)+len(b.Samples)+len(b.Lenses)+len(b.Opened)+len(b.Ended)+len(b.Probes) > 0 {
		return true
	}
	return slices.ContainsFunc(b.Events, func(e client.Event) bool {
		return e.Kind == client.KindNotice || e.Kind == client.KindEnd
	})
}

// handleTick takes in that a second is over by the clock of this machine.
func (m *Model) handleTick(t time.Time) tea.Cmd {
	m.toast.Tick()
	if m.playback != nil {
		return tick()
	}
	cmd := m.everySecond(t)
	return tea.Batch(tick(), cmd, m.alerts.check(m))
}

// everySecond is what a second of what is shown brings, whether it is live or recorded.
func (m *Model) everySecond(t time.Time) tea.Cmd {
	m.now(t)
	m.store.Tick(t)
	for _, p := range m.store.Probes(t) { // of a recording, the outcomes are in it
		if m.manage != nil {
			m.manage.Live.Probe(p)
		}
	}
	if m.opts.Second != nil {
		m.opts.Second(t, m.store)
	}
	m.recording.Tick(host{m}, t)
	m.counted.Second(t, m.store)
	warnOfEnds(m)
	fired := m.rules.Second(host{m}, t, m.store)
	m.sync()
	return tea.Batch(fired, m.fillMore())
}

// move asks for the next frame, if something moves: no timer runs otherwise. A recording moves by its own batches alone.
func (m *Model) move() tea.Cmd {
	next := slices.DeleteFunc([]time.Duration{m.results.Moves(m.c), m.logs.Moves(m.c), m.sessions.Moves()}, func(d time.Duration) bool { return d == 0 })
	if m.manage.Busy() {
		next = append(next, draw.FrameTime)
	}
	if !m.c.Motion || m.moving || len(next) == 0 || m.playback != nil {
		return nil
	}
	m.moving = true
	return tea.Tick(slices.Min(next), func(t time.Time) tea.Msg { return moveMsg(t) })
}

// handleMove draws the next frame of what moves.
func handleMove(m *Model, t time.Time) {
	m.moving = false
	m.now(t)
	m.results.Sync(m.c)
	m.logs.Sync(m.c)
	m.sessions.Sync(m.c, m.summary)
}

// sync lets every pane take in what changed.
func (m *Model) sync() {
	for _, text := range m.services.Sync() {
		host{m}.Say(dialog.Info, "%s", text)
	}
	m.choices.Apply(m.store, m.c.Now)
	m.summary = m.summaries.Of(m.store, m.c.Now)
	m.sessions.Sync(m.c, m.summary)
	if now := m.summary.Wrong && m.layout.Height >= alarmHeight; now != m.alarm {
		m.alarm = now
		m.resize(m.layout.Width, m.layout.Height)
	}
	shown := m.sessions.Selected()
	m.results.Show(m.c, shown)
	m.logs.Show(m.c, shown)
	m.results.Sync(m.c)
	m.logs.Sync(m.c)
	m.health.Sync(m.summary, shown, m.c.Now)
}

// fillMore goes on with what takes longer, message by message, so that keys are answered in between.
func (m *Model) fillMore() tea.Cmd {
	reader, ok := m.dialog.(dialog.Reader)
	if !m.results.Busy() && !m.logs.Busy() && !(ok && reader.Busy()) {
		return nil
	}
	return func() tea.Msg { return fillMsg{} }
}
