package archetype

import (
	"hash/maphash"
	"slices"
	"strconv"
	"strings"
	"time"

	"lenswatch/client"
)

// deduper knows again what a channel has already brought, so that each event is handed on once
// although a reconnect replays some, and says where events may be missing. It judges only after a
// reconnect: while a connection lasts every event is handed on, however much it looks like another.
//
// With ids, an event is a replay if its id and content were seen. Whether the resumption was whole
// is given by the ids, where they count up by one, or else by the server's promise to resume after
// the Last-Event-ID. Without ids, see [replay].
type deduper struct {
	window int
	seed   maphash.Seed
	seen   []sighting // a ring once it is full
	total  int64      // sightings so far; they are numbered from 0

	ids      bool   // the channel gives ids
	bare     bool   // it gives events without one, too
	id       string // of the newest event that had one
	prefix   string // of that id, up to its number
	number   int64
	counted  bool  // the id ends in a number
	mixedIDs bool  // the numbers do not count up by one
	steps    int64 // ids that were one above the one before
	jumps    int64 // ids that were further above it, while a connection lasted
	missing  int64 // by the newest jump, until the next id shows that they count on from there

	phase   phase
	resumed bool      // the server was asked to resume after id
	lost    time.Time // when the newest byte before the loss came
	back    time.Time // when the channel was open again
	dropped int64     // replays not yet reported
	replay  replay
}

// sighting is an event that was handed on: 16 bytes for each.
type sighting struct {
	id      uint64 // hash of the id; 0 without one
	content uint64 // hash of what distinguishes the event from others
}

// observation is an event that is judged.
type observation struct {
	sighting
	certain bool // the content holds an identity: a query id or a time
}

// phase is what the next event is judged as.
type phase uint8

const (
	flowing      phase = iota // the connection lasts: all is new
	disconnected              // the connection is lost
	reopened                  // nothing arrived since the reconnect
	replayed                  // all that arrived since were replays
)

func newDeduper(window int) *deduper {
	return &deduper{window: window, seed: maphash.MakeSeed()}
}

// lose notes that the connection was lost, and when the newest byte had arrived. A loss that was not
// yet judged keeps its beginning.
func (m *deduper) lose(at time.Time) {
	if m.phase == flowing {
		m.lost = at
	}
	m.phase = disconnected
}

// reopen begins the judgement after a loss. resumed says that the server was asked to continue after
// the newest id. Without a loss, as on the first connection, there is nothing to judge.
func (m *deduper) reopen(at time.Time, resumed bool) {
	if m.phase != disconnected {
		return
	}
	m.phase, m.resumed, m.back, m.missing = reopened, resumed, at, 0
	m.replay = replay{}
	if !m.ids && len(m.seen) > 0 {
		m.replay = newReplay(m)
	}
}

// skip notes that the channel passed over an event, whose id is not known.
func (m *deduper) skip() { m.counted = false }

// admit judges an event of the lens. It returns whether to hand the event on, and the notices that
// belong before it.
func (m *deduper) admit(ev *client.Event) (bool, []client.Notice) {
	s := m.observe(ev)
	if m.again(ev, s) {
		m.dropped++
		return false, nil
	}
	var notices []client.Notice
	if m.phase != flowing {
		notices = m.conclude(m.whole(ev))
		m.counted = false // a step over lost events says nothing of how ids count
	} else {
		notices = m.reportDropped()
	}
	return true, append(notices, jumped(m.remember(ev, s.sighting))...)
}

// again reports whether an event is a replay of one that was handed on.
func (m *deduper) again(ev *client.Event, s observation) bool {
	switch {
	case m.phase != flowing && m.ids:
		if !m.findID(ev, s) {
			return false
		}
	case m.replay.possible(ev.Received, m.back):
		if !m.replay.handle(m, s) {
			return false
		}
	default:
		return false
	}
	if m.phase == reopened {
		m.phase = replayed
	}
	return true
}

// beat notes the id of a heartbeat, where heartbeats have their own: such ids count on.
func (m *deduper) beat(id string) []client.Notice {
	if !m.ids || m.phase != flowing || id == m.id {
		return nil
	}
	return jumped(m.count(id))
}

// jumped is the notice that ids have left out so many events; none for 0.
func jumped(lost int64) []client.Notice {
	if lost == 0 {
		return nil
	}
	return []client.Notice{{Code: client.NoticeGap, Count: lost}}
}

// quiet is called for a heartbeat. A server that replays does so first: without ids, a heartbeat
// means that no replay will come, and the gap is reported at once rather than with the next event.
func (m *deduper) quiet() []client.Notice {
	if m.ids {
		return nil
	}
	whole := m.replay.whole
	m.replay = replay{}
	if m.phase == flowing {
		return m.reportDropped()
	}
	return m.conclude(whole, 0)
}

// finish reports what is left to report when nothing more will come. A connection that was lost and
// never came back may have missed the last events.
func (m *deduper) finish(now time.Time) []client.Notice {
	switch {
	case m.phase == flowing:
		return m.reportDropped()
	case m.phase == disconnected:
		m.back = now
		return m.conclude(false, 0)
	case m.ids:
		return m.conclude(m.resumed && !m.bare, 0)
	}
	return m.conclude(m.replay.whole, 0)
}

