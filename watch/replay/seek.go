package replay

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"lenswatch/client/recording"
	"lenswatch/watch"
)

// ErrNoMark is what looking for a gap or an error answers where there is none any more.
var ErrNoMark = errors.New("no more of them in the recording")

// target is where to seek to: a time, a number of events, or the next mark.
type target struct {
	until  time.Time // what was taken up to then, if it is not zero
	events int64     // so many events
	mark   Mark      // the first marked event after so many events, where byMark is set
	byMark bool
}

// seeker is a point in a recording, and the store of what came before.
type seeker struct {
	cur    *cursor
	store  *watch.Store
	ahead  *watch.Batch // what comes next, if it was read
	events int64        // taken in
	at     time.Time
	sought *atomic.Int64
	follow func(*watch.Batch)
}

// runSeek reads a recording from the beginning up to a target. Beyond the end is the end, but for a mark.
// What it found is read until reading is done. How far it has got is in sought, in nanoseconds since the start.
func runSeek(ctx, reading context.Context, path string, m *marks, services []watch.ServiceInfo, o Options, to target, sought *atomic.Int64) (*seeker, error) {
	cur, err := openCursor(reading, path, m)
	if err != nil {
		return nil, err
	}
	store := watch.NewStore(services, o.Budget)
	store.SetThresholds(o.Thresholds)
	p := &seeker{cur: cur, store: store, at: cur.r.Start(), sought: sought, follow: func(*watch.Batch) {}}
	if o.Seeking != nil {
		p.follow = o.Seeking(store)
	}
	if err := p.run(ctx, to); err != nil {
		_ = cur.r.Close()
		return nil, err
	}
	return p, nil
}

func (p *seeker) run(ctx context.Context, to target) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		if to.until.IsZero() && !to.byMark && p.events >= to.events {
			return nil
		}
		b, err := p.cur.next()
		switch {
		case errors.Is(err, recording.ErrPause):
			continue
		case errors.Is(err, io.EOF) && to.byMark:
			return fmt.Errorf("seek to the next %v: %w", to.mark, ErrNoMark)
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if !to.until.IsZero() && b.Delivered.After(to.until) {
			p.ahead, p.at = &b, to.until
			return nil
		}
		n, here := to.within(&b, p.events)
		if here && n < len(b.Events) {
			first, rest := split(b, n)
			p.ahead, b = &rest, first
		}
		p.apply(b)
		if here {
			return nil
		}
	}
}

// within reports whether a batch holds the event that is the target, and how many of its events are
// to be taken in then. before is how many came before the batch.
func (to target) within(b *watch.Batch, before int64) (n int, here bool) {
	switch {
	case to.byMark:
		for i := range b.Events {
			if before+int64(i)+1 > to.events && to.mark.on(&b.Events[i]) {
				return i + 1, true
			}
		}
	case to.until.IsZero() && before+int64(len(b.Events)) >= to.events:
		return int(to.events - before), true
	}
	return 0, false
}

// apply takes a batch in as whoever follows a source does.
func (p *seeker) apply(b watch.Batch) {
	p.store.Apply(b)
	if b.Tick {
		p.store.Tick(b.Delivered)
		p.store.Probes(b.Delivered) // the monitors note what they asked; the answers are in the recording
		for _, s := range p.store.Sessions() {
			s.Health.Verdict(b.Delivered) // which notes since when it is given
		}
	}
	p.follow(&b)
	p.events += int64(len(b.Events))
	p.at = b.Delivered
	p.sought.Store(int64(p.at.Sub(p.cur.r.Start())))
}

// split cuts a batch behind its n-th event, so that a store that takes in both parts comes to the same.
func split(b watch.Batch, n int) (first, rest watch.Batch) {
	first, rest = b, watch.Batch{Events: b.Events[n:], Ended: b.Ended, Probes: b.Probes, Oldest: b.Oldest, Delivered: b.Delivered}
	first.Events, first.Ended, first.Probes = b.Events[:n:n], nil, nil
	return first, rest
}
