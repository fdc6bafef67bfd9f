package cli

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

const (
	// coloursWithin is how long after its start a terminal may still answer what its colours are: more
	// than one way to another continent and back.
	coloursWithin = time.Second
	// coloursWait is how long quitting waits for that answer.
	coloursWait = 250 * time.Millisecond
)

// exitFilter sees each message before the program acts on it. It records why the person leaves, and holds
// a quit back for a moment where the terminal was just asked for its colours and has not answered: the
// answer would be read by the shell, as if it had been typed.
type exitFilter struct {
	reasons    chan<- exitReason
	started    time.Time
	quit       func() // asks the program to quit; it may be called at any time
	back, text bool   // the terminal has answered
	held       bool   // a quit was held back
}

// filter is given to [tea.WithFilter]. It runs in the program's own loop.
func (f *exitFilter) filter(_ tea.Model, msg tea.Msg) tea.Msg {
	switch msg.(type) {
	case tea.BackgroundColorMsg:
		f.back = true
	case tea.ForegroundColorMsg:
		f.text = true
	case tea.InterruptMsg:
		f.note(reasonInterrupt)
	case tea.QuitMsg:
		f.note(reasonQuit)
		if !f.held && !f.answered() && time.Since(f.started) < coloursWithin {
			f.held = true
			time.AfterFunc(coloursWait, f.quit)
			return nil
		}
	}
	if f.held && f.answered() {
		return tea.QuitMsg{}
	}
	return msg
}

func (f *exitFilter) answered() bool { return f.back && f.text }

func (f *exitFilter) note(r exitReason) {
	select {
	case f.reasons <- r:
	default: // the first reason counts
	}
}
