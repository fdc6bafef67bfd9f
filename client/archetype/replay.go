package archetype

import "time"

// replayTime is how long after a reconnect an event without an id may be taken for a replay. A
// server that replays does so at once, while a recording that it plays in a loop says the same
// again at its own pace.
const replayTime = 10 * time.Second

// replay recognises events without ids that a server sends again after a reconnect, by content. An
// event that has an identity is known again wherever it stands in the replay, which may also hold
// events that were lost before. One that has none is known again where the replay begins, if it was
// seen just once, and then in its turn: a lens may well say the same twice.
//
// If the replay continues to the newest event that was seen, and is one beyond doubt, then nothing was
// lost. In all other cases that cannot be excluded.
type replay struct {
	known  map[uint64]int64 // numbers of the sightings before the loss; several for one content
	newest int64            // number of the newest sighting before the loss
	next   int64            // number of the sighting whose turn it is; -1 for none

	began   bool // an event arrived
	certain bool // an event with an identity was known again
	whole   bool // the replay has come to the newest event
}

// several stands for the number of content that was seen more than once.
const several = -1

func newReplay(m *deduper) replay {
	r := replay{known: make(map[uint64]int64, len(m.seen)), newest: m.total - 1, next: -1}
	for n := m.oldest(); n < m.total; n++ {
		content := m.at(n).content
		if _, ok := r.known[content]; ok {
			r.known[content] = several
		} else {
			r.known[content] = n
		}
	}
	return r
}

// possible reports whether an event may still be a replay, and forgets what was known if not.
func (r *replay) possible(received, back time.Time) bool {
	if r.known != nil && received.Sub(back) > replayTime {
		r.known = nil
	}
	return r.known != nil
}

// handle reports whether an event is a replay.
func (r *replay) handle(m *deduper, s observation) bool {
	first := !r.began
	r.began = true
	n, known := r.known[s.content]
	switch {
	case r.next >= m.oldest() && r.next <= r.newest && m.at(r.next).content == s.content:
		n = r.next
	case known && s.certain:
	case known && first && n != several:
	default:
		r.next = -1
		return false
	}
	r.next = -1
	if n != several {
		r.next = n + 1
	}
	r.certain = r.certain || s.certain
	r.whole = r.whole || n == r.newest && r.certain
	return true
}
