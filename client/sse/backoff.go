package sse

import "time"

// minRetry is the shortest reconnection time that a server can ask for: "retry: 0" must not make
// the client spin.
const minRetry = 100 * time.Millisecond

// A delay says how long to wait before the next attempt: the base (the initial delay, or what a
// retry field asked for), doubled with each failure in a row, up to half of it added by chance so
// that many clients do not come back together, at most the longest delay. A server's Retry-After
// counts even if it is longer, up to [MaxRetryAfter].
//
// It is a BackOff for the library, whose own keeps 5 KiB of random state for each instance, and so
// for each session that is watched.
type delay struct {
	base, next time.Duration
	longest    time.Duration
	rand       func() float64
	retryAfter time.Duration // of this attempt, 0 if the server asked for nothing
}

func newDelay(o Options) *delay {
	return &delay{base: o.InitialDelay, next: o.InitialDelay, longest: o.MaxDelay, rand: o.Rand}
}

// Reset implements backoff.BackOff.
func (d *delay) Reset() { d.next = d.base }

// NextBackOff implements backoff.BackOff.
func (d *delay) NextBackOff() time.Duration {
	wait := min(d.next, d.longest)
	// Two thirds leave room for chance below the longest.
	d.next = min(2*d.next, d.longest*2/3)
	wait = min(wait+time.Duration(d.rand()*float64(wait)/2), d.longest)
	return max(wait, min(d.retryAfter, MaxRetryAfter))
}

// setBase takes a reconnection time that the stream asked for.
func (d *delay) setBase(base time.Duration) {
	d.base = min(max(base, minRetry), d.longest)
	d.Reset()
}
