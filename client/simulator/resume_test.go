package simulator_test

import (
	"fmt"
	"io"
	"testing"
	"time"

	"lenswatch/client/simulator"
)

// texts are the payloads of events that have an id.
func texts(events []event) []string {
	var out []string
	for _, e := range events {
		if e.id != "" {
			out = append(out, e.id+" "+e.data)
		}
	}
	return out
}

func TestResumeMissesAndRepeatsNothing(t *testing.T) {
	inBubble(t, simulator.Config{}, func(w *world) {
		id := w.create(simulator.LensActivityMonitor)
		all := make(chan []event, 1)
		whole := w.open(id, "")
		go func() {
			events, err := whole.during(84 * time.Second)
			if err != io.EOF {
				t.Errorf("a reader that stayed: %v", err)
			}
			all <- events
		}()
		parts := w.open(id, "")
		var got []event
		for range 4 { // each time it is away for a while
			events, err := parts.during(13 * time.Second)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, events...)
			last := events[len(events)-1]
			for i := len(events) - 1; last.id == ""; i-- {
				last = events[i]
			}
			w.pass(7 * time.Second)
			parts = w.open(id, last.id)
		}
		events, err := parts.during(time.Second)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, events...)
		if err := w.sim.Destroy(id); err != nil {
			t.Fatal(err)
		}
		want, have := texts(<-all), texts(got)
		if len(have) < 35 || fmt.Sprint(want) != fmt.Sprint(have) {
			t.Errorf("a reader that came and went got %d events, one that stayed %d, or others", len(have), len(want))
		}
	})
}

func TestResumeFromElsewhere(t *testing.T) {
	inBubble(t, simulator.Config{}, func(w *world) {
		id := w.create(simulator.LensActivityMonitor)
		other := w.create(simulator.LensActivityMonitor)
		s := w.open(other, "")
		_, foreign := s.until("inference.result")
		s.close()
		w.pass(20 * time.Second)
		for _, cursor := range []string{"", "rubbish", "00000000-000000000001", foreign.id, foreign.id[:9] + "99999999999999999999"} {
			s := w.open(id, cursor)
			before, _ := s.until("inference.result")
			if len(before) != 1 || time.Since(before[0].at) == 0 {
				t.Errorf("Last-Event-ID %q: %d events at once", cursor, len(before)-1)
			}
			s.close()
		}
	})
}

func TestRingIsBoundedAndLossIsCounted(t *testing.T) {
	inBubble(t, simulator.Config{RingSize: 10}, func(w *world) {
		id := w.create(simulator.LensActivityMonitor)
		s := w.open(id, "")
		_, first := s.until("inference.result")
		s.close()
		w.pass(time.Minute)
		s = w.open(id, first.id)
		var events []event
		for range 11 {
			events = append(events, s.mustNext())
		}
		if d := events[10].at.Sub(events[0].at); d != 0 {
			t.Errorf("10 events were not there at once, but after %v", d)
		}
		_, _, body := w.do("GET", "/_sim/state", "")
		session := object(t, body)["sessions"].([]any)[0].(map[string]any)
		reader := session["readers"].([]any)[0].(map[string]any)
		retained := session["next_event"].(float64) - session["oldest_event"].(float64)
		if lost := reader["num_lost"].(float64); retained != 10 || lost < 15 {
			t.Errorf("%v events are retained, the reader has lost %v", retained, lost)
		}
		s.close()
		w.pass(time.Second)
		_, _, body = w.do("GET", "/_sim/state", "")
		if of := object(t, body)["sessions"].([]any)[0].(map[string]any); len(of["readers"].([]any)) != 0 || of["num_lost"] != reader["num_lost"] {
			t.Errorf("when the reader has gone, the session has lost %v, not %v", of["num_lost"], reader["num_lost"])
		}
	})
}

