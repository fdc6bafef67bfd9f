package cli

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/term"
	"github.com/creack/pty"

	"lenswatch/cli/config"
	"lenswatch/client"
	"lenswatch/client/simulator"
	"lenswatch/watch"
	"lenswatch/watch/custody"
)

// locked is a buffer that several goroutines use.
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

// stage is a screen on a terminal, over a simulator, whose run has created a session.
type stage struct {
	screen screen
	side   *os.File // the program's end of the terminal
	stderr locked
	sim    *simulator.Simulator
	state  string
	before *term.State
}

// newStage makes one. The terminal is read only if read is set.
func newStage(t *testing.T, read bool) *stage {
	t.Helper()
	s := &stage{state: t.TempDir()}
	tty, side, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	// The other end is not closed: a screen that was given up may still be about to use it.
	t.Cleanup(func() { _ = tty.Close() })
	if err := pty.Setsize(tty, &pty.Winsize{Cols: 120, Rows: 36}); err != nil {
		t.Fatal(err)
	}
	s.side = side
	if s.before, err = term.GetState(side.Fd()); err != nil {
		t.Fatal(err)
	}
	if read {
		go func() {
			buf := make([]byte, 64<<10)
			for {
				if _, err := tty.Read(buf); err != nil {
					return
				}
			}
		}()
	}
	if s.sim, err = simulator.New(simulator.Config{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.sim.Close() })
	base, err := s.sim.Listen("127.0.0.1:0", false)
	if err != nil {
		t.Fatal(err)
	}
	services, err := simulated(base)
	if err != nil {
		t.Fatal(err)
	}
	services = services[:1]
	ledger := custody.Open(filepath.Join(s.state, "lenswatch", ledgerFile), time.Now)
	if _, err := ledger.Create(t.Context(), services[0], client.CreateRequest{LensID: simulator.LensActivityMonitor}); err != nil {
		t.Fatal(err)
	}
	getenv := func(name string) string {
		return map[string]string{"XDG_STATE_HOME": s.state, "TERM": "xterm-256color"}[name]
	}
	loaded, err := config.Load(config.Sources{Getenv: getenv})
	if err != nil {
		t.Fatal(err)
	}
	s.screen = screen{
		env: Env{
			Stdin: side, Stdout: side, Stderr: &s.stderr, Getenv: getenv, Environ: []string{"TERM=xterm-256color"},
			settings: &settings{loaded: loaded},
		},
		options: &screenOptions{}, title: "test", services: services, hub: watch.Options{Custody: ledger},
	}
	s.screen.env.crashes = newCrashLog(s.screen.env)
	return s
}

func (s *stage) check(t *testing.T, open int) {
	t.Helper()
	left, err := s.screen.services[0].Sessions(t.Context())
	if err != nil || len(left) != open {
		t.Errorf("%d sessions are open, want %d; %v\n%s", len(left), open, err, s.stderr.String())
	}
	after, err := term.GetState(s.side.Fd())
	if err != nil || *after != *s.before {
		t.Errorf("the terminal was left in another mode; %v", err)
	}
}

// panics is a model that makes a mistake.
type panics struct {
	tea.Model
	where string
}

const secretText = "a payload that says sim-key"

func (p panics) Init() tea.Cmd {
	cmd := p.Model.Init()
	if p.where == "command" {
		return tea.Sequence(cmd, func() tea.Msg { panic(secretText) })
	}
	return cmd
}

func (p panics) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if p.where == "update" {
		var none []string
		_ = none[len(secretText)]
	}
	_, cmd := p.Model.Update(msg)
	return p, cmd
}

func (p panics) View() tea.View {
	if p.where == "view" {
		panic(errors.New(secretText))
	}
	return p.Model.View()
}

