package ui

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
	alertlist "lenswatch/ui/alerts"
	"lenswatch/ui/layout"
	watchalerts "lenswatch/watch/alerts"
)

// Rules colour the rows of what they are about, and name themselves there. One that is only for that raises no alert; one
// that alerts colours its events too.
func TestRulesHighlightRows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.add("lsn-one-0001", "lns-machine")
		x := start(t, display{w: 120, h: 36}, Options{Title: "test", Rules: alertlist.Options{Rules: []watchalerts.Rule{
			{Name: "crane", Match: []string{"re:cr[ae]ne"}, Highlight: "good"}, {Name: "worn", Label: "worn"}, {Name: "noisy", Match: []string{"level:warn+"}, Highlight: "bad"},
		}}}, f)
		x.pass(time.Second)
		f.say("lsn-one-0001", client.KindResult, "the crane moves", nil)
		f.say("lsn-one-0001", client.KindResult, "nothing moves", nil)
		x.pass(time.Second)
		x.wantNot("Alert crane")
		f.say("lsn-one-0001", client.KindResult, "worn", &client.Result{Label: "worn", Unit: client.UnitFraction, Scores: []client.Score{{Label: "worn", Value: 1}}})
		x.pass(2 * time.Second)
		x.want("Alert worn")
		x.wantIn(layout.Results, "! crane", "! worn")
		content := x.model.View().Content
		if good, _, _ := strings.Cut(x.model.c.Good.Render("x"), "x"); !strings.Contains(content, good+"the crane moves") || strings.Contains(content, good+"nothing moves") {
			t.Errorf("the row of the crane is not highlighted:\n%q", content)
		}
		x.press("B")
		x.want("1 firing")
	})
}

// The name of the rule is next to its rows in a terminal of 80x24 too, in results and logs.
func TestRowsNameTheirRuleAt80Columns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.add("lsn-one-0001", "lns-machine")
		x := start(t, display{w: 80, h: 24}, Options{Title: "test", Rules: alertlist.Options{Rules: []watchalerts.Rule{{Name: "camera", Match: []string{"camera"}}}}}, f)
		x.pass(time.Second)
		f.say("lsn-one-0001", client.KindLog, "no camera is connected", nil)
		x.pass(2 * time.Second)
		x.wantIn(layout.Logs, "! camera")
	})
}
