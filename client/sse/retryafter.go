package sse

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

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
