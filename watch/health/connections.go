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
	connEnding                   // the server ended the stream; whether the session lives is being checked
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
	at        tick
	life      time.Duration
	announced bool          // the server said so, with sse.stream.end
	requested bool          // lenswatch ended it
	silence   time.Duration // how long no output had arrived
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

// loops counts the connections that the server ended after since and that had lasted less than life.
func (c *connections) loops(since tick, life time.Duration) (n int) {
	for _, e := range c.ends[:min(c.n, maxConnections)] {
		if e.at >= since && e.life < life && !e.requested {
			n++
		}
	}
	return n
}

const (
	// cutRun is how many connections in a row have to end after the same time to show a rule behind it.
	cutRun = 3
	// minCutAge is the shortest life that is a limit of something on the way.
	minCutAge = 30 * time.Second
)

// cut is the time after which something ends each connection; 0 if nothing does. The newest ends were not
// announced, and at most a twentieth of their lives apart.
func (c *connections) cut() time.Duration {
	if c.n < cutRun {
		return 0
	}
	shortest, longest := c.ends[(c.n-1)%maxConnections].life, time.Duration(0)
	for i := c.n - cutRun; i < c.n; i++ {
		e := &c.ends[i%maxConnections]
		if e.announced || e.requested {
			return 0
		}
		shortest, longest = min(shortest, e.life), max(longest, e.life)
	}
	if shortest < minCutAge || longest-shortest > max(longest/20, time.Second) {
		return 0
	}
	return longest
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
	m.opened, m.foreign = at, ""
	m.attempt, m.nextAt = 0, never
	m.fail = failure{}
	// A pause that an idle close fell into is the stream's own. Any other loss hides what was sent
	// meanwhile.
	end, _ := m.connections.newest()
	m.broken = m.broken || !m.connections.idle || at-end.at > tick(m.cfg.QuietFloor)
	m.heartbeats.alone, m.heartbeats.broken = false, true
	m.bursts.restart()
	m.counters.reopen()
}

// lose notes the end of an open connection.
func (m *Monitor) lose(end connectionEnd) {
	if m.connState != connOpen {
		return
	}
	at := end.at
	// Where the connection itself was silent, the new one may be all that was needed.
	_, silent := m.silent(at)
	m.overdueAtLoss = !silent && m.due(at, m.quietAfter(at)) <= at
	end.life, end.silence = time.Duration(at-m.opened), m.silence(at)
	m.connections.add(end)
	m.heartbeats.missed = m.missed(at)
}

// shut notes that there is no open connection now, and why.
func (m *Monitor) shut(to connState, ev *client.Event, at tick) {
	n := ev.Notice
	m.lose(connectionEnd{
		at: at, announced: n.Code == client.NoticeIdleClose || n.Ending == client.EndingAnnounced,
		requested: n.Ending == client.EndingRequested || n.Code == client.NoticeChannel || n.Code == client.NoticeConnected,
	})
	if m.connState != to {
		m.connState, m.attemptSince = to, at
	}
	m.attempt, m.nextAt = n.Attempt, never
	if !n.Next.IsZero() {
		m.nextAt = m.tick(n.Next)
	}
}

// noteFailure notes why there is no connection. That the stream is not found says nothing of the session as
// long as the service knows it.
func (m *Monitor) noteFailure(ev *client.Event, at tick) {
	n := ev.Notice
	m.fail = failure{remedy: n.Remedy, status: n.Status, phase: n.Phase}
	if n.Remedy != client.RemedyNone || n.Code == client.NoticeReconnecting {
		m.fail.text = short(ev.Text, 320)
	}
	if n.Remedy == client.RemedyNotFound && n.Code == client.NoticeClosed {
		m.notFound = at
	}
}

// notice handles what the client itself says of the stream.
func (m *Monitor) notice(ev *client.Event, at tick) {
	n := ev.Notice
	if n == nil {
		return
	}
	m.settle(at)
	if n.Record != nil {
		m.Record(*n.Record, ev.Received)
	}
	// A connection that was silent for too long is made anew. That is no loss as long as it succeeds.
	renewing := m.renewing
	m.renewing = n.Ending == client.EndingTimeout && m.connState == connOpen && m.state != Silent && m.counters.unseen == 0 ||
		renewing && n.Code == client.NoticeConnecting
	switch n.Code {
	case client.NoticeConnecting:
		if !renewing {
			m.shut(connOpening, ev, at)
		}
	case client.NoticeConnected:
		counted, broken := m.counters, m.broken
		m.shut(connOpening, ev, at) // in case the loss of the connection before was not reported
		m.open(at)
		if renewing {
			// What was counted meanwhile is no less missing, and the pause is the stream's own.
			m.counters, m.broken = counted, broken
		}
		m.timing = n.Timing
		m.setChannel(n.Channel)
		m.setReader(n)
	case client.NoticeReconnecting:
		if !m.renewing {
			m.shut(connWaiting, ev, at)
			m.noteFailure(ev, at)
		}
	case client.NoticeIdleClose:
		m.shut(connWaiting, ev, at)
		m.connections.idle = true
		m.count.IdleCloses++
	case client.NoticeClosed:
		m.shut(connClosed, ev, at)
		m.noteFailure(ev, at)
		if n.Session.Final() && !m.rec.Status.Final() {
			m.rec.Status, m.rec.StatusText = n.Session, n.Session.String()
		}
	case client.NoticeGap:
		m.count.Gaps++
		m.count.GapTime += max(0, n.Duration)
	case client.NoticeDuplicate:
		m.count.Duplicates += max(1, n.Count)
	case client.NoticeForeign:
		m.foreign = short(n.Other, 80)
	case client.NoticeSkipped:
		m.count.Skipped++
	case client.NoticeChannel:
		m.setChannel(n.Channel)
		m.fail = failure{text: short(ev.Text, 160)} // why the stream is opened again now
	}
	m.settle(at)
}

// setReader notes the id that the server gave this reader, which the start of a stream reports.
func (m *Monitor) setReader(n *client.Notice) {
	if n != nil && n.ReaderID != "" {
		m.reader = short(n.ReaderID, 64)
	}
}

// setChannel notes which channel is read from now on. What the one before delivered, its heartbeats and
// its reader among it, says nothing of this one.
func (m *Monitor) setChannel(c client.Channel) {
	if c == client.ChannelUnknown || c == m.channel {
		return
	}
	if m.channel != client.ChannelUnknown {
		m.switched = true
		m.lastHere, m.reader, m.claims = never, "", client.Heartbeat{}
		m.heartbeats.reset(m.cfg.HeartbeatInterval)
		m.bursts.restart()
		m.delay = delays{}
	}
	m.channel = c
	m.counters.restart()
}
