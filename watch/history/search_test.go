package history

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"lenswatch/client"
)

// hits are the rows of a view that a search has to find.
func hits(v *View, f Filter) (want []*Entry) {
	for e := range entries(v) {
		if f.MatchText(&e.Event) {
			want = append(want, e)
		}
	}
	return want
}

// While view and search are filled, and events come and go, the count is right for what it has
// passed, and n and N find what looking at every row finds, counted or not.
func TestSearchStepByStep(t *testing.T) {
	for i, text := range []string{"pump", "re:^$", "!leak", "kind:error", ".n == 3", "nowhere"} {
		t.Run(text, func(t *testing.T) {
			r := rand.New(rand.NewPCG(uint64(i), 2))
			s := New(60 << 10)
			for range 12 {
				for range r.IntN(300) {
					s.Append(anEvent(r))
				}
				v := s.Open(queries[r.IntN(len(queries))](t))
				searchStepByStep(t, r, s, v, v.Search(mustFilter(t, text)))
			}
		})
	}
}

func searchStepByStep(t *testing.T, r *rand.Rand, s *Store, v *View, x *Search) {
	for done := false; !done; {
		for range r.IntN(10) {
			s.Append(anEvent(r))
		}
		if r.IntN(3) > 0 { // else the view is paused
			v.fill(&meter{events: 1 + r.IntN(60)})
		}
		want := hits(v, x.filter)
		for range 5 {
			checkSteps(t, r, x, want) // what is counted lags behind
		}
		done = x.hits.fill(&meter{events: 1 + r.IntN(60)})
		checkSteps(t, r, x, want)
		var counted []*Entry
		for _, e := range want {
			if x.counted(e.Seq) {
				counted = append(counted, e)
			}
		}
		same(t, "counted", x.hits, counted)
		if done && v.low != 1 {
			t.Fatal("the count cannot be whole while the view is not")
		}
		if done && (x.Count() != len(want) || x.Pending() != 0) {
			t.Fatalf("%d counted, want %d, %d pending", x.Count(), len(want), x.Pending())
		}
		for n, e := range counted {
			if x.Number(e.Seq) != n+1 {
				t.Fatalf("match %d is number %d, want %d", e.Seq, x.Number(e.Seq), n+1)
			}
		}
	}
}

// checkSteps goes from some place to the next or the previous match, in calls as short as can be.
func checkSteps(t *testing.T, r *rand.Rand, x *Search, all []*Entry) {
	t.Helper()
	place := Seq(0)
	switch order := x.view.store.order; {
	case r.IntN(2) == 0: // where counting has just been
		place = x.hits.high - min(x.hits.high, Seq(r.IntN(20)))
	case r.IntN(2) == 0:
		place = x.hits.low + Seq(r.IntN(20))
	case len(order) > 0:
		place = order[r.IntN(len(order))].seq
	}
	var next, prev *Entry
	for _, e := range all {
		if e.Seq < place {
			prev = e
		}
		if e.Seq > place && next == nil {
			next = e
		}
	}
	name, step, want := "next", x.next, next
	if r.IntN(2) == 0 {
		name, step, want = "prev", x.prev, prev
	}
	hit, at, done := step(place, &meter{events: 1})
	for !done {
		hit, at, done = step(at, &meter{events: 1})
	}
	if !reflect.DeepEqual(hit, want) {
		t.Fatalf("%s from %d: %+v, want %+v", name, place, hit, want)
	}
}

// A search finds what can be seen: not every result because its wire type has the word.
func TestSearchLooksAtTheTextOnly(t *testing.T) {
	s := New(0)
	s.Append(client.Event{Session: "result", Wire: "inference.result", Text: "a worker"})
	s.Append(client.Event{Session: "result", Wire: "inference.result", Text: "the result"})
	s.Append(client.Event{Session: "result", Result: &client.Result{Label: "Result"}})
	v := s.View(Query{})
	for _, text := range []string{"result", "re:(?i)result"} {
		x := v.Search(mustFilter(t, text))
		x.Fill(0)
		if x.Count() != 2 || x.Number(1) != 0 || x.Number(2) != 1 {
			t.Errorf("%s: %d found", text, x.Count())
		}
		if hit, _, done := x.Next(0, 0); !done || hit == nil || hit.Seq != 2 {
			t.Errorf("%s: the first is %v", text, hit)
		}
		if hit, at, done := x.Prev(2, 0); !done || hit != nil || at != 1 && at != 2 {
			t.Errorf("%s: %v before the first, at %d", text, hit, at)
		}
	}
}

func ExampleSearch() {
	s := New(0)
	for _, text := range []string{"pump on", "valve open", "pump off"} {
		s.Append(client.Event{Session: "a", Text: text})
	}
	f, _ := ParseFilter("pump")
	x := s.View(Query{}).Search(f)
	x.Fill(0)
	hit, _, _ := x.Next(1, 0)
	fmt.Printf("%s: match %d of %d\n", hit.Text, x.Number(hit.Seq), x.Count())
	// Output: pump off: match 2 of 2
}
