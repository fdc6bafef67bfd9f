package cli

import (
	"cmp"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/charmbracelet/x/ansi"

	"lenswatch/cli/config"
	"lenswatch/client"
	"lenswatch/client/units"
	alertlist "lenswatch/ui/alerts"
	"lenswatch/watch"
	"lenswatch/watch/alerts"
)

// alertRun tests the rules of the settings while a command follows sessions. It belongs to the goroutine of the store;
// nil has no rules.
type alertRun struct {
	engine *alerts.Engine
	sender *alerts.Sender // nil over a recording: what happened then is no reason to act now
	say    func(string)
	screen io.Writer // the terminal of a person; nil if there is none

	mu     sync.Mutex
	failed []string // what could not be sent, and was not reported yet
	more   int      // of those, how many are left out
}

// maxFailed is how many failures are reported at once.
const maxFailed = 20

// fail notes a failure of the sender. It may be called from any goroutine.
func (a *alertRun) fail(text string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.failed) == maxFailed {
		a.more++
		return
	}
	a.failed = append(a.failed, text)
}

// failures takes what failed since it was called last.
func (a *alertRun) failures() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	failed, more := a.failed, a.more
	a.failed, a.more = nil, 0
	if more > 0 {
		failed = append(failed, fmt.Sprintf("%d more alerts failed", more))
	}
	return failed
}

func (a *alertRun) reportFailures() {
	for _, text := range a.failures() {
		a.say(text)
	}
}

// screenRules are the rules of a live screen, which tests them itself; end sends what waits, and says what failed.
func screenRules(env Env, rules []alerts.Rule) (o alertlist.Options, end func(), err error) {
	o.Rules = rules
	if len(rules) == 0 {
		return o, func() {}, nil
	}
	if err := checkLive(env, rules); err != nil {
		return o, nil, err
	}
	a := &alertRun{say: env.say}
	sender := a.newSender(env)
	o.Send, o.Failures = sender.Send, a.failures
	return o, func() {
		sender.Close()
		a.reportFailures()
	}, nil
}

// checkLive refuses rules that do nothing live: those whose webhook could not be signed or whose command could not be run, and those
// about a past time. That must not come out with the first alert, or never.
func checkLive(env Env, rules []alerts.Rule) error {
	settings, err := env.config()
	if err != nil {
		return err
	}
	for _, r := range rules {
		err := cmp.Or(r.CheckLive(time.Now()), r.CheckCommand())
		if secretMissing(env, r) {
			err = fmt.Errorf("webhook_secret: environment variable %s is not set", client.Line1(r.SecretVariable))
		}
		if err != nil {
			return usageError{&config.Error{Source: settings.Source("rules." + r.Name), Err: fmt.Errorf("rule %s: %w", client.Line1(r.Name), err)}}
		}
	}
	return nil
}

func secretMissing(env Env, r alerts.Rule) bool {
	return r.SecretVariable != "" && env.Getenv(r.SecretVariable) == ""
}

func (a *alertRun) newSender(env Env) *alerts.Sender {
	return alerts.NewSender(alerts.SenderOptions{Environ: config.ChildEnviron(env.Environ), Secret: env.Getenv, Failed: a.fail})
}

// newAlertRun makes one of rules; nil if there are none.
func newAlertRun(env Env, rules []alerts.Rule, live bool, say func(string)) (*alertRun, error) {
	if len(rules) == 0 {
		return nil, nil
	}
	engine, err := alerts.NewEngine(rules)
	if err != nil {
		return nil, usageError{err}
	}
	a := &alertRun{engine: engine, say: say}
	if live {
		if err := checkLive(env, rules); err != nil {
			return nil, err
		}
		a.sender = a.newSender(env)
		if isTerminal(env.Stderr) {
			a.screen = env.Stderr
		}
	}
	return a, nil
}

// each takes a batch that the store has taken in, or with nil the passing of a second.
func (a *alertRun) each(now time.Time, store *watch.Store, b *watch.Batch) {
	if a == nil {
		return
	}
	a.reportFailures()
	var changes []alerts.Change
	if b != nil {
		changes = a.engine.Batch(b)
	} else {
		changes = a.engine.Second(now, store)
	}
	for i := range changes {
		c := &changes[i]
		a.say(changeText(c))
		rule := a.engine.Rule(c.Rule)
		if a.sender != nil {
			a.sender.Send(rule, c)
		}
		if a.screen != nil && c.Firing {
			if rule.Notify {
				_, _ = io.WriteString(a.screen, ansi.Notify("lenswatch: "+changeText(c)))
			}
			if rule.Bell {
				_, _ = io.WriteString(a.screen, "\a")
			}
		}
	}
}

// close sends what waits, and reports what could not be tested.
func (a *alertRun) close() {
	if a == nil {
		return
	}
	if a.sender != nil {
		a.sender.Close()
	}
	a.reportFailures()
	for _, trouble := range a.engine.Troubles() {
		a.say(trouble)
	}
}

// changeText is a change in one line.
func changeText(c *alerts.Change) string {
	text := fmt.Sprintf("alert %s %s: %s: %s", client.Line1(c.Rule), c.State(), client.Line1(c.Session), c.Text)
	if c.Suppressed > 0 {
		text += fmt.Sprintf(" (%s suppressed by the cooldown)", units.Plural(c.Suppressed, "alert"))
	}
	return text
}
