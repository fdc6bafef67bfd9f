package cli

import (
	"io"
	"os"

	"github.com/charmbracelet/x/term"
)

// Env is what a command sees of the process.
type Env struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Getenv         func(string) string
	Environ        []string
}

// System is the Env of this process.
func System() Env {
	return Env{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv, Environ: os.Environ()}
}

// terminal reports whether both ends of the screen are there: something to draw on, and keys.
func (e Env) terminal() bool { return isTerminal(e.Stdin) && isTerminal(e.Stdout) }

func isTerminal(v any) bool {
	f, ok := v.(interface{ Fd() uintptr })
	return ok && term.IsTerminal(f.Fd())
}
