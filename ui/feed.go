package ui

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/watch"
)

// nextBatch waits for what comes next. It is the only command that reads the source.
func nextBatch(ctx context.Context, source watch.Source) tea.Cmd {
	return func() tea.Msg {
		b, err := source.Next(ctx)
		if err != nil {
			return closedMsg{}
		}
		return batchMsg(b)
	}
}

// tick asks for the next whole second.
func tick() tea.Cmd {
	return tea.Every(time.Second, func(t time.Time) tea.Msg { return tickMsg(t) })
}

// handleBatch takes in what came.
func (m *Model) handleBatch(b watch.Batch) tea.Cmd {
	if b.Store != nil {
		m.setStore(b.Store)
	}
	if m.record.Recorder != nil {
		m.record.Batch(b)
	}
	m.shared.store.Apply(b)
	if m.source.Recorded() || b.Delivered.After(m.shared.now) {
		m.shared.now = b.Delivered
	}
	m.results.sync()
	m.logs.sync()
	var cmd tea.Cmd
	switch {
	case b.Tick:
		cmd = m.everySecond(b.Delivered)
	case b.Store != nil, isUrgent(b):
		m.syncSlow()
	}
	return tea.Batch(cmd, nextBatch(m.ctx, m.source))
}

// setStore shows another store: a recording was wound to another place.
func (m *Model) setStore(b *watch.Store) {
	m.shared.store = b
	m.shared.style++
	m.results.view, m.logs.view = nil, nil
}

// handleTick takes in that a second is over by the clock of this machine. A recording has its own.
func (m *Model) handleTick(t time.Time) tea.Cmd {
	m.toast.tick()
	if m.source.Recorded() {
		return tick()
	}
	return tea.Batch(tick(), m.everySecond(t), m.alerts.check(m))
}

// everySecond is what a second of what is shown brings, whether it is live or recorded.
func (m *Model) everySecond(t time.Time) tea.Cmd {
	sh := m.shared
	sh.now = t
	sh.store.Tick(t)
	for _, p := range sh.store.Probes(t) {
		m.source.Probe(p)
	}
	if m.opts.Second != nil {
		m.opts.Second(t, sh.store)
	}
	m.tickRecord(t)
	m.fill()
	m.syncSlow()
	return m.fillMore()
}

// isUrgent reports whether a batch has news that should not wait for the next whole second: a
// session that came, went or changed. Rates and ages can wait; figures that flicker are not read.
func isUrgent(b watch.Batch) bool {
	if len(b.Lists)+len(b.Samples)+len(b.Lenses)+len(b.Opened)+len(b.Ended)+len(b.Probes) > 0 {
		return true
	}
	return slices.ContainsFunc(b.Events, func(e client.Event) bool {
		return e.Kind == client.KindNotice || e.Kind == client.KindEnd
	})
}

// fill lets the lists go on with what takes longer.
func (m *Model) fill() {
	for _, l := range []*eventList{m.results, m.logs} {
		l.fill()
		m.notifyFilterTrouble(l)
	}
}

// fillMsg asks the lists to look through more of what is older.
type fillMsg struct{}

// fillMore goes on with that, message by message, so that keys are answered in between.
func (m *Model) fillMore() tea.Cmd {
	if !m.results.searching() && !m.logs.searching() {
		return nil
	}
	return func() tea.Msg { return fillMsg{} }
}

// sync lets every pane take in what changed.
func (m *Model) sync() {
	m.results.sync()
	m.logs.sync()
	m.syncSlow()
}

// syncSlow is for the panes whose figures change by the second.
func (m *Model) syncSlow() {
	m.shared.summarise()
	m.picked.sync()
	m.health.ver++
}
