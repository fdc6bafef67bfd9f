package simulator

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// status is where a session stands.
type status int

const (
	statusRegistered status = iota
	statusRunning
	statusFailed
	statusDestroyed
	statusStale
)

// bare is the form of metadata, heartbeats and destroy.
func (s status) bare() string {
	return "SESSION_STATUS_" + [...]string{"REGISTERED", "RUNNING", "FAILED", "DESTROYED", "STALE"}[s]
}

// prefixed is the form of create and session.status.
func (s status) prefixed() string { return "LensSessionStatus." + s.bare() }

// live reports whether the session holds a runner.
func (s status) live() bool { return s == statusRegistered || s == statusRunning }

// counters are those of the session record.
type counters struct {
	connections, updates, inputs, outputs, events int
}

// session is one lens session: its record, its output and what produces it. The fields above mu
// do not change.
type session struct {
	sim      *Simulator
	id       string
	ordinal  int
	lensID   string
	lensName string
	runner   string
	tag      string // begins the session's SSE ids
	ctx      context.Context
	cancel   context.CancelFunc
	nudge    chan struct{} // wakes the engine

	mu           sync.Mutex
	status       status
	config       map[string]any
	inputID      any // input_data_stream_id
	outputID     any // output_data_stream_id
	registered   time.Time
	started      time.Time
	ended        time.Time
	forgotten    bool // it can no longer be asked for
	lastEvent    time.Time
	lastUpdate   time.Time
	lastActivity time.Time
	count        counters
	exhausted    time.Time // when the input ended, zero while it has not
	fileLeft     int       // steps until the end of the file that was set as input; negative: it has none
	warm         bool      // the first result is due or was given
	events       *ring     // what SSE readers get
	mailbox      mailbox
	readers      []*reader
	readerSerial int
	lost         int64         // events that were evicted before a reader got them, over all readers
	left         uint64        // where the newest reader that went was, 0 if none did
	changed      chan struct{} // closed at every change that readers wait for
	engine       engine
}

func newSession(sim *Simulator, id string, ordinal int, l *lens) *session {
	now := time.Now()
	rng := rand.New(rand.NewPCG(uint64(sim.cfg.Seed), uint64(ordinal)))
	s := &session{
		sim: sim, id: id, ordinal: ordinal, lensID: l.ID, lensName: l.Name,
		runner:     fmt.Sprintf("lens_service:runner:lens-node-worker-node-%06x", rng.Uint32()>>8),
		tag:        fmt.Sprintf("%08x-", rng.Uint32()),
		nudge:      make(chan struct{}, 1),
		config:     deepCopy(l.Config).(map[string]any),
		registered: now, lastEvent: now, lastUpdate: now, lastActivity: now, fileLeft: -1,
		events:  newRing(sim.cfg.RingSize),
		mailbox: mailbox{ring: newRing(sim.cfg.RingSize)},
		changed: make(chan struct{}),
	}
	s.fileLeft = s.configuredFile()
	s.ctx, s.cancel = context.WithCancel(sim.ctx)
	s.engine = newEngine(s, rng)
	return s
}

// run is the session's goroutine: it lives until the session can no longer be asked for.
func (s *session) run() {
	defer s.cancel()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		wait, more := s.step(time.Now())
		if !more {
			s.sim.forget(s)
			return
		}
		timer.Reset(max(0, wait))
		select {
		case <-timer.C:
		case <-s.nudge:
		case <-s.ctx.Done():
			s.sim.forget(s)
			return
		}
	}
}

// wakeUp wakes everything that waits for this session: its engine and its readers.
func (s *session) wakeUp() {
	s.mu.Lock()
	s.announce()
	s.mu.Unlock()
	s.wakeEngine()
}

func (s *session) wakeEngine() {
	select {
	case s.nudge <- struct{}{}:
	default:
	}
}

// announce notifies readers to look again. s.mu is held.
func (s *session) announce() {
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *session) currentStatus() status {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.status
}

