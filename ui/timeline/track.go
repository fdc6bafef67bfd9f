package timeline

import (
	"hash/maphash"
	"math"
	"time"

	"lenswatch/client"
	"lenswatch/watch/history"
)

// What may have happened in a bucket; a set.
type marks uint8

const (
	markError   marks = 1 << iota // an error of the lens, or a log line that reports one
	markGap                       // events may have been lost
	markAction                    // the person did something to the session
	markRestart                   // the connection was lost, or another was opened
	markLabel                     // another label than before
)

// bucket is what happened to a session in a span of time.
type bucket struct {
	marks   marks
	results uint16
}

const (
	// buckets is how many of them a lane has: 34 minutes of seconds.
	buckets = 2048
	// maxStep is the longest span of a bucket, in seconds: what is older than 36 hours is not shown.
	maxStep = 64
)

// lane is what happened to one session. Its buckets go round and round, by time.
type lane struct {
	buckets [buckets]bucket
	// The labels, by their hash, at the two ends of what was taken in, and when the older of them was reported: looking
	// back, a change is only seen with the label before it. 0 is none.
	first, last uint64
	firstAt     int64
}

// track is what happened to all sessions, read from the history a part at a time: what is new at one end, what is older
// at the other.
type track struct {
	lanes    map[string]*lane
	seed     maphash.Seed
	step     int64 // seconds of a bucket
	low, top int64 // the buckets that there are, by time: from low to before top; none while they are the same
	view     *history.View
	known    int64 // what was before this second has been taken in, from a store that was replaced since
	n        int   // view.Len(), view.Added() and view.Pruned() when they were last taken in
	added    int64
	pruned   int64
}

// readTime is how long one look through the history may take: a part of a frame.
const readTime = 8 * time.Millisecond

func newTrack(h *history.Store) *track {
	t := &track{lanes: map[string]*lane{}, seed: maphash.MakeSeed(), step: 1}
	t.open(h)
	return t
}

// open reads another history from now on.
func (t *track) open(h *history.Store) {
	t.view = h.Open(history.Query{Kinds: []client.Kind{client.KindResult, client.KindError, client.KindLog, client.KindNotice}})
	t.n, t.added, t.pruned = 0, 0, 0
}

// sync takes in what the view has found at its two ends.
func (t *track) sync() {
	t.view.Fill(readTime)
	n := t.view.Len()
	newer := int(t.view.Added() - t.added)
	older := n - t.n + int(t.view.Pruned()-t.pruned) - newer
	for i := older - 1; i >= 0; i-- { // from the newest of them back, as they were found
		t.put(t.view.At(i), true)
	}
	for i := max(n-newer, 0); i < n; i++ {
		t.put(t.view.At(i), false)
	}
	t.n, t.added, t.pruned = n, t.view.Added(), t.view.Pruned()
}

// busy reports whether there is more of the history to read.
func (t *track) busy() bool { return t.view.Pending() > 0 }

// put takes in an event: the oldest so far, or the newest.
func (t *track) put(e *history.Entry, oldest bool) {
	second := e.Received.Unix()
	if second < t.known {
		return
	}
	b := t.bucket(e.Session, second)
	if b == nil {
		return
	}
	b.marks |= marksOf(&e.Event)
	if e.Kind != client.KindResult {
		return
	}
	if b.results < math.MaxUint16 {
		b.results++
	}
	if e.Result != nil && e.Result.Label != "" {
		t.label(t.lanes[e.Session], b, e.Result.Label, second, oldest)
	}
}

// marksOf is what an event says by itself.
func marksOf(e *client.Event) marks {
	switch {
	case e.Kind == client.KindError, e.Kind == client.KindLog && e.Level >= client.LevelError:
		return markError
	case e.Kind != client.KindNotice:
		return 0
	}
	switch e.Notice.Code {
	case client.NoticeGap, client.NoticeSkipped:
		return markGap
	case client.NoticeAction, client.NoticeChannel:
		return markAction
	case client.NoticeReconnecting, client.NoticeIdleClose:
		return markRestart
	}
	return 0
}

// label takes in the label of a result, which marks a change where it differs from its neighbour in time.
func (t *track) label(l *lane, b *bucket, name string, second int64, oldest bool) {
	n := max(maphash.String(t.seed, name), 1)
	switch {
	case l.first == 0:
		l.first, l.last, l.firstAt = n, n, second
	case oldest:
		if next := t.at(l, l.firstAt/t.step); n != l.first && next != nil {
			next.marks |= markLabel
		}
		l.first, l.firstAt = n, second
	default:
		if n != l.last {
			b.marks |= markLabel
		}
		l.last = n
	}
}

// bucket is that of a session and a second; nil where it is older than what is shown.
func (t *track) bucket(session string, second int64) *bucket {
	for !t.reach(second / t.step) {
		if t.step == maxStep {
			if second/t.step < t.low {
				return nil
			}
			t.forget(second/t.step - buckets + 1)
			continue
		}
		t.coarsen()
	}
	l := t.lanes[session]
	if l == nil {
		l = &lane{}
		t.lanes[session] = l
	}
	return t.at(l, second/t.step)
}

// reach makes a bucket one of those that there are. It reports whether there is room for it.
func (t *track) reach(k int64) bool {
	low, top := min(t.low, k), max(t.top, k+1)
	if t.low == t.top {
		low, top = k, k+1
	}
	if top-low > buckets {
		return false
	}
	t.low, t.top = low, top
	return true
}

// at is a bucket of a lane; nil if there is none.
func (t *track) at(l *lane, k int64) *bucket {
	if k < t.low || k >= t.top {
		return nil
	}
	return &l.buckets[((k%buckets)+buckets)%buckets]
}

// coarsen makes buckets twice as long.
func (t *track) coarsen() {
	old := *t
	t.step *= 2
	t.low, t.top = old.low>>1, (old.top+1)>>1
	for _, l := range t.lanes {
		was := *l
		l.buckets = [buckets]bucket{}
		for k := old.low; k < old.top; k++ {
			from := old.at(&was, k)
			to := t.at(l, k>>1)
			to.marks |= from.marks
			to.results = uint16(min(int(to.results)+int(from.results), math.MaxUint16))
		}
	}
}

// forget drops the buckets before one.
func (t *track) forget(low int64) {
	for _, l := range t.lanes {
		for k := t.low; k < min(low, t.top); k++ {
			*t.at(l, k) = bucket{}
		}
	}
	t.low = min(low, t.top)
}

// sum is what happened to a session from a second to before another.
func (t *track) sum(session string, from, to int64) (b bucket) {
	l := t.lanes[session]
	if l == nil {
		return b
	}
	for k := max(from/t.step, t.low); k < min((to+t.step-1)/t.step, t.top); k++ {
		x := t.at(l, k)
		b.marks |= x.marks
		b.results = uint16(min(int(b.results)+int(x.results), math.MaxUint16))
	}
	return b
}

// span is from the first second of which something is known to the last.
func (t *track) span() (from, to int64) { return t.low * t.step, t.top * t.step }
