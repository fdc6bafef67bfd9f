//go:build unix

package cli_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"lenswatch/client/simulator"
)

// The stacks that SIGQUIT asks for hold no key, and no argument that may be a part of one.
func TestSIGQUITWritesStacksWithoutValues(t *testing.T) {
	const key = "k3y-0f-the-test-0123456789"
	_, base := served(t, simulator.Config{Key: key})
	home := t.TempDir()
	cmd := exec.Command(program.Path(t), "tail", "--all")
	var stdout, stderr bytes.Buffer
	out, err := os.CreateTemp(t.TempDir(), "out")
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = out, &stderr
	cmd.Env = []string{"HOME=" + home, "PATH=" + os.Getenv("PATH"), "ATAI_API_ENDPOINT=" + base, "ATAI_API_KEY=" + key}
	create := exec.Command(program.Path(t), "sessions", "create", simulator.LensActivityMonitor)
	create.Env = cmd.Env
	if said, err := create.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(20 * time.Second); stdout.Len() == 0 && time.Now().Before(deadline); <-time.After(20 * time.Millisecond) {
		text, _ := os.ReadFile(out.Name())
		stdout.Write(text)
	}
	_ = cmd.Process.Signal(syscall.SIGQUIT)
	if err := cmd.Wait(); err == nil || cmd.ProcessState.ExitCode() != 1 {
		t.Errorf("ended with %v", err)
	}
	reports, _ := filepath.Glob(filepath.Join(home, ".local/state/lenswatch", "crash-*.txt"))
	if len(reports) != 1 || !strings.Contains(stderr.String(), reports[0]) {
		t.Fatalf("reports %v, said %s", reports, stderr.String())
	}
	report, err := os.ReadFile(reports[0])
	if err != nil || !bytes.Contains(report, []byte("lenswatch/cli.tail")) {
		t.Errorf("%v: %s", err, report)
	}
	for _, text := range []string{string(report), stderr.String()} {
		if strings.Contains(text, key) || regexp.MustCompile(`\(0x[0-9a-f]|\{0x`).MatchString(text) {
			t.Errorf("it holds values: %s", text)
		}
	}
}
