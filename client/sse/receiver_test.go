package sse

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// What a handler does to an event's data is without effect on the next.
func TestDataBelongsToTheEvent(t *testing.T) {
	var got []string
	r := receiver{ctx: t.Context(), handler: Handler{Event: func(e Event) {
		got = append(got, string(e.Data))
		_ = append(e.Data, "overwritten"...)
		clear(e.Data)
	}}}
	p := parser{limit: 1 << 20}
	p.feed([]byte("data: a\ndata: b\ndata\ndata: c\n\ndata: d\n\ndata: e\n"))
	r.receive(data(p.take()))
	p.feed([]byte("data: f\ndata: g\n\n"))
	r.receive(data(p.take()))
	if want := []string{"a\nb\n\nc", "d", "e\nf\ng"}; !slices.Equal(got, want) {
		t.Errorf("data %q, not %q", got, want)
	}
}

// data is the data field of a block, as the library hands it on.
func data(block []byte) []byte {
	text, _ := strings.CutSuffix(strings.TrimPrefix(string(block), "data:"), "\n\n")
	return []byte(text)
}

// A block that did not come from the parser does no harm.
func TestForeignBlock(t *testing.T) {
	r := receiver{ctx: t.Context(), retry: func(time.Duration) {}, handler: Handler{
		Event: func(e Event) { t.Errorf("an event: %+v", e) },
	}}
	for _, block := range []string{"", "x", "=", "=\xFF", "=\xFF\xFF", "=d", "=dx", "=z\xFF", "no prefix!\xFF"} {
		r.receive([]byte(block))
	}
}
