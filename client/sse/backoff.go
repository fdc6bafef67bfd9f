package sse

import (
	"time"

	"github.com/cenkalti/backoff/v5"
)

// minRetry is the shortest reconnection time that a server can ask for: "retry: 0" must not make
// the client spin.
const minRetry = 100 * time.Millisecond

// A delay says how long to wait before the next attempt: the base (the initial delay, or what a
// retry field asked for), doubled with each failure in a row, up to half of it added by chance so
// that many clients do not come back together, at most the longest delay. A server's Retry-After
// is retained even if it is longer, up to [MaxRetryAfter].
//
// It is a BackOff for the library too, which uses an older version of this package: that one keeps
// 5 KiB of random state for each instance, and so for each session that is watched.
type delay struct {
	*backoff.ExponentialBackOff
	longest    time.Duration
	rand       func() float64
	retryAfter time.Duration // of this attempt, 0 if the server asked for nothing
}

func newDelay(o Options) *delay {
	d := &delay{
		ExponentialBackOff: backoff.NewExponentialBackOff(),
		longest:            o.MaxDelay,
		rand:               o.Rand,
	}
	d.InitialInterval = o.InitialDelay
	d.RandomizationFactor = 0 // chance comes from rand
	d.Multiplier = 2
	d.MaxInterval = o.MaxDelay * 2 / 3 // leaves room for chance below the longest
	d.Reset()
	return d
}

// NextBackOff implements backoff.BackOff.
func (d *delay) NextBackOff() time.Duration {
	next := min(d.ExponentialBackOff.NextBackOff(), d.longest)
	next = min(next+time.Duration(d.rand()*float64(next)/2), d.longest)
	return max(next, min(d.retryAfter, MaxRetryAfter))
}

// setBase takes a reconnection time that the stream asked for.
func (d *delay) setBase(base time.Duration) {
	d.InitialInterval = min(max(base, minRetry), d.longest)
	d.Reset()
}
