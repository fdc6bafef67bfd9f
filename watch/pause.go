package watch

import "time"

// maxIdle is how long the store may be left alone: it is given the time once a second. After longer, lenswatch did
// not run, or what it writes to was blocked.
const maxIdle = 3 * time.Second

// pause is the newest time in which the store was left alone.
type pause struct{ from, to time.Time }

// holds reports whether a time is well inside the pause: what was received then waited for its end.
func (p pause) holds(t time.Time) bool {
	return t.After(p.from.Add(maxIdle/3)) && t.Before(p.to.Add(-maxIdle/3))
}

// wake notes that the store is used again at a time. If it was left alone for too long, the monitors are informed, before
// they learn of anything newer, so that they conclude nothing from that time.
func (b *Store) wake(now time.Time) {
	last := b.lastTick
	if last.IsZero() || now.Sub(last) <= maxIdle {
		return
	}
	b.lastTick, b.paused = now, pause{last, now}
	for _, s := range b.known {
		s.Health.Paused(last, now, "lenswatch was stopped or its output blocked")
	}
}

// lagOf is how long the oldest event of a batch waited for the store. The time in which nothing ran is none.
func (b *Store) lagOf(batch Batch) time.Duration {
	lag := batch.Lag()
	p := b.paused
	if p.to.IsZero() || !batch.Oldest.Before(p.to) {
		return lag
	}
	for i := range batch.Events {
		if p.holds(batch.Events[i].Received) {
			return lag // it was received meanwhile: lenswatch ran, and was blocked
		}
	}
	return max(0, lag-p.to.Sub(p.from))
}
