package alerts

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"lenswatch/client"
	"lenswatch/watch"
)

var start = time.Date(2026, 11, 27, 10, 0, 0, 0, time.UTC)

// run is an engine with a store, driven by a script: events by seconds, and each second in between.
type run struct {
	t     *testing.T
	e     *Engine
	store *watch.Store
	now   time.Duration
	got   []string
}

func newRun(t *testing.T, rules ...Rule) *run {
	t.Helper()
	e, err := NewEngine(rules)
	if err != nil {
		t.Fatal(err)
	}
	r := &run{t: t, e: e, store: watch.NewStore([]watch.ServiceInfo{{Name: "archetype"}}, watch.NoHistory)}
	r.store.Apply(watch.Batch{Opened: []watch.StreamOpened{{Service: "archetype", Session: "lsn-1", Connection: new(client.Connection)}}, Delivered: start})
	return r
}

func (r *run) note(changes []Change) {
	for _, c := range changes {
		text := fmt.Sprintf("%s %s %s", c.At.Sub(start), c.Rule, c.State())
		if c.Suppressed > 0 {
			text += fmt.Sprintf(" (%d suppressed)", c.Suppressed)
		}
		r.got = append(r.got, text)
	}
}

func (r *run) wait(d time.Duration) {
	for end := r.now + d; r.now < end; {
		r.now += time.Second
		at := start.Add(r.now)
		r.store.Tick(at)
		r.note(r.e.Second(at, r.store))
	}
}

func (r *run) say(ev client.Event) {
	ev.Service, ev.Session, ev.Received = "archetype", "lsn-1", start.Add(r.now)
	b := watch.Batch{Events: []client.Event{ev}, Delivered: ev.Received}
	r.store.Apply(b)
	r.note(r.e.Batch(&b))
}

func (r *run) label(label string, share float64) {
	r.say(client.Event{Kind: client.KindResult, Text: label, Result: &client.Result{Label: label, Unit: client.UnitFraction, Scores: []client.Score{{Label: label, Value: share}}}})
}

