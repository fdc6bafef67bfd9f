package cli

import "runtime/debug"

// gcPercent is how much garbage a screen lets grow before it is collected, in percent of what lives.
// What lives is mostly history, which is bounded, and quick to look through because each event has few
// pointers. Go's usual 100 would let as much again lie about.
const gcPercent = 50

// spareMemory makes this process collect garbage earlier, until restore is called. GOGC overrules it.
func spareMemory(env Env) (restore func()) {
	if env.Getenv("GOGC") != "" {
		return func() {}
	}
	before := debug.SetGCPercent(gcPercent)
	return func() { debug.SetGCPercent(before) }
}
