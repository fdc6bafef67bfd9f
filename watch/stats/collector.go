package stats

import (
	"time"

	"lenswatch/client"
	"lenswatch/client/recording"
	"lenswatch/watch"
	"lenswatch/watch/health"
)

// What a Collector has at most. What is beyond is counted as other.
const (
	maxSessions    = 200
	maxLabels      = 64  // of each session
	maxTransitions = 256 // of each session
	maxStalls      = 5   // of each session, the longest
	maxName        = 128 // bytes of a label or of a session ID
	confidenceBins = 10
)

// maxDelay is the largest difference between the service's clock and this one that says something of a delay:
// beyond it the event's time is that of a recorded source.
const maxDelay = int64(12 * time.Hour)

// Collector collects statistics. Use [New].
type Collector struct {
	sessions map[string]*session
	order    []*session
	newest   *session // of the newest event: the next one mostly has the same
	other    int64    // events of sessions beyond maxSessions
	lost     int64
	groups   groups
	from, to int64 // the first and the last moment, in Unix nanoseconds; 0 if there was none
}

// New makes a Collector that has counted nothing.
func New() *Collector { return &Collector{sessions: map[string]*session{}, groups: newGroups()} }

// session is what is counted of one session. Times are in Unix nanoseconds.
type session struct {
	id          string
	kinds       [client.KindNotice + 1]int64
	warnings    int64 // events of level warn
	payload     int64 // bytes
	wire        int64 // bytes received, as the newest line of the connection says
	notices     map[client.NoticeCode]int64
	labels      map[string]*label
	byNumber    []*label
	otherLabels int64
	transitions map[uint16]int64 // by the numbers of both labels
	otherSteps  int64
	confidence  [confidenceBins]int64
	intervals   health.Durations
	delays      health.Durations
	fastest     int64 // the smallest difference between the clocks
	last        int64 // result
	rate        series
	states      states
	label       *label // of the newest result; nil after a gap
	labelAt     int64  // since when
	missing     bool   // results, since the newest one
}

// label is what is counted of one label.
type label struct {
	name    string
	number  uint8
	count   int64
	dwell   int64 // in all
	longest int64
}

// Event is an event, ready to be counted: made of a brief by [Prepare], which may run in any goroutine.
type Event struct {
	recording.Brief
	shape uint64
}

// Prepare does what can be done of an event by itself.
func Prepare(ev *Event) {
	ev.Session, ev.Label = ev.Session[:min(len(ev.Session), maxName)], ev.Label[:min(len(ev.Label), maxName)]
	switch ev.Kind {
	case client.KindHeartbeat, client.KindNotice, client.KindProgress, client.KindStart, client.KindEnd: // their texts say nothing of the session
		return
	}
	if ev.Label == nil {
		ev.shape = shapeOf(ev.Text)
	}
}

// Add counts an event that was received at a time, in Unix nanoseconds.
func (c *Collector) Add(at int64, ev *Event) {
	c.pass(at)
	s := c.newest
	if s == nil || s.id != string(ev.Session) {
		if s = c.session(ev.Session); s == nil {
			c.other++
			return
		}
		c.newest = s
	}
	s.kinds[ev.Kind]++
	s.payload += int64(ev.Payload)
	if ev.Level == client.LevelWarn {
		s.warnings++
	}
	if ev.Backlog && ev.Kind != client.KindNotice {
		return // when it was is not known
	}
	if ev.Sent != 0 {
		s.delayed(at - ev.Sent)
	}
	switch {
	case ev.Kind == client.KindNotice:
		s.notice(at, ev.Notice)
		return
	case ev.Kind == client.KindResult:
		s.result(at, ev)
	}
	if ev.shape != 0 {
		c.groups.add(at, ev)
	}
}

// pass notes the time.
func (c *Collector) pass(at int64) {
	if c.from == 0 || at < c.from {
		c.from = at
	}
	c.to = max(c.to, at)
}

func (c *Collector) session(id []byte) *session {
	id = id[:min(len(id), maxName)]
	s := c.sessions[string(id)]
	if s == nil && len(c.order) < maxSessions {
		s = &session{id: string(id), labels: map[string]*label{}, transitions: map[uint16]int64{}, notices: map[client.NoticeCode]int64{}}
		c.sessions[s.id] = s
		c.order = append(c.order, s)
	}
	return s
}

func (s *session) notice(at int64, code client.NoticeCode) {
	if len(s.notices) < 32 || s.notices[code] > 0 {
		s.notices[code]++
	}
	if code == client.NoticeGap || code == client.NoticeReconnecting || code == client.NoticeClosed {
		s.settle(s.last) // what was, when nothing could be received, is not known
		s.label, s.last = nil, 0
		s.states.received(at)
	}
}

func (s *session) delayed(diff int64) {
	if diff > maxDelay || diff < -maxDelay {
		return
	}
	if s.fastest == 0 || diff < s.fastest {
		s.fastest = diff
	}
	s.delays.Add(time.Duration(diff - s.fastest))
}

