package health

import "time"

// Durations is a sketch of durations in constant memory: a quantile read from it is off by at most a sixteenth. It
// forgets nothing. The zero value is ready.
type Durations struct{ sketch intervals }

// Add counts a duration. A negative one counts as 0.
func (d *Durations) Add(x time.Duration) {
	d.sketch.counts[intervalIndex(x)]++
	d.sketch.n++
}

// Quantiles describe what was added.
func (d *Durations) Quantiles() Quantiles {
	g := &d.sketch
	return Quantiles{N: g.n, P50: g.quantile(.5), P95: g.quantile(.95), P99: g.quantile(.99), Max: g.longest()}
}
