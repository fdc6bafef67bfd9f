package health

import (
	"time"

	"lenswatch/client"
)

// connState is where the connection stands, by the newest notice or event.
type connState uint8

const (
	connNone    connState = iota // no request was made yet
	connOpening                  // a request is being made
	connOpen                     // answered with 200
	connEnding                   // the server ended the stream; whether the session lives is being asked
	connWaiting                  // lost; another will be made
	connClosed                   // over for good
)

// failure is why a connection was refused or lost.
type failure struct {
	remedy client.Remedy
	status int
	phase  client.Phase
	text   string // what was said of it, clean and short
}

// maxConnections is of how many connections the end is remembered.
const maxConnections = 8

// connections remembers how the newest of the connections that the server had opened ended.
type connections struct {
	ends [maxConnections]connectionEnd
	n    int  // ended so far
	idle bool // the newest end was followed by the news that the session lives
}

type connectionEnd struct {
	at      tick
	life    time.Duration
	said    bool          // the server announced it with sse.stream.end
	silence time.Duration // how long no output had come
}

func (c *connections) add(e connectionEnd) {
	c.ends[c.n%maxConnections] = e
	c.n++
	c.idle = false
}

// newest is the last end, if there was one.
func (c *connections) newest() (connectionEnd, bool) {
	if c.n == 0 {
		return connectionEnd{}, false
	}
	return c.ends[(c.n-1)%maxConnections], true
}

// firstSince is the earliest end that is remembered and not before t.
func (c *connections) firstSince(t tick) (connectionEnd, bool) {
	for i := max(0, c.n-maxConnections); i < c.n; i++ {
		if e := c.ends[i%maxConnections]; e.at >= t {
			return e, true
		}
	}
	return connectionEnd{}, false
}

// loops counts the connections that ended after since and had lasted less than life.
func (c *connections) loops(since tick, life time.Duration) (n int) {
	for _, e := range c.ends[:min(c.n, maxConnections)] {
		if e.at >= since && e.life < life {
			n++
		}
	}
	return n
}

// open notes that the server answered, by notice or by the first event where there is none.
func (m *Monitor) open(at tick) {
	if m.connState == connOpen {
		return
	}
	m.connState = connOpen
	m.count.Connects++
	if m.first == never {
		m.first = at
	} else {
		m.count.Reconnects++
	}
	m.opened = at
	m.attempt, m.nextAt = 0, never
	m.fail = failure{}
	// A pause that an idle close fell into is the stream's own. Any other loss hides what came
	// meanwhile.
	end, _ := m.connections.newest()
	m.broken = m.broken || !m.connections.idle || at-end.at > tick(m.cfg.QuietFloor)
	m.heartbeats.alone = false
	m.bursts.restart()
	m.counters.opened()
}

// lose notes the end of an open connection. said: the server announced it.
func (m *Monitor) lose(at tick, said bool) {
	if m.connState != connOpen {
		return
	}
	// Where the line itself was silent, the new connection may be all that was needed.
	_, silent := m.silent(at)
	m.overdueAtLoss = !silent && m.due(at) <= at
	m.connections.add(connectionEnd{at: at, life: time.Duration(at - m.opened), said: said, silence: m.silence(at)})
	m.heartbeats.missed = m.missed(at)
}

// shut notes that there is no open connection now, and why.
func (m *Monitor) shut(to connState, ev *client.Event, at tick) {
	m.lose(at, ev.Notice.Code == client.NoticeIdleClose)
	if m.connState != to {
		m.connState, m.attemptSince = to, at
	}
	m.attempt, m.nextAt = ev.Notice.Attempt, never
	if !ev.Notice.Next.IsZero() {
		m.nextAt = m.tick(ev.Notice.Next)
	}
}

func (m *Monitor) noteFailure(ev *client.Event, at tick) {
	n := ev.Notice
	m.fail = failure{remedy: n.Remedy, status: n.Status, phase: n.Phase}
	if n.Remedy != client.RemedyNone || n.Code == client.NoticeReconnecting {
		m.fail.text = short(ev.Text, 160)
	}
	if n.Remedy == client.RemedyNotFound {
		m.ended = at
	}
}

// notice takes what the client itself said of the stream.
func (m *Monitor) notice(ev *client.Event, at tick) {
	n := ev.Notice
	if n == nil {
		return
	}
	m.settle(at)
	switch n.Code {
	case client.NoticeConnecting:
		m.shut(connOpening, ev, at)
	case client.NoticeConnected:
		m.shut(connOpening, ev, at) // in case the loss of the connection before was not told
		m.open(at)
		m.timing = n.Timing
		m.setChannel(n.Channel)
		m.setReader(n)
	case client.NoticeReconnecting:
		m.shut(connWaiting, ev, at)
		m.noteFailure(ev, at)
	case client.NoticeIdleClose:
		m.shut(connWaiting, ev, at)
		m.connections.idle = true
		m.count.IdleCloses++
	case client.NoticeClosed:
		m.shut(connClosed, ev, at)
		m.noteFailure(ev, at)
		if n.Session.Final() {
			m.rec.Status, m.rec.StatusText = n.Session, n.Session.String()
		}
	case client.NoticeGap:
		m.count.Gaps++
		m.count.GapTime += max(0, n.Duration)
	case client.NoticeDuplicate:
		m.count.Duplicates += max(1, n.Count)
	case client.NoticeSkipped:
		m.count.Skipped++
	case client.NoticeChannel:
		m.setChannel(n.Channel)
		m.fail = failure{text: short(ev.Text, 160)} // why the stream is opened again now
	}
	m.settle(at)
}

// setReader notes the id that the server gave this reader, which the start of a stream tells.
func (m *Monitor) setReader(n *client.Notice) {
	if n != nil && n.ReaderID != "" {
		m.reader = short(n.ReaderID, 64)
	}
}

// setChannel notes which channel is read from now on. What the one before brought, its heartbeats and
// its reader among it, says nothing of this one.
func (m *Monitor) setChannel(c client.Channel) {
	if c == client.ChannelUnknown || c == m.channel {
		return
	}
	if m.channel != client.ChannelUnknown {
		m.switched = true
		m.lastHere, m.reader, m.heartbeatInterval = never, "", client.Heartbeat{}
		m.heartbeats.reset(m.cfg.HeartbeatInterval)
		m.bursts.restart()
		m.delay = delays{}
	}
	m.channel = c
	m.counters.opened()
}
