package history

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"lenswatch/client"
)

func mustFilter(t testing.TB, text string) Filter {
	t.Helper()
	f, err := ParseFilter(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return f
}

// anEvent is an event of any kind, of one of four sessions, with a word or two to find.
func anEvent(r *rand.Rand) client.Event {
	words := []string{"pump", "Pump", "valve", "leak", "", "ok"}
	text := words[r.IntN(len(words))] + " " + words[r.IntN(len(words))]
	ev := client.Event{
		Session: fmt.Sprint("s", r.IntN(4)),
		Kind:    client.Kind(r.IntN(9)),
		Level:   client.Level(r.IntN(4)),
		Wire:    "log.info",
		Text:    text,
		Raw:     fmt.Appendf(nil, `{"type":"log.info","n":%d,"text":%q,"pad":%q}`, r.IntN(10), text, strings.Repeat("x", r.IntN(200))),
	}
	if r.IntN(5) == 0 {
		ev.Result = &client.Result{Label: words[r.IntN(len(words))]}
	}
	return ev
}

var queries = []func(t testing.TB) Query{
	func(testing.TB) Query { return Query{} },
	func(testing.TB) Query { return Query{Session: "s1"} },
	func(testing.TB) Query { return Query{Session: "never came"} },
	func(testing.TB) Query { return Query{Kinds: []client.Kind{client.KindResult, client.KindError}} },
	func(t testing.TB) Query { return Query{Session: "s2", Match: mustFilter(t, "pump").Match} },
	func(t testing.TB) Query {
		return Query{Match: Filters{mustFilter(t, "!re:^v"), mustFilter(t, "level:info+")}.Match}
	},
	func(t testing.TB) Query { return Query{Match: mustFilter(t, ".n > 4").Match} },
}

// expect is what a view has to show, by looking at everything that is retained.
func expect(v *View) (want []*Entry) {
	for _, k := range v.store.order {
		e := k.entry()
		q := v.query
		if e.Seq >= v.low && e.Seq < v.high && (q.Session == "" || q.Session == e.Session) &&
			(len(q.Kinds) == 0 || slices.Contains(q.Kinds, e.Kind)) && (q.Match == nil || q.Match(&e.Event)) {
			want = append(want, e)
		}
	}
	return want
}

func same(t *testing.T, what string, v *View, want []*Entry) {
	t.Helper()
	if v.Len() != len(want) {
		t.Fatalf("%s: %d rows, want %d", what, v.Len(), len(want))
	}
	for i, e := range want {
		if !reflect.DeepEqual(v.At(i), e) {
			t.Fatalf("%s: row %d is %d, want %d", what, i, v.At(i).Seq, e.Seq)
		}
		if v.Index(e.Seq) != i || v.Index(e.Seq+1) != i+1 {
			t.Fatalf("%s: place %d is row %d, want %d", what, e.Seq, v.Index(e.Seq), i)
		}
	}
}

// While a view is filled, and events come and go between the steps, it shows at each step all that
// fits of the span it has looked at, and in the end everything that fits.
func TestFillStepByStep(t *testing.T) {
	for q := range queries {
		t.Run(fmt.Sprint(q), func(t *testing.T) {
			r := rand.New(rand.NewPCG(uint64(q), 1))
			s := New(60 << 10)
			for range 25 {
				for range r.IntN(300) {
					s.Append(anEvent(r))
				}
				fillStepByStep(t, r, s, s.Open(queries[q](t)))
			}
			if s.Evicted("") == 0 {
				t.Fatal("the test should evict")
			}
		})
	}
}

func fillStepByStep(t *testing.T, r *rand.Rand, s *Store, v *View) {
	if v.Len() != 0 || v.Pending() > s.Len() {
		t.Fatalf("opened with %d rows, %d pending of %d", v.Len(), v.Pending(), s.Len())
	}
	var came int64
	for done := false; !done; {
		for range r.IntN(6) {
			s.Append(anEvent(r))
		}
		wasNewest := v.high
		done = v.fill(&meter{events: 1 + r.IntN(40)})
		want := expect(v)
		same(t, "while filling", v, want)
		for _, e := range want {
			if e.Seq >= wasNewest {
				came++
			}
		}
		if came != v.Added() {
			t.Fatalf("%d new events, Added says %d", came, v.Added())
		}
		if left := v.Pending(); done != (left == 0) {
			t.Fatalf("done %v with %d pending", done, left)
		}
	}
	same(t, "after filling", s.View(v.query), expect(v))
	if v.low != 1 || v.high != s.next {
		t.Fatalf("done at %d to %d of %d", v.low, v.high, s.next)
	}
}

// A View that is brought up to date shows what a new one of the same Query shows.
func TestViewFollows(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	s := New(100 << 10)
	views := make([]*View, len(queries))
	for i, q := range queries {
		views[i] = s.View(q(t))
	}
	for range 200 {
		for range r.IntN(30) {
			s.Append(anEvent(r))
		}
		for i, v := range views {
			v.Sync()
			v.forward(&meter{}) // Sync may have left something on a busy machine
			fresh := s.View(v.Query())
			same(t, fmt.Sprint("query ", i), v, slices.Collect(entries(fresh)))
			if int64(v.Len())+v.Pruned() != v.Added() {
				t.Fatalf("query %d: %d shown, %d pruned, %d added", i, v.Len(), v.Pruned(), v.Added())
			}
		}
	}
	if s.Evicted("") == 0 {
		t.Fatal("the test should evict")
	}
}

func entries(v *View) func(yield func(*Entry) bool) {
	return func(yield func(*Entry) bool) {
		for i := 0; i < v.Len() && yield(v.At(i)); i++ {
		}
	}
}

// However small the budget, a view gets to its end.
func TestFillAlwaysGetsFurther(t *testing.T) {
	s := New(0)
	for range 1000 {
		s.Append(event("a", client.KindLog, 10))
	}
	v := s.Open(Query{})
	calls := 1
	for !v.Fill(1) {
		if calls++; calls > 1000 {
			t.Fatalf("%d of 1000 after %d calls", v.Len(), calls)
		}
	}
	if v.Len() != 1000 || calls == 1 {
		t.Fatalf("%d shown after %d calls", v.Len(), calls)
	}
}

// The newest rows are found first, and what is found later stands before them.
func TestFillFindsTheNewestFirst(t *testing.T) {
	s := New(0)
	for range 1000 {
		s.Append(event("a", client.KindLog, 10))
	}
	v := s.Open(Query{})
	v.fill(&meter{events: 100})
	if v.Len() != 100 || v.At(0).Seq != 901 || v.At(99).Seq != 1000 || v.Pending() != 900 {
		t.Fatalf("%d rows from %d, %d pending", v.Len(), v.At(0).Seq, v.Pending())
	}
	if s.Append(event("a", client.KindLog, 10)); !v.Sync() || v.Added() != 1 || v.Pending() != 900 {
		t.Fatalf("%d added, %d pending", v.Added(), v.Pending())
	}
}
