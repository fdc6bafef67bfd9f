package ui

import (
	"fmt"
	"os"

	tea "charm.land/bubbletea/v2"
	"github.com/atotto/clipboard"

	"lenswatch/client"
)

// copiedMsg is the outcome of copying by the clipboard of this machine.
type copiedMsg struct {
	what string
	err  error
}

// copyToClipboard puts text on the clipboard in both ways there are: the terminal is asked to (OSC 52), which
// works over ssh where the terminal allows it, and the clipboard of this machine is written, which
// works where the screen is.
func copyToClipboard(what, text string) tea.Cmd {
	native := func() tea.Msg {
		if os.Getenv("SSH_CONNECTION") != "" {
			return copiedMsg{what: what, err: errRemote}
		}
		return copiedMsg{what: what, err: clipboard.WriteAll(text)}
	}
	return tea.Batch(tea.SetClipboard(text), native)
}

// errRemote: over ssh the clipboard of this machine is not the person's.
var errRemote = fmt.Errorf("over ssh only the terminal can")

func (m *Model) handleCopied(msg copiedMsg) {
	if msg.err != nil {
		m.toast.success("Copied " + msg.what + " by asking the terminal (OSC 52).")
		return
	}
	m.toast.success("Copied " + msg.what + " to the clipboard.")
}

// copyText copies what the selected event says.
func (m *Model) copyText() tea.Cmd {
	e := m.list().current()
	if e == nil {
		m.toast.info("There is no event to copy.")
		return nil
	}
	return copyToClipboard(fmt.Sprintf("the text, %s", size(int64(len(e.Text)))), e.Text)
}

// copyJSON copies the selected event's payload as it was received. It goes to the clipboard, not
// to the screen, so it is not cleaned.
func (m *Model) copyJSON() tea.Cmd {
	e := m.list().current()
	if e == nil || len(e.Raw) == 0 {
		m.toast.info("There is no payload to copy.")
		return nil
	}
	return copyToClipboard(fmt.Sprintf("the payload, %s", size(int64(len(e.Raw)))), string(e.Raw))
}

// copyCurl copies the command that reads the same stream without lenswatch. The key is named, never
// written out.
func (m *Model) copyCurl() tea.Cmd {
	s := m.target()
	if s == nil {
		return nil
	}
	c, ok := m.source.Service(s.Record.Service).(client.Curler)
	if !ok {
		m.toast.info("This service has no stream that curl could read.")
		return nil
	}
	return copyToClipboard("the curl command of the stream", c.Curl(s.Record.ID))
}

// list is the event list that the next key is about: the focused one, else the results.
func (m *Model) list() *eventList {
	if m.focus == PaneLogs {
		return m.logs
	}
	return m.results
}
