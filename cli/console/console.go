package console

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"

	"lenswatch/client/guard"
)

// patience is how long a test waits for the screen. It is long: the machine may be busy.
const patience = 60 * time.Second

// Binary is the real program. It is built when it is first asked for, once for all tests of a package.
type Binary struct {
	once sync.Once
	dir  string
	err  error
}

// Path builds the program, unless that was done, and says where it is.
func (b *Binary) Path(t testing.TB) string {
	t.Helper()
	b.once.Do(b.build)
	if b.err != nil {
		t.Fatal(b.err)
	}
	return filepath.Join(b.dir, "lenswatch")
}

func (b *Binary) build() {
	if b.dir, b.err = os.MkdirTemp("", "lenswatch"); b.err != nil {
		return
	}
	if out, err := exec.Command("go", "build", "-o", filepath.Join(b.dir, "lenswatch"), "lenswatch").CombinedOutput(); err != nil {
		b.err = fmt.Errorf("go build: %w\n%s", err, out)
	}
}

// Remove removes the program after the last test.
func (b *Binary) Remove() error {
	if b.dir == "" {
		return nil
	}
	return os.RemoveAll(b.dir)
}

// Console is a real process on a real pseudo-terminal, seen through an emulator.
type Console struct {
	t      testing.TB
	cmd    *exec.Cmd
	tty    *os.File // our end
	side   *os.File // the process's end, held open to ask how the terminal was left
	stderr locked
	before *term.State

	mu      sync.Mutex
	emu     *vt.Emulator
	changed chan struct{}
	done    chan error
}

// Open starts a program on a terminal of 120x36 with a home of its own. env is added to what it needs
// at least. It ends with the test.
func Open(t testing.TB, env []string, bin string, args ...string) *Console {
	t.Helper()
	tty, side, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	c := &Console{t: t, tty: tty, side: side, emu: vt.NewEmulator(120, 36), changed: make(chan struct{}, 1), done: make(chan error, 1)}
	if err := pty.Setsize(tty, &pty.Winsize{Cols: 120, Rows: 36}); err != nil {
		t.Fatal(err)
	}
	if c.before, err = term.GetState(side.Fd()); err != nil {
		t.Fatal(err)
	}
	c.cmd = exec.Command(bin, args...)
	c.cmd.Env = append([]string{"TERM=xterm-256color", "HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH")}, env...)
	c.cmd.Stdin, c.cmd.Stdout, c.cmd.Stderr = side, side, &c.stderr
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	guard.Go("console", nil, c.draw)
	guard.Go("console", nil, func() { _, _ = io.Copy(tty, c.emu) }) // the terminal's own answers
	guard.Go("console", nil, func() { c.done <- c.cmd.Wait() })
	t.Cleanup(func() {
		_ = c.cmd.Process.Kill()
		_, _ = side.Close(), tty.Close()
	})
	return c
}

// GoEnv is what the go command needs in a home that is not its own: its folders and its settings.
func GoEnv(t testing.TB) (env []string) {
	t.Helper()
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPATH", "GOFLAGS", "GOPROXY"} {
		value, err := exec.Command("go", "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		env = append(env, name+"="+strings.TrimSpace(string(value)))
	}
	return env
}

// locked is a buffer that is read while it is written.
type locked struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *locked) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

func (c *Console) draw() {
	buf := make([]byte, 64<<10)
	for {
		n, err := c.tty.Read(buf)
		c.mu.Lock()
		_, _ = c.emu.Write(buf[:n])
		c.mu.Unlock()
		select {
		case c.changed <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

// Screen is what the cells say.
func (c *Console) Screen() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.emu.String()
}

// Wait waits until the screen has all of the texts.
func (c *Console) Wait(texts ...string) {
	c.t.Helper()
	c.WaitFor(fmt.Sprintf("%q", texts), func(screen string) bool {
		for _, text := range texts {
			if !strings.Contains(screen, text) {
				return false
			}
		}
		return true
	})
}

// WaitFor waits until the screen is as a test wants it; what says how that is.
func (c *Console) WaitFor(what string, is func(screen string) bool) {
	c.t.Helper()
	deadline := time.After(patience)
	for {
		s := c.Screen()
		if is(s) {
			return
		}
		select {
		case <-c.changed:
		case err := <-c.done:
			c.t.Fatalf("the program ended (%v) before the screen had %s:\n%s\n%s", err, what, s, c.stderr.String())
		case <-deadline:
			c.t.Fatalf("the screen never had %s:\n%s", what, s)
		}
	}
}

// Resize makes the terminal another size.
func (c *Console) Resize(cols, rows int) {
	c.t.Helper()
	c.mu.Lock()
	c.emu.Resize(cols, rows)
	c.mu.Unlock()
	if err := pty.Setsize(c.tty, &pty.Winsize{Cols: uint16(cols), Rows: uint16(rows)}); err != nil {
		c.t.Fatal(err)
	}
}

// WaitMode waits until the program has put the terminal into another mode than it was in, as it does
// before it reads something that is not to be shown.
func (c *Console) WaitMode() { c.waitMode(true) }

// WaitRestored waits until the terminal is in the mode again that it was in: who reads next from it is
// no longer the program that changed the mode.
func (c *Console) WaitRestored() { c.waitMode(false) }

func (c *Console) waitMode(other bool) {
	c.t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	deadline := time.After(patience)
	for {
		now, err := term.GetState(c.side.Fd())
		if err != nil {
			c.t.Fatal(err)
		}
		if (*now != *c.before) == other {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			c.t.Fatalf("the terminal did not change its mode:\n%s", c.Screen())
		}
	}
}

// Press types keys as a terminal sends them.
func (c *Console) Press(keys string) {
	c.t.Helper()
	if _, err := io.WriteString(c.tty, keys); err != nil {
		c.t.Fatal(err)
	}
}

// Ended waits for the process, and fails unless the terminal is as it was.
func (c *Console) Ended() error {
	c.t.Helper()
	var err error
	select {
	case err = <-c.done:
	case <-time.After(patience):
		c.t.Fatalf("the program did not end:\n%s", c.Screen())
	}
	after, stateErr := term.GetState(c.side.Fd())
	if stateErr != nil {
		c.t.Fatal(stateErr)
	}
	if *after != *c.before {
		c.t.Error("the terminal was left in another mode")
	}
	// What the process wrote last may still be on its way to the emulator.
	deadline := time.After(patience)
	for {
		c.mu.Lock()
		alt := c.emu.IsAltScreen()
		c.mu.Unlock()
		if !alt {
			return err
		}
		select {
		case <-c.changed:
		case <-deadline:
			c.t.Fatal("the terminal was left on the alternate screen")
		}
	}
}

// Signal sends a signal to the process.
func (c *Console) Signal(s os.Signal) error { return c.cmd.Process.Signal(s) }

// Stderr is what the process wrote to standard error so far, and all of it after [Console.Ended].
func (c *Console) Stderr() string { return c.stderr.String() }
