package config

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

func needsShell(t *testing.T) {
	t.Helper()
	for _, name := range []string{"sh", "sleep", "head"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skip(err)
		}
	}
}

// A command that does not end is ended, and so is the wait for what it has started.
func TestCommandThatTakesTooLong(t *testing.T) {
	needsShell(t)
	for _, command := range []string{"sleep 1000", "echo key; sleep 3 & sleep 3"} {
		out, err := shell(os.Environ(), io.Discard, 10*time.Millisecond)(t.Context(), command)
		if out != "" || err == nil || !strings.Contains(err.Error(), "longer than 10 ms") {
			t.Errorf("%s: %q, %v", command, out, err)
		}
	}
}

func TestCommandThatIsStopped(t *testing.T) {
	needsShell(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := shell(os.Environ(), io.Discard, time.Hour)(ctx, "sleep 1000"); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// What is longer than a key is no key, and is not read to its end.
func TestCommandThatPrintsTooMuch(t *testing.T) {
	needsShell(t)
	run := Shell(os.Environ(), io.Discard)
	if out, err := run(t.Context(), "while :; do echo keykeykey; done"); out != "" || !errors.Is(err, errTooMuch) {
		t.Errorf("%q, %v", out, err)
	}
	if out, err := run(t.Context(), "head -c 16384 /dev/zero"); len(out) != maxKey || err != nil {
		t.Errorf("%d bytes, %v", len(out), err)
	}
}
