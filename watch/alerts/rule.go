package alerts

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"lenswatch/client"
	"lenswatch/client/units"
	"lenswatch/watch/health"
	"lenswatch/watch/history"
)

// Rule is what a person has set. The zero value of a field is no condition.
type Rule struct {
	Name string
	// Match are filters; an event must match all.
	Match []string
	// Label is the label that a result must have.
	Label string
	// Below is what its confidence must be below: more than 0, at most 1.
	Below float64
	// HeldFor is for how long Label must have been the newest label.
	HeldFor time.Duration
	// Count is how many events within Within it takes. Without, it takes one.
	Count  int
	Within time.Duration
	// Verdicts are codes of verdicts, or the severities "warning" and "alarm".
	Verdicts []string
	// NoResultFor is for how long no result must have arrived.
	NoResultFor time.Duration
	// Cooldown is how long a rule does not fire again for a session. Default [DefaultCooldown].
	Cooldown time.Duration

	// Highlight is how events that meet the condition are drawn in lists, one of [Highlights]. Empty is the first of them.
	// A rule that sets this, and nothing that is to be done, raises no alert.
	Highlight string

	Bell, Notify bool
	// Command is a program and its arguments. It gets the alert as JSON on standard input.
	Command []string
	// Webhook is a URL that gets the alert as JSON; SecretVariable is the variable of the environment with the
	// secret that signs it.
	Webhook, SecretVariable string
}

// DefaultCooldown is the cooldown of a rule that sets none.
const DefaultCooldown = time.Minute

// Bounds of rules.
const (
	MaxRules = 64
	maxCount = 1000
)

// rule is a Rule that can be tested.
type rule struct {
	Rule
	filters  history.Filters
	verdicts []health.VerdictCode
	severity health.Severity // from which a verdict fires; OK: none
	onEvents bool            // the condition is about events, rather than about the session
}

// Check reports why a rule can never fire, or cannot be used; nil if it can.
func (r Rule) Check() error {
	_, err := compile(r)
	return err
}

// CheckLive reports why a rule that [Rule.Check] accepts never fires on what happens from a time on; nil if it can.
func (r Rule) CheckLive(now time.Time) error {
	c, err := compile(r)
	if err != nil {
		return err
	}
	if until := c.filters.Until(); !until.IsZero() && !until.After(now) {
		return fmt.Errorf("it can never fire on live events: its filters are met only before %s", until.Format("2006-01-02 15:04:05"))
	}
	return nil
}

func compile(r Rule) (*rule, error) {
	c := &rule{Rule: r, onEvents: len(r.Verdicts) == 0 && r.NoResultFor == 0}
	if c.Cooldown == 0 {
		c.Cooldown = DefaultCooldown
	}
	for _, text := range r.Match {
		f, err := history.ParseFilter(text)
		if err != nil {
			return nil, fmt.Errorf("match %q: %w", text, err)
		}
		if f.Relative() {
			return nil, fmt.Errorf("it is relative to now, which a rule has not: %s; use a date such as after:2026-11-27 14:05, or count and within", strings.TrimPrefix(f.String(), "!"))
		}
		c.filters = append(c.filters, f)
	}
	if err := c.setVerdicts(); err != nil {
		return nil, err
	}
	never := c.filters.Contradiction(r.Label)
	checks := []struct {
		wrong bool
		why   string
	}{
		{r.Count > 0 && r.Within == 0, "count requires within"},
		{r.Within > 0 && r.Count == 0, "within requires count"},
		{len(r.Match) == 0 && r.Label == "" && r.Below == 0 && c.onEvents, "it has no condition: set match, label, confidence_below, verdict or no_result_for"},
		{r.Below < 0 || r.Below > 1, "confidence_below must be more than 0 and at most 1"},
		{r.HeldFor < 0 || r.Within < 0 || r.NoResultFor < 0 || r.Cooldown < 0, "durations must not be negative"},
		{r.HeldFor > 0 && r.Label == "", "held_for requires label"},
		{r.HeldFor > 0 && (r.Count > 0 || r.Below > 0), "held_for cannot be combined with count or confidence_below"},
		{r.Count < 0 || r.Count > maxCount, fmt.Sprintf("count must be from 1 to %d", maxCount)},
		{len(r.Verdicts) > 0 && r.NoResultFor > 0, "verdict and no_result_for need separate rules"},
		{!c.onEvents && (r.Label != "" || r.Below > 0 || r.Count > 0 || r.HeldFor > 0), "verdict and no_result_for cannot be combined with label, confidence_below, count or held_for"},
		{!c.onEvents && slices.ContainsFunc(r.Match, notOfSession), "with verdict or no_result_for, match may only use session:"},
		{c.onEvents && !c.possible(), "no event can meet all of its conditions"},
		{never != "", "it can never fire: " + never},
		{r.Highlight != "" && !slices.Contains(Highlights(), r.Highlight), "highlight must be " + units.Or(Highlights())},
		{r.Highlight != "" && !c.onEvents, "highlight cannot be combined with verdict or no_result_for"},
		{len(r.Command) > 0 && r.Command[0] == "", "command must name a program"},
		{r.SecretVariable != "" && r.Webhook == "", "webhook_secret requires webhook"},
		{r.SecretVariable != "" && !strings.HasSuffix(r.SecretVariable, "_SECRET"), "webhook_secret must name an environment variable ending in _SECRET"},
	}
	for _, x := range checks {
		if x.wrong {
			return nil, errors.New(x.why)
		}
	}
	return c, checkWebhook(r.Webhook)
}

