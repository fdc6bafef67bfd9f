package sse

import (
	"slices"
	"testing"
)

// What a handler does to an event's data is without effect on the next, and neither is what is read into the
// memory in which the data stood.
func TestDataBelongsToTheEvent(t *testing.T) {
	var got []string
	r := receiver{ctx: t.Context(), handler: Handler{Event: func(e Event) {
		got = append(got, string(e.Data))
		_ = append(e.Data, "overwritten"...)
		clear(e.Data)
	}}}
	p := parser{to: &r, limit: 1 << 20}
	var buf [64]byte
	for _, part := range []string{
		"data: a\ndata: b\ndata\ndata: c\n\ndata: d\n\nda", "ta: e\n", "data: f\ndata: g\n\ndata: h\ndata: i", "jk\n", "\ndata: l", "m\nda", "ta: n\n\n",
	} {
		p.feed(buf[:copy(buf[:], part)])
	}
	if want := []string{"a\nb\n\nc", "d", "e\nf\ng", "h\nijk", "lm\nn"}; !slices.Equal(got, want) {
		t.Errorf("data %q, not %q", got, want)
	}
}