func (r *run) want(lines ...string) {
	r.t.Helper()
	if got, want := strings.Join(r.got, "\n"), strings.Join(lines, "\n"); got != want {
		r.t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestTextFiresOnceAndIsResolvedWhenItStaysAway(t *testing.T) {
	r := newRun(t, Rule{Name: "camera", Match: []string{"no camera", "level:warn+"}, Cooldown: 10 * time.Second})
	for range 3 {
		r.say(client.Event{Kind: client.KindLog, Level: client.LevelError, Text: "no camera"})
		r.wait(2 * time.Second)
	}
	r.say(client.Event{Kind: client.KindLog, Level: client.LevelInfo, Text: "no camera"})
	r.wait(20 * time.Second)
	r.want("0s camera firing", "14s camera resolved")
}

func TestLowConfidenceIsResolvedByTheNextResult(t *testing.T) {
	r := newRun(t, Rule{Name: "low", Below: .6, Cooldown: 10 * time.Second})
	for _, share := range []float64{.9, .5, .4, .8, .3, .9} {
		r.label("worn", share)
		r.wait(time.Second)
	}
	r.wait(10 * time.Second)
	r.label("worn", .1)
	r.want("1s low firing", "3s low resolved", "16s low firing (1 suppressed)")
}

func TestHeldLabelFiresWithoutAnotherEvent(t *testing.T) {
	r := newRun(t, Rule{Name: "held", Label: "worn", HeldFor: 5 * time.Second})
	r.label("normal", 1)
	r.wait(10 * time.Second)
	r.label("worn", 1)
	r.wait(3 * time.Second)
	r.label("normal", 1)
	r.label("worn", 1)
	r.wait(8 * time.Second)
	r.label("normal", 1)
	r.want("18s held firing", "21s held resolved")
}

func TestHeldLabelBeginsAnewAfterAGap(t *testing.T) {
	r := newRun(t, Rule{Name: "held", Label: "worn", HeldFor: 5 * time.Second})
	r.label("worn", 1)
	r.wait(4 * time.Second)
	r.say(client.Event{Kind: client.KindNotice, Notice: &client.Notice{Code: client.NoticeGap}})
	r.wait(4 * time.Second)
	r.want()
}

func TestCountInAWindow(t *testing.T) {
	r := newRun(t, Rule{Name: "many", Match: []string{"kind:error"}, Count: 3, Within: 5 * time.Second})
	for _, wait := range []time.Duration{4, 4, 1, 1} {
		r.say(client.Event{Kind: client.KindError, Text: "x"})
		r.wait(wait * time.Second)
	}
	r.wait(10 * time.Second)
	r.want("9s many firing", "10s many resolved")
}

func TestResultsThatStayAway(t *testing.T) {
	r := newRun(t, Rule{Name: "away", NoResultFor: 5 * time.Second, Cooldown: time.Second}, Rule{Name: "other", Match: []string{"session:lsn-2"}, NoResultFor: time.Second})
	r.wait(7 * time.Second)
	r.label("normal", 1)
	r.wait(2 * time.Second)
	r.label("normal", 1)
	r.wait(6 * time.Second)
	r.want("6s away firing", "8s away resolved", "14s away firing")
}

func TestVerdictsFire(t *testing.T) {
	r := newRun(t, Rule{Name: "failed", Verdicts: []string{"failed"}}, Rule{Name: "any", Verdicts: []string{"warning"}})
	r.wait(time.Second)
	r.store.AddSample(watch.Sample{Session: client.Session{Service: "archetype", ID: "lsn-1", Status: client.StatusFailed, StatusText: "FAILED"}}, start.Add(r.now))
	r.wait(time.Second)
	r.want("2s failed firing", "2s any firing")
}

// A session that ends as sessions do is no trouble by its severity; a rule that names the verdict fires, and is resolved.
func TestEndedSessionsDoNotFireForEver(t *testing.T) {
	cooldown := 5 * time.Second
	r := newRun(t, Rule{Name: "bad", Verdicts: []string{"warning", "alarm"}, Cooldown: cooldown}, Rule{Name: "gone", Verdicts: []string{"destroyed"}, Cooldown: cooldown})
	r.wait(time.Second)
	r.store.AddSample(watch.Sample{Session: client.Session{Service: "archetype", ID: "lsn-1", Status: client.StatusDestroyed, StatusText: "DESTROYED"}}, start.Add(r.now))
	r.wait(20 * time.Second)
	r.want("2s gone firing", "7s gone resolved")
	r = newRun(t, Rule{Name: "bad", Verdicts: []string{"warning", "alarm"}, Cooldown: cooldown})
	r.store.AddSample(watch.Sample{Session: client.Session{Service: "archetype", ID: "lsn-1", Status: client.StatusFailed, StatusText: "FAILED"}}, start)
	r.wait(20 * time.Second)
	r.want("1s bad firing", "6s bad resolved")
}

// Sessions that never have results miss none.
func TestSessionsWithoutResultsMissNone(t *testing.T) {
	r := newRun(t, Rule{Name: "away", NoResultFor: 5 * time.Second})
	r.store.AddSample(watch.Sample{Session: client.Session{Service: "archetype", ID: "lsn-1", Status: client.StatusRunning, Channel: client.ChannelPoll}}, start)
	r.wait(20 * time.Second)
	r.want()
}

func TestRulesThatCannotFireAreRefused(t *testing.T) {
	for want, r := range map[string]Rule{
		"no condition":                           {},
		"no event can meet":                      {Match: []string{"kind:log"}, Label: "worn"},
		"meet all":                               {Match: []string{"kind:log", "kind:error"}},
		"conditions":                             {Match: []string{"level:warn+", "!level:warn,error"}},
		"held_for requires":                      {Match: []string{"x"}, HeldFor: time.Second},
		"count requires within":                  {Count: 3},
		"within requires count":                  {Match: []string{"x"}, Within: time.Second},
		"bad, good or accent":                    {Match: []string{"x"}, Highlight: "red"},
		"unknown verdict":                        {Verdicts: []string{"stalled"}},
		"may only use session":                   {NoResultFor: time.Second, Match: []string{"pump"}},
		"need separate rules":                    {NoResultFor: time.Second, Verdicts: []string{"alarm"}},
		"confidence_below must":                  {Below: 7},
		"regular expression":                     {Match: []string{"re:("}},
		"webhook must be https":                  {Match: []string{"x"}, Webhook: "http://example.com/x"},
		"URL such as":                            {Match: []string{"x"}, Webhook: "example.com"},
		"webhook_secret must":                    {Match: []string{"x"}, Webhook: "https://example.com", SecretVariable: "HOME"},
		"webhook_secret require":                 {Match: []string{"x"}, SecretVariable: "A_SECRET"},
		"now, which a rule has not: last:5m":     {Match: []string{"x", "!last:5m"}},
		"now, which a rule has not: after:14:05": {Match: []string{"after:14:05"}},
		"count must be":                          {Match: []string{"x"}, Count: 5000, Within: time.Second},

		"!foo leaves out all that foo matches":       {Match: []string{"foo", "!foo"}},
		"!PU leaves out all that PUMP matches":       {Match: []string{"kind:log", "!PU", "PUMP"}},
		"!.n > 3 leaves out all that .n > 3":         {Match: []string{"!.n > 3", ".n > 3"}},
		"!re:^a leaves out all that re:^a":           {Match: []string{"re:^a", "!re:^a"}},
		"!session:lsn leaves out":                    {NoResultFor: time.Second, Match: []string{"session:lsn-1", "!session:lsn"}},
		"!wor leaves out the label worn":             {Label: "worn", Match: []string{"!wor"}},
		"never fire: no time is in all":              {Match: []string{"after:2026-11-27 10:00", "before:2026-11-27 09:00"}},
		"can never fire: no time is in all of its f": {Match: []string{"after:2026-11-27", "!after:2026-11-26"}},
	} {
		if err := r.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", r, err, want)
		}
	}
}

// What looks alike and can fire is accepted.
func TestRulesThatCanFireAreAccepted(t *testing.T) {
	for _, r := range []Rule{
		{Match: []string{"foo", "!Foo"}}, {Match: []string{"fo", "!foo"}}, {Match: []string{"lsn-1", "!session:lsn-1"}},
		{Label: "worn", Match: []string{"!torn"}}, {Match: []string{"after:2026-11-27 09:00", "before:2026-11-27 10:00"}},
		{Match: []string{"re:^foo$", "!foo bar"}},
	} {
		if err := r.Check(); err != nil {
			t.Errorf("%+v: %v", r, err)
		}
	}
}

// A rule about a past time can fire over a recording, and never live.
func TestRulesAboutThePastNeverFireLive(t *testing.T) {
	for filter, past := range map[string]bool{
		"before:2026-11-27 09:00": true, "before:2026-11-27 11:00": false, "after:2026-11-27 09:00": false, "!after:2026-11-27 09:00": true,
	} {
		r := Rule{Match: []string{filter}}
		if err := r.Check(); err != nil {
			t.Errorf("%s: %v", filter, err)
		}
		if err := r.CheckLive(start); (err != nil) != past || past && !strings.Contains(err.Error(), "never fire on live events") {
			t.Errorf("%s: %v", filter, err)
		}
	}
}

// What a rule remembers of a session goes with the session.
func TestRulesForgetSessionsThatAreGone(t *testing.T) {
	r := newRun(t, Rule{Name: "x", Match: []string{"x"}, Count: maxCount, Within: time.Hour})
	for i := range 3 * maxCount {
		r.say(client.Event{Kind: client.KindLog, Text: "x"})
		if i == 0 {
			ev := client.Event{Service: "archetype", Session: "lsn-gone", Kind: client.KindLog, Text: "x", Received: start}
			r.e.Batch(&watch.Batch{Events: []client.Event{ev}})
		}
	}
	r.wait(time.Second)
	if s := r.e.states[stateKey{0, "lsn-1"}]; len(r.e.states) != 1 || len(s.times) > maxCount {
		t.Errorf("%d states, %d times", len(r.e.states), len(s.times))
	}
}

func TestBacklogIsNotCounted(t *testing.T) {
	r := newRun(t, Rule{Name: "often", Match: []string{"kind:result"}, Count: 3, Within: 10 * time.Second}, Rule{Name: "held", Label: "open", HeldFor: 2 * time.Second})
	for range 5 {
		r.say(client.Event{Kind: client.KindResult, Backlog: true, Text: "open", Result: &client.Result{Label: "open"}})
	}
	r.wait(5 * time.Second)
	r.want()
	for range 3 {
		r.say(client.Event{Kind: client.KindResult, Text: "x"})
	}
	r.want("5s often firing")
}
