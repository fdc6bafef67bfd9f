package ui

import (
	"fmt"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/watch"
)

// BenchmarkFrame takes a batch in and draws the screen. Its figure to look at is events/s: how
// many events a second one core can take in and draw, in batches of the size that 100,000 events
// a second give at 30 frames.
func BenchmarkFrame(b *testing.B) {
	for _, n := range []int{1, 100, 3300} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			m := loose(b)
			m.Update(tea.WindowSizeMsg{Width: 160, Height: 45})
			now := time.Unix(1_700_000_000, 0)
			batch := watch.Batch{Delivered: now}
			for i := range n {
				batch.Events = append(batch.Events, client.Event{
					Session: "lsn-aaaa", Kind: client.KindResult, Wire: "inference.result", Received: now,
					Text: fmt.Sprintf("A worker carries a ladder, number %d", i), Raw: make([]byte, 200),
				})
			}
			for b.Loop() {
				now = now.Add(33 * time.Millisecond)
				batch.Delivered = now
				for i := range batch.Events {
					batch.Events[i].Received = now
				}
				m.Update(batchMsg(batch))
				m.View()
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

// BenchmarkSecond is what a second costs of a screen on which nothing happens: the clock and the ages.
func BenchmarkSecond(b *testing.B) {
	m := loose(b)
	m.Update(tea.WindowSizeMsg{Width: 120, Height: 36})
	now := time.Unix(1_700_000_000, 0)
	batch := watch.Batch{Delivered: now}
	for i := range 10 {
		id := fmt.Sprintf("lsn-%04d", i)
		batch.Opened = append(batch.Opened, watch.StreamOpened{Session: id, Connection: new(client.Connection)})
		batch.Events = append(batch.Events, client.Event{Session: id, Kind: client.KindNotice, Wire: "notice", Received: now, Notice: &client.Notice{Code: client.NoticeConnected, Channel: client.ChannelSSE}})
	}
	m.Update(batchMsg(batch))
	for b.Loop() {
		now = now.Add(time.Second)
		m.Update(tickMsg(now))
		m.View()
	}
}
