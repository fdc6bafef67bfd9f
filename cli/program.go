package cli

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client/guard"
	"lenswatch/ui"
)

// exitReason is why the screen is left.
type exitReason uint8

const (
	reasonEnded     exitReason = iota // it ended by itself, with an error
	reasonQuit                        // the person quit, by a key that asks first
	reasonInterrupt                   // ctrl-c
	reasonSignal
	reasonCrash
)

// runningScreen is a screen that is going: it may still be giving the terminal back.
type runningScreen struct {
	reason exitReason
	crash  *crash
	dog    *watchdog
	ended  chan struct{} // closed when the program has ended; err is set then
	err    error
}

// runProgram draws the model until there is a reason to leave, and returns at once then.
func (s screen) runProgram(ctx context.Context, model *ui.Model) *runningScreen {
	ctx, cancel := context.WithCancel(ctx)
	sh := &runningScreen{crash: &crash{cancel: cancel}, dog: newWatchdog(s.env), ended: make(chan struct{})}
	parting := make(chan exitReason, 1)
	leaving := &exitFilter{reasons: parting, started: time.Now()}
	root := tea.Model(guarded{model, sh.crash})
	if s.wrap != nil {
		root = guarded{s.wrap(root), sh.crash}
	}
	paced := &framedModel{Model: root, frames: &frames{onTerminalGone: cancel}}
	// Signals end ctx, and then the program is asked to quit. Given ctx itself, or its own handler of
	// signals, it would not wait for its reader of keys. Its own net for mistakes prints to the
	// terminal whatever they say, which may be data.
	program := tea.NewProgram(paced, tea.WithoutSignalHandler(), tea.WithoutCatchPanics(),
		tea.WithFPS(framesPerSecond), tea.WithFilter(leaving.filter),
		tea.WithInput(s.env.Stdin), tea.WithOutput(paced.frames.output(s.env.Stdout)), tea.WithEnvironment(s.env.Environ))
	paced.program, leaving.quit = program, program.Quit
	s.env.Signals.OnForce(sh.dog.restore)
	guard.Go("screen", nil, func() {
		defer close(sh.ended)
		sh.crash.run("screen", func() { _, sh.err = program.Run() })
		if sh.crash.happened() {
			sh.dog.restore() // the bug may have ended Bubble Tea before it could
		}
	})
	context.AfterFunc(ctx, program.Quit) // in a goroutine of its own: a screen that is held hears nothing
	select {
	case sh.reason = <-parting:
		if ctx.Err() != nil {
			sh.reason = reasonSignal
		}
	case <-ctx.Done():
		sh.reason = reasonSignal
		if sh.crash.happened() {
			sh.reason = reasonCrash
		}
	case <-sh.ended:
		select {
		case sh.reason = <-parting: // both came at once
		default:
		}
	}
	return sh
}

// isTerminalGone reports whether an error says that the terminal is gone.
func isTerminalGone(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, syscall.EIO) || errors.Is(err, fs.ErrClosed)
}

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
