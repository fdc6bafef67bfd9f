package sessions

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"lenswatch/client"
	"lenswatch/ui/draw"
	"lenswatch/ui/status"
)

// A tile shows how long each label held, next to the newest one and its share.
func TestTilesShowWhatChanged(t *testing.T) {
	all := account{session("lsn-1111", "Machine", client.StatusRunning, connected)}
	table, c := tableOf(all, 80, 20)
	for i := range 60 {
		label := "normal"
		if i >= 30 {
			label = "worn"
		}
		all[0].Newest = &client.Event{Kind: client.KindResult, Text: label, Result: &client.Result{Label: label, Unit: client.UnitFraction, Scores: []client.Score{{Label: label, Value: .75}, {Label: "other", Value: .25}}}}
		next := *c
		next.Now = c.Now.Add(time.Second)
		c = &next
		table.Sync(c, status.Summarise(all, false, c.Now))
	}
	text := table.text(c)
	if !strings.HasPrefix(text[2], "  worn ") || !strings.Contains(text[2], "75 %") {
		t.Errorf("the newest label is missing: %q", text[2])
	}
	if want := "  label ◆normal" + strings.Repeat("─", 29) + "◆worn" + strings.Repeat("─", 31); strings.TrimRight(text[3], " ") != want {
		t.Errorf("%q, want %q", text[3], want)
	}
	if !strings.HasPrefix(text[4], "  rate  ▁") {
		t.Errorf("the rate is missing: %q", text[4])
	}
}

// Whatever the size of the table, each line is as wide as it, and a click finds the session that is drawn there.
func TestTilesFitAndAreClicked(t *testing.T) {
	for _, n := range []int{1, 2, 4, 9} {
		var all account
		for i := range n {
			all = append(all, session(fmt.Sprintf("lsn-%04d", i), fmt.Sprint("Lens ", i), client.StatusRunning, connected))
		}
		for w := 24; w < 120; w += 5 {
			for h := 2; h < 50; h++ {
				table, c := tableOf(all, w, h)
				lines := table.View(c, true)
				if len(lines) > h {
					t.Fatalf("%d sessions in %dx%d: %d lines", n, w, h, len(lines))
				}
				for i, line := range lines {
					text := draw.Plain(line)
					if draw.Width(text) > w {
						t.Fatalf("%d sessions in %dx%d: line %d is %q", n, w, h, i, text)
					}
					if at := strings.Index(text, "Lens "); at >= 0 && table.Click(c, i) {
						if want := "lsn-000" + text[at+5:at+6]; table.Selected() != want {
							t.Fatalf("%d sessions in %dx%d: a click on line %d selects %q, want %q", n, w, h, i, table.Selected(), want)
						}
					}
				}
			}
		}
	}
}
