package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lenswatch/client"
	"lenswatch/client/recording"
)

// startRow measures how long it takes from the start of the process to a screen with an event on it.
func startRow(b *bench) ([]finding, error) {
	small, err := b.started(1000, b.times(15))
	if err != nil {
		return nil, err
	}
	large, err := b.started(1_000_000, b.times(5))
	if err != nil {
		return nil, err
	}
	say := func(d []time.Duration) string {
		return fmt.Sprintf("%d starts; p50 %.0f ms, least %.0f ms, most %.0f ms", len(d), milliseconds(quantile(d, .5)), milliseconds(quantile(d, 0)), milliseconds(quantile(d, 1)))
	}
	return []finding{
		{what: "replay of 1,000 events: start to the first event on the screen, median", value: milliseconds(quantile(small, .5)), unit: "ms", limit: 50, bound: atMost, detail: say(small)},
		{what: "replay of 1,000,000 events: the same", value: milliseconds(quantile(large, .5)), unit: "ms", limit: 300, bound: atMost, detail: say(large)},
	}, nil
}

// started replays a recording a few times, and says how long each took until it showed something.
func (b *bench) started(events, times int) (took []time.Duration, err error) {
	path := filepath.Join(b.dir, fmt.Sprintf("%d.ndjson", events))
	if err := writeRecording(path, events); err != nil {
		return nil, err
	}
	for range times {
		t, err := b.open(os.Environ(), "replay", path)
		if err != nil {
			return nil, err
		}
		_, ok := t.until(20*time.Second, func(s string) bool { return strings.Contains(s, "Load event") })
		took = append(took, time.Since(t.started))
		screen := t.screen()
		t.close()
		if !ok {
			return nil, fmt.Errorf("the replay showed no event:\n%s", screen)
		}
	}
	return took, os.Remove(path)
}

// writeRecording writes a recording of one session that gave 10,000 events a second.
func writeRecording(path string, events int) error {
	const perBatch, session = 100, "lsn-2601010000000000000000000000001"
	start := time.Unix(1_767_225_600, 0)
	w, err := recording.Create(path, start, recording.Options{
		Lenswatch: "bench", Services: []recording.Service{{Name: "archetype", Endpoint: "http://127.0.0.1/v0.5"}},
	}, recording.Item{At: start, Entry: recording.Opened{Service: "archetype", Session: session}})
	if err != nil {
		return err
	}
	for n := 0; n < events; n += perBatch {
		batch := make(recording.Events, 0, perBatch)
		at := start.Add(time.Duration(n) * time.Second / 10_000)
		for i := n; i < n+perBatch; i++ {
			text := fmt.Sprintf("Load event %012d and so on", i)
			batch = append(batch, client.Event{
				Service: "archetype", Session: session, Kind: client.KindResult, Wire: "inference.result",
				ID: fmt.Sprintf("bench.%012d", i), Time: at, Received: at, Text: text,
				Raw: fmt.Appendf(nil, `{"type":"inference.result","timestamp":%d,"event_data":{"response":[%q],"query_id":"qry-%d"}}`, at.Unix(), text, i),
			})
		}
		w.Put(recording.Item{At: at, Entry: recording.Batch{Events: perBatch}}, recording.Item{At: at, Entry: batch})
		for w.Progress().Events < int64(n)-100*perBatch { // what waits is bounded, and what is too much left out
			time.Sleep(time.Millisecond)
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	if p := w.Progress(); p.Events != int64(events) {
		return fmt.Errorf("%d of %d events were written to %s", p.Events, events, path)
	}
	return nil
}
