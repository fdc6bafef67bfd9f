package cli

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"

	"lenswatch/cli/config"
	"lenswatch/client/localfile"
	"lenswatch/theme"
	"lenswatch/ui"
	alertlist "lenswatch/ui/alerts"
	"lenswatch/ui/eventline"
	"lenswatch/ui/layout"
	"lenswatch/watch/atomicfile"
	"lenswatch/watch/health"
)

// screenOptions is how the screen is, by the settings and by what was arranged before.
func (s screen) screenOptions() (ui.Options, error) {
	cfg, err := s.env.config()
	if err != nil {
		return ui.Options{}, err
	}
	keys, err := s.env.keyMap()
	if err != nil {
		return ui.Options{}, err
	}
	if s.demo && cfg.Thresholds == health.Defaults() {
		cfg.Thresholds.QuietFloor = quickFloor
	}
	return ui.Options{
		Title: s.title, Profiles: s.profiles, Sessions: s.sessions, Keys: keys,
		Remote:     s.env.Getenv("SSH_CONNECTION") != "" || s.env.Getenv("SSH_TTY") != "",
		ASCII:      cfg.ASCII || cfg.Source("ascii").Kind == config.FromDefault && onlyASCII(s.env.Getenv, s.env.GOOS),
		Motion:     cfg.Motion,
		Focus:      paneOf(cfg.Panes.Focus),
		Budget:     int64(cfg.Retention.Bytes),
		Alerts:     ui.Alerts{Bell: cfg.Alerts.Bell, Notify: cfg.Alerts.Notify, Focused: !cfg.Alerts.OnlyUnfocused},
		Thresholds: cfg.Thresholds,
		Rules:      alertlist.Options{Rules: cfg.Rules},
		ViewState:  s.savedViewState(cfg),
	}, nil
}

// quickFloor is the shortest pause that makes a stream quiet in a demonstration.
const quickFloor = 4 * time.Second

// savedViewState is what was arranged before. What the person has set wins over it, and it wins over
// the defaults.
func (s screen) savedViewState(cfg *config.Settings) (a ui.ViewState) {
	if cfg.Panes.Remember {
		a = readViewState(s.env, s.viewStateFile())
	}
	set := func(name string) bool { return cfg.Source(name).Kind != config.FromDefault }
	if set("panes.timestamps") {
		a.Stamps, _ = eventline.ParseStamps(cfg.Panes.Timestamps) // the settings allow no other word
	}
	if set("panes.mouse") {
		a.NoMouse = !cfg.Panes.Mouse
	}
	if set("panes.wrap") {
		a.FlatResults, a.FlatLogs = !cfg.Panes.Wrap, !cfg.Panes.Wrap
	}
	if set("theme") {
		a.Palette, _ = theme.ParsePalette(cfg.Theme) // the settings allow no other word
	}
	return a
}

// saveViewState remembers what is arranged now, if the person wants that.
func (s screen) saveViewState(was, now ui.ViewState) error {
	cfg, err := s.env.config()
	if err != nil || !cfg.Panes.Remember {
		return err
	}
	return writeViewState(s.env, s.viewStateFile(), was, now)
}

// viewStateFile is where the arrangement is saved: what is tried in a demonstration does not change the screen of work.
func (s screen) viewStateFile() string {
	if s.demo {
		return demoStateFile
	}
	return viewStateFile
}

// onlyASCII reports whether the terminal, or the encoding of the locale, has no more than ASCII. A locale that is not set
// says nothing: terminals on which none is set show UTF-8 as a rule.
func onlyASCII(getenv func(string) string, goos string) bool {
	term := getenv("TERM")
	if term == "linux" || term == "dumb" || strings.HasPrefix(term, "vt1") || strings.HasPrefix(term, "vt2") {
		return true
	}
	locale := cmp.Or(getenv("LC_ALL"), getenv("LC_CTYPE"), getenv("LANG")) // in this order, by POSIX
	_, charset, named := strings.Cut(locale, ".")
	charset, _, _ = strings.Cut(strings.ReplaceAll(strings.ToLower(charset), "-", ""), "@")
	return locale == "C" || locale == "POSIX" || named && charset != "utf8" && goos != "windows"
}

// paneOf finds a pane by its word in the settings.
func paneOf(word string) layout.Pane {
	panes := []string{layout.Sessions: "sessions", layout.Results: "results", layout.Logs: "logs", layout.Health: "health"}
	return layout.Pane(max(slices.Index(panes, word), 0))
}

// stateFolder is where lenswatch keeps what should outlive a run and is no setting:
// $XDG_STATE_HOME/lenswatch, or ~/.local/state/lenswatch (XDG Base Directory Specification).
func stateFolder(env Env) (string, error) {
	if dir := env.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "lenswatch"), nil
	}
	if home := env.Getenv("HOME"); home != "" {
		return filepath.Join(home, ".local", "state", "lenswatch"), nil
	}
	return "", errors.New("no directory for state: set HOME or XDG_STATE_HOME")
}

const (
	viewStateFile = "screen.json" // what a person arranged on the screen
	demoStateFile = "demo.json"   // the same of a demonstration
)

// maxViewState is the longest file of it that is read, in bytes; it has some hundred, and some for each session that has a name of its own.
const maxViewState = 64 << 10

// readViewState is what was arranged in an earlier run; the zero value if nothing was, or if it
// cannot be read: a screen must not stay away for a file that only holds its looks.
func readViewState(env Env, file string) (a ui.ViewState) {
	dir, err := stateFolder(env)
	if err != nil {
		return a
	}
	text, err := localfile.Read(env.Signals.Context(), filepath.Join(dir, file), maxViewState)
	if err != nil {
		return a
	}
	var other *json.UnmarshalTypeError // of one value, as earlier versions wrote it; the others were read
	if err := json.Unmarshal(text, &a); err != nil && !errors.As(err, &other) {
		return ui.ViewState{}
	}
	return a
}

// writeViewState writes what is arranged now, unless it is as it was.
func writeViewState(env Env, file string, was, now ui.ViewState) error {
	if reflect.DeepEqual(was, now) {
		return nil
	}
	dir, err := stateFolder(env)
	if err != nil {
		return err
	}
	text, err := json.Marshal(now)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("couldn't save the layout: %w", err)
	}
	if err := atomicfile.Write(filepath.Join(dir, file), text); err != nil {
		return fmt.Errorf("couldn't save the layout: %w", err)
	}
	return nil
}
