package replay

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"
)

// Position reports where the player is.
func (p *Player) Position() Position {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := p.clock(time.Now())
	out := Position{
		Length: p.length, LengthKnown: p.known, Speed: p.speed, Paused: p.paused, Seeking: p.seeking != nil,
		AtEnd: p.end && p.ahead == nil && p.store == nil, Events: p.events, Lost: p.cur.lost, Skipped: p.cur.r.Skipped(),
	}
	if out.Seeking {
		out.Sought = time.Duration(p.sought.Load())
	}
	if p.ahead != nil && at.After(p.ahead.Delivered) {
		at = p.ahead.Delivered // whoever takes the batches is behind
	}
	if out.AtEnd {
		out.Cut = p.cur.r.Cut()
		if at.After(p.cur.last) {
			at = p.cur.last
		}
	}
	out.At, out.Now = at, at.Sub(p.start)
	out.Length = max(out.Length, out.Now)
	return out
}

// Pause holds the recorded clock.
func (p *Player) Pause() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopClock()
	p.paused = true
}

// Resume lets it run on.
func (p *Player) Resume() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopClock()
	p.paused, p.steps = false, 0
	p.signal()
}

// SetSpeed sets how fast time runs: 1 is as it was; [Max], 0 and what is below are as fast as can be.
func (p *Player) SetSpeed(speed float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopClock()
	p.speed = speedOf(speed)
	p.signal()
}

// stopClock makes now the moment that the clock counts from. It is called with mu held.
func (p *Player) stopClock() {
	now := time.Now()
	at := p.clock(now)
	if p.ahead != nil && at.After(p.ahead.Delivered) {
		at = p.ahead.Delivered
	}
	if p.end && p.ahead == nil && at.After(p.cur.last) {
		at = p.cur.last
	}
	p.pos, p.anchor = at, now
}

// Step pauses, and goes n events on, or back if n is negative. Going back seeks; see Seek.
func (p *Player) Step(ctx context.Context, n int) error {
	p.mu.Lock()
	p.stopClock()
	p.paused = true
	if n >= 0 {
		p.steps += n
		p.signal()
		p.mu.Unlock()
		return nil
	}
	from := p.events
	if p.seeking != nil && p.aim >= 0 {
		from = p.aim // a step further back than the one under way
	}
	p.mu.Unlock()
	return p.seekTo(ctx, target{events: max(0, from+int64(n))})
}

// Seek seeks to a time since the start; beyond the end is the end. It returns when the place was
// found, which is handed over with the next batch as a whole store. Another call meanwhile takes its
// place: the error of this one is [context.Canceled] then.
func (p *Player) Seek(ctx context.Context, to time.Duration) error {
	return p.seekTo(ctx, target{until: p.start.Add(max(0, to))})
}

// SeekNext seeks to the next event with a mark, so that it is the newest. Where there is none it
// stays, and the error wraps [ErrNoMark].
func (p *Player) SeekNext(ctx context.Context, m Mark) error {
	p.mu.Lock()
	from := p.events
	p.mu.Unlock()
	return p.seekTo(ctx, target{byMark: true, mark: m, events: from})
}

// SeekPrev seeks to the newest event with a mark before the one that is now the newest.
func (p *Player) SeekPrev(ctx context.Context, m Mark) error {
	p.mu.Lock()
	from := p.events
	p.mu.Unlock()
	n := p.marks.before(m, from)
	if n == 0 {
		return fmt.Errorf("seek to the previous %v: %w", m, ErrNoMark)
	}
	return p.seekTo(ctx, target{events: n})
}

// seekTo looks for a place, and continues from there.
func (p *Player) seekTo(ctx context.Context, to target) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return context.Canceled
	}
	if p.seeking != nil {
		p.seeking()
	} else {
		p.stopClock()
	}
	p.seeks++
	createdHere := p.seeks
	sought := new(atomic.Int64)
	p.seeking, p.sought, p.aim = cancel, sought, -1
	if to.until.IsZero() && !to.byMark {
		p.aim = to.events
	}
	p.mu.Unlock()

	found, err := runSeek(ctx, p.ctx, p.path, &p.marks, p.Services(), p.opts, to, sought)

	p.mu.Lock()
	defer p.mu.Unlock()
	if createdHere != p.seeks || p.closed {
		if found != nil {
			_ = found.cur.r.Close()
		}
		return context.Canceled
	}
	p.seeking, p.anchor = nil, time.Now()
	p.signal()
	if err != nil {
		return err
	}
	_ = p.cur.r.Close() // it was only read
	p.cur, p.ahead, p.end, p.store = found.cur, found.ahead, false, found.store
	p.events, p.pos, p.steps = found.events, found.at, 0
	return nil
}
