package cli

import (
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// How much garbage may lie about before it is collected, in percent of what lives.
const (
	// maxScreenGOGC is less than Go's default of 100: what lives is mostly history, which is bounded, and quick to
	// look through because each event has few pointers.
	maxScreenGOGC = 75
	// minScreenGOGC is for a screen on which little happens, such as that of a thousand quiet sessions.
	minScreenGOGC = 15
	// smallScreenHeap is what has to live for that: of less there is nothing to gain, and each collection takes a
	// millisecond or two all the same. They were about a tenth of what an idle screen took of a core.
	smallScreenHeap = 16 << 20
	// gogcPerMiB is how much each MiB/s of new memory adds. What collecting takes of a core grows with
	// that rate over the percentage, whatever lives: up to maxScreenGOGC it stays the same, two or three hundredths.
	gogcPerMiB = 4
	// screenMemory is what a screen should take besides its history. What waits and what is decoded is bounded,
	// but may be allocated many times over before garbage is collected by the percentage: near the limit it is
	// collected sooner, which costs time only where a server sends that much.
	screenMemory = 96 << 20
	// spareMemory is the part of what lives that there is room for besides, at least. A limit below what lives is no limit:
	// with 5,000 sessions, which take 320 MiB, half of the time went into collecting, and the screen fell behind.
	spareMemory = 4
	// streamPercent is more, for commands that keep next to nothing: at 100 they collect for each few
	// thousand events. streamLimit is what their memory should stay under all the same.
	streamPercent = 400
	streamLimit   = 128 << 20
)

// collector lets this process collect garbage as often as takes little time. GOGC overrules it.
//
// What it is worth, with 1,000 sessions at 1 event/s, against a fixed maxScreenGOGC (`GOGC=75`; `go run ./bench -quick -run many`
// with and without it, one after the other on a loaded machine): 106 MiB resident in place of 116, and 108 in place of 126
// once events are retained, for 21.5 % of a core in place of 19.
type collector struct {
	off       bool
	before    int   // the percentage of the process
	limit     int64 // and its limit
	least     int64 // the limit while little lives, in bytes
	most      int64 // that is set
	percent   int
	allocated uint64 // bytes, since the process began
	at        time.Time
}

// newCollector begins with a screen on which much happens, for which retention bytes are retained. The
// process is as it was after restore.
func newCollector(env Env, retention int64) *collector {
	c := &collector{off: env.Getenv("GOGC") != "" || env.Getenv("GOMEMLIMIT") != "", percent: maxScreenGOGC}
	if !c.off {
		c.before = debug.SetGCPercent(maxScreenGOGC)
		c.least = screenMemory + 3*retention/2
		c.most = c.least
		c.limit = debug.SetMemoryLimit(c.least)
	}
	return c
}

func (c *collector) restore() {
	if !c.off {
		debug.SetGCPercent(c.before)
		debug.SetMemoryLimit(c.limit)
	}
}

// second looks how much memory was taken since the last call.
func (c *collector) second(now time.Time) {
	if c.off {
		return
	}
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}, {Name: "/gc/heap/live:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}}
	metrics.Read(sample)
	taken, took, live := sample[0].Value.Uint64(), now.Sub(c.at), sample[1].Value.Uint64()
	c.setLimit(int64(live + sample[2].Value.Uint64()))
	if c.allocated > 0 && took > 0 {
		c.setGOGC(float64(taken-c.allocated)/took.Seconds(), live)
	}
	c.allocated, c.at = taken, now
}

// setLimit sets the limit for what lives, in bytes, with the stacks. It goes by steps, as setGOGC does.
func (c *collector) setLimit(live int64) {
	if limit := max(c.least, live+live/spareMemory); limit > c.most || limit < c.most-c.most/spareMemory {
		c.most = limit + limit/8
		if limit == c.least {
			c.most = limit
		}
		debug.SetMemoryLimit(c.most)
	}
}

// setGOGC sets the percentage for a rate, in bytes a second, and for what lives, in bytes. It goes by steps, as
// to set it holds the process up for a moment.
func (c *collector) setGOGC(rate float64, live uint64) {
	steps := int(min(rate/(1<<20)*gogcPerMiB/minScreenGOGC, maxScreenGOGC/minScreenGOGC))
	if live < smallScreenHeap {
		steps = maxScreenGOGC / minScreenGOGC
	}
	if percent := max(steps, 1) * minScreenGOGC; percent != c.percent {
		debug.SetGCPercent(percent)
		c.percent = percent
	}
}

// collectLater makes it collect garbage less often, until restore is called. GOGC and GOMEMLIMIT
// overrule it.
func collectLater(env Env) (restore func()) {
	if env.Getenv("GOGC") != "" || env.Getenv("GOMEMLIMIT") != "" {
		return func() {}
	}
	percent, limit := debug.SetGCPercent(streamPercent), debug.SetMemoryLimit(streamLimit)
	return func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	}
}