func notOfSession(filter string) bool {
	return !strings.HasPrefix(strings.TrimPrefix(strings.TrimSpace(filter), "!"), "session:")
}

func checkWebhook(text string) error {
	if text == "" {
		return nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return errors.New("webhook must be a URL such as https://host/path") // not quoted: it may hold a secret
	}
	if host := u.Hostname(); u.Scheme == "http" && host != "127.0.0.1" && host != "localhost" && host != "::1" {
		return errors.New("webhook must be https, or http on this machine")
	}
	return nil
}

func (c *rule) setVerdicts() error {
	for _, name := range c.Verdicts {
		switch name {
		case health.Alarm.String():
			c.severity = max(c.severity, health.Alarm)
		case health.Warning.String():
			c.severity = health.Warning
		default:
			code, ok := verdictNamed(name)
			if !ok {
				return fmt.Errorf("unknown verdict %q; use a code such as pipeline-stalled, or warning or alarm", client.Line1(name))
			}
			c.verdicts = append(c.verdicts, code)
		}
	}
	if slices.Contains(c.Verdicts, health.Warning.String()) {
		c.severity = health.Warning
	}
	return nil
}

func verdictNamed(name string) (health.VerdictCode, bool) {
	for code := health.Unknown; ; code++ {
		if code > health.Unknown && code.String() == health.Unknown.String() {
			return 0, false
		}
		if code.String() == name {
			return code, true
		}
	}
}

// possible reports whether an event of some kind and level meets what the filters say of those.
func (c *rule) possible() bool {
	for _, k := range client.Kinds() {
		if k != client.KindResult && (c.Label != "" || c.Below > 0) {
			continue
		}
		for _, l := range []client.Level{client.LevelDebug, client.LevelInfo, client.LevelWarn, client.LevelError} {
			ev, meets := client.Event{Kind: k, Level: l}, true
			for _, f := range c.filters {
				text := strings.TrimPrefix(f.String(), "!")
				if strings.HasPrefix(text, "kind:") || strings.HasPrefix(text, "level:") {
					meets = meets && f.Match(&ev)
				}
			}
			if meets {
				return true
			}
		}
	}
	return false
}

// matches reports whether an event meets the condition.
func (c *rule) matches(ev *client.Event) bool {
	if c.Label != "" && (ev.Result == nil || ev.Result.Label != c.Label) {
		return false
	}
	if c.Below > 0 {
		if ev.Result == nil {
			return false
		}
		if share, ok := ev.Result.Confidence(); !ok || share >= c.Below {
			return false
		}
	}
	return c.filters.Match(ev)
}

// ofResults reports whether every result says whether the condition still holds.
func (c *rule) ofResults() bool { return c.Label != "" || c.Below > 0 }

// ofSession reports whether a rule about sessions is about this one.
func (c *rule) ofSession(id string) bool { return c.filters.Match(&client.Event{Session: id}) }
