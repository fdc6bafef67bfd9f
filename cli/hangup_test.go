package cli_test

import (
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/creack/pty"

	"lenswatch/client/simulator"
)

// A terminal that goes without a signal, as one does that is not the controlling terminal or whose SIGHUP
// is ignored by nohup, ends the screen too, and takes the run's sessions with it.
func TestTerminalGoesWithoutASignal(t *testing.T) {
	t.Parallel()
	_, base := served(t, simulator.Config{Speed: 5})
	tty, side, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	if err := pty.Setsize(tty, &pty.Winsize{Cols: 120, Rows: 36}); err != nil {
		t.Fatal(err)
	}
	v := &victim{cmd: exec.Command(program.Path(t)), tty: tty, changed: make(chan struct{}, 1)}
	v.cmd.Env = []string{
		"TERM=xterm-256color", "HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH"),
		"ATAI_API_ENDPOINT=" + base, "ATAI_API_KEY=" + simulator.DefaultKey,
	}
	v.cmd.Stdin, v.cmd.Stdout = side, side
	if err := v.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = side.Close()
	v.reads(t)
	v.wait(t, "Sessions")
	v.press(t, "c")
	v.wait(t, "Create a session")
	v.press(t, "activity\r")
	v.wait(t, "yours")
	v.close()
	ended := make(chan struct{})
	go func() { defer close(ended); _ = v.cmd.Wait() }()
	select {
	case <-ended:
	case <-time.After(15 * time.Second):
		t.Fatal("the program continues without a terminal")
	}
	if left := listed(t, base, simulator.DefaultKey); !slices.Equal(left, nil) {
		t.Errorf("open are %v", left)
	}
}
