package ui

import (
	"fmt"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/watch"
)

// largeAccount is a screen that lists n sessions and watches 200 of them.
func largeAccount(tb testing.TB, n int) *Model {
	m := loose(tb)
	m.Update(tea.WindowSizeMsg{Width: 120, Height: 36})
	now := time.Unix(1_700_000_000, 0)
	batch := watch.Batch{Delivered: now}
	for i := range min(n, watch.DefaultMaxWatched) {
		batch.Opened = append(batch.Opened, watch.StreamOpened{Service: "archetype", Session: fmt.Sprintf("lsn-%08d", i), Connection: new(client.Connection)})
	}
	l := watch.Listing{Service: "archetype", At: now, Next: now.Add(5 * time.Second), NotWatched: max(n-watch.DefaultMaxWatched, 0)}
	for i := range n {
		l.Sessions = append(l.Sessions, client.Session{
			Service: "archetype", ID: fmt.Sprintf("lsn-%08d", i), LensID: "lns-activity", Status: client.StatusRunning, StatusText: "running", LastUpdate: now,
		})
	}
	batch.Lists = []watch.Listing{l}
	m.Update(batchMsg(batch))
	return m
}

// However many sessions are listed, a key works on those that are seen and known. Allocations are counted: a time would
// be the machine's, and BenchmarkKeyInLargeAccount prints it.
func TestKeysWorkNoHarderInALargeAccount(t *testing.T) {
	few, many := largeAccount(t, 1000), largeAccount(t, 100_000)
	work := func(m *Model, press func(*Model)) float64 {
		return testing.AllocsPerRun(5, func() {
			m.now(m.c.Now.Add(time.Second))
			press(m)
		})
	}
	for name, press := range map[string]func(*Model){
		"next session": func(m *Model) { m.Update(pressOf("]")) },
		"results":      func(m *Model) { m.Update(pressOf("2")); m.Update(pressOf("j")) },
		"help":         func(m *Model) { m.Update(pressOf("?")); m.Update(pressOf("esc")) },
		"a second":     func(m *Model) { m.Update(tickMsg(m.c.Now)) },
	} {
		if f, n := work(few, press), work(many, press); n > 2*f+100 {
			t.Errorf("%s: %v allocations with 1,000 sessions listed, %v with 100,000", name, f, n)
		}
	}
}

// BenchmarkKeyInLargeAccount presses a key. Its time should not grow with the sessions listed.
func BenchmarkKeyInLargeAccount(b *testing.B) {
	for _, n := range []int{200, 10_000, 100_000} {
		for _, keys := range [][]string{{"]", "["}, {"1", "j", "k"}, {"2", "j", "k"}, {"?", "esc"}} {
			b.Run(fmt.Sprint(n, " ", keys), func(b *testing.B) {
				m := largeAccount(b, n)
				i := 0
				for b.Loop() {
					m.now(m.c.Now.Add(40 * time.Millisecond))
					m.Update(pressOf(keys[i%len(keys)]))
					m.View()
					i++
				}
			})
		}
		b.Run(fmt.Sprint(n, " a second"), func(b *testing.B) {
			m := largeAccount(b, n)
			for b.Loop() {
				m.Update(tickMsg(m.c.Now.Add(time.Second)))
				m.View()
			}
		})
		b.Run(fmt.Sprint(n, " a batch of events"), func(b *testing.B) {
			m := largeAccount(b, n)
			for b.Loop() {
				now := m.c.Now.Add(33 * time.Millisecond)
				m.Update(batchMsg(watch.Batch{Delivered: now, Events: []client.Event{{Service: "archetype", Session: "lsn-00000001", Kind: client.KindResult, Received: now, Text: "a"}}}))
				m.View()
			}
		})
		b.Run(fmt.Sprint(n, " a part of a list"), func(b *testing.B) {
			m := largeAccount(b, n)
			var part []client.Session
			for _, s := range m.store.Sessions()[:min(n, 2000)] {
				part = append(part, s.Record)
			}
			for b.Loop() {
				now := m.c.Now.Add(33 * time.Millisecond)
				l := watch.Listing{Service: "archetype", Sessions: part, Continued: true, More: true, At: now, Next: now}
				m.Update(batchMsg(watch.Batch{Delivered: now, Lists: []watch.Listing{l}}))
				m.View()
			}
		})
	}
}
