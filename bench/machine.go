package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// machine is what the metrics were measured on.
type machine struct{ cpu, kernel, load string }

func thisMachine() machine {
	m := machine{cpu: runtime.GOARCH, kernel: runtime.GOOS, load: "not known"}
	if info, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(info)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				m.cpu = strings.TrimSpace(value)
				break
			}
		}
	}
	if out, err := exec.Command("uname", "-sr").Output(); err == nil {
		m.kernel = string(bytes.TrimSpace(out))
	}
	if load, err := os.ReadFile("/proc/loadavg"); err == nil {
		m.load, _, _ = strings.Cut(string(load), " ")
	}
	return m
}

func (m machine) markdown() string {
	return fmt.Sprintf("- machine: %d cores of %s, %s; load average before the run %s\n- Go: %s\n",
		runtime.NumCPU(), m.cpu, m.kernel, m.load, runtime.Version())
}
