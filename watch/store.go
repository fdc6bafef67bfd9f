package watch

import (
	"cmp"
	"slices"
	"time"

	"lenswatch/client"
	"lenswatch/watch/health"
	"lenswatch/watch/history"
)

// Session is all that is known of one session.
type Session struct {
	Record      client.Session
	Health      *health.Monitor
	Connection  *client.Connection // nil until its stream was opened
	CreatedHere bool               // created by this run
	Watched     bool               // its stream is running
	Listed      bool               // the service's newest list names it
	OverLimit   bool               // if it is not watched, that is because so many others are
	Ended       bool               // its stream is over for good
	EndErr      error              // why, nil if the session ended
	Slot        int                // the order in which it appeared, from 0
	Hue         int                // which of [Hues] colours it has: by its ID, unless another that is open has that
	Choices     Choices            // what the person decided about it
	Results     int64              // inference results received
	LastProbe   LastProbe          // the newest probe of it
	Question    *client.Question   // what its model is asked to do, as far as lenswatch asked or changed it; nil if not known
	lived       bool               // a record had it running
	closed      bool               // its newest notice says that its stream is closed
	list        uint64             // the newest list that names it, by ServiceState.lists
	fresh       bool               // Newest is of the batch that is being applied
	Newest      *client.Event      // the newest result, shortened; its Kind is KindOther until there is one
}

// lensKey is what a lens is known by: several accounts may have a lens of the same ID.
type lensKey struct{ service, id string }

// LastProbe is a probe that was put, and its outcome once there is one.
type LastProbe struct {
	Kind   health.ProbeKind // ProbeNone: none was put
	At     time.Time
	Result health.ProbeResult // its Kind is ProbeNone until the answer is here
}

// Gone reports whether the session can say nothing more.
func (s *Session) Gone() bool { return s.Record.Status.Final() || s.Ended && s.EndErr == nil }

// Unwatched reports whether the session is only known because the service lists it: its stream was not
// opened, so that there is nothing to say of its health.
func (s *Session) Unwatched() bool { return s.Connection == nil && !s.Ended && !s.Gone() }

// ServiceState is what is known of a service.
type ServiceState struct {
	Name, Endpoint string
	Listed         bool // at least one list was answered
	List           Listing
	Retry          *ListRetry // the newest failed attempt of a list that is under way; nil if there is none
	LensErr        error
	Usage          *client.Usage // of the account's plan; nil until the service said
	Slots          int           // sessions that can be open at once, as a refused create showed; 0 until one did
	lists          uint64        // that were begun
}

// Store remembers what batches reported. It belongs to one goroutine.
type Store struct {
	sessions   map[string]*Session
	order      []*Session      // in which they appeared
	known      []*Session      // of those, the ones of which more is known than a list reported
	blank      *health.Monitor // of all others
	none       client.Event
	settled    bool // nothing is to be forgotten since prune looked
	lenses     map[lensKey]client.Lens
	services   []*ServiceState
	history    *history.Store
	keepEvents bool // events are retained in history
	budget     int64
	slots      int
	version    uint64
	listed     uint64 // see ListVersion
	lag        time.Duration
	events     int64
	thresholds health.Config
	lastTick   time.Time // when it was last given the time; zero if it was not
	paused     pause
	requests   []client.Request // the newest, oldest first
}

// NoHistory is the budget of a Store that keeps no events: only records, health, and the newest
// result of each session.
const NoHistory int64 = -1

// NewStore makes a Store for the services of a source that keeps budget bytes of events; 0 means
// [history.DefaultBudget], and [NoHistory] keeps none.
func NewStore(services []ServiceInfo, budget int64) *Store {
	b := &Store{sessions: map[string]*Session{}, lenses: map[lensKey]client.Lens{}, history: history.New(budget), keepEvents: budget != NoHistory}
	_, b.budget = b.history.Bytes()
	for _, s := range services {
		b.services = append(b.services, &ServiceState{Name: s.Name, Endpoint: s.Endpoint})
	}
	b.blank = health.New("", time.Time{}, b.thresholds)
	return b
}

