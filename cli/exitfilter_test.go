package cli

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
)

// Who quits at once does not find the terminal's answer on the command line of the shell.
func TestQuitWaitsForTheColoursOfTheTerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var quits atomic.Int32
		start := func() *exitFilter {
			return &exitFilter{reasons: make(chan exitReason, 1), started: time.Now(), quit: func() { quits.Add(1) }}
		}
		isQuit := func(f *exitFilter, msg tea.Msg) bool {
			_, yes := f.filter(nil, msg).(tea.QuitMsg)
			return yes
		}

		f := start()
		if isQuit(f, tea.QuitMsg{}) || isQuit(f, tea.ForegroundColorMsg{}) {
			t.Error("it quits before the terminal has answered")
		}
		if !isQuit(f, tea.BackgroundColorMsg{}) {
			t.Error("it does not quit with the answer")
		}

		f = start() // a terminal that never answers
		if isQuit(f, tea.QuitMsg{}) {
			t.Error("it quits before the terminal has answered")
		}
		time.Sleep(coloursWait)
		synctest.Wait()
		if quits.Load() != 2 || !isQuit(f, tea.QuitMsg{}) {
			t.Error("it waits for a terminal that never answers")
		}

		f = start()
		time.Sleep(coloursWithin)
		if !isQuit(f, tea.QuitMsg{}) {
			t.Error("it waits although the terminal had its time")
		}
	})
}
