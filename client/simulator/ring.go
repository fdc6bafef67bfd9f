package simulator

import (
	"sort"
	"time"
)

// maxRingBytes bounds what a ring keeps, whatever the number of events.
const maxRingBytes = 16 << 20

// item is one event, or a run of load events that are rendered only when they are written.
type item struct {
	seq     uint64 // of the first event; the session's events are counted from 1
	n       uint64 // 1, or the length of a run
	payload []byte // the JSON, nil for a run
	wire    bool   // payload is put on the wire as it is, unframed

	load *loadTemplate // of a run
	at   time.Time     // when the first event of a run was due
	step time.Duration // between two events of a run
}

func (it item) next() uint64 { return it.seq + it.n }

// from cuts the events before seq off a run.
func (it item) from(seq uint64) item {
	if seq <= it.seq {
		return it
	}
	k := seq - it.seq
	it.seq, it.n, it.at = seq, it.n-k, it.at.Add(time.Duration(k)*it.step)
	return it
}

// ring keeps the newest events of a session by their number. It is bounded in events and bytes and
// evicts the oldest. Its owner locks.
type ring struct {
	max    uint64
	items  []item // oldest first; events are numbered without gaps
	next   uint64 // number of the next event
	bytes  int
	evict  uint64 // events evicted so far
	dropAt int    // items before this index were evicted and wait to be cut off
}

func newRing(max int) *ring { return &ring{max: uint64(max), next: 1} }

// oldest is the number of the oldest retained event, next if there is none.
func (r *ring) oldest() uint64 {
	if r.dropAt == len(r.items) {
		return r.next
	}
	return r.items[r.dropAt].seq
}

// add appends it, numbering it.
func (r *ring) add(it item) {
	it.seq = r.next
	r.next += it.n
	r.bytes += len(it.payload)
	r.items = append(r.items, it)
	for r.dropAt < len(r.items)-1 && (r.bytes > maxRingBytes || r.next-r.items[r.dropAt].next() >= r.max) {
		r.bytes -= len(r.items[r.dropAt].payload)
		r.evict += r.items[r.dropAt].n
		r.items[r.dropAt] = item{}
		r.dropAt++
	}
	if retained := r.next - r.items[r.dropAt].seq; retained > r.max {
		cut := retained - r.max
		r.evict += cut
		r.items[r.dropAt] = r.items[r.dropAt].from(r.items[r.dropAt].seq + cut)
	}
	if r.dropAt > 64 && r.dropAt > len(r.items)/2 {
		r.items = append(r.items[:0:0], r.items[r.dropAt:]...)
		r.dropAt = 0
	}
}

// after returns retained events from number pos on: at most maxItems items. The first may start later than
// pos if pos was evicted. The caller must not change the payloads.
func (r *ring) after(pos uint64, maxItems int) []item {
	retained := r.items[r.dropAt:]
	i := sort.Search(len(retained), func(i int) bool { return retained[i].next() > pos })
	if i == len(retained) {
		return nil
	}
	out := append([]item(nil), retained[i:min(len(retained), i+maxItems)]...)
	out[0] = out[0].from(pos)
	return out
}

// Bounds of what one mailbox keeps and hands out.
const (
	maxMailboxClients = 64
	maxMailboxRead    = 100
)

// mailbox keeps output for session.read. Each client_id reads it from the oldest message that is
// retained, at its own rate. Its owner locks.
type mailbox struct {
	ring    *ring
	clients []mailboxClient // least recently seen first
}

type mailboxClient struct {
	id  string
	pos uint64
}

// read returns the next payloads for a client, nil if there is nothing new.
func (m *mailbox) read(clientID string) [][]byte {
	c := mailboxClient{id: clientID}
	for i, known := range m.clients {
		if known.id == clientID {
			c = known
			m.clients = append(m.clients[:i:i], m.clients[i+1:]...)
			break
		}
	}
	var out [][]byte
	for _, it := range m.ring.after(c.pos, maxMailboxRead) {
		for ; it.n > 0 && len(out) < maxMailboxRead; it = it.from(it.seq + 1) {
			out = append(out, it.event())
			c.pos = it.seq + 1
		}
	}
	m.clients = append(m.clients, c)
	if len(m.clients) > maxMailboxClients {
		m.clients = m.clients[1:]
	}
	return out
}

// event is the JSON of the item's first event.
func (it item) event() []byte {
	if it.load != nil {
		return it.load.event(it.seq, it.at)
	}
	return it.payload
}
