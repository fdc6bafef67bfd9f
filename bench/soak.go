package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
	"time"

	"lenswatch/client"
)

const (
	soakSpeed = 30 // times the pace of the clock: an hour takes two minutes
	soakRate  = 1000
	soakTime  = time.Hour / soakSpeed
	// soakWarmUp is how long the session gives nothing, by its clock: what it gave before lenswatch opens its stream would
	// count as sent.
	soakWarmUp = 6 * time.Minute
	soakRing   = 400_000 // more than comes while a connection is made anew: the delays are not shortened
)

// soakFaults come one after the other. Each is healed before the next. None turns results into events of
// another kind, as bad-json does: results are what the screen is asked to have counted.
var soakFaults = []string{"drop", "eof", "stall", "duplicate-after-resume=50", "crlf", "bursts=1s", "silence", "big-event=64KiB,1000"}

// soakRow lets a screen run for an hour of simulated time, with faults, and looks for growth.
func soakRow(b *bench) ([]finding, error) {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	socket := filepath.Join(dir, "pprof")
	w := watched{}
	w.world, err = b.simulate("--speed", strconv.Itoa(soakSpeed), "--rate", strconv.Itoa(soakRate), "--ring", strconv.Itoa(soakRing), "--warm-up", soakWarmUp.String())
	if err != nil {
		return nil, err
	}
	ids, err := w.create(1)
	if err == nil {
		w.terminal, err = b.open(w.env(), ids[0], "--pprof", socket)
	}
	if err != nil {
		w.world.close()
		return nil, err
	}
	defer w.close()
	if _, ok := w.until(30*time.Second, func(string) bool { return w.newest() > 0 }); !ok {
		return nil, errors.New("no result reached the screen")
	}
	styles, err := w.soak(b, socket)
	if err != nil {
		return nil, err
	}
	sent, lost, got, err := w.settled(b)
	if err != nil {
		return nil, err
	}
	// The first quarter fills the history; what arrives after must not grow.
	rest := styles[len(styles)/4:]
	early, late := rest[:len(rest)/2], rest[len(rest)/2:]
	return []finding{
		{what: "live heap in the last part, times that in the part before", value: medianOf(late, heapOf) / medianOf(early, heapOf), limit: 1.1, bound: atMost,
			detail: fmt.Sprintf("median %.0f MiB, then %.0f MiB", medianOf(early, heapOf)/(1<<20), medianOf(late, heapOf)/(1<<20))},
		{what: "goroutines in the last part, less those in the part before", value: medianOf(late, goroutinesOf) - medianOf(early, goroutinesOf), limit: 0, bound: atMost,
			detail: fmt.Sprintf("median %.0f, then %.0f", medianOf(early, goroutinesOf), medianOf(late, goroutinesOf))},
		{what: "events sent, and neither counted on the screen nor lost before they were read", value: float64(max(0, sent-got-lost)), limit: 0, bound: atMost,
			detail: fmt.Sprintf("%s sent, %s counted; %d faults", figure(float64(sent), ""), figure(float64(got), ""), len(styles))},
		{what: "events that the simulator no longer had when lenswatch came to them", value: float64(lost), limit: 0, bound: atMost,
			detail: "it retains " + figure(soakRing, "events")},
	}, nil
}

// soak lets a fault come and go, and looks at the process, until the time is over.
func (w watched) soak(b *bench, socket string) (styles []resources, err error) {
	for end := time.Now().Add(b.during(soakTime)); time.Now().Before(end); {
		fault := soakFaults[len(styles)%len(soakFaults)]
		if err := w.control("POST", "faults", `{"fault": `+strconv.Quote(fault)+"}", nil); err != nil {
			return nil, err
		}
		if err := b.wait(time.Second); err != nil {
			return nil, err
		}
		if err := w.control("DELETE", "faults", "", nil); err != nil {
			return nil, err
		}
		if err := b.wait(2 * time.Second); err != nil {
			return nil, err
		}
		l, err := readResources(socket)
		if err != nil {
			return nil, err
		}
		styles = append(styles, l)
	}
	return styles, nil
}

// resources is what a process says of itself.
type resources struct{ heap, goroutines float64 }

func heapOf(l resources) float64       { return l.heap }
func goroutinesOf(l resources) float64 { return l.goroutines }

func medianOf(all []resources, f func(resources) float64) float64 {
	var v []float64
	for _, l := range all {
		v = append(v, f(l))
	}
	return median(v)
}

var (
	heapAlloc  = regexp.MustCompile(`# HeapAlloc = (\d+)`)
	goroutines = regexp.MustCompile(`goroutine profile: total (\d+)`)
)

// readResources asks a process for its live heap, after a collection, and its goroutines.
func readResources(socket string) (l resources, err error) {
	if l.heap, err = ask(socket, "heap?gc=1&debug=1", heapAlloc); err != nil {
		return l, err
	}
	l.goroutines, err = ask(socket, "goroutine?debug=1", goroutines)
	return l, err
}

func ask(socket, what string, number *regexp.Regexp) (float64, error) {
	unix := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}}}
	resp, err := unix.Get("http://localhost/debug/pprof/" + what)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, err
	}
	m := number.FindSubmatch(text)
	if m == nil {
		return 0, fmt.Errorf("%s has no number", what)
	}
	return strconv.ParseFloat(string(m[1]), 64)
}

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
