package watch

import "sync"

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
	queue  []waiting  // for the common half
	freed  *sync.Cond // something was released, or the hub is closed
}

// waiting is an event of n bytes that is let in when admitted is closed.
type waiting struct {
	n        int64
	admitted chan struct{}
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
	if *closed || len(r.queue) == 0 && r.fits(n) {
		r.common.waiting += n
		return
	}
	w := waiting{n, make(chan struct{})}
	r.queue = append(r.queue, w)
	r.freed.L.Unlock()
	<-w.admitted
	r.freed.L.Lock()
}

// admit lets in those that wait, as far as there is room; all of them once the hub is closed. Each is woken alone: where
// thousands wait, it takes longer to wake all for each.
func (r *room) admit(closed bool) {
	for len(r.queue) > 0 && (closed || r.fits(r.queue[0].n)) {
		r.common.waiting += r.queue[0].n
		close(r.queue[0].admitted)
		r.queue = r.queue[1:]
	}
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
	r.admit(false)
	r.freed.Broadcast()
}
