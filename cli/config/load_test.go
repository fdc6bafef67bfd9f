package config

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"lenswatch/watch/health"
	"lenswatch/watch/history"
)

// load reads text as a settings file, with an environment and flags of its own.
func load(t *testing.T, text string, env, flags map[string]string) (*Settings, error) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "lenswatch", "config.toml")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return Load(Sources{
		Getenv: func(name string) string {
			if name == "XDG_CONFIG_HOME" {
				return dir
			}
			return env[name]
		},
		GOOS: "linux",
		Flag: func(name string) (string, bool) { v, ok := flags[name]; return v, ok },
	})
}

func TestDefaults(t *testing.T) {
	s, err := Load(Sources{Getenv: func(string) string { return "" }, GOOS: "linux"})
	if err != nil || s.Found || s.File != "" {
		t.Fatalf("without a home: %v, %+v", err, s)
	}
	if !reflect.DeepEqual(s.Config, Default()) {
		t.Errorf("got %+v", s.Config)
	}
	for _, set := range table() {
		if got := s.Source(set.name).String(); got != "default" {
			t.Errorf("%s comes from %s", set.name, got)
		}
	}
	if defaultRetention != history.DefaultBudget {
		t.Error("the default of retention.bytes is not the history's")
	}
}

// Every setting of the table reaches a field of its own from a file.
func TestEverySetting(t *testing.T) {
	for _, set := range table() {
		value := `"x"`
		switch set.field(&Config{}).(type) {
		case *bool:
			value = "true"
			if set.text(ptr(Default())) == "true" {
				value = "false"
			}
		case *int:
			value = "7"
		case *Bytes:
			value = `"3MiB"`
		case *time.Duration:
			value = `"7s"`
		case *string:
			if set.choice != nil {
				value = `"` + set.choice[len(set.choice)-1] + `"`
			}
		}
		s, err := load(t, "\n"+set.name+" = "+value, nil, nil)
		if err != nil {
			t.Errorf("%s: %v", set.name, err)
			continue
		}
		if got := set.text(&s.Config); got != value {
			t.Errorf("%s is %s, want %s", set.name, got, value)
		}
		if got := s.Source(set.name); got.Kind != FromFile || got.Line != 2 {
			t.Errorf("%s comes from %v", set.name, got)
		}
		for _, other := range table() {
			if other.name != set.name && other.text(&s.Config) != other.text(ptr(Default())) {
				t.Errorf("%s sets %s too", set.name, other.name)
			}
		}
	}
}

func ptr[T any](v T) *T { return &v }

// Each threshold of the monitors can be set.
func TestEveryThreshold(t *testing.T) {
	if got, want := len(thresholds()), reflect.TypeFor[health.Config]().NumField(); got != want {
		t.Errorf("%d thresholds can be set, of %d", got, want)
	}
}