// observe hashes what distinguishes the event from others: its bytes, or the answer to a query, whatever
// else a server that replays it writes anew.
func (m *deduper) observe(ev *client.Event) observation {
	if m.ids || ev.ID != "" {
		return observation{sighting: sighting{id: maphash.String(m.seed, ev.ID), content: maphash.Bytes(m.seed, ev.Raw)}}
	}
	if r := ev.Result; r != nil && r.QueryID != "" {
		var h maphash.Hash
		h.SetSeed(m.seed)
		for _, s := range []string{ev.Wire, r.QueryID, ev.Text} {
			_, _ = h.WriteString(s)
			_ = h.WriteByte(0)
		}
		return observation{sighting{content: h.Sum64()}, true}
	}
	return observation{sighting{content: maphash.Bytes(m.seed, ev.Raw)}, !ev.Time.IsZero()}
}

func (m *deduper) findID(ev *client.Event, s observation) bool {
	if ev.ID == "" {
		return false
	}
	for n := m.total - 1; n >= m.oldest(); n-- {
		if old := m.at(n); old.id == s.id {
			return old.content == s.content
		}
	}
	return false
}

// whole reports whether the first event that is no replay shows that nothing was lost, and if not,
// how many events are missing by the ids, 0 if they do not say.
func (m *deduper) whole(ev *client.Event) (bool, int64) {
	if !m.ids {
		return m.replay.whole, 0
	}
	if m.bare || ev.ID == m.id {
		return false, 0 // events without an id may be missing
	}
	prefix, number, ok := splitID(ev.ID)
	if !m.counted || !ok || prefix != m.prefix || m.mixedIDs {
		return m.resumed && !m.contains(ev.ID), 0
	}
	return number == m.number+1, max(0, number-m.number-1)
}

// contains reports whether an event that was seen had the id. One with other content that has it again
// means that the server has begun to count anew.
func (m *deduper) contains(id string) bool {
	h := maphash.String(m.seed, id)
	return slices.ContainsFunc(m.seen, func(s sighting) bool { return s.id == h })
}

// conclude ends the judgement.
func (m *deduper) conclude(whole bool, missing int64) []client.Notice {
	notices := m.reportDropped()
	n := client.Notice{Code: client.NoticeGap, Count: missing, Duration: max(0, m.back.Sub(m.lost))}
	if whole {
		n.Code = client.NoticeResumed
	}
	m.phase = flowing
	return append(notices, n)
}

// reportDropped reports on the replays that were not reported yet.
func (m *deduper) reportDropped() []client.Notice {
	if m.dropped == 0 {
		return nil
	}
	n := client.Notice{Code: client.NoticeDuplicate, Count: m.dropped}
	m.dropped = 0
	return []client.Notice{n}
}

// remember notes an event that is handed on, and returns how many its id shows to be missing.
func (m *deduper) remember(ev *client.Event, s sighting) (lost int64) {
	if ev.ID == "" || ev.ID == m.id {
		// The id in force is an older event's: this one has none of its own.
		m.bare, s.id = true, 0
	} else {
		lost = m.count(ev.ID)
	}
	if len(m.seen) < m.window {
		m.seen = append(m.seen, s)
	} else {
		m.seen[m.total%int64(m.window)] = s
	}
	m.total++
	return lost
}

// at is a sighting by its number, which has to be in the ring.
func (m *deduper) at(n int64) sighting { return m.seen[n%int64(m.window)] }

// oldest is the number of the oldest sighting in the ring.
func (m *deduper) oldest() int64 { return m.total - int64(len(m.seen)) }

// jumpEvery is how many ids have to be one above the one before to each jump: ids that are often further apart are so by
// design, as those are that several sessions share.
const jumpEvery = 8

// count learns from a new id whether ids count up by one. It returns how many a jump has left out, once the next id shows
// that they count on from there.
func (m *deduper) count(id string) (lost int64) {
	prefix, number, ok := splitID(id)
	step := number - m.number
	switch {
	case !m.counted:
	case !ok || prefix != m.prefix || step <= 0:
		m.mixedIDs = true
	case step == 1:
		m.steps++
		if !m.mixedIDs {
			lost = m.missing
		}
		m.missing = 0
	default:
		m.jumps++
		m.mixedIDs = m.mixedIDs || m.missing > 0 || m.steps == 0 || m.jumps > 1 && m.steps < jumpEvery*m.jumps
		m.missing = step - 1
	}
	m.ids, m.id, m.prefix, m.number, m.counted = true, id, prefix, number, ok
	return lost
}

// splitID splits the number off the end of an id.
func splitID(id string) (prefix string, number int64, ok bool) {
	prefix = strings.TrimRight(id, "0123456789")
	number, err := strconv.ParseInt(id[len(prefix):], 10, 64)
	return prefix, number, err == nil
}
