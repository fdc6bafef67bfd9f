package sse

import (
	"context"
	"errors"
	"sync"
	"time"
)

const (
	// smallEvent is how much data of an event each stream puts together by itself, in bytes.
	smallEvent = 64 << 10
	// largeHold is how long an event that is larger may take to come while others wait for their turn.
	largeHold = 30 * time.Second
)

// ErrSlow: a large event was given up because it arrived so slowly that others could not be received.
var ErrSlow = errors.New("large event arrived too slowly while others were waiting")

// Large is the memory in which the streams that share it put together their large events: one at a time,
// so that many streams take no more than one. The others stop reading until it is their turn, which
// their servers notice. An event that has not come whole within 30 s of its turn is given up once
// another waits. Use [NewLarge].
type Large struct {
	turn chan struct{} // has a token while it is somebody's turn

	mu    sync.Mutex
	owner *receiver // whose event stands in buf; nil while nobody's does that could be given up
	since time.Time
	buf   []byte
}

// NewLarge makes a Large.
func NewLarge() *Large { return &Large{turn: make(chan struct{}, 1)} }

// Take waits for a turn, which nothing ends but [Large.Give]: something else that is large is received, and handed over. It
// returns the error of ctx if that is done before.
func (l *Large) Take(ctx context.Context) error {
	for {
		select {
		case l.turn <- struct{}{}:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(largeHold):
			if l.late() {
				return nil
			}
		}
	}
}

// Give ends a turn that was taken.
func (l *Large) Give() { <-l.turn }

// begin waits for a turn, and begins it with what there is of the event.
func (l *Large) begin(ctx context.Context, r *receiver, data []byte) {
	if l.Take(ctx) != nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.owner, l.since = r, time.Now()
	l.buf = append(l.buf[:0], data...)
}

// late gives up the event whose turn has lasted too long. The turn is the caller's then.
func (l *Large) late() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.owner == nil || time.Since(l.since) < largeHold {
		return false
	}
	l.owner = nil
	return true
}

// add adds to the event, unless it was given up.
func (l *Large) add(r *receiver, text []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.owner == r {
		l.buf = append(l.buf, text...)
	}
}

// whole is the event once it is complete; it is given up no more. It is nil if it was before.
func (l *Large) whole(r *receiver) []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.owner != r {
		return nil
	}
	l.since = time.Now().Add(never)
	return l.buf
}

// never is longer than a handler holds a stream back.
const never = 1 << 62

// end ends the turn, if it still is the receiver's.
func (l *Large) end(r *receiver) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.owner == r {
		l.owner, l.buf = nil, nil
		<-l.turn
	}
}