func TestReaderThatStopsDoesNotHoldUpOthers(t *testing.T) {
	inBubble(t, simulator.Config{RingSize: 20}, func(w *world) {
		id := w.create(simulator.LensActivityMonitor)
		w.open(id, "") // nobody reads it
		events, err := w.open(id, "").during(5 * time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		if n := count(events, "inference.result"); n < 140 || n > 160 {
			t.Errorf("%d results in five minutes next to a reader that does not read", n)
		}
	})
}

func TestSeveralReadersGetEverything(t *testing.T) {
	inBubble(t, simulator.Config{}, func(w *world) {
		id := w.create(simulator.LensMachineState)
		var got [3]chan []string
		for i := range got {
			got[i] = make(chan []string, 1)
			s := w.open(id, "")
			go func() {
				events, err := s.during(time.Minute)
				if err != nil {
					t.Error(err)
				}
				got[i] <- texts(events)
			}()
		}
		first := <-got[0]
		if len(first) < 30 {
			t.Errorf("%d events in a minute", len(first))
		}
		for _, c := range got[1:] {
			if other := <-c; fmt.Sprint(other) != fmt.Sprint(first) {
				t.Errorf("two readers got different events: %d and %d", len(first), len(other))
			}
		}
	})
}

func TestWithoutIDs(t *testing.T) {
	inBubble(t, simulator.Config{NoIDs: true}, func(w *world) {
		events, err := w.open(w.create(simulator.LensActivityMonitor), "").during(20 * time.Second)
		if err != nil || count(events, "inference.result") < 5 {
			t.Fatalf("%d events, %v", len(events), err)
		}
		for _, e := range events {
			if e.id != "" {
				t.Errorf("an id: %q", e.id)
			}
		}
	})
}

func TestSameSeedSameContent(t *testing.T) {
	run := func(cfg simulator.Config) (out []string) {
		inBubble(t, cfg, func(w *world) {
			for _, part := range []struct {
				lens string
				d    time.Duration
			}{
				{simulator.LensActivityMonitor, 242 * time.Second}, // between two heartbeats
				{simulator.LensMachineState, 242 * time.Second},
				{simulator.LensEmbedding, 22 * time.Second},
			} {
				id := w.create(part.lens)
				out = append(out, id)
				events, err := w.open(id, "").during(part.d)
				if err != nil {
					t.Fatal(err)
				}
				if err := w.sim.Destroy(id); err != nil {
					t.Fatal(err)
				}
				for _, e := range events {
					out = append(out, e.id+e.typ()+fmt.Sprint(e.eventData()["response"]), fmt.Sprint(e.eventData()["query_id"]))
				}
			}
		})
		return out
	}
	one, again, other := run(simulator.Config{Seed: 7}), run(simulator.Config{Seed: 7}), run(simulator.Config{Seed: 8})
	if len(one) < 560 || fmt.Sprint(one) != fmt.Sprint(again) {
		t.Errorf("seed 7 gave %d and %d events, or different ones", len(one), len(again))
	}
	if fmt.Sprint(one) == fmt.Sprint(other) {
		t.Error("seeds 7 and 8 give the same")
	}
}

func TestLoadComesInOrderAndOnTime(t *testing.T) {
	const rate, length = 2000, 300
	inBubble(t, simulator.Config{Rate: rate, PayloadBytes: length, WarmUp: -1}, func(w *world) {
		id := w.create(simulator.LensNoop)
		s := w.open(id, "")
		_, first := s.until("inference.result")
		began, previous := first.at, first
		for range 2 * rate {
			e := s.mustNext()
			if e.typ() == "sse.stream.heartbeat" {
				continue
			}
			if len(e.data) != length || e.body == nil {
				t.Fatalf("an event of %d bytes: %s", len(e.data), e.data)
			}
			if e.number(t) != previous.number(t)+1 {
				t.Fatalf("%s follows %s", e.id, previous.id)
			}
			due := e.body["timestamp"].(float64)
			if late := float64(e.at.UnixMicro())/1e6 - due; late < 0 || late > 0.006 {
				t.Fatalf("event %s came %v s after it was due", e.id, late)
			}
			previous = e
		}
		if d := previous.at.Sub(began).Round(100 * time.Millisecond); d != 2*time.Second {
			t.Errorf("%d events took %v", 2*rate, d)
		}
		if m := w.metadata(id); m["num_outputs"].(float64) < 2*rate-1 {
			t.Errorf("num_outputs is %v", m["num_outputs"])
		}
		s.close()
		w.pass(2 * time.Second)
		s = w.open(id, previous.id)
		s.mustNext()
		if next := s.mustNext(); next.number(t) != previous.number(t)+1 {
			t.Errorf("load was resumed at %s after %s", next.id, previous.id)
		}
	})
}
