package cli

import "runtime/debug"

// How much garbage may lie about before it is collected, in percent of what lives.
const (
	// screenPercent is less than Go's usual 100: what lives is mostly history, which is bounded, and quick
	// to look through because each event has few pointers.
	screenPercent = 75
	// streamPercent is more, for commands that keep next to nothing: at 100 they collect for each few
	// thousand events. streamLimit is what their memory should stay under all the same.
	streamPercent = 400
	streamLimit   = 128 << 20
)

// collectEarlier makes this process collect garbage sooner, until restore is called. GOGC overrules it.
func collectEarlier(env Env) (restore func()) {
	if env.Getenv("GOGC") != "" {
		return func() {}
	}
	before := debug.SetGCPercent(screenPercent)
	return func() { debug.SetGCPercent(before) }
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
