package health

import (
	"time"

	"lenswatch/client"
)

// tick is a time as nanoseconds since the Monitor began. Times before that count as its beginning.
type tick int64

// never is the tick of what has not happened.
const never tick = -1

// Monitor watches over the health of one session. Make one with [New].
type Monitor struct {
	cfg     Config
	base    time.Time
	session string

	// The line.
	connState    connState
	opened       tick // the newest connection
	first        tick // the first connection
	attemptSince tick // since when, while not open, the newest attempt or wait lasts
	attempt      int
	nextAt       tick // of the next attempt, never if unknown
	lastByte     tick // of any kind
	lastAny      tick // newest event that came over the line
	bytes        int64
	heartbeats   heartbeats
	bursts       bursts
	connections  connections
	fail         failure

	// The data.
	lastResult        tick
	lastOutput        tick          // newest event of the kind that gaps are learnt from
	lastData          tick          // newest event of the lens of any kind but errors
	lastHere          tick          // the same, by the channel being read
	lastGap           time.Duration // between the two newest outputs
	lastStall         tick          // the end of the newest gap that had been called quiet
	byResults         bool          // gaps are learnt from results alone; until one came, from all data
	overdueAtLoss     bool          // output was overdue when the connection was lost, and none has come since
	broken            bool          // the connection was lost since the last output: the gap teaches nothing
	intervals         intervals
	outliers          outliers
	typical           time.Duration // of gaps, cached with limit
	weight            float64       // of gaps, cached with limit
	limit             time.Duration // of gaps, cached; 0 if to be computed again
	rates             rates
	delay             delays
	count             Counts
	errText           string
	errAt             tick
	endText           string           // what was said of the end
	heartbeatInterval client.Heartbeat // the newest claims of a heartbeat

	// What others tell.
	rec      client.Session
	lens     lens
	channel  client.Channel // the channel being read, as notices told
	switched bool           // another was read before
	reader   string
	timing   client.Timing
	counters counters
	siblings siblings
	probes   probes
	lag      lag
	ended    tick // when the service said that there is no such session

	// What was said.
	state    StateCode
	changed  tick // since when it is in state
	timeline timeline
	verdict  VerdictCode
	since    tick // of verdict
}

// lens is what counts of what the session runs.
type lens struct {
	channel client.Channel
	inputs  []string // input stream types
}

// New makes the Monitor of a session that is watched from now on. The zero Config has the
// defaults.
func New(session string, now time.Time, cfg Config) *Monitor {
	m := &Monitor{
		cfg: cfg.withDefaults(), base: now, session: session,
		opened: never, first: never, nextAt: never, lastByte: never, lastAny: never,
		lastResult: never, lastOutput: never, lastData: never, lastHere: never, lastStall: never, errAt: never, ended: never,
		verdict: verdictCount,
	}
	m.heartbeats.reset(m.cfg.HeartbeatInterval)
	m.bursts.last = never
	m.counters.first, m.counters.last, m.counters.received = never, never, never
	m.probes.requested, m.probes.reached = never, never
	for i := range m.probes.newest {
		m.probes.newest[i].at = never
	}
	m.lag.at, m.lag.over = never, never
	return m
}

// Session is the id of the watched session.
func (m *Monitor) Session() string { return m.session }

func (m *Monitor) tick(t time.Time) tick { return tick(max(0, t.Sub(m.base))) }

func (m *Monitor) time(t tick) time.Time {
	if t == never {
		return time.Time{}
	}
	return m.base.Add(time.Duration(t))
}

// Observe takes the session's next event. Events are to come in order; one that claims to be
// older than its predecessor counts as having come together with it. ev is not kept.
func (m *Monitor) Observe(ev *client.Event) {
	if ev == nil {
		return
	}
	at := max(m.tick(ev.Received), m.lastAny)
	if ev.Kind == client.KindNotice {
		m.notice(ev, at)
		return
	}
	if m.connState != connOpen || at-m.lastAny >= tick(m.cfg.QuietFloor) {
		m.settle(at) // so that what the pause made of the state is on record
		m.open(at)
	}
	m.arrive(ev, at)
	if m.state != Live || m.connState != connOpen {
		m.settle(at)
	}
}

