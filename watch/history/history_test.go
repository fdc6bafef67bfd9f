package history

import (
	"fmt"
	"strconv"
	"testing"

	"lenswatch/client"
)

func event(session string, kind client.Kind, size int) client.Event {
	return client.Event{Session: session, Kind: kind, Raw: make([]byte, size)}
}

func TestAppendKeepsOrder(t *testing.T) {
	s := New(0)
	for i := range 2000 {
		if got := s.Append(event(fmt.Sprint("s", i%3), client.KindResult, 10)); got != Seq(i+1) {
			t.Fatalf("event %d got place %d", i, got)
		}
	}
	if s.Len() != 2000 || s.At(0) != nil || s.At(2001) != nil || s.At(7).Session != "s0" {
		t.Fatalf("Len %d, At(7) %+v", s.Len(), s.At(7))
	}
}

func TestBudgetHoldsAndEvictionsAreCounted(t *testing.T) {
	const budget = 1 << 20
	s := New(budget)
	for range 20_000 {
		s.Append(event("a", client.KindResult, 200))
		if retained, _ := s.Bytes(); retained > budget {
			t.Fatalf("%d bytes retained, %d allowed", retained, budget)
		}
	}
	if s.Evicted("") == 0 || s.Evicted("a") != s.Evicted("") || int64(s.Len())+s.Evicted("a") != 20_000 {
		t.Fatalf("retained %d, evicted %d", s.Len(), s.Evicted("a"))
	}
	if s.At(1) != nil || s.At(20_000) == nil {
		t.Fatal("the oldest should be gone and the newest retained")
	}
	var sum int64
	for _, k := range s.order {
		sum += k.cost()
	}
	if retained, _ := s.Bytes(); retained != sum {
		t.Fatalf("%d bytes claimed, %d held", retained, sum)
	}
}

// An event larger than the whole budget is still shown: the newest is never evicted.
func TestEventAboveTheBudget(t *testing.T) {
	s := New(1000)
	s.Append(event("a", client.KindResult, 10))
	s.Append(event("a", client.KindResult, 5000))
	if s.Len() != 1 || s.At(2) == nil {
		t.Fatalf("%d retained", s.Len())
	}
}

func TestLoudSessionDoesNotPushOutQuietOne(t *testing.T) {
	s := New(1 << 20)
	for i := range 50_000 {
		if i%500 == 0 {
			s.Append(event("quiet", client.KindResult, 200))
		}
		s.Append(event("loud", client.KindResult, 200))
	}
	if n := s.Evicted("quiet"); n != 0 {
		t.Fatalf("%d events of the quiet session were evicted", n)
	}
	if v := s.View(Query{Session: "quiet"}); v.Len() != 100 {
		t.Fatalf("%d of the quiet sessions are retained", v.Len())
	}
}

// What is evicted is taken from those that hold most, down to what others hold: no more than is to go, and an event.
func TestThoseThatHoldMostLoseTheirs(t *testing.T) {
	const sessions = 500
	s := New(1 << 30)
	for n := range sessions {
		for range n {
			s.Append(event(strconv.Itoa(n), client.KindResult, 200))
		}
	}
	retained, _ := s.Bytes()
	s.SetBudget(retained)
	s.Append(event(strconv.Itoa(sessions), client.KindResult, 200))
	after, _ := s.Bytes()
	if after > retained-retained/32 || after < retained-retained/32-1000 {
		t.Errorf("%d bytes of %d are left", after, retained)
	}
	const about = 10 // events: none goes in part
	left := func(n int) int64 { return int64(n) - s.Evicted(strconv.Itoa(n)) }
	for n := range sessions {
		if most := left(sessions - 1); left(n) > most+about || s.Evicted(strconv.Itoa(n)) > 0 && left(n) < most-about {
			t.Errorf("of %d events of a session, %d are left; the largest has %d", n, left(n), most)
		}
	}
}

func TestIndex(t *testing.T) {
	s := New(0)
	for i := range 10 {
		s.Append(event(fmt.Sprint("s", i%2), client.KindResult, 1))
	}
	v := s.View(Query{Session: "s1"}) // places 2, 4, 6, 8, 10
	for seq, want := range map[Seq]int{0: 0, 2: 0, 3: 1, 4: 1, 10: 4, 11: 5} {
		if got := v.Index(seq); got != want {
			t.Errorf("Index(%d) = %d, want %d", seq, got, want)
		}
	}
	if v.Sync() {
		t.Error("nothing arrived, yet Sync says something changed")
	}
}