// finish ends the session. Readers then get what is left, and the end. A session that is FAILED or
// STALE can only be destroyed; a STALE one stays so, as an older page of the documents has it.
func (s *session) finish(final status) {
	s.mu.Lock()
	now := time.Now()
	switch {
	case s.forgotten:
		s.mu.Unlock()
		return
	case s.status.live():
		s.status, s.ended = final, now
	case s.status == statusFailed:
		s.status = statusDestroyed
	}
	s.forgotten = final == statusDestroyed
	s.lastUpdate = now
	gone, word := s.forgotten, s.status.bare()
	s.announce()
	s.mu.Unlock()
	s.sim.cfg.Log.Info("session ended", "session", s.id, "status", word)
	if gone {
		s.sim.forget(s)
	}
	s.wakeEngine()
}

// duration is session_duration_sec. s.mu is held.
func (s *session) duration(now time.Time) time.Duration {
	if !s.ended.IsZero() {
		now = s.ended
	}
	return now.Sub(s.registered)
}

// touch notes activity. s.mu is held.
func (s *session) touch(now time.Time) { s.lastActivity, s.lastEvent, s.lastUpdate = now, now, now }

// channel is the way that output takes now. s.mu is held.
func (s *session) channel() channel {
	switch {
	case s.sim.faults.has(FaultNoOutput, s.id):
		return channelNone
	case s.sim.faults.has(FaultMailboxOnly, s.id):
		return channelMailbox
	}
	return channelOf(s.config)
}

// publish puts one event where the session's output goes. s.mu is held.
func (s *session) publish(payload []byte) {
	s.put(item{n: 1, payload: payload})
}

func (s *session) put(it item) {
	switch s.channel() {
	case channelSSE:
		s.events.add(it)
		s.announce()
	case channelMailbox:
		s.mailbox.ring.add(it)
	case channelNone:
	}
}

// addReader enters a reader, and takes it out again. s.mu is held.
func (s *session) addReader(r *reader) {
	s.readers = append(s.readers, r)
	s.count.connections++
	s.lastUpdate = time.Now()
}

func (s *session) removeReader(r *reader) {
	s.mu.Lock()
	s.readers = slices.DeleteFunc(s.readers, func(other *reader) bool { return other == r })
	s.count.connections--
	s.left = r.pos
	s.lastUpdate = time.Now()
	last := s.forgotten && len(s.readers) == 0
	s.mu.Unlock()
	if last {
		s.sim.faults.forget(s.id)
	}
}

func (s *session) hasReaders() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.readers) > 0
}

// endings are the faults that end a session some time after it started running.
var endings = []struct {
	fault string
	final status
}{
	{FaultDestroyed, statusDestroyed},
	{FaultFailed, statusFailed},
	{FaultStale, statusStale},
}

// ending reports whether a running session has to end now, and how.
func (s *session) ending(now time.Time) (status, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.status != statusRunning {
		return 0, false
	}
	for _, e := range endings {
		if at, ok := s.endsBy(e.fault); ok && !now.Before(at) {
			if e.final == statusFailed {
				s.say(now, errorMessage("Lens runner failed: the worker exited with code 1."))
			}
			return e.final, true
		}
	}
	switch {
	case !now.Before(s.registered.Add(s.sim.cfg.scaled(sessionTTL))):
		return statusDestroyed, true
	case !now.Before(s.lastActivity.Add(s.sim.cfg.scaled(inactivityLimit))):
		return statusStale, true
	}
	return 0, false
}

// untilEnding is the time until ending will say so. s.mu is held.
func (s *session) untilEnding(now time.Time) time.Duration {
	next := min(
		s.registered.Add(s.sim.cfg.scaled(sessionTTL)).Sub(now),
		s.lastActivity.Add(s.sim.cfg.scaled(inactivityLimit)).Sub(now),
	)
	for _, e := range endings {
		if at, ok := s.endsBy(e.fault); ok {
			next = min(next, at.Sub(now))
		}
	}
	return next
}

// endsBy is when a fault ends the session.
func (s *session) endsBy(fault string) (time.Time, bool) {
	p, ok := s.sim.faults.get(fault, s.id)
	if !ok {
		return time.Time{}, false
	}
	return s.started.Add(s.sim.cfg.scaled(p.d)), true
}
