package client

import (
	"context"
	"time"
)

// Retry is a request that failed and is made again.
type Retry struct {
	Attempt int           // the next one, from 2
	Of      int           // how many are made at most
	Wait    time.Duration // until then
	Err     error         // why the one before failed
}

type retryKey struct{}

// OnRetry gives a context in which f gets to know of each request that is made again. It is called by
// whichever goroutine makes the request.
func OnRetry(ctx context.Context, f func(Retry)) context.Context {
	return context.WithValue(ctx, retryKey{}, f)
}

// Retrying calls the function given by [OnRetry].
func Retrying(ctx context.Context, r Retry) {
	if f, ok := ctx.Value(retryKey{}).(func(Retry)); ok {
		f(r)
	}
}
