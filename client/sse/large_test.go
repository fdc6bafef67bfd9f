package sse

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// largeReceiver is a receiver that shares l, and what it hands on.
func largeReceiver(ctx context.Context, l *Large, event func([]byte), skipped func(error)) *receiver {
	return &receiver{ctx: ctx, large: l, handler: Handler{
		Event: func(e Event) { event(e.Data) },
		State: func(s State) { skipped(s.Err) },
	}}
}

// send hands a receiver an event of some lines, as the parser would.
func send(r *receiver, lines int, line string) {
	for range lines {
		r.line([]byte(line))
	}
	r.dispatch()
}

// Large events of many streams come whole, one after the other, in the memory of one.
func TestLargeEventsShareTheMemoryOfOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLarge()
		var came, under atomic.Int64
		const streams = 20
		for i := range streams {
			line := strings.Repeat(string(rune('a'+i%26)), 16<<10)
			r := largeReceiver(t.Context(), l, func(data []byte) {
				if under.Add(1) > 1 {
					t.Error("two large events are handed on at a time")
				}
				time.Sleep(time.Millisecond)
				under.Add(-1)
				if want := strings.Repeat(line+"\n", 64); string(data) != want[:len(want)-1] {
					t.Errorf("stream %d: the event did not come whole", i)
				}
				came.Add(1)
			}, func(err error) { t.Error(err) })
			go func() {
				for range 3 {
					send(r, 64, line)
				}
			}()
		}
		time.Sleep(time.Second)
		if came.Load() != 3*streams {
			t.Errorf("%d events arrived, of %d", came.Load(), 3*streams)
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		if cap(l.buf) > 0 {
			t.Errorf("%d bytes are held though no event is under way", cap(l.buf))
		}
	})
}

// An event whose rest does not come holds the others up for a bounded time, and is reported.
func TestSlowLargeEventsAreGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, began := NewLarge(), time.Now()
		line := strings.Repeat("x", 16<<10)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var skipped error
		slow := largeReceiver(ctx, l, func(data []byte) {
			if string(data) != "small" {
				t.Error("a slow event arrived")
			}
		}, func(err error) { skipped = err })
		for range 64 {
			slow.line([]byte(line))
		}
		var took []time.Duration
		for range 3 {
			r := largeReceiver(ctx, l, func(data []byte) {
				if !bytes.HasPrefix(data, []byte("y")) {
					t.Error("the event of another stream came")
				}
				took = append(took, time.Since(began))
			}, func(err error) { t.Error(err) })
			send(r, 10, strings.Repeat("y", 16<<10))
		}
		slow.line([]byte(line))
		slow.dispatch()
		if !errors.Is(skipped, ErrSlow) {
			t.Errorf("the slow event ended with %v", skipped)
		}
		if fmt.Sprint(took) != "[30s 30s 30s]" {
			t.Errorf("the others came after %v", took)
		}
		send(slow, 1, "small") // the stream continues
		if len(l.turn) != 0 {
			t.Error("a turn was not ended")
		}
	})
}

// A handler that is held back keeps its event, however long that lasts.
func TestHeldBackEventsAreNotGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLarge()
		ctx, cancel := context.WithCancel(t.Context())
		line := strings.Repeat("x", 16<<10)
		r := largeReceiver(ctx, l, func(data []byte) {
			time.Sleep(time.Hour)
			if strings.Contains(string(data), "y") {
				t.Error("the event of another stream is in it")
			}
		}, func(err error) { t.Error(err) })
		go send(r, 64, line)
		synctest.Wait()
		other := largeReceiver(ctx, l, func([]byte) {}, func(err error) { t.Error(err) })
		done := make(chan bool)
		go func() { send(other, 64, strings.Repeat("y", 16<<10)); close(done) }()
		time.Sleep(2 * time.Hour)
		<-done
		cancel()
	})
}

// A stream that ends within its turn, or while it waits for it, gives it back.
func TestEndedStreamsGiveTheirTurnBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLarge()
		line := strings.Repeat("x", 16<<10)
		first := largeReceiver(t.Context(), l, func([]byte) {}, nil)
		for range 64 {
			first.line([]byte(line))
		}
		ctx, cancel := context.WithCancel(t.Context())
		second := largeReceiver(ctx, l, func([]byte) { t.Error("an event arrived though the stream was over") }, func(error) {})
		go func() {
			for range 64 {
				second.line([]byte(line))
			}
			second.reset()
		}()
		synctest.Wait()
		cancel()
		synctest.Wait()
		first.connect()
		if len(l.turn) != 0 {
			t.Fatal("a turn was not given back")
		}
	})
}
