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
	Record  client.Session
	Health  *health.Monitor
	Line    *client.Line // nil until its stream was opened
	Mine    bool         // created by this run
	Watched bool         // its stream is running
	Listed  bool         // the service's newest list names it
	Over    bool         // its stream is over for good
	OverErr error        // why, nil if the session ended
	Slot    int          // the order in which it appeared, from 0
	Results int64        // inference results received
	Asked   Asked        // the newest probe of it
	closed  bool         // its newest notice says that its stream is closed
	Newest  client.Event // the newest result; its Kind is KindOther until there is one
}

// Asked is a probe that was put, and its outcome once there is one.
type Asked struct {
	Kind   health.ProbeKind // ProbeNone: none was put
	At     time.Time
	Result health.ProbeResult // its Kind is ProbeNone until the answer is here
}

// Gone reports whether the session can say nothing more.
func (s *Session) Gone() bool { return s.Record.Status.Final() || s.Over && s.OverErr == nil }

// Unwatched reports whether the session is only known because the service lists it: nobody asked for its
// stream, so that there is nothing to say of its health.
func (s *Session) Unwatched() bool { return s.Line == nil && !s.Over && !s.Gone() }

// ServiceState is what is known of a service.
type ServiceState struct {
	Name, Endpoint string
	Listed         bool // at least one list was answered
	List           Listing
	LensErr        error
}

// Book remembers what batches told. It belongs to one goroutine.
type Book struct {
	sessions map[string]*Session
	order    []*Session // by Slot
	lenses   map[string]client.Lens
	services []*ServiceState
	history  *history.Store
	keep     bool // events are kept in history
	slots    int
	version  uint64
	lag      time.Duration
	events   int64
	judge    health.Config
}

// NoHistory is the budget of a Book that keeps no events: only records, health, and the newest
// result of each session.
const NoHistory int64 = -1

// NewBook makes a Book for a Hub's services that keeps budget bytes of events; 0 means
// [history.DefaultBudget], and [NoHistory] keeps none.
func NewBook(services []client.Service, budget int64) *Book {
	b := &Book{sessions: map[string]*Session{}, lenses: map[string]client.Lens{}, history: history.New(budget), keep: budget != NoHistory}
	for _, s := range services {
		b.services = append(b.services, &ServiceState{Name: s.Name(), Endpoint: s.Endpoint()})
	}
	return b
}

// SetThresholds decides when sessions are called quiet, silent or stalled. It holds for sessions
// that appear from now on.
func (b *Book) SetThresholds(c health.Config) { b.judge = c }

// History is where the events are.
func (b *Book) History() *history.Store { return b.history }

// Services are the states of the services, in the order in which the hub has them.
func (b *Book) Services() []*ServiceState { return b.services }

// Sessions lists the sessions in the order in which they appeared.
func (b *Book) Sessions() []*Session { return b.order }

// Session finds one, or nil.
func (b *Book) Session(id string) *Session { return b.sessions[id] }

// Lenses lists what can be run, by service and name.
func (b *Book) Lenses() []client.Lens {
	out := make([]client.Lens, 0, len(b.lenses))
	for _, l := range b.lenses {
		out = append(out, l)
	}
	slices.SortFunc(out, func(x, y client.Lens) int {
		return cmp.Or(cmp.Compare(x.Service, y.Service), cmp.Compare(x.Name, y.Name), cmp.Compare(x.ID, y.ID))
	})
	return out
}

// Version grows with everything that a batch changed in sessions and services.
func (b *Book) Version() uint64 { return b.version }

// Lag is how long the oldest event of the newest batch had waited.
func (b *Book) Lag() time.Duration { return b.lag }

// Events is how many events were taken in.
func (b *Book) Events() int64 { return b.events }

// Apply takes a batch in. Where the batch brings a book, there is nothing else in it, and what
// that book knows takes the place of all that was known; views of the history are of no use any more.
func (b *Book) Apply(batch Batch) {
	if batch.Book != nil {
		b.replace(batch.Book)
		return
	}
	b.version++
	now := batch.Taken
	for _, l := range batch.Lenses {
		b.applyLenses(l)
	}
	for _, o := range batch.Opened {
		s := b.session(o.Session, o.Service, now)
		s.Line, s.Watched, s.Over, s.OverErr = o.Line, true, false, nil
	}
	for _, t := range batch.Told {
		b.Tell(t, now)
	}
	for _, l := range batch.Lists {
		b.applyList(l)
	}
	b.applyEvents(batch.Events)
	for _, o := range batch.Over {
		b.applyOver(o)
	}
	for _, p := range batch.Probes {
		b.applyProbe(p)
	}
	b.applyLife(batch.Life)
	if !batch.Tick {
		b.applyLag(batch)
	}
	b.prune()
}

// replace puts what another book knows in the place of what this one does.
func (b *Book) replace(with *Book) {
	version := b.version
	*b = *with
	b.version = max(b.version, version) + 1
}

// applyLife takes the recorded life of the lines in.
func (b *Book) applyLife(life []Life) {
	for _, l := range life {
		if s := b.sessions[l.Session]; s != nil && s.Line != nil {
			before, _ := s.Line.Received()
			s.Line.Add(int(l.Bytes-before), l.Last)
		}
	}
}

func (b *Book) applyLag(batch Batch) {
	b.lag = batch.Lag()
	for _, s := range b.order {
		if b.lag >= lagTold {
			s.Health.Lag(b.lag, len(batch.Events), batch.Taken)
		}
	}
}

// applyProbe gives a probe's outcome to the session's monitor, and what it told to its record.
func (b *Book) applyProbe(p ProbeDone) {
	s := b.sessions[p.Session]
	if s == nil {
		return
	}
	s.Health.Probe(p.Result)
	if p.Result.Kind == s.Asked.Kind {
		s.Asked.Result = p.Result
	}
	if p.Result.Session != nil {
		b.record(s, *p.Result.Session, p.Result.At)
	}
}

