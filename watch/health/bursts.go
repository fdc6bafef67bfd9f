package health

import "time"

// bursts looks for events that arrive together after a pause, as they do behind a proxy that
// holds an answer back until its buffer is full or a timer ends. A source that works in batches
// looks alike; what sets them apart is heartbeats, which no server sends in batches.
type bursts struct {
	last     tick // newest arrival
	start    tick // of the run of arrivals that it belongs to
	pause    time.Duration
	events   int   // in this run
	beats    int   // heartbeats in this run
	from, to int64 // service's time of the run's first and last event that has one, unix ns

	batched int           // runs with several heartbeats, since one arrived by itself
	spread  int           // runs whose events are far apart by the service's clock
	whole   int           // heartbeats that arrived within runs, since one arrived by itself
	hold    time.Duration // the pause before the newest of those runs
	at      tick          // when that was
}

const (
	burstGap    = tick(20 * time.Millisecond)  // between two arrivals of one run, at most
	burstSpan   = tick(250 * time.Millisecond) // of a whole run, at most
	burstPause  = time.Second                  // before a run, at least
	burstMaxAge = tick(2 * time.Minute)        // how long the evidence holds
)

// add notes an arrival, of a heartbeat or something else.
func (c *bursts) add(at tick, beat bool, t time.Time) {
	if c.last == never || at-c.last > burstGap {
		c.close(at)
		c.pause = 0
		if c.last != never {
			c.pause = time.Duration(at - c.last)
		}
		c.start, c.beats, c.from, c.to = at, 0, 0, 0
	}
	c.last = at
	c.events++
	if beat {
		c.beats++
	}
	if !t.IsZero() {
		c.to = t.UnixNano()
		if c.from == 0 {
			c.from = c.to
		}
	}
}

// close judges the run in progress, once, if it has ended by now.
func (c *bursts) close(now tick) {
	if c.events > 0 && now-c.last > burstGap {
		c.judge()
		c.events = 0
	}
}

func (c *bursts) judge() {
	if c.last-c.start > burstSpan || c.pause < burstPause || c.events < 2 {
		if c.beats > 0 {
			c.batched, c.spread, c.whole = 0, 0, 0
		}
		return
	}
	c.whole += c.beats
	apart := time.Duration(c.to - c.from)
	switch {
	case c.beats >= 2:
		c.batched++
	case c.events >= 3 && apart >= burstPause && apart >= c.pause/2:
		c.spread++
	default:
		return
	}
	c.hold, c.at = c.pause, c.last
}

// restart begins anew for a new connection. What it begins with, a replay perhaps, has no pause
// before it and so is no burst.
func (c *bursts) restart() { c.last, c.events = never, 0 }

// held is the pause before the newest burst that looked held back; 0 if that is long ago.
func (c *bursts) held(now tick) time.Duration {
	if c.batched+c.spread == 0 || now-c.at > max(burstMaxAge, tick(4*c.hold)) {
		return 0
	}
	return c.hold
}

// suspect reports whether something on the way holds events back, and whether that is certain.
func (c *bursts) suspect(now tick) (certain, ok bool) {
	if c.held(now) == 0 {
		return false, false
	}
	return c.batched >= 3, c.batched >= 2 || c.spread >= 3 && c.whole >= 3
}
