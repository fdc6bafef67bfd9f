package simulator

import (
	"testing"
	"time"
)

func TestRing(t *testing.T) {
	r := newRing(100)
	if r.oldest() != 1 || r.after(1, 10) != nil {
		t.Errorf("an empty ring begins with %d", r.oldest())
	}
	at := time.Unix(1000, 0)
	want := func(oldest, next uint64) {
		t.Helper()
		if r.oldest() != oldest || r.next != next {
			t.Fatalf("the ring holds %d to %d, not %d to %d", r.oldest(), r.next, oldest, next)
		}
	}
	r.add(item{n: 1, payload: []byte("one")})
	want(1, 2)
	r.add(item{n: 60, at: at, step: time.Second})
	want(1, 62)
	r.add(item{n: 30, at: at, step: time.Second})
	want(1, 92)
	r.add(item{n: 20, at: at, step: time.Second}) // evicts the first item and 11 of the second
	want(12, 112)
	items := r.after(70, 10)
	if len(items) != 2 || items[0].seq != 70 || items[0].n != 22 || !items[0].at.Equal(at.Add(8*time.Second)) || items[1].next() != 112 {
		t.Errorf("after 70: %+v", items)
	}
	if items := r.after(1, 1); len(items) != 1 || items[0].seq != 12 {
		t.Errorf("after what was evicted: %+v", items)
	}
	if items := r.after(112, 10); items != nil {
		t.Errorf("after the end: %+v", items)
	}
	r.add(item{n: 1000, at: at, step: time.Second}) // longer than the ring
	want(1012, 1112)
	for range 10_000 {
		r.add(item{n: 7})
	}
	if r.next-r.oldest() != 100 || len(r.items) > 1000 {
		t.Errorf("the ring holds %d events in %d items", r.next-r.oldest(), len(r.items))
	}
}

func TestRingIsBoundedInBytes(t *testing.T) {
	r := newRing(1000)
	for range 100 {
		r.add(item{n: 1, payload: make([]byte, 1<<20)})
	}
	if r.bytes > maxRingBytes || r.bytes < maxRingBytes/2 || r.next-r.oldest() != 16 {
		t.Errorf("%d bytes of %d events are retained", r.bytes, r.next-r.oldest())
	}
	r.add(item{n: 1, payload: make([]byte, 2*maxRingBytes)}) // larger than all of it, and still sent
	if r.next-r.oldest() != 1 {
		t.Errorf("%d events are retained next to a huge one", r.next-r.oldest()-1)
	}
}
