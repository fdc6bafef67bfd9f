package watch

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"lenswatch/client"
)

// payload is a result with a payload of n bytes.
func payload(session string, n int) client.Event {
	ev := result(session, "x")
	ev.Raw = make([]byte, n)
	return ev
}

// What waits for a screen that stands still is bounded in bytes, whatever the events' size and the
// number of streams, and each stream has its part of it.
func TestWhatWaitsIsBoundedInBytes(t *testing.T) {
	for _, c := range []struct{ streams, size int }{{1, 1}, {1, 1 << 20}, {60, 1 << 20}, {200, 300}, {3, 16 << 20}} {
		t.Run(fmt.Sprintf("%d streams, %d bytes", c.streams, c.size), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var bytes atomic.Int64
				raw := make([]byte, c.size)
				s := &service{name: "a", watch: func(ctx context.Context, id string, _ client.WatchOptions, sink func(client.Event)) error {
					for ctx.Err() == nil {
						ev := result(id, "x")
						ev.Raw = raw
						sink(ev)
						bytes.Add(ev.Size())
					}
					return nil
				}}
				h := NewHub([]client.Service{s}, Options{})
				defer h.Close()
				for i := range c.streams {
					_ = h.Watch("a", fmt.Sprint(i))
				}
				most := max(int64(DefaultWaiting), DefaultWaiting/2+int64(c.size)+1<<10)
				for range 3 {
					synctest.Wait()
					if n := bytes.Load(); n > most || n == 0 {
						t.Fatalf("%d bytes wait, at most %d may", n, most)
					}
					bytes.Store(0)
					if _, err := h.Next(t.Context()); err != nil {
						t.Fatal(err)
					}
					synctest.Wait()
					if n := bytes.Load(); n > most/2+1 {
						t.Fatalf("%d bytes more were accepted while the batch was being dealt with", n)
					}
					_, _ = h.Next(ctxDone(t)) // the batch is dealt with
				}
			})
		})
	}
}

// A session of small events continues while others fill all the room there is with large ones.
func TestLargeEventsDoNotHoldUpOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{name: "a", watch: func(ctx context.Context, id string, _ client.WatchOptions, sink func(client.Event)) error {
			for i := 0; ctx.Err() == nil; i++ {
				if id != "small" {
					sink(payload(id, 1<<20))
				} else if i < 20 {
					sink(result(id, "x"))
				} else {
					<-ctx.Done()
				}
			}
			return nil
		}}
		h := NewHub([]client.Service{s}, Options{})
		defer h.Close()
		for i := range 30 {
			_ = h.Watch("a", fmt.Sprint(i))
		}
		synctest.Wait()
		_ = h.Watch("a", "small")
		synctest.Wait()
		b, err := h.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		small := 0
		for i := range b.Events {
			if b.Events[i].Session == "small" {
				small++
			}
		}
		if small != 20 {
			t.Fatalf("%d of 20 small events came with the first batch", small)
		}
	})
}

// Where each event takes all the room, all sessions have their turn.
func TestLargeEventsTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{name: "a", watch: func(ctx context.Context, id string, _ client.WatchOptions, sink func(client.Event)) error {
			for ctx.Err() == nil {
				sink(payload(id, 9<<20))
			}
			return nil
		}}
		h := NewHub([]client.Service{s}, Options{})
		defer h.Close()
		const streams = 5
		for i := range streams {
			_ = h.Watch("a", fmt.Sprint(i))
		}
		came := map[string]int{}
		for range 4 * streams {
			b, err := h.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for i := range b.Events {
				came[b.Events[i].Session]++
			}
			synctest.Wait()
		}
		for i := range streams {
			if n := came[fmt.Sprint(i)]; n < 3 {
				t.Errorf("session %d: %d events of %v", i, n, came)
			}
		}
	})
}

// BenchmarkThousandsWait is an event of a stream while 5,000 wait for room.
func BenchmarkThousandsWait(b *testing.B) {
	var left atomic.Int64
	left.Store(int64(b.N))
	s := &service{name: "a", watch: func(ctx context.Context, id string, _ client.WatchOptions, sink func(client.Event)) error {
		ev := payload(id, 1<<10)
		for ctx.Err() == nil && left.Add(-1) >= 0 {
			sink(ev)
		}
		<-ctx.Done()
		return nil
	}}
	h := NewHub([]client.Service{s}, Options{Waiting: 2 << 20, BatchInterval: 1})
	defer h.Close()
	for i := range 5000 {
		_ = h.Watch("a", fmt.Sprint(i))
	}
	for n := 0; n < b.N; {
		batch, err := h.Next(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		n += len(batch.Events)
	}
}
