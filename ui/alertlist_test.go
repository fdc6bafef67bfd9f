package ui

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
	alertlist "lenswatch/ui/alerts"
	watchalerts "lenswatch/watch/alerts"
)

// An alert is said, listed, acknowledged, muted and resolved; what could not be sent is said.
func TestAlertsOnTheScreen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		sent, failed := 0, []string{"alert worn: the command false failed: exit status 1"}
		rules := alertlist.Options{
			Rules: []watchalerts.Rule{{Name: "worn", Label: "worn", Cooldown: time.Second, Command: []string{"false"}}},
			Send:  func(watchalerts.Rule, *watchalerts.Change) { mu.Lock(); defer mu.Unlock(); sent++ },
			Failures: func() []string {
				mu.Lock()
				defer mu.Unlock()
				out := failed
				failed = nil
				return out
			},
		}
		f := newFake()
		f.add("lsn-one-0001", "lns-machine")
		x := start(t, display{w: 100, h: 30}, Options{Title: "test", Rules: rules}, f)
		x.pass(time.Second)
		x.want("the command false failed")
		label := func(l string) {
			f.say("lsn-one-0001", client.KindResult, l, &client.Result{Label: l, Unit: client.UnitFraction, Scores: []client.Score{{Label: l, Value: 1}}})
			x.pass(2 * time.Second)
		}
		label("worn")
		x.press("B")
		x.want("1 firing", "worn  0001  firing")
		x.press("a")
		x.want("0 firing", "acknowledged")
		x.press("m")
		x.want("Muted worn")
		label("normal")
		x.want("resolved")
		label("worn")
		x.want("1 firing", "muted")
		mu.Lock()
		if sent != 1 {
			t.Errorf("sent %d changes; the rule was muted after the first", sent)
		}
		mu.Unlock()
		x.press("enter")
		x.wantNot("Alerts · ")
	})
}

// Without rules the list says how to make one.
func TestAlertsWithoutRules(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := start(t, display{w: 100, h: 30}, Options{Title: "test"}, newFake())
		x.press("B")
		x.want("No rules.")
		x.press("a", "m", "enter", "down", "esc")
		x.wantNot("No rules.")
	})
}

// Rules that only colour are not among those that are tested.
func TestAlertsCountTheRulesThatAreTested(t *testing.T) {
	for want, rules := range map[string][]watchalerts.Rule{
		"No rule has fired. 1 is tested.":           {{Name: "crane", Match: []string{"crane"}, Highlight: "accent"}, {Name: "worn", Label: "worn"}},
		"No rule has fired. 2 are tested.":          {{Name: "low", Below: .5}, {Name: "worn", Label: "worn"}},
		"No rule raises an alert: they only colour": {{Name: "crane", Match: []string{"crane"}, Highlight: "accent"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			x := start(t, display{w: 100, h: 30}, Options{Title: "test", Rules: alertlist.Options{Rules: rules}}, newFake())
			x.press("B")
			x.want(want)
		})
	}
}
