package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
)

// crash is a mistake in lenswatch that ended the screen. The first one counts.
type crash struct {
	cancel context.CancelFunc // ends the screen
	once   sync.Once
	mu     sync.Mutex
	where  string
	value  string
	stack  []byte
}

// catch is deferred around whatever may panic.
func (c *crash) catch(where string) {
	r := recover()
	if r == nil {
		return
	}
	stack := debug.Stack()
	c.once.Do(func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.where, c.value, c.stack = where, describe(r), stack
	})
	c.cancel()
}

func (c *crash) happened() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stack != nil
}

// describe is what may be told of a panic's value. The runtime's own errors quote no data; anything
// else may, and only its type is told.
func describe(r any) string {
	var e runtime.Error
	if err, ok := r.(error); ok && errors.As(err, &e) {
		return e.Error()
	}
	return fmt.Sprintf("a %T, whose text is left out: it may quote data", r)
}

// guarded is a model whose mistakes, and those of its commands, end the screen in good order.
type guarded struct {
	model tea.Model
	crash *crash
}

func (g guarded) Init() (cmd tea.Cmd) {
	defer g.crash.catch("init")
	return g.command(g.model.Init())
}

func (g guarded) Update(msg tea.Msg) (m tea.Model, cmd tea.Cmd) {
	m = g
	if g.crash.happened() {
		return m, nil
	}
	defer g.crash.catch("update")
	_, cmd = g.model.Update(msg)
	return m, g.command(cmd)
}

func (g guarded) View() (v tea.View) {
	if g.crash.happened() {
		return v
	}
	defer g.crash.catch("view")
	return g.model.View()
}

// command guards a command, and those that it answers with: Bubble Tea's batches and sequences are
// slices of commands.
func (g guarded) command(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		defer g.crash.catch("command")
		msg = cmd()
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

// maxCrashes is how many reports are kept.
const maxCrashes = 10

// report writes what happened into the state folder, or where temporary files go, and returns the
// error that ends the command.
func (c *crash) report(env Env, now time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	v := buildVersion()
	text := fmt.Sprintf("lenswatch %s, commit %s, %s %s/%s\n%s\npanic in %s: %s\n\n%s",
		v.Version, v.Commit, runtime.Version(), runtime.GOOS, runtime.GOARCH, now.UTC().Format(time.RFC3339), c.where, c.value, c.stack)
	path, err := writeCrash(env, now, text)
	if err != nil {
		return fmt.Errorf("a mistake in lenswatch ended it, and no report could be written (%w): %s", err, c.value)
	}
	return fmt.Errorf("a mistake in lenswatch ended it: %s; the report, without any of your data, is in %s", c.value, path)
}

func writeCrash(env Env, now time.Time, text string) (string, error) {
	if dir, err := stateFolder(env); err == nil {
		path := filepath.Join(dir, "crash-"+now.UTC().Format("20060102T150405.000")+".txt")
		if os.MkdirAll(dir, 0o700) == nil && os.WriteFile(path, []byte(text), 0o600) == nil {
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
	return f.Name(), errors.Join(err, f.Close())
}
