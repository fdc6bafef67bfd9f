package config

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"lenswatch/client/rest"
	"lenswatch/watch/alerts"
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
	for i := range s.Profiles {
		out = s.appendPart(out, profilesSection+"."+s.Profiles[i].Name, profileFields(&s.Profiles[i]))
	}
	for i := range s.Rules {
		out = s.appendPart(out, rulesSection+"."+s.Rules[i].Name, ruleFields(&s.Rules[i]))
	}
	return out
}

// appendPart adds what a profile or a rule has, but what is empty.
func (s *Settings) appendPart(out []Line, part string, fields []setting) []Line {
	for _, f := range fields {
		value, to := f.text(nil), reflect.ValueOf(f.field(nil)).Elem()
		switch {
		case to.IsZero():
			continue
		case f.secret:
			value = "(set)"
		case strings.HasSuffix(f.name, "endpoint"):
			value = strconv.Quote(rest.MaskURL(to.String()))
		}
		out = append(out, Line{part + "." + f.name, value, s.Source(part + "." + f.name).String()})
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

// Part is a section of which there may be several, each with a name, as the documents report it.
type Part struct {
	Name, Help string
	Rows       []Row // only Name, Default, which is an example here, and Help
}

// Parts are the sections of profiles and of alert rules.
func Parts() []Part {
	profile := Profile{
		Name: "prod", Access: Access{Endpoint: "https://api.example.com", APIKeyCommand: "pass show prod", APIKeyFile: "prod.key"}, Colour: "red",
		APIKeyVariable: "PROD_ATAI_API_KEY", AgentHumanAPIKeyVariable: "PROD_AGENTHUMAN_API_KEY",
	}
	rule := alerts.Rule{
		Match: []string{"kind:result", "re:no (camera|signal)"}, Label: "worn", Below: .6, HeldFor: 30 * time.Second, Count: 5, Within: time.Minute,
		Verdicts: []string{"pipeline-stalled"}, NoResultFor: 2 * time.Minute, Cooldown: alerts.DefaultCooldown, Bell: true, Notify: true,
		Command: []string{"/usr/local/bin/page", "worn"}, Webhook: "https://example.com/hooks/lenswatch", SecretVariable: "LENSWATCH_HOOK_SECRET",
	}
	rows := func(fields []setting) (out []Row) {
		for _, f := range fields {
			out = append(out, Row{Name: f.name, Default: f.text(nil), Help: f.help})
		}
		return out
	}
	return []Part{
		{profilesSection + "." + profile.Name, "A named account for --profile (docs/profiles.md). It inherits nothing from the settings above.", rows(profileFields(&profile))},
		{rulesSection + ".worn", "An alert rule (docs/alerts.md). Not all conditions can be combined.", rows(ruleFields(&rule))},
	}
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
	for _, p := range Parts() {
		b.WriteString("\n# " + p.Help + "\n#[" + p.Name + "]\n")
		for _, r := range p.Rows {
			b.WriteString("\n# " + r.Help + "\n#" + r.Name + " = " + r.Default + "\n")
		}
	}
	return b.String()
}