func TestPanicRestoresTheTerminal(t *testing.T) {
	for _, where := range []string{"update", "view", "command"} {
		t.Run(where, func(t *testing.T) {
			s := newStage(t, true)
			s.screen.wrap = func(m tea.Model) tea.Model { return panics{m, where} }
			err := s.screen.env.crashes.explain(s.screen.run(t.Context()))
			if err == nil || ExitCode(err) != ExitUnexpected || !strings.Contains(err.Error(), "crash-") {
				t.Fatalf("%v", err)
			}
			s.check(t, 0)
			reports, _ := filepath.Glob(filepath.Join(s.state, "lenswatch", "crash-*.txt"))
			if len(reports) != 1 || !strings.Contains(err.Error(), reports[0]) {
				t.Fatalf("%v: %v", reports, err)
			}
			text, readErr := os.ReadFile(reports[0])
			fi, _ := os.Stat(reports[0])
			if readErr != nil || fi.Mode().Perm() != 0o600 || !strings.Contains(string(text), "panics.") {
				t.Errorf("%v, %v:\n%s", readErr, fi.Mode(), text)
			}
			if all := string(text) + err.Error() + s.stderr.String(); strings.Contains(all, "sim-key") {
				t.Errorf("data was reported:\n%s", all)
			}
		})
	}
}

func TestKeepHandsOver(t *testing.T) {
	s := newStage(t, true)
	s.screen.options.keep = true
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.screen.run(ctx); err != nil {
		t.Fatal(err)
	}
	s.check(t, 1)
	if !strings.Contains(s.stderr.String(), "left running, counting against your quota") {
		t.Error(s.stderr.String())
	}
	if left, err := openLedger(s.screen.env).Orphans(); err != nil || len(left) != 0 {
		t.Errorf("a session that stays counts as left behind: %v, %v", left, err)
	}
}

// A session that could not be destroyed in time is named, without words of the network, and is no success.
func TestASessionThatIsLeftIsNoSuccess(t *testing.T) {
	s := newStage(t, true)
	if err := s.sim.Inject(simulator.Fault{Name: simulator.FaultHang, Arg: "destroy"}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.screen.run(ctx); ExitCode(err) != ExitUnexpected {
		t.Errorf("exit code %d: %v", ExitCode(err), err)
	}
	s.check(t, 1)
	if said := s.stderr.String(); !strings.Contains(said, "still running: ") || strings.Contains(said, "context") {
		t.Error(said)
	}
}

func TestSignalsThatInsist(t *testing.T) {
	for _, c := range []struct {
		name  string
		sigs  []os.Signal
		hurry bool
	}{
		{"one", []os.Signal{os.Interrupt}, false},
		{"ctrl-c twice", []os.Signal{os.Interrupt, os.Interrupt}, true},
		{"a login ends", []os.Signal{syscall.SIGHUP, syscall.SIGTERM, syscall.SIGHUP}, false},
		{"killed twice", []os.Signal{syscall.SIGTERM, syscall.SIGTERM, syscall.SIGTERM}, true},
	} {
		s := newSignals()
		s.exit = func(int) {}
		for _, sig := range c.sigs {
			s.handle(sig)
		}
		select {
		case <-s.Leaving():
			if !c.hurry {
				t.Errorf("%s: it hurries", c.name)
			}
		default:
			if c.hurry {
				t.Errorf("%s: it does not hurry", c.name)
			}
		}
		if s.Context().Err() == nil {
			t.Errorf("%s: the context continues", c.name)
		}
	}
}

// A command that does not end when a signal insists is ended by force, with the terminal given back.
func TestASignalThatInsistsEndsTheProcess(t *testing.T) {
	for name, signals := range map[string][]os.Signal{
		"ctrl+c twice": {os.Interrupt, os.Interrupt}, "SIGTERM twice": {syscall.SIGTERM, syscall.SIGTERM}, "SIGTERM, ctrl+c": {syscall.SIGTERM, os.Interrupt},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, restored, code := newSignals(), false, -1
				s.exit = func(c int) { code = c }
				s.OnForce(func() { restored = true })
				s.handle(signals[0])
				time.Sleep(time.Minute)
				synctest.Wait()
				if code != -1 || s.Context().Err() == nil {
					t.Fatalf("one signal ended it with %d, or asked for nothing", code)
				}
				s.handle(signals[1])
				time.Sleep(2 * insistWithin)
				synctest.Wait()
				if code != ExitUnexpected || !restored {
					t.Errorf("exit code %d, restored: %v", code, restored)
				}
			})
		})
	}
}
