package config

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"lenswatch/watch/alerts"
)

// rulesSection is the section whose subsections are rules of alerts: [rules.NAME].
const rulesSection = "rules"

// field is a setting of a rule or of a profile.
type field struct {
	name   string
	value  any // where it goes: a *string, *bool, *int, *float64, *time.Duration or *[]string
	secret bool
	help   string
}

// ruleFields are the settings of a rule, in the order in which they are documented.
func ruleFields(r *alerts.Rule) []field {
	return []field{
		{name: "match", value: &r.Match, help: "filters that an event has to meet, all of them"},
		{name: "label", value: &r.Label, help: "the label of a result"},
		{name: "confidence_below", value: &r.Below, help: "the confidence of the label is below this, more than 0 and at most 1"},
		{name: "held_for", value: &r.HeldFor, help: "label has been the newest label for so long"},
		{name: "count", value: &r.Count, help: "so many events within `within`"},
		{name: "within", value: &r.Within, help: "the window of count"},
		{name: "verdict", value: &r.Verdicts, help: "the verdict is one of these codes, or as severe as warning or alarm"},
		{name: "no_result_for", value: &r.NoResultFor, help: "no result for so long"},
		{name: "cooldown", value: &r.Cooldown, help: "the rule does not fire again for the session within this time"},
		{name: "highlight", value: &r.Highlight, help: "how such events are drawn in lists: " + strings.Join(alerts.Highlights(), ", ") + "; without anything below, no alert is raised"},
		{name: "bell", value: &r.Bell, help: "ring the terminal's bell"},
		{name: "notify", value: &r.Notify, help: "send a desktop notification through the terminal"},
		{name: "command", value: &r.Command, secret: true, help: "program and arguments to run, without a shell; the alert is on its standard input"},
		{name: "webhook", value: &r.Webhook, secret: true, help: "URL to post the alert to"},
		{name: "webhook_secret", value: &r.SecretVariable, help: "environment variable, ending in _SECRET, that signs the request"},
	}
}

// part is a named subsection of the file: the rule or the profile that an entry is of, which begins with its first.
func (s *Settings) part(path []string, at Source) []field {
	section, name := path[0], path[1]
	if _, known := s.sources[section+"."+name]; !known {
		s.sources[section+"."+name] = at
		if section == rulesSection {
			s.Rules = append(s.Rules, alerts.Rule{Name: name})
		} else {
			s.Profiles = append(s.Profiles, Profile{Name: name})
		}
	}
	if section == rulesSection {
		return ruleFields(&s.Rules[slices.IndexFunc(s.Rules, func(r alerts.Rule) bool { return r.Name == name })])
	}
	return profileFields(&s.Profiles[slices.IndexFunc(s.Profiles, func(p Profile) bool { return p.Name == name })])
}

// applyPart sets what one entry of the file says of a rule or a profile. What others may have written is not run.
func (s *Settings) applyPart(path []string, value any, at Source, foreign error) error {
	name := strings.Join(path, ".")
	if _, section := value.(map[string]any); section && len(path) < 3 {
		if len(path) == 2 {
			s.part(path, at)
		}
		return nil
	}
	if len(path) != 3 {
		what := map[string]string{rulesSection: "a rule, such as [rules.worn]", profilesSection: "a profile, such as [profiles.prod]"}
		return fmt.Errorf("%s must be in the section of %s", name, what[path[0]])
	}
	var names []string
	for _, f := range s.part(path, at) {
		if names = append(names, f.name); f.name != path[2] {
			continue
		}
		if foreign != nil && f.secret {
			return fmt.Errorf("%s is not used: %w", name, foreign)
		}
		s.sources[name] = at
		return s.refused(path, setField(name, f.value, value))
	}
	if near := Nearest(path[2], names); near != "" {
		return s.refused(path, fmt.Errorf("unknown setting %q; did you mean %q?", name, near))
	}
	return s.refused(path, fmt.Errorf("unknown setting %q; there are %s", name, strings.Join(names, ", ")))
}

// refused notes why a setting of a rule was refused, if it was: the rule is not judged without it.
func (s *Settings) refused(path []string, err error) error {
	if err != nil && path[0] == rulesSection {
		s.wrong = append(s.wrong, path[1])
	}
	return err
}

func setField(name string, field, value any) error {
	refuse := func(want string) error { return fmt.Errorf("%s must be %s, not %s", name, want, literal(value)) }
	switch field := field.(type) {
	case *string:
		text, ok := value.(string)
		if !ok {
			return fmt.Errorf("%s must be a string", name) // a webhook may hold a secret
		}
		*field = text
	case *bool:
		on, ok := value.(bool)
		if !ok {
			return refuse("true or false")
		}
		*field = on
	case *int:
		n, ok := value.(int64)
		if !ok || n < 1 || n > 1<<30 {
			return refuse("a number of at least 1")
		}
		*field = int(n)
	case *float64:
		switch n := value.(type) {
		case float64:
			*field = n
		case int64:
			*field = float64(n)
		default:
			return refuse("a number such as 0.6")
		}
		if *field <= 0 || *field > 1 {
			return refuse("more than 0 and at most 1")
		}
	case *time.Duration:
		text, _ := value.(string)
		d, err := time.ParseDuration(text)
		if err != nil || d <= 0 {
			return refuse(`a duration such as "90s" or "10m"`)
		}
		*field = d
	case *[]string:
		list, ok := texts(value)
		if !ok {
			return refuse("a string or a list of strings")
		}
		*field = list
	}
	return nil
}

// texts is a string as a list of one, or a list of strings.
func texts(value any) (out []string, ok bool) {
	if text, ok := value.(string); ok {
		return []string{text}, true
	}
	list, ok := value.([]any)
	for _, x := range list {
		text, isText := x.(string)
		if !isText {
			return nil, false
		}
		out = append(out, text)
	}
	return out, ok
}

// checkRules reports the rules that can never fire, and leaves them out, as those of which a setting was refused.
func (s *Settings) checkRules() (errs []error) {
	if len(s.Rules) > alerts.MaxRules {
		errs = append(errs, fmt.Errorf("the settings have %d rules, at most %d are used", len(s.Rules), alerts.MaxRules))
		s.Rules = s.Rules[:alerts.MaxRules]
	}
	s.Rules = slices.DeleteFunc(s.Rules, func(r alerts.Rule) bool {
		if slices.Contains(s.wrong, r.Name) {
			return true
		}
		err := r.Check()
		if err != nil {
			errs = append(errs, &Error{s.Source(rulesSection + "." + r.Name), fmt.Errorf("rule %q can't be used: %w", r.Name, err)})
		}
		return err != nil
	})
	return errs
}
