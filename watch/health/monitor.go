package health

import (
	"time"

	"lenswatch/client"
)

// Monitor watches over the health of one session. Make one with [New].
type Monitor struct {
	clock
	cfg     Config
	session string

	// The connection.
	connState    connState
	opened       tick // the newest connection
	first        tick // the first connection
	attemptSince tick // since when, while not open, the newest attempt or wait lasts
	attempt      int
	nextAt       tick // of the next attempt, never if unknown
	renewing     bool // the open connection is given up for another
	lastByte     tick // of any kind
	lastAny      tick // newest event that arrived over the connection
	bytes        int64
	heartbeats   heartbeats
	bursts       bursts
	connections  connections
	fail         failure

	// The data.
	lastResult    tick
	lastOutput    tick          // newest event of the kind that intervals are learnt from
	lastData      tick          // newest event of the lens of any kind but errors
	lastHere      tick          // the same, by the channel being read
	lastGap       time.Duration // between the two newest outputs
	lastStall     tick          // the end of the newest interval that had been called quiet
	byResults     bool          // intervals are learnt from results alone; until one arrived, from all output
	overdueAtLoss bool          // output was overdue when the connection was lost, and none has arrived since
	broken        bool          // something hid arrivals since the last output: the interval teaches nothing
	intervals     intervals
	outliers      outliers
	slow          slowdown
	typical       time.Duration // cached with limit
	weight        float64       // of intervals, cached with limit
	limit         time.Duration // of intervals, cached; 0 if to be computed again
	rates         rates
	delay         delays
	repeats       repeats
	foreign       string // the session that the events of this connection name, where it is another
	count         Counts
	backlog       int64 // results that had waited
	errors        lensErrors
	endText       string           // what was said of the end
	claims        client.Heartbeat // by the newest heartbeat

	// What others report.
	rec      client.Session
	sampled  tick      // when rec was updated last
	idleFrom time.Time // the newest event by the first record that has one, by the service's clock
	made     time.Time // by the service's clock, the newest record
	lens     lens
	channel  client.Channel // the channel being read, by the notices
	switched bool           // another was read before
	reader   string
	timing   client.Timing
	counters counters
	siblings siblings
	probes   probes
	lag      lag
	notFound tick // when the service said that there is no such session

	// What was said.
	state    StateCode
	changed  tick // since when it is in state
	timeline timeline
	verdict  VerdictCode
	since    tick // of verdict
	sound    tick // since when it has had more than low confidence without interruption; never if it has not

	recentIntervals, recentDelays recent // between outputs, and from the service to here by the two clocks
}

// lens is what counts of what the session runs.
type lens struct {
	channel client.Channel
	inputs  []string // input stream types
	writer  string   // where its results go that no channel leads to; empty if it is not known
}

// lensErrors is what the lens reports of failures.
type lensErrors struct {
	text  string        // the newest, cut
	at    tick          // when it arrived
	run   int64         // how many since then
	total int64         // ever, those that are logged among them
	share float64       // of errors, over the newest results and errors
	every time.Duration // between two errors, smoothed
	good  int           // results since the newest error
}

// New makes the Monitor of a session that is watched from now on. The zero Config has the
// defaults.
func New(session string, now time.Time, cfg Config) *Monitor {
	m := &Monitor{
		cfg: cfg.withDefaults(), clock: clock{base: now}, session: session,
		opened: never, first: never, nextAt: never, lastByte: never, lastAny: never,
		lastResult: never, lastOutput: never, lastData: never, lastHere: never, lastStall: never,
		errors: lensErrors{at: never}, notFound: never,
		verdict: verdictCount, sound: never,
	}
	m.heartbeats.reset(m.cfg.HeartbeatInterval)
	m.bursts.last = never
	m.counters.reset()
	m.probes.requested, m.probes.reached = never, never
	for i := range m.probes.newest {
		m.probes.newest[i].at = never
	}
	m.lag.at, m.lag.over = never, never
	return m
}

// Session is the id of the watched session.
func (m *Monitor) Session() string { return m.session }

// Observe handles the session's next event. Events are to arrive in order; one that claims to be
// older than its predecessor counts as having arrived together with it. ev is not retained.
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
	waited := m.during(ev.Received)
	m.broken = m.broken || waited
	m.arrive(ev, at)
	if waited { // the time to the next one is not its interval either
		m.broken, m.heartbeats.broken = true, true
	}
	if m.state != Live || m.connState != connOpen {
		m.settle(at)
	}
}

