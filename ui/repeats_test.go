package ui

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/watch"
)

func answer(label string, share float64) *client.Result {
	return &client.Result{Label: label, Unit: client.UnitFraction, Scores: []client.Score{{Label: label, Value: share}, {Label: "other", Value: 1 - share}}}
}

func TestRepeatsShareARow(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		x.press("]")
		for range 14 {
			f.say("lsn-one-0001", client.KindResult, "The zone is empty", nil)
			x.pass(time.Second)
		}
		x.want("The zone is empty", "×14 over 13 s")
		f.say("lsn-one-0001", client.KindResult, "A worker comes", nil)
		f.say("lsn-one-0001", client.KindResult, "The zone is empty", nil)
		x.pass(time.Second)
		x.want("×14 over 13 s", "A worker comes")
		x.press("o")
		x.wantNot("×14")
		x.want("Showing every result")
		x.press("o", "tab", "k", "k", "enter") // looking inside walks through all of them
		x.want("Event · 00:00:", "1 s before: inference.result")
		x.press("k", "k")
		x.want("next      1 s after: inference.result")
		x.press("esc")
		x.want("×14 over")
		x.press("f", "worker", "enter")
		x.wantNot("×14")
		x.press("F", "f", "!worker", "enter") // without what stood between, they are one run
		x.want("×15 over")
	})
}

func TestLabelChangesAreMarked(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		for _, label := range []string{"normal", "normal", "worn", "worn", "normal"} {
			f.say("lsn-two-0002", client.KindResult, label, answer(label, .9))
			x.pass(time.Second)
			f.say("lsn-one-0001", client.KindResult, "between", nil)
			x.pass(time.Second)
		}
		x.want("◆ was normal", "◆ was worn")
		x.press("]", "]")
		x.want("×2 over 2 s", "◆ was normal ×2 over", "◆ was worn")
	})
}

// BenchmarkFold takes batches in of which all repeat, and which evict: what a frame costs must not
// grow with the history.
func BenchmarkFold(b *testing.B) {
	m := loose(b)
	m.Update(tea.WindowSizeMsg{Width: 160, Height: 45})
	now := time.Unix(1_700_000_000, 0)
	batch := watch.Batch{Delivered: now}
	for range 1700 { // of a thirtieth of a second at 50,000 events a second
		batch.Events = append(batch.Events, client.Event{
			Session: "lsn-aaaa", Kind: client.KindResult, Received: now, Text: "normal", Raw: make([]byte, 200),
		})
	}
	for b.Loop() {
		m.Update(batchMsg(batch))
		m.View()
	}
	b.ReportMetric(1700*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
