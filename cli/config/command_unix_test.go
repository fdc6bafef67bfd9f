//go:build unix

package config

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Whatever a command has started is ended with it: when it takes too long, and when it has printed the key.
func TestCommandIsEndedWithWhatItStarted(t *testing.T) {
	needsShell(t)
	for _, command := range []string{
		"sleep 1000 & echo $! >%q; echo key; wait", "sleep 1000 & echo $! >%q; echo key", "(sh -c 'echo $$ >%q; sleep 1000; :' &) ; echo key; sleep 1000",
		"trap '' TERM INT; sleep 1000 & echo $! >%q; wait",
	} {
		file := filepath.Join(t.TempDir(), "pid")
		_, _ = shell(os.Environ(), io.Discard, 300*time.Millisecond)(t.Context(), fmt.Sprintf(command, file))
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatalf("%s: %v", command, err)
		}
		pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
		if err != nil {
			t.Fatal(err)
		}
		if lives(pid) {
			_ = syscall.Kill(pid, syscall.SIGKILL)
			t.Errorf("%s: process %d lives on", command, pid)
		}
	}
}

// lives reports whether a process runs, a moment after it was killed.
func lives(pid int) bool {
	for range 100 {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil || bytes.Contains(stat, []byte(") Z")) {
			return syscall.Kill(pid, 0) == nil && err != nil && !os.IsNotExist(err)
		}
		<-time.After(10 * time.Millisecond)
	}
	return true
}

func TestChildrenInheritNoKeys(t *testing.T) {
	needsShell(t)
	environ := []string{
		"PATH=" + os.Getenv("PATH"), "HOME=/home/x", "ATAI_API_KEY=k-0123456789-a", "ARCHETYPE_API_KEY=k-0123456789-b", "AGENTHUMAN_API_KEY=k-0123456789-c",
		ParamVariables + "ROOM_TOKEN=k-0123456789-d", CameraVariable + "=rtsp://u:k-0123456789-h@camera/1", "OTEL_EXPORTER_OTLP_HEADERS=api-key=k-0123456789-e", "OTEL_EXPORTER_OTLP_LOGS_HEADERS=k-0123456789-f",
		"OTHER_API_KEY=k-0123456789-g", "COPY=Bearer k-0123456789-a", "VAULT_TOKEN=of-the-command-itself", "SSH_AUTH_SOCK=/run/x",
	}
	out, err := Shell(environ, io.Discard)(t.Context(), "env")
	if err != nil || strings.Contains(out, "k-0123456789") {
		t.Errorf("%s, %v", out, err)
	}
	for _, want := range []string{"HOME=/home/x", "VAULT_TOKEN=of-the-command-itself", "SSH_AUTH_SOCK="} {
		if !strings.Contains(out, want) {
			t.Errorf("%s is required: %s", want, out)
		}
	}
}
