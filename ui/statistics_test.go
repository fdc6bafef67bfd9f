package ui

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
)

// The counts are those of all that arrived, whichever part of it the history still has.
func TestStatisticsCountWhatArrived(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.add("lsn-one-0001", "lns-activity")
		x := start(t, medium, Options{Budget: 1 << 20}, f)
		x.pass(time.Second)
		for i := range 20 {
			label := []string{"idle", "worn"}[i/15]
			f.say("lsn-one-0001", client.KindResult, label, &client.Result{Label: label, Unit: client.UnitFraction, Scores: []client.Score{{Label: label, Value: .75}}})
			x.pass(time.Second)
		}
		f.say("lsn-one-0001", client.KindLog, "buffer at 53 %", nil)
		f.say("lsn-one-0001", client.KindLog, "buffer at 99 %", nil)
		x.pass(2 * time.Second)
		x.press("6")
		x.want("Statistics · all sessions", "Activity Monitor 0001", "Similar texts", "2  buffer at <*> %")
		x.press("down", "enter") // the texts: both lists show them alone
		x.want("Results and Logs show only such texts", "buffer at 53 %", "buffer at 99 %")
		x.wantNot("Statistics · ")
		x.press("6")
		x.press("enter")
		x.want("Statistics · Activity Monitor 0001")
		x.press("enter")
		x.wantNot("Statistics · ")
		x.press("6", "0")
		x.want("973 ms  –") // the interval: the results are a second apart, within a sixteenth
		x.press("]")
		x.want("Statistics · Activity Monitor 0001", "result 20", "idle             ━━━━━━━━──  75.0 %  15", "worn             ━━━───────  25.0 %  5", "1  idle → worn", "states      live")
		f.say("lsn-one-0001", client.KindResult, "worn", nil)
		x.pass(2 * time.Second) // it goes on while it is open
		x.want("result 21")
	})
}

func TestGoldenStatistics(t *testing.T) {
	for _, d := range []display{{w: 60, h: 18}, {w: 80, h: 24}, {w: 120, h: 36}, {w: 200, h: 60}} {
		synctest.Test(t, func(t *testing.T) {
			x := stage(t, d)
			x.press("6")
			compareGolden(t, fmt.Sprintf("statistics-all-%dx%d", d.w, d.h), x.cells())
			x.press("[")
			compareGolden(t, fmt.Sprintf("statistics-%dx%d", d.w, d.h), x.cells())
		})
	}
}
