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

// ruleFields are the settings of a rule, in the order in which they are documented.
func ruleFields(r *alerts.Rule) []struct {
	name  string
	field any
} {
	return []struct {
		name  string
		field any
	}{
		{"match", &r.Match}, {"label", &r.Label}, {"confidence_below", &r.Below}, {"held_for", &r.HeldFor}, {"count", &r.Count},
		{"within", &r.Within}, {"verdict", &r.Verdicts}, {"no_result_for", &r.NoResultFor}, {"cooldown", &r.Cooldown}, {"bell", &r.Bell},
		{"notify", &r.Notify}, {"command", &r.Command}, {"webhook", &r.Webhook}, {"webhook_secret", &r.SecretVariable},
	}
}

// applyRule sets what one entry of the file says of a rule. What others may have written is not run.
func (s *Settings) applyRule(path []string, value any, at Source, foreign error) error {
	name := strings.Join(path, ".")
	if _, section := value.(map[string]any); section && len(path) < 3 {
		return nil
	}
	if len(path) != 3 {
		return fmt.Errorf("%s must be in the section of a rule, such as [%s.worn]", name, rulesSection)
	}
	i := slices.IndexFunc(s.Rules, func(r alerts.Rule) bool { return r.Name == path[1] })
	if i < 0 {
		s.Rules = append(s.Rules, alerts.Rule{Name: path[1]})
		i = len(s.Rules) - 1
		s.sources[rulesSection+"."+path[1]] = at
	}
	var names []string
	for _, f := range ruleFields(&s.Rules[i]) {
		if names = append(names, f.name); f.name != path[2] {
			continue
		}
		if foreign != nil && (f.name == "command" || f.name == "webhook") {
			return fmt.Errorf("%s is not used: %w", name, foreign)
		}
		return setRuleField(name, f.field, value)
	}
	if near := Nearest(path[2], names); near != "" {
		return fmt.Errorf("unknown setting %q; did you mean %q?", name, near)
	}
	return fmt.Errorf("unknown setting %q; a rule has %s", name, strings.Join(names, ", "))
}

func setRuleField(name string, field, value any) error {
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

// checkRules reports the rules that can never fire, and leaves them out.
func (s *Settings) checkRules() (errs []error) {
	if len(s.Rules) > alerts.MaxRules {
		errs = append(errs, fmt.Errorf("the settings have %d rules, at most %d are used", len(s.Rules), alerts.MaxRules))
		s.Rules = s.Rules[:alerts.MaxRules]
	}
	s.Rules = slices.DeleteFunc(s.Rules, func(r alerts.Rule) bool {
		err := r.Check()
		if err != nil {
			errs = append(errs, &Error{s.Source(rulesSection + "." + r.Name), fmt.Errorf("rule %q can't be used: %w", r.Name, err)})
		}
		return err != nil
	})
	return errs
}
