package cli

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"syscall"

	tea "charm.land/bubbletea/v2"

	"lenswatch/ui"
)

// why the screen goes.
type why uint8

const (
	whyEnded     why = iota // it ended by itself, with an error
	whyQuit                 // the person quit, by a key that asks first
	whyInterrupt            // ctrl-c
	whySignal
	whyCrash
)

// show is a screen that is going: it may still be giving the terminal back.
type show struct {
	why   why
	crash *crash
	dog   *watchdog
	ended chan struct{} // closed when the program has ended; err is set then
	err   error
}

// show draws the model until there is a reason to leave, and returns at once then.
func (s screen) show(ctx context.Context, model *ui.Model) *show {
	ctx, cancel := context.WithCancel(ctx)
	sh := &show{crash: &crash{cancel: cancel}, dog: newWatchdog(s.env), ended: make(chan struct{})}
	parting := make(chan why, 1)
	root := tea.Model(guarded{model, sh.crash})
	if s.wrap != nil {
		root = guarded{s.wrap(root), sh.crash}
	}
	paced := &framedModel{Model: root, frames: &frames{gone: cancel}}
	// Signals end ctx, and then the program is asked to quit. Given ctx itself, or its own handler of
	// signals, it would not wait for its reader of keys. Its own net for mistakes prints to the
	// terminal whatever they say, which may be data.
	program := tea.NewProgram(paced, tea.WithoutSignalHandler(), tea.WithoutCatchPanics(),
		tea.WithFPS(framesPerSecond), tea.WithFilter(noteParting(parting)),
		tea.WithInput(s.env.Stdin), tea.WithOutput(paced.frames.output(s.env.Stdout)), tea.WithEnvironment(s.env.Environ))
	paced.program = program
	go func() {
		defer close(sh.ended)
		defer func() {
			if sh.crash.happened() {
				sh.dog.restore() // the mistake may have ended Bubble Tea before it could
			}
		}()
		defer sh.crash.catch("screen")
		_, sh.err = program.Run()
	}()
	context.AfterFunc(ctx, program.Quit) // in a goroutine of its own: a screen that is held hears nothing
	select {
	case sh.why = <-parting:
		if ctx.Err() != nil {
			sh.why = whySignal
		}
	case <-ctx.Done():
		sh.why = whySignal
		if sh.crash.happened() {
			sh.why = whyCrash
		}
	case <-sh.ended:
		select {
		case sh.why = <-parting: // both came at once
		default:
		}
	}
	return sh
}

// noteParting tells, before the program acts on it, that the person wants to leave.
func noteParting(parting chan<- why) func(tea.Model, tea.Msg) tea.Msg {
	note := func(w why) {
		select {
		case parting <- w:
		default: // the first reason counts
		}
	}
	return func(_ tea.Model, msg tea.Msg) tea.Msg {
		switch msg.(type) {
		case tea.QuitMsg:
			note(whyQuit)
		case tea.InterruptMsg:
			note(whyInterrupt)
		}
		return msg
	}
}

// hungUp reports whether an error says that the terminal is gone.
func hungUp(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, syscall.EIO) || errors.Is(err, fs.ErrClosed)
}
