package cli_test

import (
	"os/exec"
	"testing"

	"lenswatch/cli/console"
)

// ctrl+z gives the terminal back to the shell; fg brings the screen back, in the size that the terminal
// has by then, and the streams continue where they were held.
func TestSuspendAndResume(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"bash", "setsid"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("job control needs a shell with a terminal of its own: %v", err)
		}
	}
	bin := program.Path(t)
	c := console.Open(t, []string{"PS1=ready> "}, "sh", "-c", "exec setsid --ctty --wait bash --norc -i 2>&1")
	c.Wait("ready>")
	c.Press(bin + " demo\r")
	c.Wait("lenswatch demo", "Activity Monitor", "connected")
	c.Press("\x1a")
	c.Wait("Stopped", "ready>")
	c.Resize(90, 30)
	c.Press("fg\r")
	c.Wait("lenswatch demo", "Resumed.", "╭ Logs")
	c.Press("q")
	c.Wait("ready>")
	c.Press("exit\r")
	if err := c.Ended(); err != nil {
		t.Fatalf("%v\n%s", err, c.Stderr())
	}
}
