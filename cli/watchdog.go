package cli

import (
	"io"
	"os"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
)

const (
	// screenWithin is how long the screen may take to give the terminal back.
	screenWithin = time.Second
	// resetWithin is how long the terminal may take to read what puts it right.
	resetWithin = 300 * time.Millisecond
)

// watchdog gives the terminal back when the screen cannot: a terminal that stops reading holds
// Bubble Tea in a write, and nothing that is asked of it is heard.
type watchdog struct {
	in, out *os.File
	state   *term.State // nil if it is not known
}

// newWatchdog remembers how the terminal is before the screen changes it.
func newWatchdog(env Env) *watchdog {
	d := &watchdog{}
	d.in, _ = env.Stdin.(*os.File)
	d.out, _ = env.Stdout.(*os.File)
	if d.in != nil {
		d.state, _ = term.GetState(d.in.Fd()) // without it there is nothing to go back to
	}
	return d
}

// wait waits for the screen to end. It reports false if the terminal had to be taken from it.
func (d *watchdog) wait(ended <-chan struct{}) bool {
	select {
	case <-ended:
		return true
	case <-time.After(screenWithin):
	}
	if d.out != nil {
		resumeOutput(d.out.Fd())
		select {
		case <-ended: // output had only been switched off
			return true
		case <-time.After(resetWithin):
		}
	}
	d.restore()
	return false
}

// restore puts the terminal back as it was. What it does not read in time is not waited for.
func (d *watchdog) restore() {
	if d.in != nil && d.state != nil {
		_ = term.Restore(d.in.Fd(), d.state) // there is nobody left to notify
	}
	if d.out == nil {
		return
	}
	discard(d.out.Fd())
	within(resetWithin, "terminal", func() { _, _ = io.WriteString(d.out, resetTerminal()) })
}

// resetTerminal undoes all that the screen may have switched on.
func resetTerminal() string {
	return strings.Join([]string{
		ansi.ResetModeSynchronizedOutput, ansi.ResetModeMouseNormal, ansi.ResetModeMouseButtonEvent, ansi.ResetModeMouseAnyEvent,
		ansi.ResetModeMouseExtSgr, ansi.ResetModeFocusEvent, ansi.ResetModeBracketedPaste, ansi.KittyKeyboard(0, 1),
		ansi.ResetModifyOtherKeys, ansi.ResetStyle, ansi.ResetModeAltScreenSaveCursor, ansi.SetModeTextCursorEnable,
	}, "")
}
