package ui

import (
	"errors"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/watch"
	"lenswatch/watch/custody"
	"lenswatch/watch/health"
)

// do carries out an action of the main screen.
func (m *Model) do(a Action) tea.Cmd {
	switch a {
	case ActNone:
	case ActQuit:
		return m.quit()
	case ActInterrupt:
		return tea.Interrupt
	case ActSuspend:
		return tea.Suspend
	case ActCopyText:
		return m.copyText()
	case ActCopyJSON:
		return m.copyJSON()
	case ActCopyCurl:
		return m.copyCurl()
	case ActRecord:
		return m.toggleRecord()
	default:
		if d := m.opened(a); d != nil {
			m.show(d)
			return nil
		}
		if cmd, ok := m.play(a); ok {
			return cmd
		}
		if !m.changeLayout(a) && !m.actOnSession(a) {
			m.actInList(a)
		}
	}
	return nil
}

// opened is the dialog that an action opens, nil if it opens none.
func (m *Model) opened(a Action) dialog {
	switch a {
	case ActCreate:
		return newPicker(m.shared)
	case ActAttach:
		return newAttach(m.shared)
	case ActSwitch:
		return newSwitcher(m.shared)
	case ActDiagnosis:
		return &diagnosis{}
	case ActPalette:
		return newPalette(m.keys)
	case ActToggles:
		return &toggles{list: m.list()}
	}
	return nil
}

// actOnSession carries out an action that is about which session is looked at, or about that one.
func (m *Model) actOnSession(a Action) bool {
	switch a {
	case ActNextSession:
		m.picked.step(1)
		m.sync()
	case ActPrevSession:
		m.picked.step(-1)
		m.sync()
	case ActAllSessions:
		m.picked.choose("")
		m.sync()
	case ActPresent:
		m.present()
	case ActDestroy:
		m.askDestroy()
	case ActDestroyOwn:
		m.askDestroyOwn()
	case ActReconnect:
		m.reconnect()
	case ActSwitchChannel:
		m.switchChannel()
	default:
		return false
	}
	return true
}

// changeLayout carries out an action that is about how the screen is arranged.
func (m *Model) changeLayout(a Action) bool {
	switch a {
	case ActGrowHeight:
		m.growPane(false, 1)
	case ActShrinkHeight:
		m.growPane(false, -1)
	case ActGrowWidth:
		m.growPane(true, 2)
	case ActShrinkWidth:
		m.growPane(true, -2)
	case ActResetSizes:
		m.setSplits(Splits{})
	case ActTheme:
		m.nextPalette()
	case ActMouse:
		m.toggleMouse()
	case ActNextPane:
		m.setFocus((m.focus + 1) % paneCount)
	case ActPrevPane:
		m.setFocus((m.focus + paneCount - 1) % paneCount)
	case ActZoom:
		m.toggleZoom()
	case ActPause:
		m.togglePause()
	case ActStamps:
		m.shared.nextStamps()
		m.shared.style++
		m.toast.info("Timestamps: " + m.shared.stamps.String() + ".")
	case ActMark:
		m.shared.timeMark = m.shared.now
		m.shared.style++
		m.toast.info("Marked " + m.shared.now.In(m.shared.zone).Format("15:04:05") + "; " + m.shared.keyOf(ModeMain, ActStamps) + " shows times since then.")
	default:
		return false
	}
	return true
}

// actInList carries out an action that is about the events of a list, or about the focused pane.
func (m *Model) actInList(a Action) {
	switch a {
	case ActSearch:
		m.askSearch()
	case ActSearchNext:
		m.searchAgain(1)
	case ActSearchPrev:
		m.searchAgain(-1)
	case ActFilter:
		m.askFilter()
	case ActClearFilters:
		m.list().unfilter()
	case ActNextNotable:
		m.jumpNotable(1)
	case ActPrevNotable:
		m.jumpNotable(-1)
	case ActInspect:
		m.inspect()
	case ActExport:
		m.askExport()
	case ActFoldRepeats:
		m.changeFold()
	case ActWrap:
		m.changeWrap()
	case ActLeft:
		m.slideBy(-1)
	case ActRight:
		m.slideBy(1)
	default:
		m.panes[m.focus].do(a, max(m.layout.Panes[m.focus].H-2, 1))
		m.sync()
	}
}