// arrive counts an event that came over the line.
func (m *Monitor) arrive(ev *client.Event, at tick) {
	// A comment is life of the line, but keeps no time: some servers send one with each frame.
	comment := ev.Kind == client.KindHeartbeat && ev.Wire == "comment"
	beat := ev.Kind == client.KindHeartbeat && !comment
	m.count.Events++
	if m.ended != never && at > m.ended && ev.Kind != client.KindEnd {
		m.ended = never
	}
	m.bursts.add(at, beat, ev.Time)
	if !comment {
		m.heartbeats.add(at, beat, max(m.lastAny, m.opened))
	}
	m.rates.add(at, ev.Kind == client.KindResult, len(ev.Raw))
	m.counters.noteReceived(at)
	m.lastAny, m.lastByte = at, max(at, m.lastByte)
	switch ev.Kind {
	case client.KindHeartbeat:
		if ev.Heartbeat != nil {
			m.heartbeatInterval = *ev.Heartbeat
		}
		return
	case client.KindStart:
		m.setReader(ev.Notice)
		return
	case client.KindEnd:
		m.endText = short(ev.Text, 320)
		m.lose(at, true)
		m.connState, m.attemptSince = connEnding, at
		return
	case client.KindError:
		m.lensError(ev.Text, at)
		return
	case client.KindResult:
		m.count.Results++
	case client.KindLog:
		m.count.Logs++
	default:
		m.count.Others++
	}
	if !ev.Time.IsZero() {
		m.delay.add(ev.Received.Sub(ev.Time), at)
	}
	m.data(ev.Kind == client.KindResult, at)
}

// data learns from an event that is output of the lens.
func (m *Monitor) data(result bool, at tick) {
	m.lastData, m.lastHere = at, at
	if c := &m.counters; !c.seen {
		c.seen = true
		c.forget()
	}
	if result {
		m.lastResult = at
		if !m.byResults {
			// Training steps and logs that came before the first result say nothing of the
			// pace of results.
			m.byResults, m.broken = true, true
			m.intervals.reset(at)
			m.outliers, m.limit = outliers{}, 0
		}
	} else if m.byResults {
		return
	}
	if m.lastOutput != never {
		m.lastGap = time.Duration(at - m.lastOutput)
		if !m.broken {
			m.learn(m.lastGap, at)
		}
	}
	m.lastOutput, m.broken, m.overdueAtLoss = at, false, false
}

// errEvery is the shortest time between two error texts that are kept.
const errEvery = tick(time.Second)

func (m *Monitor) lensError(text string, at tick) {
	m.count.Errors++
	if m.errAt == never || at-m.errAt >= errEvery {
		m.errText = short(text, 160)
	}
	m.errAt = at
}

// Connection tells how many bytes came over the wire so far, and when the newest did; see
// [client.Connection]. It makes comments and slow large events count as life.
func (m *Monitor) Connection(bytes int64, last time.Time) {
	m.bytes = max(m.bytes, bytes)
	if !last.IsZero() {
		at := m.tick(last)
		m.lastByte = max(m.lastByte, at)
		if m.channel == client.ChannelMailbox {
			m.counters.polled(at)
		}
	}
}

// lag is how far what is shown is behind what was received.
type lag struct {
	behind  time.Duration
	pending int
	at      tick // of the telling
	over    tick // since when it is above Config.Lag; never if it is not
}

// lagWindow is how long a telling of the lag holds.
const lagWindow = tick(10 * time.Second)

// Lag tells how far the viewer is behind: the age of the oldest event that is received and not
// yet shown, and how many events wait. Tell it while events flow, once a second or so.
func (m *Monitor) Lag(behind time.Duration, pending int, at time.Time) {
	now := m.tick(at)
	l := lag{behind: behind, pending: pending, at: now, over: never}
	if behind >= m.cfg.Lag {
		l.over = now
		if m.lag.over != never && now-m.lag.at < lagWindow {
			l.over = m.lag.over
		}
	}
	m.lag = l
}
