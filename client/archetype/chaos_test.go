package archetype

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
)

// chaos is how much is streamed, and how often it is cut.
func chaos(t *testing.T) (events, cuts int) {
	if testing.Short() {
		return 5_000, 50
	}
	return 100_000, 1_000
}

// cutter ends a connection at a random byte. It passes on all bytes before.
type cutter struct {
	w    *wire
	left int // bytes; negative: never cut
}

func (c *cutter) write(text string) {
	if c.left >= 0 && len(text) > c.left {
		_, _ = c.w.Write([]byte(text[:c.left]))
		_ = http.NewResponseController(c.w.ResponseWriter).Flush()
		c.w.drop()
	}
	c.left -= len(text)
	_, _ = c.w.Write([]byte(text))
}

func chaosEvent(i int) string {
	return fmt.Sprintf(`{"type":"inference.result","event_data":{"query_id":"qry-%d","response":["%d 🚜"]}}`, i, i)
}

// readChaos reads the number of an event back.
func readChaos(t *testing.T, ev client.Event) int {
	n, err := strconv.Atoi(strings.TrimSuffix(ev.Text, " 🚜"))
	if err != nil {
		t.Errorf("damaged: %q", ev.Text)
	}
	return n
}

func TestChaosWithIDs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		events, cuts := chaos(t)
		s := &script{}
		s.steps = []func(*wire){func(w *wire) {
			rng := rand.New(rand.NewPCG(1, uint64(w.n)))
			c := &cutter{w: w, left: -1}
			if w.n <= cuts {
				c.left = rng.IntN(2 * 90 * events / cuts)
			}
			last, _ := strconv.Atoi(w.r.Header.Get("Last-Event-ID"))
			c.write("retry: 100\n\n: hello\n\ndata: " + started + "\n\n")
			for i := max(1, last+1-rng.IntN(4)); i <= events; i++ {
				c.write(fmt.Sprintf("id: %d\nevent: message\ndata: %s\n\n", i, chaosEvent(i)))
			}
			_ = http.NewResponseController(w.ResponseWriter).Flush()
			w.hang()
		}}
		ctx, cancel := context.WithTimeout(t.Context(), 24*time.Hour)
		defer cancel()
		next := 1
		var dropped, gaps, resumed int64
		err := serve(t, s).Watch(ctx, "lsn-1", client.WatchOptions{}, func(ev client.Event) {
			switch {
			case ev.Kind == client.KindResult:
				if n := readChaos(t, ev); n != next || ev.ID != strconv.Itoa(n) {
					t.Errorf("got %d (id %s), want %d", n, ev.ID, next)
					cancel()
				}
				if next++; next > events {
					cancel()
				}
			case ev.Kind == client.KindOther:
				t.Errorf("damaged: %q", ev.Raw)
			case ev.Kind == client.KindNotice && ev.Notice.Code == client.NoticeDuplicate:
				dropped += ev.Notice.Count
			case ev.Kind == client.KindNotice && ev.Notice.Code == client.NoticeGap:
				gaps++
			case ev.Kind == client.KindNotice && ev.Notice.Code == client.NoticeResumed:
				resumed++
			}
		})
		synctest.Wait()
		replayed := len(s.lastIDs) - 1
		if err != nil || next != events+1 || gaps != 0 || replayed < cuts || dropped == 0 || resumed == 0 {
			t.Errorf("%d events, %d reconnects, %d resumed, %d gaps, %d replays dropped, %v", next-1, replayed, resumed, gaps, dropped, err)
		}
		t.Logf("%d events, %d reconnects, %d resumed, %d replays dropped", next-1, replayed, resumed, dropped)
	})
}

// TestChaosWithoutIDs streams what happens at a steady pace, whether anybody listens or not. On
// connecting the server replays nothing, or some of the newest events.
func TestChaosWithoutIDs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		events, cuts := chaos(t)
		const pace, burst = 10 * time.Millisecond, 20
		began := time.Now()
		s := &script{steps: []func(*wire){func(w *wire) {
			rng := rand.New(rand.NewPCG(1, uint64(w.n)))
			c := &cutter{w: w, left: -1}
			if w.n <= cuts {
				c.left = rng.IntN(2 * 110 * events / cuts / 4)
			}
			c.write("retry: 100\n\ndata: " + started + "\n\n")
			i := int(time.Since(began)/pace) - rng.IntN(60)
			for i = max(0, i); i < events; i++ {
				if due := began.Add(time.Duration(i-i%burst+burst) * pace); time.Now().Before(due) {
					_ = http.NewResponseController(w.ResponseWriter).Flush()
					w.wait(time.Until(due))
				}
				c.write("data: " + chaosEvent(i) + "\n\n")
			}
			c.left = -1
			w.data("", ended)
			w.hang()
		}}, status: say(200, gone)}
		seen := make([]bool, events)
		next, late, gap, uncovered := 0, 0, false, 0
		gaps, whole := 0, 0
		ctx, cancel := context.WithTimeout(t.Context(), 24*time.Hour)
		defer cancel()
		err := serve(t, s).Watch(ctx, "lsn-1", client.WatchOptions{}, func(ev client.Event) {
			switch {
			case ev.Kind == client.KindResult:
				n := readChaos(t, ev)
				if seen[n] {
					t.Errorf("%d came again: want %d", n, next)
					cancel()
				}
				seen[n] = true
				switch {
				case n < next:
					late++ // lost before, and now replayed
				case n > next && !gap:
					uncovered++
				}
				next, gap = max(next, n+1), gap && n < next
			case ev.Kind == client.KindOther:
				t.Errorf("damaged: %q", ev.Raw)
			case ev.Kind == client.KindNotice && ev.Notice.Code == client.NoticeGap:
				gaps++
				gap = true
			case ev.Kind == client.KindNotice && ev.Notice.Code == client.NoticeResumed:
				whole++
			}
		})
		synctest.Wait()
		if next < events && !gap {
			uncovered++
		}
		lost := 0
		for _, ok := range seen {
			if !ok {
				lost++
			}
		}
		if err != nil || uncovered != 0 || lost == 0 || whole == 0 {
			t.Errorf("up to %d, %d lost, %d losses without a gap, %d gaps, %d resumed whole, %v", next, lost, uncovered, gaps, whole, err)
		}
		t.Logf("%d reconnects, %d of %d events lost, %d late, %d gaps, %d resumed whole", len(s.lastIDs)-1, lost, events, late, gaps, whole)
	})
}
