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
	r := receiver{ctx: t.Context(), sideBuffer: &sideBuffer{}, handler: Handler{Event: func(e Event) {
		got = append(got, string(e.Data))
		_ = append(e.Data, "overwritten"...)
		clear(e.Data)
	}}}
	p := parser{limit: 1 << 20}
	p.feed([]byte("data: a\ndata: b\ndata\ndata: c\n\ndata: d\n\ndata: e\n"))
	pass(&p, &r)
	p.feed([]byte("data: f\ndata: g\n\n"))
	pass(&p, &r)
	if want := []string{"a\nb\n\nc", "d", "e\nf\ng"}; !slices.Equal(got, want) {
		t.Errorf("data %q, not %q", got, want)
	}
}

// A long text, which waits outside the block, writes on nothing that is in it.
func TestLongTextAmongShortOnes(t *testing.T) {
	var got []string
	r := receiver{ctx: t.Context(), sideBuffer: &sideBuffer{}, handler: Handler{Event: func(e Event) { got = append(got, string(e.Data)) }}}
	p := parser{limit: 1 << 20}
	long, short := strings.Repeat("l", minSideText), strings.Repeat("s", minSideText-1)
	p.feed([]byte("data: a\ndata: " + long + "\ndata: b\n\n" + strings.Repeat("data: "+short+"\n\n", 3) + "data: " + long + "\n\n"))
	pass(&p, &r)
	if want := []string{"a\n" + long + "\nb", short, short, short, long}; !slices.Equal(got, want) {
		t.Errorf("data %.30q, not %.30q", got, want)
	}
}

// pass hands on what was parsed, as the body and the library do.
func pass(p *parser, r *receiver) {
	block, texts := p.take()
	if len(texts) > 0 {
		r.sideBuffer.put(texts)
	}
	text, _ := strings.CutSuffix(strings.TrimPrefix(string(block), "data:"), "\n\n")
	r.receive([]byte(text))
}

// A block that did not come from the parser does no harm.
func TestForeignBlock(t *testing.T) {
	r := receiver{ctx: t.Context(), sideBuffer: &sideBuffer{}, retry: func(time.Duration) {}, handler: Handler{
		Event: func(e Event) { t.Errorf("an event: %+v", e) },
	}}
	for _, block := range []string{"", "x", "=", "=\xFF", "=\xFF\xFF", "=d", "=dx", "=z\xFF", "=D\xFF", "=M\xFF=D\xFF", "no prefix!\xFF"} {
		r.receive([]byte(block))
	}
}
