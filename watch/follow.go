package watch

import (
	"context"
	"time"
)

// Follow takes a source's batches into a book, and lets the book's monitors ask what they want to
// know, until ctx is done, the source has no more, or each returns false. It is what a screen does,
// without one: each is called after every batch, with that batch, and once a second, with nil. It is
// told of all that the book takes in: a batch that was under way at the end, too, after it returned
// false or ctx was done; what it returns then does not count. A source that is a recording tells when
// a second is over, and may put another book in the place of this one.
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
	take := func(b Batch) (more bool) {
		if book.Apply(b); b.Tick {
			return second(src, book, b.Taken, each)
		}
		return each(b.Taken, &b)
	}
	defer func() {
		cancel()
		for b := range batches {
			take(b)
		}
	}()
	var tick <-chan time.Time // none for a recording
	if !src.Recorded() {
		ticker := time.NewTicker(time.Second)
		defer ticker.Stop()
		tick = ticker.C
	}
	for more := true; more; {
		select {
		case b, ok := <-batches:
			more = ok && take(b)
		case now := <-tick:
			more = second(src, book, now, each)
		case <-ctx.Done():
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
