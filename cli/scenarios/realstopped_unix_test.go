//go:build unix

package scenarios

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A process that was stopped knows nothing of the time in which it was, and claims nothing of it.
func TestRealStopped(t *testing.T) {
	if !*real {
		t.Skip("it takes most of a minute: -real")
	}
	t.Parallel()
	s := newScript(newDice("stopped", *seed))
	s.well(about(2 * time.Second))
	env := serveReal(t, s)
	var out, errs bytes.Buffer
	cmd := exec.Command(program.Path(t), "tail", "-o", "json", s.id)
	cmd.Env, cmd.Stdout, cmd.Stderr = env, &out, &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	signal := func(after time.Duration, sig syscall.Signal) {
		time.Sleep(after) // the real time of a real process
		if err := cmd.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
	}
	signal(12*time.Second, syscall.SIGSTOP)
	signal(30*time.Second, syscall.SIGCONT)
	signal(8*time.Second, syscall.SIGINT)
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v\n%s", err, errs.String())
	}
	results := 0
	for line := range strings.Lines(out.String()) {
		var e struct {
			Kind string `json:"kind"`
			Wire string `json:"type"`
		}
		if json.Unmarshal([]byte(line), &e) == nil && strings.Contains(e.Kind+e.Wire, "result") {
			results++
		}
	}
	if results < 20 {
		t.Errorf("%d results, want about 25: none is lost while it does not run\n%s", results, out.String())
	}
	for _, words := range []string{"silent", "quiet", "half-open", "dead", "reconnect", "late", "behind"} {
		if strings.Contains(strings.ToLower(errs.String()), words) {
			t.Errorf("%q is claimed of the time in which it did not run:\n%s", words, errs.String())
		}
	}
}

// With too few file descriptors the fault is this machine's.
func TestRealFileLimit(t *testing.T) {
	if !*real {
		t.Skip("it takes half a minute: -real")
	}
	t.Parallel()
	s := newScript(newDice("files", *seed))
	s.well(about(time.Second))
	for range 19 {
		s.add("Lens").well(about(time.Second))
	}
	s.several = true
	env := serveReal(t, s)
	cmd := exec.Command("sh", append([]string{"-c", `ulimit -n 20; exec "$@"`, "sh", program.Path(t), "diagnose"}, s.diagnosed()...)...)
	cmd.Env = env
	out, _ := cmd.CombinedOutput()
	if code := cmd.ProcessState.ExitCode(); code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
	if !says(string(out), "open files|file descriptors") || says(string(out), "check the network|VPN") {
		t.Errorf("it does not say that there are too few file descriptors:\n%s", out)
	}
}

var _ http.Handler = (*server)(nil)
