//go:build unix

package childproc

import (
	"os/exec"
	"syscall"
)

// Group gives a command a process group of its own, so that all that it starts can be ended with it.
// end ends what is left of the group.
func Group(cmd *exec.Cmd) (end func()) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	end = func() {
		if cmd.Process != nil {
			_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // a group that has ended is what is wanted
		}
	}
	cmd.Cancel = func() error { end(); return nil }
	return end
}