// SetThresholds decides when sessions are called quiet, silent or stalled. It holds for sessions
// that appear from now on.
func (b *Store) SetThresholds(c health.Config) { b.thresholds = c }

// History is where the events are.
func (b *Store) History() *history.Store { return b.history }

// Services are the states of the services, in the order in which the hub has them.
func (b *Store) Services() []*ServiceState { return b.services }

// Sessions lists the sessions in the order in which they appeared.
func (b *Store) Sessions() []*Session { return b.order }

// Session finds one, or nil.
func (b *Store) Session(id string) *Session { return b.sessions[id] }

// Open is how many sessions of a service are open.
func (b *Store) Open(service string) (n int) {
	for _, s := range b.order {
		if s.Record.Service == service && !s.Gone() {
			n++
		}
	}
	return n
}

// NoteFull notes that a service refused to create a session because all slots are taken: that is how many there are. No
// document says so, and it is forgotten with the Store.
func (b *Store) NoteFull(service string) {
	for _, st := range b.services {
		if st.Name == service {
			st.Slots = b.Open(service)
		}
	}
}

// Lenses lists what can be run, by service and name.
func (b *Store) Lenses() []client.Lens {
	out := make([]client.Lens, 0, len(b.lenses))
	for _, l := range b.lenses {
		out = append(out, l)
	}
	slices.SortFunc(out, func(x, y client.Lens) int {
		return cmp.Or(cmp.Compare(x.Service, y.Service), cmp.Compare(x.Name, y.Name), cmp.Compare(x.ID, y.ID))
	})
	return out
}

// Known are the sessions of which more is known than that a list names them, in no order. They are few, whatever is listed:
// what is done with every batch or key looks at these. They must not be changed.
func (b *Store) Known() []*Session { return b.known }

// OnlyListed are the others, in the order in which they appeared. It looks through all of them.
func (b *Store) OnlyListed() (out []*Session) {
	for _, s := range b.order {
		if s.Health == b.blank {
			out = append(out, s)
		}
	}
	return out
}

// ListVersion grows when a session appears, is forgotten, or becomes known, and when a list says something else of the
// status or the name of one that is not known.
func (b *Store) ListVersion() uint64 { return b.listed }

// Version grows with everything that a batch changed in sessions and services.
func (b *Store) Version() uint64 { return b.version }

// MaxRequests is how many requests a store remembers.
const MaxRequests = 500

// Requests are the newest that lenswatch made of its services, oldest first. They must not be changed.
func (b *Store) Requests() []client.Request { return b.requests }

// Lag is how long the oldest event of the newest batch had waited.
func (b *Store) Lag() time.Duration { return b.lag }

// Events is how many events were taken in.
func (b *Store) Events() int64 { return b.events }

// Probes are the questions whose answers would help now, to be put by [Hub.Probe]. No session is
// asked about while its stream is live, nor more often than once in 5 s.
func (b *Store) Probes(now time.Time) (out []ProbeRequest) {
	for _, s := range b.known {
		if !s.Watched {
			continue
		}
		if kind, ok := s.Health.NeedsProbe(now); ok {
			s.LastProbe = LastProbe{Kind: kind, At: now}
			out = append(out, ProbeRequest{Service: s.Record.Service, Session: s.Record.ID, Kind: kind})
		}
	}
	return out
}

// maxEnded is how many sessions that are gone stay in the list. Someone who watches an account
// for weeks sees more come and go than a list can hold.
const maxEnded = 50

// prune forgets the sessions that were gone first.
func (b *Store) prune() {
	if b.settled {
		return
	}
	b.settled = true
	gone, forget := 0, map[*Session]bool{}
	for i := len(b.order) - 1; i >= 0; i-- {
		switch s := b.order[i]; {
		case s.Watched, s.Listed:
		case s.Health == b.blank:
			forget[s] = true // a list reported it, and the newest does not
		case s.Gone():
			if gone++; gone > maxEnded {
				forget[s] = true
			}
		}
	}
	b.forget(forget)
}

