package ui

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
	"lenswatch/client/recording"
	alertlist "lenswatch/ui/alerts"
	watchalerts "lenswatch/watch/alerts"
	"lenswatch/watch/replay"
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
		x.want("Alert worn (B lists alerts): Machine State 0001: worn")
		label("normal")
		x.want("Resolved worn: Machine State 0001: a result no longer matched")
		label("worn")
		x.press("B")
		x.want("1 firing", "worn  Machine State 0001  firing")
		x.press("a")
		x.want("1 firing (1 acknowledged)", "0001  acknowledged")
		x.press("m")
		x.want("Muted worn")
		label("normal")
		x.want("resolved")
		label("worn")
		x.want("1 firing", "muted")
		mu.Lock()
		if sent != 3 {
			t.Errorf("sent %d changes; the rule was muted after the third", sent)
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
		x.want("No alert rules.")
		x.press("a", "m", "enter", "down", "esc")
		x.wantNot("No alert rules.")
	})
}

// Rules that only colour are not among those that are tested.
func TestAlertsCountTheRulesThatAreTested(t *testing.T) {
	for want, rules := range map[string][]watchalerts.Rule{
		"No alerts yet (1 rule active).":  {{Name: "crane", Match: []string{"crane"}, Highlight: "accent"}, {Name: "worn", Label: "worn"}},
		"No alerts yet (2 rules active).": {{Name: "low", Below: .5}, {Name: "worn", Label: "worn"}},
		"Your rules only highlight rows":  {{Name: "crane", Match: []string{"crane"}, Highlight: "accent"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			x := start(t, display{w: 100, h: 30}, Options{Title: "test", Rules: alertlist.Options{Rules: rules}}, newFake())
			x.press("B")
			x.want(want, "esc close   ? help")
			x.wantNot("acknowledge")
		})
	}
}

// At another position of a recording the list has the alerts up to there, and what was acknowledged stays so.
func TestAlertsOfAPositionThatWasSought(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		path := filepath.Join(t.TempDir(), "a.ndjson")
		w, err := recording.Create(path, began, recording.Options{}, recording.Item{At: began, Entry: recording.StreamOpened{Service: "archetype", Session: "lsn-one-0001"}})
		if err != nil {
			t.Fatal(err)
		}
		for s := range 120 {
			at := began.Add(time.Duration(s) * time.Second)
			if s == 5 || s == 65 {
				ev := client.Event{Service: "archetype", Session: "lsn-one-0001", Kind: client.KindLog, Wire: "log", Text: "no camera", Received: at, Raw: []byte("{}")}
				w.Put(recording.Item{At: at, Entry: recording.Events{ev}})
			}
			w.Put(recording.Item{At: at.Add(time.Millisecond), Entry: recording.Tick{}})
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		rules := []watchalerts.Rule{{Name: "camera", Match: []string{"no camera"}, Cooldown: 20 * time.Second}}
		sought := alertlist.NewSought(rules)
		p, err := replay.Open(t.Context(), path, replay.Options{Speed: 1, Seeking: sought.Follow})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = p.Close() })
		x := startOn(t, display{w: 100, h: 30}, Options{Title: "test", Rules: alertlist.Options{Rules: rules, Sought: sought}}, p, nil)
		x.pass(time.Second)
		p.Pause()
		x.press("B")
		seek := func(to time.Duration, firing, total int) {
			t.Helper()
			if err := p.Seek(t.Context(), to); err != nil {
				t.Fatal(err)
			}
			x.pass(time.Second)
			if n := strings.Count(x.screen(), " camera  0001  "); n != total {
				t.Errorf("at %v: %d alerts, want %d\n%s", to, n, total, x.screen())
			}
			x.want(fmt.Sprintf("%d firing", firing))
		}
		seek(10*time.Second, 1, 1)
		x.press("a")
		seek(70*time.Second, 1, 2)
		x.want("resolved")
		seek(15*time.Second, 1, 1)
		x.want("acknowledged")
		seek(100*time.Second, 0, 2)
	})
}
