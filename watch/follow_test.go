package watch

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
)

// endless is a source with an event for whoever asks.
type endless struct{ Source }

func (endless) Next(ctx context.Context) (Batch, error) {
	if err := ctx.Err(); err != nil {
		return Batch{}, err
	}
	return Batch{Events: []client.Event{result("one", "hello")}, Delivered: time.Now()}, nil
}

// The caller sees all that the store takes in, whoever ends it.
func TestFollowReportsTheLastBatch(t *testing.T) {
	for name, end := range map[string]func(cancel func()) bool{
		"each is done": func(func()) bool { return false },
		"ctx is done":  func(cancel func()) bool { cancel(); return true },
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			store, reported := NewStore(nil, 0), int64(0)
			Follow(ctx, endless{}, store, func(_ time.Time, b *Batch) bool {
				if reported += int64(len(b.Events)); reported == 3 {
					return end(cancel)
				}
				return true
			})
			if reported < 3 || reported != store.Events() {
				t.Errorf("%s: reported %d events, the store took in %d", name, reported, store.Events())
			}
		})
	}
}
