package watch

import (
	"context"
	"time"

	"lenswatch/client/guard"
)

// Follow takes a source's batches into a store, and lets the store's monitors ask what they want to
// know, until ctx is done, the source has no more, or each returns false. It is what a screen does,
// without one: each is called after every batch, with that batch, and once a second, with nil. It is
// called for all that the store takes in: a batch that was under way at the end, too, after it returned
// false or ctx was done; what it returns then does not count. A source that is a recording reports when
// a second is over, and may put another store in the place of this one.
func Follow(ctx context.Context, src Source, store *Store, each func(now time.Time, b *Batch) bool) {
	ctx, cancel := context.WithCancel(ctx)
	batches, done := make(chan Batch), make(chan struct{})
	crashed := make(chan *guard.Crash, 1)
	guard.Go("source", func(c *guard.Crash) { crashed <- c; close(batches) }, func() {
		for {
			b, err := src.Next(ctx)
			if err != nil {
				close(batches)
				return
			}
			batches <- b
			<-done // what is in the batch counts as on its way until the next is asked for
		}
	})
	take := func(b Batch) (more bool) {
		defer func() { done <- struct{}{} }()
		if store.Apply(b); b.Tick {
			return everySecond(src, store, b.Delivered, each)
		}
		return each(b.Delivered, &b)
	}
	defer func() {
		cancel()
		for b := range batches {
			take(b)
		}
		select {
		case c := <-crashed:
			panic(c) // there is nothing to follow any more
		default:
		}
	}()
	var tick <-chan time.Time // none for a recording
	if _, live := src.(Live); live {
		ticker := time.NewTicker(time.Second)
		defer ticker.Stop()
		tick = ticker.C
	}
	for more := true; more; {
		select {
		case b, ok := <-batches:
			more = ok && take(b)
		case <-tick:
			more = everySecond(src, store, time.Now(), each) // the tick may have waited
		case <-ctx.Done():
			return
		}
	}
}

// everySecond does what is to be done once a second.
func everySecond(src Source, store *Store, now time.Time, each func(now time.Time, b *Batch) bool) bool {
	store.Tick(now)
	probes := store.Probes(now) // of a recording, the outcomes are in it
	if live, ok := src.(Live); ok {
		for _, p := range probes {
			live.Probe(p)
		}
	}
	return each(now, nil)
}
