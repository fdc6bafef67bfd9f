package custody

import (
	"bytes"
	"fmt"
	"os"
)

// processMark is the boot of the machine and the moment, in its clock ticks, at which a process
// started: proc(5). It is empty if there is no such process, or it has ended and is not yet reaped.
func processMark(pid int) string {
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return ""
	}
	const startTime = 22 - 2 // of the fields behind the name, which may hold anything
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) < startTime || fields[0][0] == 'Z' || fields[0][0] == 'X' {
		return ""
	}
	return string(bytes.TrimSpace(boot)) + " " + string(fields[startTime-1])
}