// Probes are the questions whose answers would help now, to be put by [Hub.Probe]. No session is
// asked about while its stream is live, nor more often than once in 5 s.
func (b *Book) Probes(now time.Time) (out []ProbeWanted) {
	for _, s := range b.order {
		if !s.Watched {
			continue
		}
		if kind, ok := s.Health.WantsProbe(now); ok {
			s.Asked = Asked{Kind: kind, At: now}
			out = append(out, ProbeWanted{Service: s.Record.Service, Session: s.Record.ID, Kind: kind})
		}
	}
	return out
}

// lagTold is the lag from which the monitors are told of it; below it the viewer keeps up.
const lagTold = 250 * time.Millisecond

// maxGone is how many sessions that are gone stay in the list. Someone who watches an account
// for weeks sees more come and go than a list can hold.
const maxGone = 50

// prune forgets the sessions that were gone first.
func (b *Book) prune() {
	gone := 0
	for i := len(b.order) - 1; i >= 0; i-- {
		if s := b.order[i]; s.Gone() && !s.Watched && !s.Listed {
			if gone++; gone > maxGone {
				b.Forget(s.Record.ID)
			}
		}
	}
}

// Tell takes one record in.
func (b *Book) Tell(t Told, now time.Time) {
	s := b.session(t.Session.ID, t.Session.Service, now)
	s.Mine = s.Mine || t.Mine
	b.record(s, t.Session, now)
}

// applyOver notes the end of a stream. A stream says itself that it is closed; one that failed
// without a word, because a mistake in lenswatch ended it, is closed here, so that the reason shows.
func (b *Book) applyOver(o Over) {
	s := b.sessions[o.Session]
	if s == nil {
		return
	}
	s.Watched, s.Over, s.OverErr = false, true, o.Err
	if o.Err == nil || s.closed {
		return
	}
	b.applyEvents([]client.Event{{
		Service: s.Record.Service, Session: o.Session, Kind: client.KindNotice, Level: client.LevelError, Wire: "notice",
		Received: o.At, Text: client.Clean("closed: " + o.Err.Error()),
		Notice: &client.Notice{Code: client.NoticeClosed, Remedy: client.RemedyOf(o.Err)},
	}})
}

// Tick tells the health monitors what no event tells: the life of the line, and the lag.
func (b *Book) Tick(now time.Time) {
	for _, s := range b.order {
		if s.Line != nil {
			s.Health.Line(s.Line.Received())
		}
	}
}

func (b *Book) applyEvents(events []client.Event) {
	var s *Session
	for i := range events {
		ev := &events[i]
		if s == nil || s.Record.ID != ev.Session {
			s = b.session(ev.Session, ev.Service, ev.Received)
		}
		s.Health.Observe(ev)
		if ev.Kind == client.KindResult {
			s.Results++
			s.Newest = *ev
		}
		if ev.Kind == client.KindNotice {
			s.closed = ev.Notice.Code == client.NoticeClosed
		}
		if b.keep {
			b.history.Append(*ev)
		}
	}
	b.events += int64(len(events))
}

func (b *Book) applyList(l Listing) {
	for _, st := range b.services {
		if st.Name == l.Service {
			st.List, st.Listed = l, st.Listed || l.Err == nil
		}
	}
	if l.Err != nil {
		return
	}
	for _, s := range b.order {
		if s.Record.Service == l.Service {
			s.Listed = false
		}
	}
	byLens := map[string][]client.Session{}
	for _, rec := range l.Sessions {
		s := b.session(rec.ID, l.Service, l.At)
		s.Listed = true
		b.record(s, rec, l.At)
		byLens[rec.LensID] = append(byLens[rec.LensID], s.Record)
	}
	for _, s := range b.order {
		if s.Listed && s.Record.Service == l.Service {
			s.Health.Siblings(byLens[s.Record.LensID], l.At)
		}
	}
}

func (b *Book) applyLenses(l LensListing) {
	for _, st := range b.services {
		if st.Name == l.Service {
			st.LensErr = l.Err
		}
	}
	for _, lens := range l.Lenses {
		b.lenses[lens.ID] = lens
	}
	for _, s := range b.order {
		b.nameLens(s)
	}
}

// record merges a telling into what is known.
func (b *Book) record(s *Session, rec client.Session, now time.Time) {
	s.Record = s.Record.Merge(rec)
	b.nameLens(s)
	s.Health.Record(rec, now)
}

// nameLens fills in what the record does not say but the lens does.
func (b *Book) nameLens(s *Session) {
	lens, ok := b.lenses[s.Record.LensID]
	if !ok {
		return
	}
	s.Health.Lens(lens)
	if s.Record.LensName == "" {
		s.Record.LensName = lens.Name
	}
	if s.Record.Channel == client.ChannelUnknown {
		s.Record.Channel = lens.Channel
	}
}

// session finds a session, or begins to know it.
func (b *Book) session(id, service string, now time.Time) *Session {
	if s := b.sessions[id]; s != nil {
		return s
	}
	s := &Session{
		Record: client.Session{ID: id, Service: service},
		Health: health.New(id, now, b.judge),
		Slot:   b.slots,
	}
	b.slots++
	b.sessions[id] = s
	b.order = append(b.order, s)
	return s
}

// Forget drops a session that is over from the list. Its events stay until they are evicted.
func (b *Book) Forget(id string) {
	s := b.sessions[id]
	if s == nil || s.Watched || s.Listed {
		return
	}
	delete(b.sessions, id)
	b.order = slices.DeleteFunc(b.order, func(x *Session) bool { return x == s })
	b.version++
}
