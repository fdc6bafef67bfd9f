package cli

import (
	"io"
	"net/http"
	"os"
	"runtime"

	"github.com/charmbracelet/x/term"

	"lenswatch/cli/config"
)

// Env is what a command sees of the process.
type Env struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Getenv         func(string) string
	Environ        []string
	// Signals tells of signals while a command ends; nil if it hears of none.
	Signals *Signals
	// GOOS is the system, as runtime.GOOS names it.
	GOOS string
	// Keyring keeps API keys.
	Keyring config.Keyring
	// Transport makes the connections to services; nil for the services' own.
	Transport http.RoundTripper

	settings *settings // of this run; newRoot sets it
	crashes  *crashLog // of this run; newRoot sets it
}

// System is the Env of this process.
func System() Env {
	return Env{
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv, Environ: os.Environ(),
		GOOS:    runtime.GOOS,
		Keyring: config.SystemKeyring{Getenv: os.Getenv, GOOS: runtime.GOOS, Exists: exists},
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// terminal reports whether both ends of the screen are there: something to draw on, and keys.
func (e Env) terminal() bool { return isTerminal(e.Stdin) && isTerminal(e.Stdout) }

func isTerminal(v any) bool {
	f, ok := v.(interface{ Fd() uintptr })
	return ok && term.IsTerminal(f.Fd())
}