func TestForms(t *testing.T) {
	s, err := load(t, `
theme = "light"
panes = { focus = "logs", wrap = false }
[keys]
destroy = "D"
next-session = ["ctrl+n", "tab"]
[retention]
bytes = 2097152
[thresholds]
warm_up = "3m"
missed_beats = 5
[alerts]
`, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if s.Theme != "light" || s.Panes.Focus != "logs" || s.Panes.Wrap || s.Retention.Bytes != 2<<20 ||
		s.Thresholds.WarmUp != 3*time.Minute || s.Thresholds.MissedHeartbeats != 5 {
		t.Errorf("got %+v", s.Config)
	}
	if want := map[string][]string{"destroy": {"D"}, "next-session": {"ctrl+n", "tab"}}; !reflect.DeepEqual(s.Keys, want) {
		t.Errorf("keys are %v", s.Keys)
	}
	for name, line := range map[string]int{"theme": 2, "panes.focus": 3, "keys.destroy": 5, "keys.next-session": 6, "thresholds.missed_beats": 11} {
		if got := s.Source(name).Line; got != line {
			t.Errorf("%s is on line %d, want %d", name, got, line)
		}
	}
}

func TestPrecedence(t *testing.T) {
	const file = "theme = \"light\"\nalerts.bell = true\n"
	env := map[string]string{"LENSWATCH_THEME": "dark"}
	for _, c := range []struct {
		env, flags  map[string]string
		theme, from string
	}{
		{nil, nil, "light", "config.toml:1"},
		{env, nil, "dark", "environment LENSWATCH_THEME"},
		{env, map[string]string{"theme": "mono"}, "mono", "flag --theme"},
	} {
		s, err := load(t, file, c.env, c.flags)
		if err != nil || s.Theme != c.theme || !strings.HasSuffix(s.Source("theme").String(), c.from) {
			t.Errorf("%v: theme %s from %v, want %s from %s", err, s.Theme, s.Source("theme"), c.theme, c.from)
		}
	}
	s, err := load(t, file, nil, map[string]string{"silent": "true"})
	if err != nil || s.Alerts.Bell {
		t.Errorf("--silent leaves the bell on: %v", err)
	}
}

func TestRefused(t *testing.T) {
	for text, want := range map[string]string{
		"theme = \"light\"\nthem = 1":                   `config.toml:2: unknown setting "them"; did you mean "theme"?`,
		"[pane]\nfocus = \"logs\"":                      `config.toml:1: unknown setting "pane"; did you mean "panes"?`,
		"[panes]\nfokus = \"logs\"":                     `config.toml:2: unknown setting "panes.fokus"; did you mean "panes.focus"?`,
		"something_quite_different = 1":                 "config show",
		"panes = 3":                                     "panes must be a section, written [panes], not 3",
		"keys = 3":                                      "keys must be a section",
		"theme = \"pink\"":                              `theme must be "auto", "dark", "light", "catppuccin", `,
		"theme = 3":                                     `not 3`,
		"ascii = \"true\"":                              `ascii must be true or false, not "true"`,
		"[theme]\nname = \"x\"":                         "theme must be",
		"[[keys]]\ncreate = \"x\"":                      "keys must be a section",
		"retention.bytes = \"64 parsecs\"":              "retention.bytes must be a size of at least 1MiB",
		"retention.bytes = \"12KiB\"":                   "retention.bytes must be a size of at least 1MiB",
		"record.max_size = -1":                          "record.max_size must be a size",
		"thresholds.warm_up = 3":                        `thresholds.warm_up must be a duration such as "90s"`,
		"thresholds.warm_up = \"-3s\"":                  "must be a duration",
		"thresholds.probe_every = \"1s\"":               "at least 5s",
		"thresholds.missed_beats = \"3\"":               "a number",
		"thresholds.missed_beats = 0":                   "a number of at least 1, not 0",
		"thresholds.loop_count = 9":                     "from 1 to 8",
		"keys.create = 3":                               "keys.create must be a list of keys",
		"keys.create = [3]":                             "3 is not a key",
		"theme = light":                                 "config.toml:1: invalid TOML",
		"\n\ntheme = \"light":                           "config.toml:3: invalid TOML",
		"theme = \"dark\"\ntheme = \"light\"":           "invalid TOML",
		"api_key_command = [\"hunter2-is-the-secret\"]": "api_key_command must be a string",
	} {
		_, err := load(t, text, nil, nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: the error quotes a secret", text)
		}
	}
	_, err := load(t, "", map[string]string{"LENSWATCH_ASCII": "perhaps"}, nil)
	if err == nil || !strings.Contains(err.Error(), "environment LENSWATCH_ASCII: ascii must be true or false") {
		t.Errorf("got %v", err)
	}
}

// All that is wrong is said at once, and the rest holds.
func TestAllAtOnce(t *testing.T) {
	s, err := load(t, "them = 1\nascii = 3\ntheme = \"dark\"", nil, nil)
	if err == nil || strings.Count(err.Error(), "config.toml:") != 2 || s.Theme != "dark" {
		t.Errorf("got %v, theme %s", err, s.Theme)
	}
	var e *Error
	if !errors.As(err, &e) || e.Source.Line != 1 {
		t.Errorf("got %#v", e)
	}
}

func TestPath(t *testing.T) {
	for _, c := range []struct {
		goos string
		env  map[string]string
		want string
	}{
		{"linux", map[string]string{"HOME": "/home/a"}, "/home/a/.config/lenswatch/config.toml"},
		{"linux", map[string]string{"HOME": "/home/a", "XDG_CONFIG_HOME": "/x"}, "/x/lenswatch/config.toml"},
		{"linux", map[string]string{"HOME": "/home/a", "XDG_CONFIG_HOME": "not/absolute"}, "/home/a/.config/lenswatch/config.toml"},
		{"darwin", map[string]string{"HOME": "/Users/a"}, "/Users/a/Library/Application Support/lenswatch/config.toml"},
		{"windows", map[string]string{"LOCALAPPDATA": "/c/local"}, "/c/local/lenswatch/config.toml"},
	} {
		got, err := Path(func(name string) string { return c.env[name] }, c.goos)
		if err != nil || filepath.ToSlash(got) != c.want {
			t.Errorf("%s %v: %s, %v", c.goos, c.env, got, err)
		}
	}
	if _, err := Path(func(string) string { return "" }, "linux"); err == nil {
		t.Error("no home, and no error")
	}
}

// A file that was named has to be there; the default one need not.
func TestNamedFile(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "none.toml")
	none := func(string) string { return "" }
	if _, err := Load(Sources{Getenv: none, GOOS: "linux", File: missing}); err == nil {
		t.Error("a file that was named is missing, and no error")
	}
	env := func(name string) string { return map[string]string{PathVariable: missing}[name] }
	if _, err := Load(Sources{Getenv: env, GOOS: "linux"}); err == nil {
		t.Error("a file that the environment names is missing, and no error")
	}
	home := func(name string) string { return map[string]string{"HOME": filepath.Dir(missing)}[name] }
	if _, err := Load(Sources{Getenv: home, GOOS: "linux"}); err != nil {
		t.Error(err)
	}
}
