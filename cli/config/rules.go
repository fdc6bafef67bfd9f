package config

import (
	"fmt"
	"slices"
	"strings"

	"lenswatch/watch/alerts"
)

// rulesSection is the section whose subsections are rules of alerts: [rules.NAME].
const rulesSection = "rules"

// partSetting is a setting of a rule or of a profile, whose value is at to.
func partSetting(name string, to any, help string) setting {
	return setting{name: name, field: func(*Config) any { return to }, min: 1, help: help}
}

// secretSetting is one that may hold a secret.
func secretSetting(name string, to any, help string) setting {
	s := partSetting(name, to, help)
	s.secret = true
	return s
}

// ruleFields are the settings of a rule, in the order in which they are documented.
func ruleFields(r *alerts.Rule) []setting {
	return []setting{
		partSetting("match", &r.Match, "filters; an event must match all"),
		partSetting("label", &r.Label, "label of the result"),
		partSetting("confidence_below", &r.Below, "confidence below this (0 to 1)"),
		partSetting("held_for", &r.HeldFor, "label unchanged for this long"),
		partSetting("count", &r.Count, "this many matching events"),
		partSetting("within", &r.Within, "within this time"),
		partSetting("verdict", &r.Verdicts, "verdict codes (docs/verdicts.md), or warning or alarm"),
		partSetting("no_result_for", &r.NoResultFor, "no result for this long"),
		partSetting("cooldown", &r.Cooldown, "minimum time between two alerts for one session"),
		partSetting("highlight", &r.Highlight, "how such events are drawn in lists: "+strings.Join(alerts.Highlights(), ", ")+"; without anything below, no alert is raised"),
		partSetting("bell", &r.Bell, "ring the terminal's bell"),
		partSetting("notify", &r.Notify, "send a desktop notification through the terminal"),
		secretSetting("command", &r.Command, "program and arguments (no shell); gets the alert on standard input"),
		secretSetting("webhook", &r.Webhook, "URL to post the alert to"),
		partSetting("webhook_secret", &r.SecretVariable, "environment variable with the signing key; its name ends in _SECRET"),
	}
}

// part is a named subsection of the file: the rule or the profile that an entry is of, which begins with its first.
func (s *Settings) part(path []string, at Source) []setting {
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
			return s.refused(path, fmt.Errorf("%s is refused: %w", name, foreign))
		}
		s.sources[name] = at
		if list, isList := value.([]any); path[0] == rulesSection && path[2] != "highlight" && (value == "" || isList && len(list) == 0) {
			return s.refused(path, fmt.Errorf("%s is empty: set it, or remove it", name))
		}
		f.name = name
		return s.refused(path, f.set(nil, value))
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
