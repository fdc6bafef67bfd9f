package watch

import (
	"slices"
	"sync"
)

// shares is the number of parts that are the streams' own: more than are watched at once without being
// named.
const shares = 256

// room is how many bytes of events are on their way to whoever takes the batches. Half of it is in
// parts, one for each stream, so that what one sends does not hold up another. The other half is
// common, first come, first served. One event is let in whatever its size where there is
// no other in the common half. All is under the hub's lock.
type room struct {
	limit  int64
	own    held // by streams, of their parts
	common held
	queue  []*stream  // that wait for the common half
	freed  *sync.Cond // something was released, or the hub is closed
}

// held is how many bytes wait, and how many were handed over and are not released.
type held struct{ waiting, handed int64 }

func (h held) sum() int64 { return h.waiting + h.handed }

func (h *held) handOver() { h.handed, h.waiting = h.handed+h.waiting, 0 }

// wait returns when there is room for an event of n bytes, which is taken then.
func (r *room) wait(st *stream, n int64, closed *bool) {
	if st.own.sum()+n <= r.limit/2/shares && r.own.sum()+n <= r.limit/2 {
		st.own.waiting += n
		r.own.waiting += n
		return
	}
	if len(r.queue) > 0 || !r.fits(n) {
		r.queue = append(r.queue, st)
		for !*closed && (r.queue[0] != st || !r.fits(n)) {
			r.freed.Wait()
		}
		r.queue = slices.DeleteFunc(r.queue, func(x *stream) bool { return x == st })
		if len(r.queue) > 0 {
			r.freed.Broadcast() // it may fit, too
		}
	}
	r.common.waiting += n
}

func (r *room) fits(n int64) bool { return r.common.sum() == 0 || r.common.sum()+n <= r.limit/2 }

// handOver notes that what waits was handed over.
func (r *room) handOver(streams map[string]*stream) {
	r.common.handOver()
	r.own.handOver()
	for _, st := range streams {
		st.own.handOver()
	}
}

// release frees what was handed over.
func (r *room) release(streams map[string]*stream) {
	r.common.handed, r.own.handed = 0, 0
	for _, st := range streams {
		st.own.handed = 0
	}
	r.freed.Broadcast()
}
