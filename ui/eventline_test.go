package ui

import (
	"testing"
	"time"

	"lenswatch/client"
	"lenswatch/ui/layout"
)

// narrow is the narrowest screen that is drawn.
var narrow = display{w: layout.MinWidth, h: 16}

// Where a row is too narrow for label, bar and figure, the bar gives way, then the label: the figure is
// what the label is worth.
func TestValueIsShownHoweverNarrow(t *testing.T) {
	bubble(t, narrow, func(t *testing.T, x *terminal, f *fake) {
		for range 3 {
			for _, label := range []string{"bearing_wear", "normal"} {
				f.say("lsn-one-0001", client.KindResult, label, &client.Result{
					Label: label, Unit: client.UnitFraction, Scores: []client.Score{{Label: label, Value: .87}, {Label: "idle", Value: .13}},
				})
				x.pass(time.Second)
			}
		}
		x.press("tab")
		x.wantIn(layout.Results, "0001 bearing_… 87 %", "0001 normal 87 %")
		x.press("]")
		x.wantIn(layout.Results, "87 %")
		x.wantNot("87…", "8…")
	})
}

// What a gap says is read to its end, however narrow the list.
func TestGapTextIsComplete(t *testing.T) {
	bubble(t, narrow, func(t *testing.T, x *terminal, f *fake) {
		x.press("tab")
		const text = "gap of 12 s: what was said meanwhile is lost"
		f.mu.Lock()
		said := f.reportedRaw["lsn-one-0001"]
		f.mu.Unlock()
		said <- client.Event{
			Service: f.name, Session: "lsn-one-0001", Kind: client.KindNotice, Wire: "notice", Text: text, Level: client.LevelWarn,
			Received: time.Now(), Notice: &client.Notice{Code: client.NoticeGap, Channel: client.ChannelSSE},
		}
		x.pass(time.Second)
		x.wantIn(layout.Results, "gap of 12 s: what was said meanwhile is lost ─")
		x.press("tab")
		x.wantIn(layout.Logs, "gap of 12 s", "meanwhile", "is lost ─")
		x.press("w", ">", ">", ">", ">")
		x.wantIn(layout.Logs, "lost")
	})
}
