package sse

import (
	"bytes"
	"fmt"
	"testing"
)

// What an event with an id allocates between the wire and the handler, but for the library: the id. A
// block is read from the same memory again.
func TestAllocationsOfAnEvent(t *testing.T) {
	const events = 60
	var wire bytes.Buffer
	for i := range events {
		fmt.Fprintf(&wire, "event: message\nid: lsn.%06d\ndata: %s\n\n", i, bytes.Repeat([]byte("x"), 200))
	}
	n := 0
	r := receiver{ctx: t.Context(), sideBuffer: &sideBuffer{}, handler: Handler{Event: func(Event) { n++ }}}
	p := parser{limit: 1 << 20}
	runs := 0
	const (
		copies = 2 // by pass, in place of the library
		texts  = 8 // of the block: the list of those that wait in the side buffer, as it grows, and where they stand
	)
	got := testing.AllocsPerRun(100, func() {
		runs++
		p.feed(wire.Bytes())
		pass(&p, &r)
	})
	if n != runs*events {
		t.Fatalf("%d events of %d", n, runs*events)
	}
	if got > events+copies+texts {
		t.Errorf("%v allocations for %d events, want at most %d", got, events, events+copies+texts)
	}
}
