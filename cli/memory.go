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
	// watchedMemory is what each watched session may take besides. With 5,000 they are 400 MiB: of a limit without them more
	// than half of the time went into collecting, and the screen fell behind.
	watchedMemory = 80 << 10
	// streamPercent is more, for commands that keep next to nothing: at 100 they collect for each few
	// thousand events. streamLimit is what their memory should stay under all the same, but for watchedMemory.
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
	percent   int
	allocated uint64 // bytes, since the process began
	at        time.Time
}

// newCollector begins with a screen on which much happens, of so many sessions at most, for which retention bytes are
// retained. The process is as it was after restore.
func newCollector(env Env, retention int64, watched int) *collector {
	c := &collector{off: env.Getenv("GOGC") != "" || env.Getenv("GOMEMLIMIT") != "", percent: maxScreenGOGC}
	if !c.off {
		c.before = debug.SetGCPercent(maxScreenGOGC)
		c.limit = debug.SetMemoryLimit(screenMemory + 3*retention/2 + int64(watched)*watchedMemory)
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
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}, {Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	taken, took := sample[0].Value.Uint64(), now.Sub(c.at)
	if c.allocated > 0 && took > 0 {
		c.setGOGC(float64(taken-c.allocated)/took.Seconds(), sample[1].Value.Uint64())
	}
	c.allocated, c.at = taken, now
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

// collectLater makes a command that watches so many sessions at most collect garbage less often, until restore is called.
// GOGC and GOMEMLIMIT overrule it.
func collectLater(env Env, watched int) (restore func()) {
	if env.Getenv("GOGC") != "" || env.Getenv("GOMEMLIMIT") != "" {
		return func() {}
	}
	percent, limit := debug.SetGCPercent(streamPercent), debug.SetMemoryLimit(streamLimit+int64(watched)*watchedMemory)
	return func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	}
}
