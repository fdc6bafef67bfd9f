package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client/guard"
)

// crash is a bug in lenswatch that ends the screen. The first one counts.
type crash struct {
	cancel context.CancelFunc // ends the screen
	mu     sync.Mutex
	first  *guard.Crash
}

// run calls what may panic.
func (c *crash) run(where string, f func()) {
	crashed := guard.Do(where, f)
	if crashed == nil {
		return
	}
	c.mu.Lock()
	c.first = cmp.Or(c.first, crashed)
	c.mu.Unlock()
	c.cancel()
}

// err is the crash, or nil.
func (c *crash) err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.first == nil {
		return nil
	}
	return c.first
}

func (c *crash) happened() bool { return c.err() != nil }

// guarded is a model whose mistakes, and those of its commands, end the screen in good order.
type guarded struct {
	model tea.Model
	crash *crash
}

func (g guarded) Init() (cmd tea.Cmd) {
	g.crash.run("init", func() { cmd = g.command(g.model.Init()) })
	return cmd
}

func (g guarded) Update(msg tea.Msg) (m tea.Model, cmd tea.Cmd) {
	m = g
	if g.crash.happened() {
		return m, nil
	}
	g.crash.run("update", func() {
		_, cmd = g.model.Update(msg)
		cmd = g.command(cmd)
	})
	return m, cmd
}

func (g guarded) View() (v tea.View) {
	if g.crash.happened() {
		return v
	}
	g.crash.run("view", func() { v = g.model.View() })
	return v
}

// command guards a command, and those that it answers with: Bubble Tea's batches and sequences are
// slices of commands.
func (g guarded) command(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		g.crash.run("command", func() { msg = cmd() })
		commands := reflect.TypeFor[[]tea.Cmd]()
		if v := reflect.ValueOf(msg); v.IsValid() && v.Kind() == reflect.Slice && v.CanConvert(commands) {
			list := v.Convert(commands).Interface().([]tea.Cmd) // it shares its elements with msg
			for i, c := range list {
				list[i] = g.command(c)
			}
		}
		return msg
	}
}

const (
	// maxCrashes is how many reports are stored.
	maxCrashes = 10
	// runCrashes is how many of them one run writes.
	runCrashes = 5
)

// crashLog writes reports of the bugs that ended a part of a run. What continues says so in its place; it
// is safe for concurrent use.
type crashLog struct {
	env     Env
	mu      sync.Mutex
	written map[*guard.Crash]string // the report of each; empty if there is none
}

func newCrashLog(env Env) *crashLog { return &crashLog{env: env, written: map[*guard.Crash]string{}} }

// add writes a report.
func (l *crashLog) add(c *guard.Crash) {
	if l != nil {
		_, _ = l.report(c) // whoever the crash is of says so; the report is an extra
	}
}

// report writes a report, once for each crash, and returns its path. It is empty if there have been too
// many, or with the error for which none could be written.
func (l *crashLog) report(c *guard.Crash) (path string, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if path, done := l.written[c]; done || len(l.written) >= runCrashes {
		return path, nil
	}
	now, v := time.Now(), buildVersion()
	text := fmt.Sprintf("lenswatch %s, commit %s, %s %s/%s\n%s\npanic in %s: %s\n\n%s",
		v.Version, v.Commit, runtime.Version(), runtime.GOOS, runtime.GOARCH, now.UTC().Format(time.RFC3339), c.Where, c.Value, withoutArguments(c.Stack))
	path, err = writeCrash(l.env, now, text)
	l.written[c] = path
	return path, err
}

// explain adds to an error that a bug is behind where its report is.
func (l *crashLog) explain(err error) error {
	c := guard.Of(err)
	if c == nil {
		return err
	}
	switch path, writeErr := l.report(c); {
	case writeErr != nil:
		return fmt.Errorf("%w (no crash report could be written: %w)", err, writeErr)
	case path != "":
		return fmt.Errorf("%w; crash report (no user data): %s", err, path)
	}
	return err
}

// paths are those of the reports of this run.
func (l *crashLog) paths() (out []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, path := range l.written {
		if path != "" {
			out = append(out, path)
		}
	}
	slices.Sort(out)
	return out
}

func writeCrash(env Env, now time.Time, text string) (string, error) {
	if dir, err := stateFolder(env); err == nil {
		path := filepath.Join(dir, "crash-"+now.UTC().Format("20060102T150405.000")+".txt")
		err := os.MkdirAll(dir, 0o700)
		if err == nil {
			if err = os.WriteFile(path, []byte(text), 0o600); err != nil {
				_ = os.Remove(path) // a part of it, where the disk is full; the next place may have room
			}
		}
		if err == nil {
			old, _ := filepath.Glob(filepath.Join(dir, "crash-*.txt")) // the pattern is well-formed
			slices.Sort(old)
			for _, name := range old[:max(len(old)-maxCrashes, 0)] {
				_ = os.Remove(name) // the next report tries again
			}
			return path, nil
		}
	}
	f, err := os.CreateTemp("", "lenswatch-crash-*.txt")
	if err != nil {
		return "", err
	}
	_, err = strings.NewReader(text).WriteTo(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), nil
}
