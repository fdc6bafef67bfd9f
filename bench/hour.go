package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"lenswatch/client"
)

// hourRow counts a recording of an hour at 1,000 events/s: three of four events have a label, one is a log.
func hourRow(b *bench) ([]finding, error) {
	const events, rate = 3_600_000, 1000
	path := filepath.Join(b.dir, "hour.ndjson")
	defer os.Remove(path)
	if err := writeRecording(path, events, rate, hourEvent); err != nil {
		return nil, err
	}
	file, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	var took, used []float64
	var resident int64
	for range b.times(rounds) {
		c := exec.CommandContext(b.ctx, b.bin, "stats", path, "-o", "json")
		start := time.Now()
		if out, err := c.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("stats: %w\n%s", err, out)
		}
		took = append(took, time.Since(start).Seconds())
		used = append(used, (c.ProcessState.UserTime() + c.ProcessState.SystemTime()).Seconds())
		if u, ok := c.ProcessState.SysUsage().(*syscall.Rusage); ok {
			resident = max(resident, int64(u.Maxrss)<<10)
		}
	}
	return []finding{
		{what: "lenswatch stats, median", value: median(took), unit: "s", limit: 3, bound: atMost,
			detail: fmt.Sprintf("%.1f GB; %.2f s of CPU time; %d MiB resident at most", float64(file.Size())/1e9, median(used), resident>>20)},
	}, nil
}

func hourEvent(i int, at time.Time) client.Event {
	ev := client.Event{
		Service: "archetype", Session: fmt.Sprintf("lsn-251207a89f948ed4e30d8f80aaba%02d", i%8), Kind: client.KindResult, Level: client.LevelInfo,
		Wire: "inference.result", ID: fmt.Sprintf("bench.%012d", i), Time: at.Add(-20 * time.Millisecond), Received: at,
	}
	if i%4 == 0 {
		ev.Kind, ev.Wire, ev.Text = client.KindLog, "log", fmt.Sprintf("frame %d of camera %d was processed in %d ms", i, i%7, i%50)
		ev.Raw = fmt.Appendf(nil, `{"type":"log","timestamp":%d,"event_data":{"message":%q}}`, at.Unix(), ev.Text)
		return ev
	}
	ev.Text = []string{"normal", "normal", "worn", "blocked"}[i/500%4]
	ev.Result = &client.Result{Unit: client.UnitFraction, Label: ev.Text, Scores: []client.Score{{Label: ev.Text, Value: .9}, {Label: "other", Value: .1}}}
	ev.Raw = fmt.Appendf(nil, `{"type":"inference.result","timestamp":%d,"event_data":{"response":[%q,{%q:0.9,"other":0.1}],"query_id":"q-%d"}}`,
		at.Unix(), ev.Text, ev.Text, i)
	return ev
}
