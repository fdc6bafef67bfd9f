package cli_test

import (
	"flag"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"lenswatch/client/simulator"
)

var kills = flag.Int("kills", 10, "how often TestKilled kills the program")

// victim is a real process on a terminal of its own, whose screen is recorded as it was written.
type victim struct {
	cmd     *exec.Cmd
	tty     *os.File
	mu      sync.Mutex
	written strings.Builder
	changed chan struct{}
	gone    sync.Once
}

func newVictim(t *testing.T, env []string, bin string, args ...string) *victim {
	t.Helper()
	v := &victim{cmd: exec.Command(bin, args...), changed: make(chan struct{}, 1)}
	v.cmd.Env = env
	tty, err := pty.StartWithSize(v.cmd, &pty.Winsize{Cols: 120, Rows: 36}) // in a session of its own, so that closing it hangs up
	if err != nil {
		t.Fatal(err)
	}
	v.tty = tty
	v.reads(t)
	return v
}

// reads takes what the program writes, until the test ends, which ends the program.
func (v *victim) reads(t *testing.T) {
	go func() {
		buf := make([]byte, 64<<10)
		for {
			n, err := v.tty.Read(buf)
			v.mu.Lock()
			v.written.Write(buf[:n])
			v.mu.Unlock()
			select {
			case v.changed <- struct{}{}:
			default:
			}
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() { v.close(); _ = v.cmd.Process.Kill() })
}

func (v *victim) close() { v.gone.Do(func() { _ = v.tty.Close() }) }

func (v *victim) screen() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.written.String()
}

func (v *victim) wait(t *testing.T, text string) {
	t.Helper()
	deadline := time.After(30 * time.Second)
	for !strings.Contains(v.screen(), text) {
		select {
		case <-v.changed:
		case <-deadline:
			t.Fatalf("never wrote %q:\n%q", text, v.screen())
		}
	}
}

func (v *victim) press(t *testing.T, keys string) {
	t.Helper()
	if _, err := v.tty.WriteString(keys); err != nil {
		t.Fatal(err)
	}
}

// ways are the ends that the program is put to.
var ways = []struct {
	name string
	end  func(*victim)
}{
	{"SIGINT", func(v *victim) { _ = v.cmd.Process.Signal(os.Interrupt) }},
	{"SIGTERM", func(v *victim) { _ = v.cmd.Process.Signal(syscall.SIGTERM) }},
	{"SIGHUP", func(v *victim) { _ = v.cmd.Process.Signal(syscall.SIGHUP) }},
	{"SIGKILL", func(v *victim) { _ = v.cmd.Process.Kill() }},
	{"closed terminal", (*victim).close},
}

// lies are what befalls the answers of creates and destroys while the program is killed.
var lies = []string{
	"", "", "lost-answer=create", "slow-answer=200ms,create", "false-page=create", "lost-answer=destroy", "slow-answer=200ms,destroy", "false-page=destroy", "not-found=destroy",
	"bad-gateway=create", "reset=destroy",
}

// The program is killed at any moment of creating, watching and destroying, while the answers of the
// service are right, slow, lost or false. After the next start and clean-up no session of ours is open
// that is not named, and no other was touched.
func TestKilled(t *testing.T) {
	for i := range *kills {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			t.Parallel()
			killed(t, i)
		})
	}
}

// served is a simulator that listens until the test ends.
func served(t *testing.T, cfg simulator.Config) (sim *simulator.Simulator, base string) {
	t.Helper()
	sim, err := simulator.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Close() })
	if base, err = sim.Listen("127.0.0.1:0", false); err != nil {
		t.Fatal(err)
	}
	return sim, base
}

// killed kills one run, which has a service and a home of its own.
func killed(t *testing.T, i int) {
	bin := program.Path(t)
	sim, base := served(t, simulator.Config{Speed: 5})
	var others []string
	for _, lens := range []string{simulator.LensActivityMonitor, simulator.LensMachineState} {
		id, err := sim.Create(lens)
		if err != nil {
			t.Fatal(err)
		}
		others = append(others, id)
	}
	slices.Sort(others)
	lie := lies[i%len(lies)]
	if lie != "" {
		fault, err := simulator.ParseFault(lie)
		if err == nil {
			err = sim.Inject(fault)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	env := []string{
		"TERM=xterm-256color", "HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH"),
		"ATAI_API_ENDPOINT=" + base, "ATAI_API_KEY=" + simulator.DefaultKey,
	}
	v := newVictim(t, env, bin)
	v.wait(t, "Sessions")
	v.press(t, "c")
	v.wait(t, "Create a session")
	v.press(t, "activity")
	moment := time.Duration(rand.IntN(150)) * time.Millisecond
	stage := "creating"
	v.press(t, "\r")
	sure := !strings.HasSuffix(lie, "create")
	if i%3 > 0 && sure {
		v.wait(t, "yours") // the renderer may write "Created" in parts
		stage = "watching"
	}
	if i%3 == 2 && sure {
		v.press(t, "dy")
		stage, moment = "destroying", moment/5
	}
	<-time.After(moment)
	way := ways[i%len(ways)]
	way.end(v)
	_ = v.cmd.Wait() // how it ended is the way's business
	v.close()
	clean := func() string {
		c := exec.Command(bin, "sessions", "destroy", "--mine")
		c.Env = env
		text, err := c.CombinedOutput() // it fails for what is not certain, which it names
		for _, id := range listed(t, base, simulator.DefaultKey) {
			if !slices.Contains(others, id) && (err == nil || !strings.Contains(string(text), id) && !strings.Contains(string(text), "never arrived")) {
				t.Errorf("%s while %s, after %v, %s: %s is open and not named: %v\n%s", way.name, stage, moment, lie, id, err, text)
			}
		}
		return string(text)
	}
	output := clean() // while the service still lies
	sim.Heal("", "")
	output += clean()
	left := listed(t, base, simulator.DefaultKey)
	slices.Sort(left)
	if !slices.Equal(left, others) {
		t.Fatalf("%s while %s, after %v, %s: open are %v, want %v\n%s", way.name, stage, moment, lie, left, others, output)
	}
}
