package history

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"lenswatch/client"
)

// million is how many events the benchmarks look through; with -short a few will do.
func million() int {
	if testing.Short() {
		return 10_000
	}
	return 1_000_000
}

// wireEvent is an event as the decoder leaves it: its strings are its own. One in ten is about a pump.
func wireEvent(i int) client.Event {
	text := fmt.Sprintf("a worker wearing a hard hat and a safety vest passes gate %d", i)
	if i%10 == 0 {
		text = fmt.Sprintf("the Pump at gate %d is running", i)
	}
	raw := fmt.Sprintf(`{"type":"inference.result","timestamp":1741843200.123,"event_data":`+
		`{"response":[%q],"query_metadata":{"query_id":"q-%d","read_index":%d}}}`, text, i, i)
	return client.Event{
		Service: "archetype", Session: "lsn-250313abcdef0123456789", Kind: client.KindResult, Wire: "inference.result",
		Time: time.Unix(int64(i), 0), Received: time.Unix(int64(i), 0), Text: text, Raw: []byte(raw),
		Result: &client.Result{QueryID: fmt.Sprint("q-", i), ReadIndex: int64(i)},
	}
}

func fill(n int) *Store {
	s := New(1 << 40)
	for i := range n {
		s.Append(wireEvent(i))
	}
	return s
}

// What a person waits for: the newest hundred matches, and all of them; and the longest time that
// one call took of those that a screen would make.
func BenchmarkFilterMillion(b *testing.B) {
	s := fill(million())
	for name, text := range map[string]string{
		"text": "pump", "case": "PUMP", "nowhere": "nowhere", "cyrillic": "насос", "regexp": "re:Pump at gate \\d+ is",
		"regexp-any-case": "re:(?i)pump", "exclude": "!pump", "kind": "kind:error",
		"jq": ".event_data.query_metadata.read_index % 10 == 0", "jq-test": `.event_data.response[0] | test("pump"; "i")`,
	} {
		b.Run(name, func(b *testing.B) {
			f := mustFilter(b, text)
			var first, longest, whole time.Duration
			for b.Loop() {
				v := s.Open(Query{Match: f.Match})
				first = 0
				start := time.Now()
				for done := false; !done; {
					call := time.Now()
					done = v.Fill(syncBudget)
					longest = max(longest, time.Since(call))
					if first == 0 && (v.Len() >= 100 || done) {
						first = time.Since(start)
					}
				}
				whole += time.Since(start)
			}
			b.ReportMetric(float64(first)/1e6, "ms-first")
			b.ReportMetric(float64(whole)/float64(b.N)/1e6, "ms-whole")
			b.ReportMetric(float64(longest)/1e6, "ms-longest-call")
			b.ReportMetric(float64(s.Len())*float64(b.N)/whole.Seconds(), "events/s")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func BenchmarkSearchMillion(b *testing.B) {
	s := fill(million())
	v := s.View(Query{})
	f := mustFilter(b, "pump")
	var first, longest, whole time.Duration
	for b.Loop() {
		start := time.Now()
		x := v.Search(f)
		first = 0
		for done := false; !done; {
			call := time.Now()
			done = x.Fill(syncBudget)
			longest = max(longest, time.Since(call))
			if first == 0 && (x.Count() >= 100 || done) {
				first = time.Since(start)
			}
		}
		if whole += time.Since(start); x.Count() != s.Len()/10 {
			b.Fatal(x.Count())
		}
	}
	b.ReportMetric(float64(first)/1e6, "ms-first")
	b.ReportMetric(float64(whole)/float64(b.N)/1e6, "ms-whole")
	b.ReportMetric(float64(longest)/1e6, "ms-longest-call")
	b.ReportMetric(0, "ns/op")
}

// How long one Append and the Sync after it take where they evict, with a million events retained.
func BenchmarkEvictMillion(b *testing.B) {
	s := fill(million())
	s.budget = s.bytes
	v := s.View(Query{})
	var longest time.Duration
	for i := 0; b.Loop(); i++ {
		ev := wireEvent(i)
		start := time.Now()
		s.Append(ev)
		v.Sync()
		longest = max(longest, time.Since(start))
	}
	b.ReportMetric(float64(longest)/1e6, "ms-longest")
	runtime.KeepAlive(v)
}

func BenchmarkMatch(b *testing.B) {
	ev := wireEvent(7)
	for _, text := range []string{"nowhere", "Nowhere", "re:nowhere", "re:(?i)nowhere", "kind:error", ".type == 1", `.event_data.response[0] | test("x")`} {
		f := mustFilter(b, text)
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f.Match(&ev)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

func BenchmarkAppend(b *testing.B) {
	s := New(16 << 20)
	ev := wireEvent(1)
	for b.Loop() {
		s.Append(ev)
	}
}

// BenchmarkPacked gives what the heap holds for an event, besides its payload and as a multiple of it.
// BenchmarkAppendManySessions appends to a full history of 5,000 sessions, with what evicting takes.
func BenchmarkAppendManySessions(b *testing.B) {
	s, evs := New(0), make([]client.Event, 5000)
	for i := range evs {
		evs[i] = event(fmt.Sprint(i), client.KindResult, 200)
	}
	for i := range 300_000 {
		s.Append(evs[i%len(evs)])
	}
	for i := 0; b.Loop(); i++ {
		s.Append(evs[i%len(evs)])
	}
}

func BenchmarkPacked(b *testing.B) {
	for _, size := range []int{60, 860, 3860} { // of the text: the payload has about 140 more
		b.Run(fmt.Sprintf("%dB", (size+140)/100*100), func(b *testing.B) {
			for b.Loop() {
				before := heap()
				s := New(16 << 20)
				var raw int64
				for i := 0; s.Evicted("") == 0; i++ {
					s.Append(sized(i, size))
				}
				for _, k := range s.order {
					raw += int64(k.raw)
				}
				held := heap() - before
				retained, _ := s.Bytes()
				b.ReportMetric(float64(held)/float64(raw), "times-raw")
				b.ReportMetric(float64(held-raw)/float64(s.Len()), "B-overhead")
				b.ReportMetric(float64(retained)/float64(held), "of-heap")
				runtime.KeepAlive(s)
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}
