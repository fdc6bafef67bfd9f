package cli

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"

	"github.com/charmbracelet/x/term"

	"lenswatch/cli/config"
	"lenswatch/client"
	"lenswatch/client/rest"
)

// Env is what a command sees of the process.
type Env struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Getenv         func(string) string
	Environ        []string
	// Signals delivers signals while a command ends; nil for none.
	Signals *Signals
	// GOOS is the system, as runtime.GOOS names it.
	GOOS string
	// Keyring keeps API keys.
	Keyring config.Keyring
	// Transport makes the connections to services; nil for the services' own.
	Transport http.RoundTripper

	settings *settings  // of this run; newRoot sets it
	crashes  *crashLog  // of this run; Main sets it
	log      *logFile   // of this run; Main sets it
	keys     *rest.Keys // of this run, all of which every client masks; newRoot sets it
}

// System is the Env of this process. It takes the keys out of the process's own environment, so that no
// program that lenswatch starts inherits one, whichever library starts it.
func System() Env {
	environ, keys := os.Environ(), config.TakeKeys()
	getenv := func(name string) string {
		if key, ok := keys[name]; ok {
			return key
		}
		return os.Getenv(name)
	}
	return Env{
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: getenv, Environ: environ,
		GOOS:    runtime.GOOS,
		Keyring: config.SystemKeyring{Getenv: getenv, GOOS: runtime.GOOS, Exists: exists},
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// say writes a notice to standard error.
func (e Env) say(text string) { fmt.Fprintf(e.Stderr, "lenswatch: %s\n", client.Line1(text)) }

// terminal reports whether both ends of the screen are there: something to draw on, and keys.
func (e Env) terminal() bool { return isTerminal(e.Stdin) && isTerminal(e.Stdout) }

func isTerminal(v any) bool {
	f, ok := v.(interface{ Fd() uintptr })
	return ok && term.IsTerminal(f.Fd())
}
