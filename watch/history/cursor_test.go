package history

import (
	"fmt"
	"testing"

	"lenswatch/client"
)

// A cursor reads what was there when it was made, in order and in slices; later events are not in it.
func TestCursorReadsInSlices(t *testing.T) {
	s := New(0)
	say := func(n int) {
		for range n {
			s.Append(client.Event{Session: "a", Text: fmt.Sprint(s.next), Raw: []byte("0123456789")})
		}
	}
	say(25)
	v := s.View(Query{})
	c := v.Cursor()
	var seqs []Seq
	slices := 0
	for {
		part := c.Next(10, 1<<20)
		if len(part) == 0 {
			break
		}
		slices++
		for _, e := range part {
			seqs = append(seqs, e.Seq)
			if e.Text != fmt.Sprint(uint64(e.Seq)) {
				t.Fatalf("event %d says %q", e.Seq, e.Text)
			}
		}
		say(3)
		v.Sync()
	}
	if slices != 3 || len(seqs) != 25 || seqs[0] != 1 || seqs[24] != 25 || c.Read() != 25 || c.Total() != 25 {
		t.Fatalf("%d slices, %d events from %d, read %d of %d", slices, len(seqs), seqs[0], c.Read(), c.Total())
	}
	if part := v.Cursor().Next(100, 25); len(part) != 3 {
		t.Fatalf("%d events of 10 bytes where 25 were asked for", len(part))
	}
}

// What is evicted before it is read is skipped, and not retained.
func TestCursorSkipsWhatIsEvicted(t *testing.T) {
	s := New(40 << 10)
	say := func(n int) {
		for range n {
			s.Append(client.Event{Session: "a", Raw: make([]byte, 500)})
		}
	}
	say(50)
	c := s.View(Query{}).Cursor()
	first := c.Next(5, 1<<20)
	say(200) // nothing of before is left
	if part := c.Next(100, 1<<20); len(part) != 0 {
		t.Fatalf("%d evicted events were read", len(part))
	}
	if len(first) != 5 || c.Read() != 5 || c.Total() != 50 || c.view.Len() != 0 {
		t.Fatalf("read %d of %d, %d are retained", c.Read(), c.Total(), c.view.Len())
	}
}
