package health

import (
	"time"

	"lenswatch/client"
)

// conn is where the connection stands, by the newest notice or event.
type conn uint8

const (
	connNone    conn = iota // no request was made yet
	connOpening             // a request is being made
	connOpen                // answered with 200
	connEnding              // the server ended the stream; whether the session lives is being asked
	connWaiting             // lost; another will be made
	connClosed              // over for good
)

// failure is why a connection was refused or lost.
type failure struct {
	remedy client.Remedy
	status int
	phase  client.Phase
	text   string // what was said of it, clean and short
}

// connsKept is of how many connections the end is remembered.
const connsKept = 8

// conns remembers how the newest of the connections that the server had opened ended.
type conns struct {
	ends [connsKept]connEnd
	n    int  // ended so far
	idle bool // the newest end was followed by the news that the session lives
}

type connEnd struct {
	at      tick
	life    time.Duration
	said    bool          // the server announced it with sse.stream.end
	silence time.Duration // how long no output had come
}

func (c *conns) add(e connEnd) {
	c.ends[c.n%connsKept] = e
	c.n++
	c.idle = false
}

// newest is the last end, if there was one.
func (c *conns) newest() (connEnd, bool) {
	if c.n == 0 {
		return connEnd{}, false
	}
	return c.ends[(c.n-1)%connsKept], true
}

// firstSince is the earliest end that is remembered and not before t.
func (c *conns) firstSince(t tick) (connEnd, bool) {
	for i := max(0, c.n-connsKept); i < c.n; i++ {
		if e := c.ends[i%connsKept]; e.at >= t {
			return e, true
		}
	}
	return connEnd{}, false
}

// loops counts the connections that ended after since and had lasted less than life.
func (c *conns) loops(since tick, life time.Duration) (n int) {
	for _, e := range c.ends[:min(c.n, connsKept)] {
		if e.at >= since && e.life < life {
			n++
		}
	}
	return n
}

// open notes that the server answered, by notice or by the first event where there is none.
func (m *Monitor) open(at tick) {
	if m.conn == connOpen {
		return
	}
	m.conn = connOpen
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
	end, _ := m.conns.newest()
	m.broken = m.broken || !m.conns.idle || at-end.at > tick(m.cfg.QuietFloor)
	m.beats.alone = false
	m.clumps.restart()
	m.counters.opened()
}

// lose notes the end of an open connection. said: the server announced it.
func (m *Monitor) lose(at tick, said bool) {
	if m.conn != connOpen {
		return
	}
	// Where the line itself was silent, the new connection may be all that was needed.
	_, silent := m.silent(at)
	m.owing = !silent && m.due(at) <= at
	m.conns.add(connEnd{at: at, life: time.Duration(at - m.opened), said: said, silence: m.silence(at)})
	m.beats.missed = m.missed(at)
}

// shut notes that there is no open connection now, and why.
func (m *Monitor) shut(to conn, ev *client.Event, at tick) {
	m.lose(at, ev.Notice.Code == client.NoticeIdleClose)
	if m.conn != to {
		m.conn, m.tried = to, at
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
		m.gone = at
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
		m.conns.idle = true
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
		m.turned = true
		m.lastHere, m.reader, m.beat = never, "", client.Beat{}
		m.beats.reset(m.cfg.Beat)
		m.clumps.restart()
		m.delay = delays{}
	}
	m.channel = c
	m.counters.opened()
}
