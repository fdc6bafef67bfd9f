package archetype

import (
	"context"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
	"lenswatch/client/simulator"
)

// A session that is watched takes four goroutines: its own, the library's reader, and two of net/http for its
// connection. Each has a stack; together they are a third of what a quiet session costs.
func TestGoroutinesOfASession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const sessions = 20
		sim, s := simulate(t, simulator.Config{Quota: sessions})
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		before := clientGoroutines()
		for range sessions {
			id, err := sim.Create(simulator.LensActivityMonitor)
			if err != nil {
				t.Fatal(err)
			}
			running.Go(func() {
				if err := s.Watch(ctx, id, client.WatchOptions{Channel: client.ChannelSSE, Commands: &client.CommandQueue{}}, func(client.Event) {}); err != nil {
					t.Error(err)
				}
			})
		}
		<-time.After(time.Minute)
		synctest.Wait()
		if got := clientGoroutines() - before; got > 4*sessions {
			t.Errorf("%d goroutines for %d sessions, want at most four each", got, sessions)
		}
		cancel()
		running.Wait()
	})
}

// clientGoroutines counts the goroutines that are not the simulator's end of a connection.
func clientGoroutines() (n int) {
	buf := make([]byte, 4<<20)
	for stack := range strings.SplitSeq(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
		if !strings.Contains(stack, "client/simulator.") && !strings.Contains(stack, "net/http.(*Server)") && !strings.Contains(stack, "net/http.(*conn") {
			n++
		}
	}
	return n
}
