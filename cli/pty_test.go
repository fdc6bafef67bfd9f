package cli_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
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
)

// patience is how long a test waits for the screen. It is long: the machine may be busy.
const patience = 60 * time.Second

// build makes the real binary.
func build(t *testing.T) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "lenswatch")
	if out, err := exec.Command("go", "build", "-o", bin, "lenswatch").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return bin
}

// console is a real process on a real pseudo-terminal, seen through an emulator.
type console struct {
	t      *testing.T
	cmd    *exec.Cmd
	tty    *os.File // our end
	side   *os.File // the process's end, held open to ask how the terminal was left
	stderr bytes.Buffer
	before *term.State

	mu      sync.Mutex
	emu     *vt.Emulator
	changed chan struct{}
	done    chan error
}

func open(t *testing.T, env []string, bin string, args ...string) *console {
	t.Helper()
	tty, side, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	c := &console{t: t, tty: tty, side: side, emu: vt.NewEmulator(120, 36), changed: make(chan struct{}, 1), done: make(chan error, 1)}
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
	go c.draw()
	go func() { _, _ = io.Copy(tty, c.emu) }() // the terminal's own answers
	go func() { c.done <- c.cmd.Wait() }()
	t.Cleanup(func() {
		_ = c.cmd.Process.Kill()
		_, _ = side.Close(), tty.Close()
	})
	return c
}

func (c *console) draw() {
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

func (c *console) screen() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.emu.String()
}

// wait waits until the screen has all of the texts.
func (c *console) wait(texts ...string) {
	c.t.Helper()
	deadline := time.After(patience)
	for {
		s, missing := c.screen(), ""
		for _, text := range texts {
			if !strings.Contains(s, text) {
				missing = text
			}
		}
		if missing == "" {
			return
		}
		select {
		case <-c.changed:
		case err := <-c.done:
			c.t.Fatalf("the program ended (%v) before the screen had %q:\n%s\n%s", err, missing, s, c.stderr.String())
		case <-deadline:
			c.t.Fatalf("the screen never had %q:\n%s", missing, s)
		}
	}
}

func (c *console) press(keys string) {
	c.t.Helper()
	if _, err := io.WriteString(c.tty, keys); err != nil {
		c.t.Fatal(err)
	}
}

// ended waits for the process, and fails unless the terminal is as it was.
func (c *console) ended() error {
	c.t.Helper()
	var err error
	select {
	case err = <-c.done:
	case <-time.After(patience):
		c.t.Fatalf("the program did not end:\n%s", c.screen())
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

func TestDemoOnATerminal(t *testing.T) {
	c := open(t, nil, build(t), "demo", "--speed", "4")
	c.wait("lenswatch demo", "Sessions", "live", "/s")
	c.wait("Avatar") // the session of AgentHuman stands beside the lenses
	c.press("c")
	c.wait("Create a session", "output by SSE")
	c.press("activity")
	c.press("\r")
	c.wait("Created", "mine")
	c.press("q")
	c.wait("still open")
	c.press("\r")
	if err := c.ended(); err != nil {
		t.Fatalf("%v\n%s", err, c.stderr.String())
	}
}

// Two processes over a socket: the simulator, and the viewer with the two variables.
func TestCreateWatchDestroyOverTheSocket(t *testing.T) {
	bin := build(t)
	sim := exec.Command(bin, "simulate")
	out, err := sim.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := sim.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = sim.Process.Kill(), sim.Wait() })
	var env []string
	for lines := bufio.NewScanner(out); len(env) < 2 && lines.Scan(); {
		env = append(env, strings.TrimPrefix(lines.Text(), "export "))
	}
	endpoint := strings.TrimPrefix(env[0], "ATAI_API_ENDPOINT=")
	key := strings.TrimPrefix(env[1], "ATAI_API_KEY=")

	c := open(t, env, bin)
	c.wait("No session is open")
	c.press("c")
	c.wait("Create a session", "Activity")
	c.press("activity\r")
	c.wait("Created", "1 open")
	c.wait("follow", "1 results") // the health pane counts the first one
	ids := listed(t, endpoint, key)
	if len(ids) != 1 {
		t.Fatalf("the service lists %v", ids)
	}
	c.press("d")
	c.wait("Destroy this session?", ids[0])
	c.press("y")
	c.wait("Destroyed")
	if left := listed(t, endpoint, key); len(left) != 0 {
		t.Fatalf("the service still lists %v", left)
	}
	c.press("q")
	if err := c.ended(); err != nil {
		t.Fatalf("%v\n%s", err, c.stderr.String())
	}
	if strings.Contains(c.screen()+c.stderr.String(), key) {
		t.Error("the key was shown")
	}
}

// listed asks the service itself which sessions are open.
func listed(t *testing.T, endpoint, key string) (ids []string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, endpoint+"/lens/sessions/metadata", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+key)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var records []struct {
		ID string `json:"session_id"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&records); err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		ids = append(ids, r.ID)
	}
	return ids
}

func TestSignalRestoresTheTerminal(t *testing.T) {
	c := open(t, nil, build(t), "demo")
	c.wait("lenswatch demo")
	if err := c.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := c.ended(); err != nil {
		t.Fatalf("%v\n%s", err, c.stderr.String())
	}
}
