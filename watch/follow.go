package watch

import (
	"context"
	"time"
)

// Follow takes a source's batches into a book, and lets the book's monitors ask what they want to
// know, until ctx is done, the source has no more, or each returns false. It is what a screen does,
// without one: each is called after every batch, with that batch, and once a second, with nil. A
// batch that was under way at the end is taken in, and each is not told of it. A source that is a
// recording tells when a second is over, and may put another book in the place of this one.
func Follow(ctx context.Context, src Source, book *Book, each func(now time.Time, b *Batch) bool) {
	ctx, cancel := context.WithCancel(ctx)
	batches := make(chan Batch)
	go func() {
		defer close(batches)
		for {
			b, err := src.Next(ctx)
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
	var tick <-chan time.Time // none for a recording
	if !src.Recorded() {
		ticker := time.NewTicker(time.Second)
		defer ticker.Stop()
		tick = ticker.C
	}
	for {
		var more bool
		select {
		case b, ok := <-batches:
			if !ok {
				return
			}
			if book.Apply(b); b.Tick {
				more = second(src, book, b.Taken, each)
			} else {
				more = each(b.Taken, &b)
			}
		case now := <-tick:
			more = second(src, book, now, each)
		case <-ctx.Done():
			return
		}
		if !more {
			return
		}
	}
}

// second does what is to be done once a second.
func second(src Source, book *Book, now time.Time, each func(now time.Time, b *Batch) bool) bool {
	book.Tick(now)
	for _, p := range book.Probes(now) {
		src.Probe(p)
	}
	return each(now, nil)
}
