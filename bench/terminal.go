package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// The size of the screen that is measured.
const columns, lines = 160, 45

// terminal is a program, most often lenswatch, on a pseudo-terminal, seen through an emulator: what is measured is what
// a person could read on it.
type terminal struct {
	cmd     *exec.Cmd
	tty     *os.File
	started time.Time
	changed chan struct{} // has a token when something was drawn

	mu  sync.Mutex
	emu *vt.Emulator
}

// open starts lenswatch.
func (b *bench) open(env []string, args ...string) (*terminal, error) {
	return b.openProgram(env, b.bin, args...)
}

// openProgram starts a program with its settings in a folder of its own, which is also where it runs: a
// peer that cannot write to its settings leaves its files where it is.
func (b *bench) openProgram(env []string, program string, args ...string) (*terminal, error) {
	home := filepath.Join(b.dir, "home")
	if err := os.MkdirAll(home, 0o700); err != nil {
		return nil, err
	}
	t := &terminal{cmd: exec.CommandContext(b.ctx, program, args...), emu: vt.NewEmulator(columns, lines), changed: make(chan struct{}, 1)}
	for _, e := range env {
		if !strings.HasPrefix(e, "TERM") && !strings.HasPrefix(e, "TMUX") && !strings.HasPrefix(e, "SSH_") && !strings.HasPrefix(e, "XDG_") {
			t.cmd.Env = append(t.cmd.Env, e)
		}
	}
	t.cmd.Env = append(t.cmd.Env, "TERM=xterm-256color", "COLORTERM=truecolor", "LC_ALL=C.UTF-8", "HOME="+home, "XDG_STATE_HOME="+home, "XDG_CONFIG_HOME="+home)
	t.cmd.Dir = home
	t.started = time.Now()
	tty, err := pty.StartWithSize(t.cmd, &pty.Winsize{Cols: columns, Rows: lines})
	if err != nil {
		return nil, err
	}
	t.tty = tty
	go t.draw()
	go func() { _, _ = io.Copy(tty, t.emu) }() // the terminal's own answers
	return t, nil
}

func (t *terminal) draw() {
	buf := make([]byte, 64<<10)
	for {
		n, err := t.tty.Read(buf)
		t.mu.Lock()
		_, _ = t.emu.Write(buf[:n])
		t.mu.Unlock()
		select {
		case t.changed <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

func (t *terminal) close() {
	stop(t.cmd)
	_ = t.tty.Close()
	t.mu.Lock()
	defer t.mu.Unlock()
	_ = t.emu.Close()
}

func (t *terminal) screen() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.emu.String()
}

// until waits for a screen, and returns how long that took; false if it did not come in time.
func (t *terminal) until(limit time.Duration, is func(screen string) bool) (time.Duration, bool) {
	start := time.Now()
	deadline := time.NewTimer(limit)
	defer deadline.Stop()
	for !is(t.screen()) {
		select {
		case <-t.changed:
		case <-deadline.C:
			return limit, false
		}
	}
	return time.Since(start), true
}

// A stroke is a key, and how its effect is known on the screen, whatever else is drawn meanwhile.
type stroke struct {
	key string
	is  func(screen string) bool
}

// strokes pause the lists and let them continue, and open and close the help.
var strokes = []stroke{
	{" ", func(s string) bool { return strings.Contains(s, "paused") }},
	{" ", func(s string) bool { return !strings.Contains(s, "paused") }},
	{"?", func(s string) bool { return strings.Contains(s, "╭ Help ") }},
	{"?", func(s string) bool { return !strings.Contains(s, "╭ Help ") }},
}

// keyLimit is how long a key is waited for. One that takes longer counts as long as this.
const keyLimit = 2 * time.Second

// press writes a key and returns how long its effect took to be on the screen.
func (t *terminal) press(s stroke) time.Duration {
	_, _ = t.tty.WriteString(s.key)
	took, _ := t.until(keyLimit, s.is)
	return took
}

var eventNumber = regexp.MustCompile(`Load event (\d{12})`)

// newest is the highest number of a load event on the screen, 0 if there is none.
func (t *terminal) newest() (n int64) {
	for _, m := range eventNumber.FindAllStringSubmatch(t.screen(), -1) {
		if i, err := strconv.ParseInt(m[1], 10, 64); err == nil {
			n = max(n, i)
		}
	}
	return n
}

var received = regexp.MustCompile(`received +([\d,]+) results`)

// received is what the health pane says it has received; -1 if it does not say.
func (t *terminal) received() int64 {
	m := received.FindStringSubmatch(t.screen())
	if m == nil {
		return -1
	}
	n, err := strconv.ParseInt(strings.ReplaceAll(m[1], ",", ""), 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// quantile is the time that a share q of all do not exceed.
func quantile(all []time.Duration, q float64) time.Duration {
	if len(all) == 0 {
		return 0
	}
	all = slices.Sorted(slices.Values(all))
	return all[min(len(all)-1, int(q*float64(len(all))))]
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
