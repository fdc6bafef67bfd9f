package config

import (
	"slices"
	"strconv"
	"strings"

	"lenswatch/client/rest"
)

// Line is a setting as `config show` reports it.
type Line struct {
	Name   string `json:"name"`
	Value  string `json:"value"` // as it stands in a file
	Source string `json:"source"`
}

// Lines lists every setting with its value and where it came from. Of a command it says only that
// it is set. What may be a secret in an endpoint is left out: user name, password, query.
func (s *Settings) Lines() (out []Line) {
	for _, t := range table() {
		value := t.text(&s.Config)
		switch field := t.field(&s.Config).(type) {
		case *string:
			if t.secret && *field != "" {
				value = "(set)"
			} else if strings.HasSuffix(t.name, "endpoint") {
				value = strconv.Quote(rest.MaskURL(*field)) // also of one that is refused
			}
		}
		out = append(out, Line{t.name, value, s.Source(t.name).String()})
	}
	for _, name := range s.actions() {
		out = append(out, Line{keysSection + "." + name, list(s.Keys[name]), s.Source(keysSection + "." + name).String()})
	}
	return out
}

func (s *Settings) actions() (names []string) {
	for name := range s.Keys {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func list(keys []string) string {
	quoted := make([]string, len(keys))
	for i, k := range keys {
		quoted[i] = strconv.Quote(k)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// Choices are the values that a setting may have, if these are a list.
func Choices(name string) []string {
	s, _ := find(name)
	return slices.Clone(s.choice)
}

// Row is a setting as the documents report it.
type Row struct{ Name, Default, Allowed, Environment, Flag, Help string }

// Rows lists every setting but the keys of actions.
func Rows() (out []Row) {
	def := Default()
	for _, t := range table() {
		r := Row{Name: t.name, Default: t.text(&def), Allowed: t.Allowed(), Environment: t.env, Help: t.help}
		if t.flag != "" {
			r.Flag = "--" + t.flag
		}
		if t.negate {
			r.Flag += " (inverted)"
		}
		out = append(out, r)
	}
	return out
}

// Template is a settings file in which each stands with its default, as a comment.
func Template() string {
	var b strings.Builder
	b.WriteString("# lenswatch settings. Every setting is listed with its default; uncomment to change.\n" +
		"# Precedence: flags, environment, this file. `lenswatch config show` prints the effective values.\n" +
		"# Do not put API keys here: use `lenswatch login`.\n")
	section := ""
	for _, r := range Rows() {
		name := r.Name
		if s, rest, ok := strings.Cut(name, "."); ok {
			name = rest
			if s != section {
				section = s
				b.WriteString("\n[" + s + "]\n")
			}
		}
		b.WriteString("\n# " + r.Help + ": " + r.Allowed + "\n#" + name + " = " + r.Default + "\n")
	}
	b.WriteString("\n# Key bindings, by action name: see docs/configuration.md.\n[keys]\n\n#create = [\"c\"]\n")
	return b.String()
}
