package archetype

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
)

// pair is an id and a payload.
type pair struct{ id, payload string }

func results(from, to int) []pair {
	var out []pair
	for i := from; i <= to; i++ {
		out = append(out, pair{fmt.Sprint(i), result(fmt.Sprint("r", i))})
	}
	return out
}

// queries are results without an SSE id that have a query id.
func queries(from, to int) []pair {
	var out []pair
	for i := from; i <= to; i++ {
		out = append(out, pair{"", query(fmt.Sprint("q", i), fmt.Sprint("r", i))})
	}
	return out
}

// plain are results without any identity.
func plain(texts ...string) []pair {
	var out []pair
	for _, s := range texts {
		out = append(out, pair{"", result(s)})
	}
	return out
}

func join(lists ...[]pair) []pair {
	var out []pair
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}

func TestEachEventOnce(t *testing.T) {
	for _, c := range []struct {
		name          string
		before, after []pair // the reconnect
		want          string
	}{
		{"ids, resumed", results(1, 2), results(3, 4), "r1 r2 ~ <resumed> r3 r4"},
		{"ids, duplicates", results(1, 4), results(3, 5), "r1 r2 r3 r4 ~ <duplicate 2> <resumed> r5"},
		{"ids, all again", results(1, 3), results(1, 4), "r1 r2 r3 ~ <duplicate 3> <resumed> r4"},
		{"ids, a hole", results(1, 2), results(5, 6), "r1 r2 ~ <gap> r5 r6"},
		{"ids, duplicates and a hole", results(1, 3), join(results(3, 3), results(6, 6)), "r1 r2 r3 ~ <duplicate 1> <gap> r6"},
		{"ids, only duplicates", results(1, 2), results(1, 2), "r1 r2 ~"},
		{"ids that are opaque", []pair{{"x9", result("a")}, {"k2", result("b")}}, []pair{{"k2", result("b")}, {"m7", result("c")}}, "a b ~ <duplicate 1> <resumed> c"},
		{"ids that skip numbers", []pair{{"10", result("a")}, {"20", result("b")}}, []pair{{"40", result("c")}}, "a b ~ <resumed> c"},
		{"ids with a prefix and a hole", []pair{{"e-8", result("a")}, {"e-9", result("b")}}, []pair{{"e-11", result("c")}}, "a b ~ <gap> c"},
		{"ids that begin anew", results(1, 3), []pair{{"1", result("new")}, {"2", result("newer")}}, "r1 r2 r3 ~ <gap> new newer"},
		{"some events without an id", []pair{{"1", result("a")}, {"", result("b")}}, results(2, 2), "a b ~ <gap> r2"},
		{"ids, an event without one after the reconnect", results(1, 2), join(plain("x"), results(3, 3)), "r1 r2 ~ <gap> x r3"},
		{"no ids, replayed to the end", queries(1, 4), queries(2, 6), "r1 r2 r3 r4 ~ <duplicate 3> <resumed> r5 r6"},
		{"no ids, the newest again", queries(1, 4), queries(4, 5), "r1 r2 r3 r4 ~ <duplicate 1> <resumed> r5"},
		{"no ids, a replay with a hole", queries(1, 4), join(queries(2, 3), queries(6, 6)), "r1 r2 r3 r4 ~ <duplicate 2> <gap> r6"},
		{"no ids, nothing again", queries(1, 2), queries(3, 4), "r1 r2 ~ <gap> r3 r4"},
		{"no ids, a heartbeat first", queries(1, 2), []pair{{"", beat}, {"", query("q2", "r2")}}, "r1 r2 ~ <gap> r2"},
		{"no identity, replayed", plain("a", "b", "c"), plain("b", "c", "d"), "a b c ~ <duplicate 2> <gap> d"},
		{"no identity, all the same", plain("a", "a", "a"), plain("a", "a"), "a a a ~ <gap> a a"},
		{"the same again and again", plain("a", "a", "a"), nil, "a a a ~"},
		{"the same with the same id", []pair{{"1", result("a")}, {"1", result("a")}}, nil, "a a ~"},
		{"an answer sent again", queries(1, 2), []pair{{"", strings.Replace(query("q2", "r2"), `{"type"`, `{"sent":2,"type"`, 1)}, {"", query("q3", "r3")}}, "r1 r2 ~ <duplicate 1> <resumed> r3"},
		{"another answer to the same query", queries(1, 1), []pair{{"", query("q1", "r2")}}, "r1 ~ <gap> r2"},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &script{steps: []func(*wire){
				func(w *wire) {
					for _, p := range c.before {
						w.data(p.id, p.payload)
					}
					w.wait(time.Second)
					w.drop()
				},
				func(w *wire) {
					w.data("", started)
					for _, p := range c.after {
						w.data(p.id, p.payload)
					}
					w.hang()
				},
			}}
			d, _ := s.watch(t, time.Minute, client.WatchOptions{})
			got := strings.Replace(d.lines(), "<reconnecting> <connected>", "~", 1)
			if want := "<connected> " + c.want; got != want {
				t.Errorf("%s:\ngot  %s\nwant %s", c.name, got, want)
			}
			if c.before[0].id != "" && s.lastIDs[1] != c.before[len(c.before)-1].id && c.before[len(c.before)-1].id != "" {
				t.Errorf("%s: resumed after %q", c.name, s.lastIDs[1])
			}
		})
	}
}

