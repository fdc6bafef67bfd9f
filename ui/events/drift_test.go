package events

import (
	"fmt"
	"testing"

	"lenswatch/client"
	"lenswatch/watch"
	"lenswatch/watch/history"
)

// memory is a store of events, without sessions.
type memory struct{ *history.Store }

func (m memory) History() *history.Store       { return m.Store }
func (m memory) Session(string) *watch.Session { return nil }

// What there is no time to measure at once is measured by and by.
func TestDriftsAreLeftForLater(t *testing.T) {
	store := memory{history.New(0)}
	for i := range 5 {
		store.Append(client.Event{
			Session: "a", Kind: client.KindResult, Raw: fmt.Appendf(nil, `[3,%d]`, i), Result: &client.Result{Shape: []int{2}, Norm: 5},
		})
	}
	l := Results(store)
	l.SetSize(60, 20)
	l.scope = "-"
	l.view = store.View(history.Query{})
	l.rows = newRows(l.view, true)
	for want := 1; want <= 4; want++ {
		if !l.measure(-1) || len(l.drifts.known) != want || l.drifts.wanted != (want < 4) {
			t.Fatalf("%d are known, more are wanted: %v", len(l.drifts.known), l.drifts.wanted)
		}
	}
	if l.measure(-1) || l.Busy() {
		t.Fatal("it measures again what is known")
	}
}