// arrive counts an event that arrived over the connection.
func (m *Monitor) arrive(ev *client.Event, at tick) {
	// A comment is a sign of life, but keeps no time: some servers send one with each frame.
	comment := ev.Kind == client.KindHeartbeat && ev.Wire == "comment"
	beat := ev.Kind == client.KindHeartbeat && !comment
	m.count.Events++
	if m.notFound != never && at > m.notFound && ev.Kind != client.KindEnd {
		m.notFound = never
	}
	m.bursts.add(at, beat, ev.Time)
	if !comment {
		m.heartbeats.add(at, beat, max(m.lastAny, m.opened))
	}
	m.counters.noteReceived(at)
	m.lastAny, m.lastByte = at, max(at, m.lastByte)
	switch ev.Kind {
	case client.KindHeartbeat:
		if ev.Heartbeat != nil {
			m.claims = *ev.Heartbeat
		}
		return
	case client.KindStart:
		m.setReader(ev.Notice)
		return
	case client.KindEnd:
		m.endText = short(ev.Text, 320)
		if m.channel == client.ChannelPoll {
			return // there is no stream that ends: the session is over, as the notice that follows says
		}
		m.lose(connectionEnd{at: at, announced: true})
		m.connState, m.attemptSince = connEnding, at
		return
	case client.KindResult:
		m.count.Results++
		if !ev.Backlog {
			m.rates.add(at)
		}
	case client.KindLog:
		m.count.Logs++
	case client.KindError:
		m.count.Errors++
	default:
		m.count.Others++
	}
	if ev.Backlog { // that the channel has delivered is all that it shows
		m.lastHere = at
		if ev.Kind == client.KindResult {
			m.backlog++
		}
		return
	}
	if !ev.Time.IsZero() && !m.during(ev.Received) {
		m.delay.add(ev.Received.Sub(ev.Time), at)
		m.recentDelays.add(ev.Received.Sub(ev.Time))
	}
	m.data(ev, at)
}

// data learns from an event of the lens. Output are its results, and until one arrived what has a type
// that lenswatch does not know. Logs, steps and errors are not, however many there are.
func (m *Monitor) data(ev *client.Event, at tick) {
	failed := ev.Kind == client.KindError || ev.Kind == client.KindLog && ev.Level == client.LevelError
	result := ev.Kind == client.KindResult
	output := !failed && (result || ev.Kind == client.KindOther && !m.byResults)
	output = output && !m.repeats.add(ev, at)
	m.counters.noteData(output)
	if failed {
		m.errors.add(ev.Text, at)
		return
	}
	m.lastData, m.lastHere = at, at
	if !output {
		return // what is no output, or was one before
	}
	if result {
		m.lastResult = at
		m.errors.result()
		if !m.byResults {
			// What arrived before the first result says nothing of the pace of results.
			m.byResults, m.broken = true, true
			m.intervals.reset(at)
			m.outliers, m.limit = outliers{}, 0
		}
	}
	if m.lastOutput == never {
		m.lastGap = 0
	} else {
		m.lastGap = time.Duration(at - m.lastOutput)
		m.recentIntervals.add(m.lastGap)
		if !m.broken {
			m.learn(m.lastGap, at)
		}
	}
	m.lastOutput, m.broken, m.overdueAtLoss = at, false, false
}

// Changing reports whether something changes that a little more time may show to be trouble, though nothing is wrong so
// far: delays that grow, or results that become rarer.
func (m *Monitor) Changing(now time.Time) bool {
	f := m.facts(m.tick(now))
	_, rarer := f.slowedFrom()
	return rarer > 0 || !m.delay.set && m.delay.rise.steps > 1
}

const (
	// errEvery is the shortest time between two error texts that are stored.
	errEvery = tick(time.Second)
	// errSmooth is over about how many results and errors the share of errors runs.
	errSmooth = 20
)

func (e *lensErrors) add(text string, at tick) {
	if e.at == never || at-e.at >= errEvery {
		e.text = short(text, 160)
	}
	if gap := time.Duration(at - e.at); e.at != never && e.every > 0 {
		e.every += (gap - e.every) / errSmooth
	} else if e.at != never {
		e.every = gap
	}
	e.at = at
	e.run++
	e.total++
	e.good = 0
	e.share += (1 - e.share) / errSmooth
}

func (e *lensErrors) result() {
	e.run = 0
	e.good++
	e.share -= e.share / errSmooth
}

// over reports whether the errors have stopped: results arrive, and none of them failed for several times as long as
// errors were apart. Where half of all fail at random, that happens by chance once in 256.
func (e *lensErrors) over(now tick) bool {
	return e.good >= minErrors && time.Duration(now-e.at) > errorsOver*e.every
}

// errorsOver is for how many of their intervals errors have to be missing.
const errorsOver = 4

// Connection takes how many bytes were received over the connection so far, and when the newest were; see
// [client.Connection]. It makes comments and slow large events count as signs of life.
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
	at      tick // of the report
	over    tick // since when it is above Config.Lag; never if it is not
}

// lagWindow is how long a report of the lag holds.
const lagWindow = tick(10 * time.Second)

// Lag says how far the viewer is behind: the age of the oldest event that is received and not
// yet shown, and how many events wait. Report it while events flow, once a second or so.
func (m *Monitor) Lag(behind time.Duration, pending int, at time.Time) {
	now := m.tick(at)
	l := lag{behind: behind, pending: pending, at: now, over: never}
	if behind >= m.cfg.Lag {
		l.over = now
		if behind >= lagLasts+m.cfg.Lag {
			l.over = now - tick(lagLasts) // that it has waited for so long shows since when
		}
		if m.lag.over != never && now-m.lag.at < lagWindow {
			l.over = m.lag.over
		}
	}
	m.lag = l
}
