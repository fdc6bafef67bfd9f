package sse

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

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

// MaxRetryAfter is the longest wait that a server's Retry-After can impose. A service that asks for more is asked
// again after this time all the same: one mistaken header must not end watching for good.
const MaxRetryAfter = 5 * time.Minute

// RetryAfter is how long an answer asks to wait, 0 if it does not. It is in seconds or until a date, which is
// measured by the clock of the answer itself, because the clocks may differ. It may be any length; see [MaxRetryAfter].
func RetryAfter(h http.Header) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if value == "" {
		return 0
	}
	if seconds, err := strconv.ParseFloat(value, 64); err == nil || seconds > 0 { // the error of a number too large has +Inf
		return Seconds(seconds)
	}
	until, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	return max(until.Sub(now), 0)
}

// Seconds converts a number of seconds from outside, which may be anything.
func Seconds(n float64) time.Duration {
	const most = float64(math.MaxInt64 / int64(time.Second))
	if math.IsNaN(n) || n <= 0 {
		return 0
	}
	return time.Duration(min(n, most-1) * float64(time.Second))
}
