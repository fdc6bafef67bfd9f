package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"lenswatch/client"
	"lenswatch/client/recording"
)

// startRow measures how long it takes from the start of the process to a screen with an event on it.
func startRow(b *bench) ([]finding, error) {
	small, err := b.recording(1000)
	if err != nil {
		return nil, err
	}
	large, err := b.recording(1_000_000)
	if err != nil {
		return nil, err
	}
	defer os.Remove(large)
	first, err := b.started(b.times(15), "Load event", b.bin, "replay", small)
	if err != nil {
		return nil, err
	}
	late, err := b.started(b.times(5), "Load event", b.bin, "replay", large)
	if err != nil {
		return nil, err
	}
	out := []finding{
		{what: "replay of 1,000 events: start to the first event on the screen, median", value: milliseconds(quantile(first, .5)), unit: "ms", limit: 50, bound: atMost, detail: starts(first)},
		{what: "replay of 1,000,000 events: the same", value: milliseconds(quantile(late, .5)), unit: "ms", limit: 300, bound: atMost, detail: starts(late)},
	}
	if !b.peers.has("lnav") {
		return out, nil
	}
	compared, err := b.compareLnav(large, late)
	return append(out, compared...), err
}

func starts(d []time.Duration) string {
	return fmt.Sprintf("%d starts; p50 %.0f ms, least %.0f ms, most %.0f ms", len(d), milliseconds(quantile(d, .5)), milliseconds(quantile(d, 0)), milliseconds(quantile(d, 1)))
}

// compareLnav opens a recording of 1,000,000 events with lnav, and looks in it for one near its end.
func (b *bench) compareLnav(path string, shown []time.Duration) ([]finding, error) {
	screens, err := b.started(len(shown), `"kind":"result"`, "lnav", path)
	if err != nil {
		return nil, err
	}
	const last = "Load event 000000999999"
	var ours, theirs []float64
	for range b.times(rounds) {
		for _, look := range []struct {
			took *[]float64
			args []string
		}{
			{&ours, []string{b.bin, "replay", path, "--grep", last}},
			{&theirs, []string{"lnav", "-n", "-c", ":filter-in " + last, path}},
		} {
			start := time.Now()
			c := exec.CommandContext(b.ctx, look.args[0], look.args[1:]...)
			c.Dir = b.dir
			out, err := c.Output()
			if err != nil {
				return nil, fmt.Errorf("%s: %w", look.args[0], err)
			}
			if strings.Count(string(out), last) == 0 {
				return nil, fmt.Errorf("%s did not find %q", look.args[0], last)
			}
			*look.took = append(*look.took, time.Since(start).Seconds())
		}
	}
	return []finding{
		{what: "lnav's time to its first screen of these 1,000,000, times lenswatch's", value: milliseconds(quantile(screens, .5)) / milliseconds(quantile(shown, .5)), detail: "lnav: " + starts(screens)},
		{what: "lnav's time to find one event near the end without a screen, times lenswatch's", value: ratio(theirs, ours),
			detail: fmt.Sprintf("lnav %.1f s, lenswatch %.1f s", median(theirs), median(ours))},
	}, nil
}

// started starts a program that shows a recording a few times, and says how long each took until an
// event was on the screen, by a text that it shows of each.
func (b *bench) started(times int, text, program string, args ...string) (took []time.Duration, err error) {
	for range times {
		t, err := b.openProgram(os.Environ(), program, args...)
		if err != nil {
			return nil, err
		}
		_, ok := t.until(20*time.Second, func(s string) bool { return strings.Contains(s, text) })
		took = append(took, time.Since(t.started))
		screen := t.screen()
		t.close()
		if !ok {
			return nil, fmt.Errorf("%s showed no event:\n%s", filepath.Base(program), screen)
		}
	}
	return took, nil
}

// recording makes a recording of one session that gave so many events, 10,000 a second.
func (b *bench) recording(events int) (path string, err error) {
	path = filepath.Join(b.dir, fmt.Sprintf("%d.ndjson", events))
	return path, writeRecording(path, events, 10_000, loadEvent)
}

const recordedSession = "lsn-2601010000000000000000000000001"

func loadEvent(i int, at time.Time) client.Event {
	text := fmt.Sprintf("Load event %012d and so on", i)
	return client.Event{
		Service: "archetype", Session: recordedSession, Kind: client.KindResult, Wire: "inference.result",
		ID: fmt.Sprintf("bench.%012d", i), Time: at, Received: at, Text: text,
		Raw: fmt.Appendf(nil, `{"type":"inference.result","timestamp":%d,"event_data":{"response":[%q],"query_id":"qry-%d"}}`, at.Unix(), text, i),
	}
}

// writeRecording writes a recording of so many events, at a rate per second. A tenth of a second is a batch, at most.
func writeRecording(path string, events, rate int, event func(i int, at time.Time) client.Event) error {
	const perBatch = 100
	start := time.Unix(1_767_225_600, 0)
	w, err := recording.Create(path, start, recording.Options{
		Lenswatch: "bench", Services: []recording.Service{{Name: "archetype", Endpoint: "http://127.0.0.1/v0.5"}},
	}, recording.Item{At: start, Entry: recording.StreamOpened{Service: "archetype", Session: recordedSession}})
	if err != nil {
		return err
	}
	for n := 0; n < events; n += perBatch {
		batch := make(recording.Events, 0, perBatch)
		at := start.Add(time.Duration(n) * time.Second / time.Duration(rate))
		for i := n; i < n+perBatch; i++ {
			batch = append(batch, event(i, at))
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
