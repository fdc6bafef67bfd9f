package cli

import (
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

// gcPercent is the percentage of this process.
func gcPercent() int {
	percent := debug.SetGCPercent(100)
	debug.SetGCPercent(percent)
	return percent
}

// A screen on which little happens collects its garbage sooner than one on which much does, and the
// process is as it was when the screen is gone.
func TestCollectorFollowsWhatHappens(t *testing.T) {
	before := gcPercent()
	c := newCollector(Env{Getenv: func(string) string { return "" }}, 0, 0)
	if got := gcPercent(); got != maxScreenGOGC {
		t.Errorf("%d %% at first", got)
	}
	for _, step := range []struct {
		rate float64 // MiB a second
		live uint64
		want int
	}{
		{0, smallScreenHeap, minScreenGOGC}, {5, smallScreenHeap, minScreenGOGC}, {10, smallScreenHeap, 30}, {1000, smallScreenHeap, maxScreenGOGC},
		{0.1, smallScreenHeap, minScreenGOGC}, {0.1, smallScreenHeap - 1, maxScreenGOGC},
	} {
		c.setGOGC(step.rate*(1<<20), step.live)
		if got := gcPercent(); got != step.want {
			t.Errorf("%d %% at %v MiB/s with %d bytes, want %d %%", got, step.rate, step.live, step.want)
		}
	}
	c.restore()
	if got := gcPercent(); got != before {
		t.Errorf("%d %% afterwards, %d %% before", got, before)
	}
}

// Many sessions take more than the limit of few.
func TestMemoryLimitCountsSessions(t *testing.T) {
	before := debug.SetMemoryLimit(-1)
	c := newCollector(Env{Getenv: func(string) string { return "" }}, 64<<20, 5000)
	if got := debug.SetMemoryLimit(-1); got < 500<<20 {
		t.Errorf("%d bytes for 5,000 sessions", got)
	}
	c.restore()
	if got := debug.SetMemoryLimit(-1); got != before {
		t.Errorf("%d bytes afterwards, %d before", got, before)
	}
}

func TestCollectorMeasuresAllocations(t *testing.T) {
	c := newCollector(Env{Getenv: func(string) string { return "" }}, 0, 0)
	defer c.restore()
	now := time.Now()
	c.second(now)
	for range 64 {
		runtime.KeepAlive(make([]byte, 1<<20))
	}
	c.second(now.Add(time.Second))
	if c.percent != maxScreenGOGC {
		t.Errorf("%d %% after 64 MiB in a second", c.percent)
	}
	alive := make([]byte, smallScreenHeap)
	runtime.GC()
	c.second(now.Add(time.Minute))
	runtime.KeepAlive(alive)
	if c.percent != minScreenGOGC {
		t.Errorf("%d %% after a minute with next to nothing", c.percent)
	}
}

// GOGC is the person's word.
func TestCollectorLeavesGOGC(t *testing.T) {
	before := gcPercent()
	c := newCollector(Env{Getenv: func(name string) string { return map[string]string{"GOGC": "50"}[name] }}, 0, 0)
	c.second(time.Now())
	c.second(time.Now().Add(time.Second))
	c.restore()
	if got := gcPercent(); got != before {
		t.Errorf("%d %%, %d %% before", got, before)
	}
}
