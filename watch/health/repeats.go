package health

import (
	"hash/maphash"
	"time"

	"lenswatch/client"
)

// repeats knows results again that the stream has already brought: a writer that is stuck, or a server that replays.
// The client drops what a reconnect replays; these arrive over one connection.
type repeats struct {
	seen  [repeatMemory]uint64 // the newest results that can be known again, by hash
	n     int                  // that were ever added
	total int64                // repeated results, ever
	run   int64                // since the last new one
	since tick                 // the first of the run
	at    tick                 // the newest of them
}

const (
	// repeatMemory is the longest series of results that is seen to begin again.
	repeatMemory = 32
	// minRepeats and repeatsLast are how many repeated results, over what time and without a new one, are no accident.
	minRepeats  = 5
	repeatsLast = tick(5 * time.Second)
)

// repeatSeed is of this process: only whether two hashes are the same counts.
var repeatSeed = maphash.MakeSeed()

// add takes a result, and reports whether it is one of the newest again: the same payload with the same identity, which
// is an SSE id, a query id, or a time that is finer than a second. Without one, results may well be alike.
func (r *repeats) add(ev *client.Event, at tick) bool {
	if len(ev.Raw) == 0 || ev.ID == "" && (ev.Result == nil || ev.Result.QueryID == "") && (ev.Time.IsZero() || ev.Time.Nanosecond() == 0) {
		return false
	}
	id := maphash.String(repeatSeed, ev.ID) ^ maphash.Bytes(repeatSeed, ev.Raw) ^ uint64(ev.Time.UnixNano())
	for _, h := range r.seen[:min(r.n, repeatMemory)] {
		if h != id {
			continue
		}
		if r.run == 0 {
			r.since = at
		}
		r.run, r.at = r.run+1, at
		r.total++
		return true
	}
	r.seen[r.n%repeatMemory] = id
	r.n++
	r.run = 0
	return false
}

// stuck reports whether nothing but repeated results arrives.
func (r *repeats) stuck() bool { return r.run >= minRepeats && r.at-r.since >= repeatsLast }
