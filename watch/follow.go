package watch

import (
	"context"
	"time"
)

// Follow takes a hub's batches into a book, and lets the book's monitors ask what they want to
// know, until ctx is done or each returns false. It is what a screen does, without one: each is
// called after every batch, with that batch, and once a second, with nil. A batch that was under
// way at the end is taken in, and each is not told of it.
func Follow(ctx context.Context, hub *Hub, book *Book, each func(now time.Time, b *Batch) bool) {
	ctx, cancel := context.WithCancel(ctx)
	batches := make(chan Batch)
	go func() {
		defer close(batches)
		for {
			b, err := hub.Next(ctx)
			if err != nil {
				return
			}
			batches <- b
		}
	}()
	defer func() {
		cancel()
		for b := range batches {
			book.Apply(b)
		}
	}()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case b, ok := <-batches:
			if !ok {
				return
			}
			book.Apply(b)
			if !each(b.Taken, &b) {
				return
			}
		case now := <-tick.C:
			book.Tick(now)
			for _, p := range book.Probes(now) {
				hub.Probe(p)
			}
			if !each(now, nil) {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}
