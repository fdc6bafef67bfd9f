package ui

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
	alertlist "lenswatch/ui/alerts"
	"lenswatch/ui/draw"
	"lenswatch/ui/layout"
	watchalerts "lenswatch/watch/alerts"
)

// atSizes plays the story of the goldens on a screen of each size.
func atSizes(t *testing.T, do func(t *testing.T, x *terminal)) {
	for _, d := range goldenSizes {
		t.Run(d.name(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { do(t, stage(t, d)) })
		})
	}
}

func TestAlarmLineIsNotCut(t *testing.T) {
	atSizes(t, func(t *testing.T, x *terminal) {
		x.pass(time.Second)
		line := strings.Split(x.screen(), "\n")[1]
		if strings.Contains(line, "…") || !strings.Contains(line, "i diagnose") {
			t.Errorf("the line for what is wrong is %q", line)
		}
	})
}

func TestFooterAlwaysNamesHelp(t *testing.T) {
	atSizes(t, func(t *testing.T, x *terminal) {
		x.pass(6 * time.Second) // the message of the alert goes
		for range layout.PaneCount {
			lines := strings.Split(x.screen(), "\n")
			if foot := lines[len(lines)-1]; !strings.Contains(foot, "? help") {
				t.Errorf("%v: the footer is %q", x.model.focus, foot)
			}
			x.press("tab")
		}
		x.click(x.at("? help"))
		x.want("type to filter")
	})
}

func TestRateHasOneChart(t *testing.T) {
	atSizes(t, func(t *testing.T, x *terminal) {
		x.press("]", "3", "z")
		charts := 0
		for _, line := range x.model.panes[layout.Health].View(x.model.c, true) {
			if line = draw.Plain(line); strings.HasPrefix(line, "rate") && strings.ContainsAny(line, "▁▂▃▄▅▆▇█│") {
				charts++
			}
		}
		if charts != 1 {
			t.Errorf("the rate has %d charts:\n%s", charts, x.screen())
		}
	})
}

// Where a dialog leaves a few cells at its sides, what shows there is no use.
func TestDialogsLeaveNoSlivers(t *testing.T) {
	atSizes(t, func(t *testing.T, x *terminal) {
		for _, keys := range [][]string{{"?"}, {":"}, {"U"}, {"6"}, {"c"}} {
			x.press(keys...)
			for _, line := range strings.Split(x.screen(), "\n") {
				if strings.HasPrefix(line, "││") || strings.HasPrefix(line, " │") {
					t.Fatalf("after %v:\n%s", keys, x.screen())
				}
			}
			x.press("esc")
		}
	})
}

// What an alert says on a verdict is one line at every size: the line for what is wrong has the sentence, and the borders
// of the panes stay whole.
func TestVerdictAlertTakesOneLine(t *testing.T) {
	for _, d := range goldenSizes {
		t.Run(d.name(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake()
				f.add("lsn-one-0001", "lns-activity")
				x := start(t, d, Options{Title: "demo", Rules: alertlist.Options{Rules: []watchalerts.Rule{{Name: "stalled", Verdicts: []string{"warning", "alarm"}}}}}, f)
				x.pass(offTicks)
				for range 20 {
					f.say("lsn-one-0001", client.KindResult, "scene", nil)
					x.pass(time.Second)
				}
				for i := 0; !x.has("Alert stalled"); i++ {
					if x.pass(time.Second); i > 90 {
						t.Fatalf("no alert:\n%s", x.screen())
					}
				}
				lines := strings.Split(x.screen(), "\n")
				if foot := lines[d.h-1]; !strings.Contains(foot, "Alert stalled (B lists alerts): Activity Monitor 0001") || !strings.HasPrefix(lines[d.h-2], "╰") {
					t.Errorf("the alert is not one line:\n%s", x.screen())
				}
			})
		})
	}
}