// AddSample takes one record in.
func (b *Store) AddSample(t Sample, now time.Time) {
	s := b.session(t.Session.ID, t.Session.Service, now)
	b.monitor(s, now)
	s.CreatedHere = s.CreatedHere || t.CreatedHere
	if t.Question != nil {
		s.Question = t.Question
	}
	b.mergeRecord(s, t.Session, now)
}

// Tick gives the health monitors what no event carries: the traffic of the connection, and the lag.
func (b *Store) Tick(now time.Time) {
	b.wake(now)
	b.lastTick = now
	for _, s := range b.known {
		if s.Connection != nil {
			s.Health.Connection(s.Connection.Received())
		}
		b.noteEnd(s, now)
	}
}

// session finds a session, or begins to know it.
func (b *Store) session(id, service string, now time.Time) *Session {
	if s := b.sessions[id]; s != nil {
		return s
	}
	s := &Session{
		Record: client.Session{ID: id, Service: service},
		Health: b.blank,
		Newest: &b.none,
		Slot:   b.slots,
		Hue:    hue(id),
	}
	b.slots++
	b.listed++
	b.sessions[id] = s
	b.order = append(b.order, s)
	return s
}

// monitor gives a session a monitor of its own: there is more to say of it than that it is listed.
func (b *Store) monitor(s *Session, now time.Time) {
	if s.Health != b.blank {
		return
	}
	s.Health = health.New(s.Record.ID, now, b.thresholds)
	s.Hue = b.ownHue(s)
	b.known = append(b.known, s)
	b.settled = false
	b.listed++
	s.Health.Record(s.Record, now)
	b.nameLens(s)
}

// Forget drops a session that is over from the list. Its events stay until they are evicted.
func (b *Store) Forget(id string) {
	if s := b.sessions[id]; s != nil && !s.Watched && !s.Listed {
		b.forget(map[*Session]bool{s: true})
	}
}

func (b *Store) forget(sessions map[*Session]bool) {
	if len(sessions) == 0 {
		return
	}
	for s := range sessions {
		delete(b.sessions, s.Record.ID)
	}
	is := func(s *Session) bool { return sessions[s] }
	b.order, b.known = slices.DeleteFunc(b.order, is), slices.DeleteFunc(b.known, is)
	b.version++
	b.listed++
}

// maxIdle is how long the store may be left alone: it is given the time once a second. After longer, lenswatch did
// not run, or what it writes to was blocked.
const maxIdle = 3 * time.Second

// pause is the newest time in which the store was left alone.
type pause struct{ from, to time.Time }

// holds reports whether a time is well inside the pause: what was received then waited for its end.
func (p pause) holds(t time.Time) bool {
	return t.After(p.from.Add(maxIdle/3)) && t.Before(p.to.Add(-maxIdle/3))
}

// wake notes that the store is used again at a time. If it was left alone for too long, the monitors are informed, before
// they learn of anything newer, so that they conclude nothing from that time.
func (b *Store) wake(now time.Time) {
	last := b.lastTick
	if last.IsZero() || now.Sub(last) <= maxIdle {
		return
	}
	b.lastTick, b.paused = now, pause{last, now}
	for _, s := range b.known {
		s.Health.Paused(last, now, "lenswatch was suspended or its output was blocked")
	}
}

// lagOf is how long the oldest event of a batch waited for the store. The time in which nothing ran is none.
func (b *Store) lagOf(batch Batch) time.Duration {
	lag := batch.Lag()
	p := b.paused
	if p.to.IsZero() || !batch.Oldest.Before(p.to) {
		return lag
	}
	for i := range batch.Events {
		if p.holds(batch.Events[i].Received) {
			return lag // it was received meanwhile: lenswatch ran, and was blocked
		}
	}
	return max(0, lag-p.to.Sub(p.from))
}

// TimeLeft is the first end that the service sets the session if nothing more is done with it; ok is false if none is
// known. Inactivity is left out while events or inputs arrive. See [health.Monitor.Limits] for all of them.
func (s *Session) TimeLeft(now time.Time) (l health.Limit, ok bool) {
	if s.Gone() {
		return l, false
	}
	if all := s.Health.Limits(now); len(all) > 0 {
		return all[0], true
	}
	return l, false
}