func (m *Model) setFocus(p Pane) {
	m.focus = p
	m.resize(m.layout.Width, m.layout.Height)
}

// toggleZoom shows the focused pane alone. From the session list, which is where one chooses, it
// is the results that are shown.
func (m *Model) toggleZoom() {
	m.zoom = !m.zoom
	if m.zoom && m.focus == PaneSessions {
		m.focus = PaneResults
	}
	m.setFocus(m.focus)
}

// togglePause makes all panes stand still, or follow again from where they would be.
func (m *Model) togglePause() {
	if p, ok := m.source.(player); ok {
		m.pausePlayer(p)
		return
	}
	m.shared.paused = !m.shared.paused
	m.shared.style++
	if !m.shared.paused {
		m.results.do(ActBottom, 1)
		m.logs.do(ActBottom, 1)
		m.sync()
	}
}

// inspect opens the selected event of the focused list. From the other panes it goes to the
// results, where events can be selected.
func (m *Model) inspect() {
	if m.focus != PaneResults && m.focus != PaneLogs {
		m.setFocus(PaneResults)
		return
	}
	if d := newInspector(m.list()); d != nil {
		m.show(d)
		return
	}
	m.toast.info("There is no event to look into.")
}

// present shows one session large: the chosen one, else the one with the newest result.
func (m *Model) present() {
	var newest *watch.Session
	for _, s := range m.shared.store.Sessions() {
		if newest == nil || s.Newest.Received.After(newest.Newest.Received) {
			newest = s
		}
	}
	merged := m.shared.scope == ""
	if merged && newest != nil {
		m.picked.choose(newest.Record.ID)
		m.sync()
	}
	m.show(&present{merged: merged})
}

// target is the session that a key is about: the one that is looked at.
func (m *Model) target() *watch.Session {
	if s := m.shared.store.Session(m.shared.scope); s != nil {
		return s
	}
	if len(m.shared.store.Sessions()) == 0 {
		m.toast.info(m.shared.noSession() + " " + m.shared.keyOf(ModeMain, ActDiagnosis) + " says more.")
		return nil
	}
	m.toast.info("Choose one session first: " + m.shared.keyOf(ModeMain, ActNextSession) + " and " + m.shared.keyOf(ModeMain, ActPrevSession) + " walk through them.")
	return nil
}

func (m *Model) reconnect() {
	s := m.target()
	switch {
	case s == nil:
	case s.Unwatched() && m.source.Watch(s.Record.Service, s.Record.ID) == nil:
		m.toast.info("Opening the stream of " + label(&s.Record) + ".")
	case m.source.Command(s.Record.ID, client.CommandReconnect):
		m.toast.info("Reconnecting to " + label(&s.Record) + ".")
	case !s.Gone() && m.source.Watch(s.Record.Service, s.Record.ID) == nil:
		m.toast.info("Opening the stream of " + label(&s.Record) + " again.")
	default:
		m.toast.info("The session is over: there is no stream to open.")
	}
}

// switchChannel reads the channel that is not being read. A session uses one of the two.
func (m *Model) switchChannel() {
	s := m.target()
	if s == nil {
		return
	}
	command, name := client.CommandUseMailbox, client.ChannelMailbox
	if s.Health.Metrics(m.shared.now).Channel == client.ChannelMailbox {
		command, name = client.CommandUseSSE, client.ChannelSSE
	}
	if m.source.Command(s.Record.ID, command) {
		m.toast.info("Reading the " + name.String() + " channel from now on.")
		return
	}
	m.toast.info("There is no open stream to switch; " + m.shared.keyOf(ModeMain, ActReconnect) + " opens it again.")
}

