package simulator

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

const (
	// writeTimeout is how long one write may take on the real clock before the reader is let go.
	writeTimeout = 30 * time.Second
	// maxWrite is how much is gathered for one write, in bytes.
	maxWrite = 64 << 10
	// maxHeld is how much a buffering proxy holds before it lets go.
	maxHeld = 1 << 20
	// maxFetch is how many items are taken from the ring at once.
	maxFetch = 256
	// splitPause is the time between the two halves of a frame that is cut in two.
	splitPause = 20 * time.Millisecond
)

// reader is one connection to the SSE consumer. It runs in its handler's goroutine and reads the
// session's ring by position: it holds up nobody, and nothing is retained for it.
type reader struct {
	s      *session
	id     string
	opened time.Time
	ctx    context.Context
	w      http.ResponseWriter
	rc     *http.ResponseController
	rng    *rand.Rand // where a connection is cut

	pos      uint64 // number of the next event; written by this goroutine, guarded by s.mu
	messages atomic.Int64
	bytes    atomic.Int64
	overruns atomic.Int64 // events that were evicted before this reader got them

	heartbeats    int
	nextHeartbeat time.Time
	lastBusy      time.Time
	held          []byte // by the fault bursts
	release       time.Time
	buf           []byte
}

// newReader enters a reader at the position that its request asks for.
func (s *session) newReader(ctx context.Context, w http.ResponseWriter, lastEventID string) *reader {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.readerSerial++
	rng := rand.New(rand.NewPCG(uint64(s.sim.cfg.Seed)<<20|uint64(s.ordinal), uint64(s.readerSerial)))
	r := &reader{
		s: s, id: fmt.Sprintf("%016x", rng.Uint64()), opened: now, ctx: ctx,
		w: w, rc: http.NewResponseController(w), rng: rng,
		nextHeartbeat: now.Add(s.sim.cfg.scaled(s.sim.cfg.Heartbeat)), lastBusy: now,
	}
	r.pos = s.resume(r, lastEventID)
	s.addReader(r)
	return r
}

// resume finds the position after lastEventID, or the present if it is empty or none of this
// session's. Faults may move it. s.mu is held.
func (s *session) resume(r *reader, lastEventID string) uint64 {
	pos, again := s.events.next, s.left > 0
	var seq uint64
	if digits, ok := strings.CutPrefix(lastEventID, s.tag); ok && len(digits) == numberWidth {
		if _, err := fmt.Sscanf(digits, "%d", &seq); err == nil && seq < s.events.next {
			pos, again = seq+1, true
		}
	}
	if !again {
		return pos
	}
	if p, ok := s.sim.faults.get(FaultDuplicate, s.id); ok {
		if lastEventID == "" {
			pos = min(pos, s.left)
		}
		pos -= min(pos-1, uint64(p.n))
	}
	if p, ok := s.sim.faults.get(FaultLost, s.id); ok {
		pos += uint64(p.n)
	}
	return pos
}

// run writes the stream until it is over, the client has gone or the simulator is closed.
func (r *reader) run() {
	defer r.s.removeReader(r)
	start := object{{"type", "sse.stream.start"}, {"event_data", object{{"session_id", r.s.id}, {"reader_id", r.id}}}}
	if !r.envelope(start) {
		return
	}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		changed := r.s.watch()
		wait, more := r.step(time.Now())
		if !more {
			return
		}
		timer.Reset(max(0, wait))
		select {
		case <-timer.C:
		case <-changed:
		case <-r.ctx.Done():
			return
		}
	}
}

// watch returns a channel that is closed at the next change.
func (s *session) watch() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}

// step writes what is due and returns how long nothing more will be, unless the session changes;
// false when the stream is over.
func (r *reader) step(now time.Time) (time.Duration, bool) {
	faults, cfg := &r.s.sim.faults, &r.s.sim.cfg
	if p, ok := faults.get(FaultHalfOpen, r.s.id); ok && r.messages.Load() >= int64(p.n) {
		<-r.ctx.Done() // this connection is dead, also when the fault is healed
		return 0, false
	}
	if faults.has(FaultSilence, r.s.id) {
		return never, true
	}
	if !now.Before(r.nextHeartbeat) {
		r.nextHeartbeat = r.nextHeartbeat.Add(cfg.scaled(cfg.Heartbeat))
		if now.After(r.nextHeartbeat) {
			r.nextHeartbeat = now.Add(cfg.scaled(cfg.Heartbeat))
		}
		if !r.heartbeat() {
			return 0, false
		}
	}
	more, ok := r.deliver()
	switch {
	case !ok:
		return 0, false
	case more:
		return 0, true
	}
	idleEnd, over := r.over(now)
	if over {
		if r.envelope(object{{"type", "sse.stream.end"}}) {
			r.giveUp()
		}
		return 0, false
	}
	release, ok := r.untilRelease(now)
	return min(r.nextHeartbeat.Sub(now), idleEnd, release), ok
}

// over reports whether the stream has to end, now that everything is delivered, and otherwise when
// it will if nothing more arrives.
func (r *reader) over(now time.Time) (time.Duration, bool) {
	r.s.mu.Lock()
	status, exhausted := r.s.status, r.s.exhausted
	drained, fed := r.pos >= r.s.events.next, r.s.fedByHand()
	r.s.mu.Unlock()
	if !status.live() {
		return 0, drained
	}
	idle := time.Duration(0)
	if p, ok := r.s.sim.faults.get(FaultIdleEnd, r.s.id); ok {
		idle = p.d
	} else if !exhausted.IsZero() {
		if r.opened.Before(exhausted) {
			return 0, true
		}
		idle = defaultIdleEnd
	} else if fed {
		idle = defaultIdleEnd
	}
	if idle == 0 {
		return never, false
	}
	left := r.lastBusy.Add(r.s.sim.cfg.scaled(idle)).Sub(now)
	return left, left <= 0
}

// heartbeat sends one. Its message_timeout grows by the interval each time.
func (r *reader) heartbeat() bool {
	r.s.mu.Lock()
	status, warm := r.s.status, r.s.warm
	r.s.mu.Unlock()
	if p, ok := r.s.sim.faults.get(FaultLateResult, r.s.id); ok && p.silent && !warm {
		return true
	}
	r.heartbeats++
	return r.envelope(object{
		{"type", "sse.stream.heartbeat"},
		{"event_data", object{
			{"session_id", r.s.id},
			{"session_status", status.bare()},
			{"num_messages", r.messages.Load()},
			{"num_bytes", r.bytes.Load()},
			{"message_timeout", seconds(time.Duration(r.heartbeats) * r.s.sim.cfg.Heartbeat)},
		}},
	})
}

// envelope sends a frame of the stream itself. Such frames have no id.
func (r *reader) envelope(o object) bool {
	return r.write(appendEvent(nil, r.style(), "", encode(o)))
}

// style is how frames are written while the present faults are in force.
func (r *reader) style() style {
	faults := &r.s.sim.faults
	st := style{
		event:    eventName,
		crlf:     faults.has(FaultCRLF, r.s.id),
		comments: faults.has(FaultComments, r.s.id),
		lines:    faults.has(FaultMultiLine, r.s.id),
	}
	if p, ok := faults.get(FaultEventName, r.s.id); ok {
		st.event = p.text
	}
	return st
}