func TestGapCountsWhatTheIDsMiss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []func(*wire){
			func(w *wire) { w.data("1", result("a")); w.data("2", result("b")); w.wait(3 * time.Second); w.drop() },
			refuse(503, "", "Retry-After", "10"),
			func(w *wire) { w.data("7", result("c")); w.data("8", result("d")); w.wait(time.Second); w.drop() },
			func(w *wire) { w.data("10", result("e")); w.hang() },
		}}
		d, _ := s.watch(t, time.Minute, client.WatchOptions{})
		gaps := d.notices(client.NoticeGap)
		if len(gaps) != 2 || gaps[0].Notice.Count != 4 || gaps[1].Notice.Count != 1 {
			t.Fatalf("%s", d.lines())
		}
		if n := gaps[0].Notice; n.Duration < 14*time.Second || n.Duration > 15*time.Second {
			t.Errorf("nothing arrived for %v", n.Duration)
		}
	})
}

func TestReplayAcrossSeveralLosses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		send := func(list []pair) func(*wire) {
			return func(w *wire) {
				for _, p := range list {
					w.data(p.id, p.payload)
				}
				w.wait(time.Second)
				w.drop()
			}
		}
		s := &script{steps: []func(*wire){send(results(1, 5)), send(results(3, 4)), send(nil), send(results(4, 6)), send(results(6, 6)), func(w *wire) { w.hang() }}}
		d, _ := s.watch(t, 5*time.Minute, client.WatchOptions{})
		got := strings.NewReplacer("<reconnecting> ", "", "<connected> ", "").Replace(d.lines())
		if want := "r1 r2 r3 r4 r5 <duplicate 4> <resumed> r6 <reconnecting>"; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	})
}

// A recording that is played in a loop says the same again and again. What comes long after the
// reconnect is no replay of the server's, and within the first seconds little is taken for one.
func TestLoopsAreNoReplays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const length = 40
		s := &script{steps: []func(*wire){
			func(w *wire) {
				for i := range length {
					w.data("", result(fmt.Sprint("r", i)))
				}
				w.drop()
			},
			func(w *wire) {
				for i := range length {
					w.data("", result(fmt.Sprint("r", i)))
					w.wait(time.Second)
				}
				w.hang()
			},
		}}
		d, _ := s.watch(t, 2*time.Minute, client.WatchOptions{})
		got := len(d.find(func(ev client.Event) bool { return ev.Kind == client.KindResult }))
		dup, gap := d.notices(client.NoticeDuplicate), d.notices(client.NoticeGap)
		if len(dup) != 1 || len(gap) != 1 || dup[0].Notice.Count > 12 || got+int(dup[0].Notice.Count) != 2*length {
			t.Errorf("%d results: %s", got, d.lines())
		}
	})
}

func TestGapBeginsWithTheFirstLoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var lost time.Time
		s := &script{steps: []func(*wire){
			func(w *wire) { w.data("", result("a")); lost = time.Now(); w.drop() },
			func(w *wire) { w.data("", started); w.wait(30 * time.Second); w.drop() },
			func(w *wire) { w.data("", result("b")); w.hang() },
		}}
		d, _ := s.watch(t, time.Minute, client.WatchOptions{})
		gap := d.notices(client.NoticeGap)
		if len(gap) != 1 || gap[0].Notice.Duration != gap[0].Received.Sub(lost) {
			t.Errorf("%s: %+v", d.lines(), gap)
		}
	})
}

func TestWindowIsBounded(t *testing.T) {
	m := newDeduper(100)
	for i := range 100_000 {
		ev := client.Event{ID: fmt.Sprint(i), Raw: []byte(fmt.Sprint(i))}
		if fresh, notices := m.admit(&ev); !fresh || notices != nil {
			t.Fatalf("event %d: %v", i, notices)
		}
	}
	if len(m.seen) != 100 || cap(m.seen) > 200 {
		t.Errorf("%d remembered, room for %d", len(m.seen), cap(m.seen))
	}
	// What is older than the window is shown again rather than taken for something it may not be.
	m.lose(time.Now())
	m.reopen(time.Now(), true)
	old := client.Event{ID: "50", Raw: []byte("50")}
	if fresh, notices := m.admit(&old); !fresh || len(notices) != 1 || notices[0].Code != client.NoticeGap {
		t.Errorf("%v %v", fresh, notices)
	}
}

func TestSplitID(t *testing.T) {
	for id, want := range map[string]string{
		"12": " 12 true", "a-007": "a- 7 true", "abc": "abc 0 false", "": " 0 false",
		"99999999999999999999": " 9223372036854775807 false", "1-2x": "1-2x 0 false",
	} {
		prefix, n, ok := splitID(id)
		if got := fmt.Sprint(prefix, " ", n, " ", ok); got != want {
			t.Errorf("%q is %q, want %q", id, got, want)
		}
	}
}

// Ids that have counted up by one and jump show that events are missing although no connection was lost; ids that are
// further apart by design show nothing.
func TestJumpsOfIDsAreGaps(t *testing.T) {
	for _, c := range []struct {
		name string
		ids  []string // "h7" is a heartbeat with the id 7
		want []int64
	}{
		{"a jump", strings.Fields("3 4 9 10"), []int64{4}},
		{"a jump of ids with a prefix", strings.Fields("e1 e2 e3 e5 e6 e7"), []int64{1}},
		{"one in ten is lost", strings.Fields("1 2 3 4 5 6 7 8 9 11 12 13 14 15 16 17 18 19 21 22"), []int64{1, 1}},
		{"tens", strings.Fields("10 20 30 40 50"), nil},
		{"times", strings.Fields("1795737600123 1795737600124 1795737601201 1795737601302 1795737602123"), nil},
		{"shared with other sessions", strings.Fields("3 7 8 15 16 17 30 31"), nil},
		{"the last one alone jumps", strings.Fields("1 2 3 90"), nil},
		{"they begin anew", strings.Fields("7 8 9 1 2 3"), nil},
		{"heartbeats have ids, too", strings.Fields("1 2 h3 4 h5 h6 7 8"), nil},
		{"lost before a heartbeat", strings.Fields("1 2 3 h6 7 8"), []int64{2}},
		{"lost, and then a heartbeat", strings.Fields("1 2 3 6 h7 h8"), []int64{2}},
	} {
		m := newDeduper(100)
		var got []int64
		for i, id := range c.ids {
			var notices []client.Notice
			if beat, ok := strings.CutPrefix(id, "h"); ok {
				notices = m.beat(beat)
			} else {
				_, notices = m.admit(&client.Event{ID: id, Raw: []byte(fmt.Sprint(i))})
			}
			for _, n := range notices {
				if n.Code == client.NoticeGap {
					got = append(got, n.Count)
				}
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s (%v): missing %v, want %v", c.name, c.ids, got, c.want)
		}
	}
}
