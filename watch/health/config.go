package health

import "time"

// Config holds the thresholds of a [Monitor]. A field that is zero or negative has its default.
type Config struct {
	// QuietFloor is the shortest pause that can make a stream quiet, however fast it typically is.
	// Default 20 s: four heartbeats, and four samples of the counters, of the Lens API.
	QuietFloor time.Duration
	// WarmUp is how long a session that has produced nothing yet is given before that is looked
	// into. Default 120 s; 30 to 90 s are typical of the Lens API.
	WarmUp time.Duration
	// FirstResult is how long a session may go without a first result before it is quiet. Default
	// 10 min: there are lenses with one result in 5 min.
	FirstResult time.Duration
	// SlowStream is the longest that a stream is given of which too few results were seen to know
	// its typical interval. Default 30 min.
	SlowStream time.Duration
	// HeartbeatInterval is the time between two heartbeats until it is observed. Default 5 s.
	HeartbeatInterval time.Duration
	// MissedHeartbeats is how many heartbeats in a row must be missing before the connection is silent.
	// Default 3.
	MissedHeartbeats int
	// HardIdle is how long a stream that never sent a heartbeat may send no byte before it is
	// silent. Default 150 s: services were seen to say nothing for 60 to 90 s while warming up, and a
	// connection on which nothing arrives is made anew after 120 s.
	HardIdle time.Duration
	// IdleClose is the shortest time without a result after which the end of a stream is taken
	// for an idle close rather than for the end of its source. Default 45 s; the Lens API closes
	// after about 58 s.
	IdleClose time.Duration
	// Inactivity is how long without an event ends a session by itself. Default 30 min.
	Inactivity time.Duration
	// LoopCount connections that the server ended within LoopWindow, each having lasted less than
	// LoopLife, make a server that loops. Defaults 3, 2 min, 30 s.
	LoopCount  int
	LoopWindow time.Duration
	LoopLife   time.Duration
	// Lag is how far the viewer may be behind. Default 1 s.
	Lag time.Duration
	// ProbeEvery is the shortest time between two probes. Default and least 5 s.
	ProbeEvery time.Duration
}

// Defaults gives the thresholds that hold when none is set.
func Defaults() Config { return Config{}.withDefaults() }

func (c Config) withDefaults() Config {
	span := func(d *time.Duration, def time.Duration) {
		if *d <= 0 {
			*d = def
		}
	}
	count := func(n *int, def int) {
		if *n <= 0 {
			*n = def
		}
	}
	span(&c.QuietFloor, 20*time.Second)
	span(&c.WarmUp, 120*time.Second)
	span(&c.FirstResult, 10*time.Minute)
	span(&c.SlowStream, 30*time.Minute)
	span(&c.HeartbeatInterval, 5*time.Second)
	count(&c.MissedHeartbeats, 3)
	span(&c.HardIdle, 150*time.Second)
	span(&c.IdleClose, 45*time.Second)
	span(&c.Inactivity, 30*time.Minute)
	count(&c.LoopCount, 3)
	c.LoopCount = min(c.LoopCount, maxConnections)
	span(&c.LoopWindow, 2*time.Minute)
	span(&c.LoopLife, 30*time.Second)
	span(&c.Lag, time.Second)
	span(&c.ProbeEvery, minProbeInterval)
	c.ProbeEvery = max(c.ProbeEvery, minProbeInterval)
	return c
}

// minProbeInterval is the shortest time between two probes of one session that any setting allows.
const minProbeInterval = 5 * time.Second
