package ui

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/watch"
	"lenswatch/watch/history"
)

// folded is what eventRows should say of a view, found by looking at all of it.
func folded(v *history.View) (spans [][2]int) {
	for i := range v.Len() {
		if i > 0 && repeats(v.At(i-1), v.At(i)) {
			spans[len(spans)-1][1]++
			continue
		}
		spans = append(spans, [2]int{i, i + 1})
	}
	return spans
}

func wantRows(t *testing.T, r *eventRows) {
	t.Helper()
	var got [][2]int
	for i := range r.len() {
		from, to := r.span(i)
		got = append(got, [2]int{from, to})
		for j := from; j < to; j++ {
			if r.of(j) != i {
				t.Fatalf("event %d is said to be in row %d, and is in %d", j, r.of(j), i)
			}
		}
	}
	if want := folded(r.view); !slices.Equal(got, want) {
		t.Fatalf("rows %v, want %v", got, want)
	}
}

// Rows stay right while events come, older ones are found, and some are evicted, in any order.
func TestRowsFollowTheView(t *testing.T) {
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 1))
		store := history.New(40 << 10)
		say := func(n int) {
			for range n {
				ev := client.Event{Session: fmt.Sprint("lsn-", rng.IntN(3)), Kind: client.KindResult, Text: fmt.Sprint(rng.IntN(2))}
				if rng.IntN(8) == 0 {
					ev.Kind = client.KindLog
				}
				ev.Raw = make([]byte, rng.IntN(800))
				store.Append(ev)
			}
		}
		say(rng.IntN(200))
		q := history.Query{}
		if seed%2 == 0 {
			q.Session = "lsn-1"
		}
		if seed%3 == 0 {
			q.Kinds = []client.Kind{client.KindResult}
		}
		v := store.Open(q)
		rows := newEventRows(v, true)
		for range 300 {
			say(rng.IntN(12))
			if rng.IntN(4) == 0 {
				v.Fill(1) // a nanosecond: it gets only a little further
			} else {
				v.Sync()
			}
			rows.sync()
			wantRows(t, &rows)
		}
		if seed == 0 && v.Pruned() == 0 {
			t.Fatal("nothing was evicted: the test tests nothing")
		}
	}
}

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
		x.want("The zone is empty", "×14 over 13.0 s")
		f.say("lsn-one-0001", client.KindResult, "A worker comes", nil)
		f.say("lsn-one-0001", client.KindResult, "The zone is empty", nil)
		x.pass(time.Second)
		x.want("×14 over 13.0 s", "A worker comes")
		x.press("o")
		x.wantNot("×14")
		x.want("Every result has its own row")
		x.press("o", "tab", "k", "k", "enter") // looking inside walks through all of them
		x.want("Event · 00:00:", "1.0 s before: inference.result")
		x.press("k", "k")
		x.want("next      1.0 s after: inference.result")
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
		x.want("×2 over 2.0 s", "◆ was normal ×2 over", "◆ was worn")
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
