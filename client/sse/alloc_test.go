package sse

import (
	"bytes"
	"fmt"
	"testing"
)

// What an event with an id allocates between the wire and the handler: the id.
func TestAllocationsOfAnEvent(t *testing.T) {
	const events = 60
	var wire bytes.Buffer
	for i := range events {
		fmt.Fprintf(&wire, "event: message\nid: lsn.%06d\ndata: %s\n\n", i, bytes.Repeat([]byte("x"), 200))
	}
	n, runs := 0, 0
	r := receiver{ctx: t.Context(), handler: Handler{Event: func(Event) { n++ }}}
	p := parser{to: &r, limit: 1 << 20}
	got := testing.AllocsPerRun(100, func() {
		runs++
		p.feed(wire.Bytes())
	})
	if n != runs*events {
		t.Fatalf("%d events of %d", n, runs*events)
	}
	if got > events {
		t.Errorf("%v allocations for %d events, want at most %d", got, events, events)
	}
}
