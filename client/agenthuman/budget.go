package agenthuman

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"lenswatch/client"
	"lenswatch/client/rest"
	"lenswatch/client/sse"
)

const (
	// window and defaultLimit are the rate that the documents give: 60 requests a minute.
	window       = time.Minute
	defaultLimit = 60
	maxLimit     = 10_000

	// reserve is the share of the rate that is reserved for creating and ending.
	reserve = 6

	// patience is how long a request that only reads waits for its turn.
	patience = 5 * time.Second

	// maxReset is the longest that the service's word on the next minute is believed.
	maxReset = 2 * time.Minute
)

// budget keeps all requests of a Service within the rate of the service: by its own count, and by
// what the service says is left, since others may use the key too. It is safe for concurrent use.
type budget struct {
	mu    sync.Mutex
	limit int
	sent  []time.Time // of the last minute
	left  int         // as reported, until reset
	reset time.Time
}

// admit waits until a request may be made, and counts it. If that is later than ctx lasts, or for a
// request that only reads, later than its patience, it does not wait: the error says how long it would
// have been.
func (b *budget) admit(ctx context.Context, call rest.Call) error {
	urgent := call.Method != http.MethodGet
	for {
		wait := b.take(time.Now(), urgent)
		if wait <= 0 {
			return nil
		}
		if until, ok := ctx.Deadline(); ok && time.Until(until) <= wait || !urgent && wait > patience {
			return &client.Error{
				Op: call.Op, Kind: client.ErrRateLimited, RetryAfter: wait,
				Message: fmt.Sprintf("request limit reached for this minute (shared by all programs with this key); next request in %d s", int(wait.Seconds())+1),
			}
		}
		if err := rest.Sleep(ctx, wait); err != nil {
			return fmt.Errorf("%s: %w", call.Op, err)
		}
	}
}

// take counts a request if one may be made now, and else says how long not.
func (b *budget) take(now time.Time, urgent bool) (wait time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	limit := cmp.Or(b.limit, defaultLimit)
	retained := 0
	if !urgent {
		retained = limit / reserve
	}
	old := 0
	for old < len(b.sent) && now.Sub(b.sent[old]) >= window {
		old++
	}
	b.sent = append(b.sent[:0], b.sent[old:]...)
	if over := len(b.sent) - (limit - retained); over >= 0 {
		wait = b.sent[over].Add(window).Sub(now)
	}
	if now.Before(b.reset) && b.left <= retained {
		wait = max(wait, b.reset.Sub(now))
	}
	if wait > 0 {
		return wait
	}
	b.sent = append(b.sent, now)
	b.left--
	return 0
}

// observe reads what an answer says of the rate.
func (b *budget) observe(status int, h http.Header) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	if n, err := strconv.Atoi(h.Get("X-RateLimit-Limit")); err == nil && n > 0 && n <= maxLimit {
		b.limit = n
	}
	left, err := strconv.Atoi(h.Get("X-RateLimit-Remaining"))
	limited := status == http.StatusTooManyRequests
	if limited {
		left = 0
	}
	if err == nil || limited {
		b.left, b.reset = left, now.Add(resetIn(h, now, limited))
	}
}

// resetIn is how long the present minute of the rate lasts, by the service's own clock. Where it does
// not say, a request that was refused has to wait for a minute, as the documents have it.
func resetIn(h http.Header, now time.Time, limited bool) time.Duration {
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	wait := sse.RetryAfter(h)
	// Unix seconds in the documents' example; a small number can only be seconds from now.
	if n, err := strconv.ParseFloat(strings.TrimSpace(h.Get("X-RateLimit-Reset")), 64); err == nil && n >= 0 {
		if n < 1e8 {
			wait = max(wait, sse.Seconds(n))
		} else {
			wait = max(wait, rest.UnixTime(n).Sub(now))
		}
	}
	if wait <= 0 && limited {
		wait = window
	}
	return min(max(wait, 0), maxReset)
}
