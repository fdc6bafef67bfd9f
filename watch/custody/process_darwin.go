package custody

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// processMark is the moment at which a process started; empty if there is no such process.
func processMark(pid int) string {
	info, err := unix.SysctlKinfoProc("kern.proc.pid", pid)
	if err != nil || info.Proc.P_pid != int32(pid) {
		return ""
	}
	return fmt.Sprintf("%d.%06d", info.Proc.P_starttime.Sec, info.Proc.P_starttime.Usec)
}
