package simulator_test

import (
	"io"
	"testing"
	"time"

	"lenswatch/client/simulator"
)

func TestStreamOfHealthySession(t *testing.T) {
	inBubble(t, simulator.Config{}, func(w *world) {
		id := w.create(simulator.LensActivityMonitor)
		began := time.Now()
		s := w.open(id, "")
		start := s.mustNext()
		data, _ := start.body["event_data"].(map[string]any)
		if start.typ() != "sse.stream.start" || data["session_id"] != id || len(data["reader_id"].(string)) != 16 {
			t.Fatalf("the stream starts with %s", start.data)
		}
		_, result := s.until("inference.result")
		if d := result.at.Sub(began); d > 2*time.Second {
			t.Errorf("the first result arrived after %v", d)
		}
		if result.name != "message" || result.id == "" {
			t.Errorf("a result has event %q and id %q", result.name, result.id)
		}
		for i := 1; i <= 3; i++ {
			_, beat := s.until("sse.stream.heartbeat")
			data := beat.body["event_data"].(map[string]any)
			if d := beat.at.Sub(began); d != time.Duration(i)*5*time.Second {
				t.Errorf("heartbeat %d came after %v", i, d)
			}
			if data["message_timeout"] != float64(5*i) || data["session_status"] != "SESSION_STATUS_RUNNING" || beat.id != "" {
				t.Errorf("heartbeat %d: id %q, %s", i, beat.id, beat.data)
			}
		}
		if err := w.sim.Destroy(id); err != nil {
			t.Fatal(err)
		}
		if before, _ := s.until("sse.stream.end"); len(before) != 0 {
			t.Errorf("%d more events after destroy", len(before))
		}
		if _, err := s.next(); err != io.EOF {
			t.Errorf("after the end came %v, not EOF", err)
		}
	})
}