func (s *session) result(at int64, ev *Event) {
	s.rate.add(at)
	if s.last != 0 {
		s.intervals.Add(time.Duration(at - s.last))
	}
	if s.missing { // what was meanwhile is no label's time
		s.settle(s.last)
		s.labelAt, s.missing = at, false
	}
	s.last = at
	s.states.received(at)
	if ev.Confidence >= 0 {
		s.confidence[min(int(ev.Confidence*confidenceBins), confidenceBins-1)]++
	}
	if ev.Label == nil {
		return
	}
	l := s.label
	if l == nil || l.name != string(ev.Label) {
		if l = s.labels[string(ev.Label)]; l == nil {
			if l = s.newLabel(ev.Label); l == nil {
				s.otherLabels++
				s.settle(at)
				s.label = nil
				return
			}
		}
		s.settle(at)
		if s.label != nil {
			s.step(s.label, l)
		}
		s.label, s.labelAt = l, at
	}
	l.count++
}

// settle ends the time of the label that was.
func (s *session) settle(at int64) {
	if s.label != nil && at > s.labelAt {
		s.label.dwell += at - s.labelAt
		s.label.longest = max(s.label.longest, at-s.labelAt)
		s.labelAt = at
	}
}

func (s *session) newLabel(name []byte) *label {
	if len(s.byNumber) == maxLabels {
		return nil
	}
	l := &label{name: string(name), number: uint8(len(s.byNumber))}
	s.byNumber, s.labels[l.name] = append(s.byNumber, l), l
	return l
}

func (s *session) step(from, to *label) {
	key := uint16(from.number)<<8 | uint16(to.number)
	if len(s.transitions) == maxTransitions && s.transitions[key] == 0 {
		s.otherSteps++
		return
	}
	s.transitions[key]++
}

// Entry counts any other line of a recording, or what has happened in its place.
func (c *Collector) Entry(it recording.Item) {
	at := it.At.UnixNano()
	switch e := it.Entry.(type) {
	case recording.State:
		c.pass(at)
		if s := c.session([]byte(e.Session)); s != nil {
			s.states.change(e.From, e.To, at)
			s.missing = s.missing || at > s.last && (e.To == health.Quiet.String() || e.To == health.Silent.String())
		}
	case recording.Connection:
		c.pass(at)
		if s := c.session([]byte(e.Session)); s != nil {
			s.wire = max(s.wire, e.Bytes)
		}
	case recording.Lost:
		c.lost += e.Events
	case recording.Tick:
		c.pass(at)
	}
}

// Live counts what a store takes in. Use [NewLive]; it belongs to the goroutine of the store.
type Live struct {
	*Collector
	changes map[string]int // of the state, by session, that were counted
	began   time.Time      // what is reported late of the time before is of this moment; zero: of its own
}

// NewLive makes a Live that has counted nothing.
func NewLive() *Live { return &Live{Collector: New(), changes: map[string]int{}} }

// NewLiveFrom makes a Live that counts from a moment on, of which a store already knows what was before.
func NewLiveFrom(now time.Time, store *watch.Store) *Live {
	l := NewLive()
	l.began = now
	for _, s := range store.Known() {
		if s.Connection == nil {
			continue
		}
		state := s.Health.State(now).Code.String()
		l.changes[s.Record.ID] = s.Health.TimelineLen()
		l.Entry(recording.Item{At: now, Entry: recording.State{Session: s.Record.ID, From: state, To: state}})
	}
	return l
}

// Batch counts a batch that the store has taken in.
func (l *Live) Batch(b *watch.Batch) {
	for i := range b.Events {
		ev := Event{Brief: recording.BriefOf(&b.Events[i])}
		Prepare(&ev)
		l.Add(b.Events[i].Received.UnixNano(), &ev)
	}
}

// Second counts changes of state and the bytes of connections. It is to be called once a second, and at the end.
func (l *Live) Second(now time.Time, store *watch.Store) {
	for _, s := range store.Known() {
		if s.Connection == nil {
			continue
		}
		s.Health.State(now) // settles what the passing of time has changed
		id := s.Record.ID
		changes, total := s.Health.TimelineAfter(l.changes[id])
		l.changes[id] = total
		for _, x := range changes {
			at := x.At
			if at.Before(l.began) {
				at = l.began
			}
			l.Entry(recording.Item{At: at, Entry: recording.State{Session: id, From: x.From.String(), To: x.To.String()}})
		}
		bytes, _ := s.Connection.Received()
		l.Entry(recording.Item{At: now, Entry: recording.Connection{Session: id, Bytes: bytes}})
	}
	for id := range l.changes {
		if store.Session(id) == nil {
			delete(l.changes, id)
		}
	}
	l.Entry(recording.Item{At: now, Entry: recording.Tick{}})
}
