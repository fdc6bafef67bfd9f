package config

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"lenswatch/client/childproc"
	"lenswatch/client/units"
)

// commandLimit is how long a command that prints a key may take.
const commandLimit = 10 * time.Second

// errTooMuch: a command printed more than any key is long.
var errTooMuch = errors.New("it printed more than an API key")

// Shell runs commands by the system's shell: sh -c, on Windows cmd /C. A command has no input and no
// key in its environment, what it writes to its standard error goes to stderr, and it has 10 s. What it
// has started ends with it.
func Shell(environ []string, stderr io.Writer) func(ctx context.Context, command string) (string, error) {
	return shell(environ, stderr, commandLimit)
}

// shell is [Shell] with another limit.
func shell(environ []string, stderr io.Writer, limit time.Duration) func(ctx context.Context, command string) (string, error) {
	return func(ctx context.Context, command string) (string, error) {
		limited, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		sh := []string{"sh", "-c"}
		if runtime.GOOS == "windows" {
			sh = []string{"cmd", "/C"}
		}
		cmd := exec.CommandContext(limited, sh[0], sh[1], command)
		// What the command has started may hold the pipe open after it was ended itself.
		cmd.WaitDelay = time.Second
		var out bounded
		cmd.Env, cmd.Stdout, cmd.Stderr = ChildEnviron(environ), &out, stderr
		end := childproc.Group(cmd)
		err := cmd.Run()
		end()
		switch {
		case out.over:
			return "", errTooMuch
		case ctx.Err() != nil:
			return "", ctx.Err()
		case limited.Err() != nil:
			return "", fmt.Errorf("it took longer than %s", units.Duration(limit))
		}
		return out.text.String(), err
	}
}

// bounded takes as much as a key may be long.
type bounded struct {
	text strings.Builder
	over bool
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.text.Len()+len(p) > maxKey {
		b.over = true
		return 0, errTooMuch
	}
	return b.text.Write(p)
}
