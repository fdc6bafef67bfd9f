package events

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"lenswatch/client"
	"lenswatch/watch/history"
)

// folded is what rows should say of a view, found by looking at all of it.
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

func wantRows(t *testing.T, r *rows) {
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
		rows := newRows(v, true)
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
