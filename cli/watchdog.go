package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/pprof"
	"strings"
	"syscall"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"

	"lenswatch/client/guard"
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

// quitWithin is how long the process may take to end in good order after SIGQUIT.
const quitWithin = 6 * time.Second

// notifyQuit takes over SIGQUIT, for which the runtime would print the arguments of every function. The
// first one writes where each goroutine is, without any value, into a crash report, and ends the process
// as SIGTERM does, but with a code that is not 0.
func (s *Signals) notifyQuit(env Env) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGQUIT)
	guard.Go("signals", nil, func() {
		for range c {
			var b bytes.Buffer
			fmt.Fprintf(&b, "lenswatch %s: SIGQUIT\n\n", buildVersion().Version)
			writeStacks(&b)
			said := "lenswatch: SIGQUIT: goroutine stacks (no user data): "
			if path, err := writeCrash(env, time.Now(), b.String()); err != nil {
				said = "lenswatch: SIGQUIT: no report could be written: " + err.Error()
			} else {
				said += path
			}
			s.mu.Lock()
			s.quit = said
			s.mu.Unlock()
			time.AfterFunc(quitWithin, func() { os.Exit(ExitUnexpected) })
			s.handle(syscall.SIGTERM)
		}
	})
}

// exitCode is the code of the process after a command that ended with another, and says what there is to
// say of SIGQUIT.
func (s *Signals) exitCode(code int, w io.Writer) int {
	if s == nil {
		return code
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.quit == "" {
		return code
	}
	fmt.Fprintln(w, s.quit)
	return max(code, ExitUnexpected)
}

// writeStacks writes the functions and lines at which the goroutines are, without arguments.
func writeStacks(w io.Writer) {
	_ = pprof.Lookup("goroutine").WriteTo(w, 1) // the writer says what is wrong with it
}

// withoutArguments leaves the functions' arguments out of a stack as the runtime prints it. They are
// numbers and addresses, and some numbers are parts of texts.
func withoutArguments(stack []byte) []byte {
	lines := strings.Split(string(stack), "\n")
	for i, line := range lines {
		if at := strings.LastIndexByte(line, '('); at > 0 && strings.HasSuffix(line, ")") && !strings.HasPrefix(line, "\t") {
			lines[i] = line[:at] + "(...)"
		}
	}
	return []byte(strings.Join(lines, "\n"))
}