func (m *Model) askDestroy() {
	s := m.target()
	if s == nil {
		return
	}
	if s.Gone() {
		m.shared.store.Forget(s.Record.ID)
		m.picked.sync()
		m.toast.info("That session is over; it is off the list.")
		return
	}
	m.show(confirmDestroy(m, s))
}

func (m *Model) handleCreated(msg createdMsg) tea.Cmd {
	switch {
	case errors.Is(msg.err, custody.ErrLedger):
		m.show(confirmWithoutLedger(m, msg))
		return nil
	case errors.Is(msg.err, client.ErrQuota):
		m.noteCreate(msg.err)
		m.show(newQuota(m, msg))
		return nil
	case msg.err != nil:
		m.toast.failure(explain("Nothing was created", msg.err))
		m.noteCreate(msg.err)
		return nil
	}
	m.picked.choose(msg.session.ID)
	m.sync()
	if err := m.source.Custody().Trouble(); err != nil {
		m.toast.failure(fmt.Sprintf("Created %s %s, and it may be left open if lenswatch ends suddenly: %v.", msg.lens.Name, msg.session.ID, err))
		return nil
	}
	m.toast.success(fmt.Sprintf("Created %s %s.", msg.lens.Name, msg.session.ID))
	return nil
}

// noteCreate tells the session that is looked at why no other could be created: a full quota explains
// why there is none to take its place.
func (m *Model) noteCreate(err error) {
	s := m.shared.store.Session(m.shared.scope)
	if p, ok := health.Outcome(health.ProbeCreate, m.shared.now, 0, nil, err); ok && s != nil {
		s.Health.Probe(p)
	}
}

func (m *Model) handleDestroyed(msg destroyedMsg) tea.Cmd {
	if msg.err == nil {
		// The hub tells it too, with its next batch; on the way out there is none.
		m.shared.store.AddSample(watch.Sample{Session: msg.session}, m.shared.now)
		m.syncSlow()
	}
	if l, ok := m.dialog.(*leave); ok && l.running {
		return l.elapsed(msg)
	}
	if msg.err != nil {
		m.toast.failure(explain("Not destroyed: "+msg.name, msg.err))
		return nil
	}
	m.toast.success(fmt.Sprintf("Destroyed %s %s.", msg.name, msg.session.ID))
	return nil
}

// reason is an error in few words, for the header.
func reason(err error) string {
	var e *client.Error
	switch {
	case errors.As(err, &e) && e.Phase != client.PhaseNone:
		return fmt.Sprintf("%v (%s)", e.Kind, e.Phase)
	case errors.As(err, &e) && e.Status != 0:
		return fmt.Sprintf("%v (HTTP %d)", e.Kind, e.Status)
	case client.RemedyOf(err) != client.RemedyNone:
		return client.RemedyOf(err).Err().Error()
	}
	return client.Line1(err.Error())
}

// explain says what failed, why, and what can be done.
func explain(what string, err error) string {
	hint := ""
	switch client.RemedyOf(err) {
	case client.RemedyQuota:
		hint = " Destroy a session with d, then try again."
	case client.RemedyRefused, client.RemedyNoKey:
		hint = " Check the API key."
	case client.RemedyNotFound:
		hint = " It may be gone already."
	case client.RemedyNetwork:
		hint = " Check the network and the endpoint."
	case client.RemedyRateLimited:
		hint = " Wait a moment."
	case client.RemedyServer:
		hint = " Try again later."
	}
	var e *client.Error
	if errors.As(err, &e) && e.RetryAfter > 0 {
		hint = fmt.Sprintf(" The service asks to wait %s.", span(e.RetryAfter))
	}
	return what + ": " + err.Error() + "." + hint
}
