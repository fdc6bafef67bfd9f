// The race detector makes pools forget, so that what is allocated would be counted otherwise.

//go:build !race

package archetype

import (
	"strconv"
	"testing"

	"lenswatch/client"
)

// What an answer allocates on its way from the payload to the sink: the payload's copy, of which the
// texts are parts, and the Result. The way before it allocates the id and a share of a block.
func TestAllocationsOfAnEvent(t *testing.T) {
	s, err := New(Options{Key: NewSecret(testKey)})
	if err != nil {
		t.Fatal(err)
	}
	w := &watcher{s: s, id: "lsn-1", dedupers: map[client.Channel]*deduper{}, sink: func(client.Event) {}}
	ids := make([]string, 10_000)
	for i := range ids {
		ids[i] = "lsn-1." + strconv.Itoa(i)
	}
	for name, most := range map[string]float64{"document": 1, "sentence": 2, "scores": 4} {
		p, i := []byte(benchPayloads[name]), 0
		one := func() {
			w.event(p, "message", ids[i%len(ids)])
			i++
		}
		for range 2 * dedupeWindow {
			one() // until what is remembered takes no more room
		}
		// A collection may empty the pool of scans in between: that is less than one for each event.
		if got := testing.AllocsPerRun(2000, one); got > most {
			t.Errorf("%s: %v allocations an event, want at most %v", name, got, most)
		}
	}
}
