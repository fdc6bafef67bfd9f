package watch

import (
	"context"
	"time"

	"lenswatch/client"
)

// SetBatchInterval changes the shortest time between two batches, from the next batch on.
func (h *Hub) SetBatchInterval(frame time.Duration) { h.batchInterval.Store(int64(frame)) }

// Next waits for something to hand over, and for the frame's time since the last batch. It fails
// only with ctx's error, or when the hub is closed and empty. One goroutine calls it at a time, once it
// has dealt with the batch before, whose events count as on their way until then.
func (h *Hub) Next(ctx context.Context) (Batch, error) {
	h.mu.Lock()
	h.room.release(h.streams)
	h.mu.Unlock()
	closed := h.ctx.Done()
	select {
	case <-h.ready:
	case <-ctx.Done():
		return Batch{}, ctx.Err()
	case <-closed:
		return h.remaining()
	}
	if wait := time.Duration(h.batchInterval.Load()) - time.Since(h.delivered); wait > 0 {
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			h.mu.Lock()
			h.signal()
			h.mu.Unlock()
			return Batch{}, ctx.Err()
		case <-closed:
		}
	}
	return h.takePending(), nil
}

// remaining hands over what a closed hub still holds.
func (h *Hub) remaining() (Batch, error) {
	b := h.takePending()
	if b.empty() {
		return b, context.Canceled
	}
	return b, nil
}

// takePending takes the pending batch.
func (h *Hub) takePending() Batch {
	h.mu.Lock()
	b := h.pending
	h.pending = Batch{Events: make([]client.Event, 0, len(b.Events))}
	select {
	case <-h.ready:
	default:
	}
	h.room.handOver(h.streams)
	h.mu.Unlock()
	h.delivered = time.Now()
	b.Delivered = h.delivered
	b.Requests = h.requests()
	return b
}

// requests are those that services have ended since the last batch.
func (h *Hub) requests() (out []client.Request) {
	for _, s := range h.services {
		r, ok := s.(client.Requester)
		if !ok {
			continue
		}
		name := s.Name()
		ended, newest := r.Requests(h.asked[name])
		h.asked[name] = newest
		for _, x := range ended {
			x.Service = name
			out = append(out, x)
		}
	}
	return out
}
