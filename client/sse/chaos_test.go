package sse

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// chaosEvent is what event n looks like on the wire, and what its data is.
func chaosEvent(n int) (wire, data string) {
	rng := rand.New(rand.NewPCG(uint64(n), 3))
	lines := make([]string, 1+rng.IntN(3))
	for i := range lines {
		lines[i] = strings.Repeat("é", rng.IntN(40)) + strconv.Itoa(n)
	}
	end := []string{"\n", "\r", "\r\n"}[rng.IntN(3)]
	fields := []string{"id: " + strconv.Itoa(n)}
	for _, line := range lines {
		fields = append(fields, "data: "+line)
	}
	if rng.IntN(2) == 0 { // the id last: where the line breaks, a part of it may stand
		fields = append(fields[1:], fields[0])
	}
	return strings.Join(fields, end) + end + end, strings.Join(lines, "\n")
}

// A server that resumes, and breaks off after a random number of bytes: no event is lost, handed on
// twice or out of order, and none is other than it was sent.
func TestChaos(t *testing.T) {
	const events, breaks = 20_000, 500
	synctest.Test(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(4, 4))
		connections := 0
		w := newWorld(t, func(w http.ResponseWriter, r *http.Request) {
			connections++
			n, _ := strconv.Atoi(r.Header.Get("Last-Event-ID"))
			left := rng.IntN(2 * 40 * 100) // bytes; 40 events on the average
			send := stream(w)
			for n++; n <= events; n++ {
				wire, _ := chaosEvent(n)
				if connections <= breaks && left < len(wire) {
					send("%s", wire[:left])
					if rng.IntN(2) == 0 {
						panic(http.ErrAbortHandler)
					}
					return
				}
				left -= len(wire)
				fmt.Fprint(w, wire)
				if rng.IntN(10) == 0 {
					send(":%d\n", n)
				}
			}
			send("")
			hold(r)
		})
		p := &player{}
		last := 0
		h := p.handler()
		h.Comment = nil
		h.Event = func(e Event) {
			n, _ := strconv.Atoi(e.ID)
			if _, data := chaosEvent(n); n != last+1 || string(e.Data) != data {
				t.Errorf("after %d came %q: %q", last, e.ID, e.Data)
			}
			if last = n; last == events {
				p.cancel()
			}
		}
		w.playWith(t, Options{InitialDelay: time.Millisecond}, p, h)
		<-p.done
		if last != events || connections <= breaks {
			t.Errorf("%d events over %d connections", last, connections)
		}
		w.transport.CloseIdleConnections()
		synctest.Wait()
		if n := w.connections(); n != 0 {
			t.Errorf("%d connections are left", n)
		}
	})
}
