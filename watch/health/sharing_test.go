package health

import (
	"testing"
	"time"
)

// Of two readers each gets a part: as many are counted as before, and fewer arrive. Where every delivery is counted, as
// many arrive as before.
func TestAnotherReaderTakesAPart(t *testing.T) {
	const span = tick(5 * time.Second)
	for _, c := range []struct {
		name                        string
		connections, counted, comes int64
		want                        bool
	}{
		{"half of them", 2, 10, 5, true},
		{"all of them", 2, 10, 10, false},
		{"all of them, counted twice", 2, 20, 10, false},
		{"none of them", 2, 10, 0, false}, // another rule has that
		{"half of them, and nobody else", 1, 10, 5, false},
	} {
		var s sharing
		for range 6 {
			s.add(1, 10, 10, span)
		}
		for range 6 {
			s.add(c.connections, c.counted, c.comes, span)
		}
		if _, ok := s.split(); ok != c.want {
			t.Errorf("%s: %v", c.name, ok)
		}
	}
}
