package main

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// faster is a rate that no reader keeps up with, in events a second.
const faster = "3000000"

// rounds is how often readers take turns.
const rounds = 5

func mallocs() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Mallocs
}

func mallocsSince(before uint64) uint64 { return mallocs() - before }

// flood starts a simulator that gives more than anyone can read.
func (b *bench) flood(payload int) (*world, string, error) {
	w, err := b.simulate("--rate", faster, "--payload", strconv.Itoa(payload), "--warm-up", "-1s")
	if err != nil {
		return nil, "", err
	}
	ids, err := w.create(1)
	if err != nil {
		w.close()
		return nil, "", err
	}
	return w, ids[0], nil
}

// read runs one reader in a process of its own.
func (b *bench) read(reader string, w *world, id string) (p eventRate, err error) {
	d := b.during(3 * time.Second)
	out, err := exec.CommandContext(b.ctx, b.self, readCommand, reader, w.base, id, d.String()).Output()
	if err != nil {
		return p, fmt.Errorf("reader %s: %w", reader, err)
	}
	return p, json.Unmarshal(out, &p)
}

// turns runs things that count events turn and turn about, and returns the rates of each.
func turns(measure ...func() (float64, error)) ([][]float64, error) {
	rates := make([][]float64, len(measure))
	for range rounds {
		for i, m := range measure {
			r, err := m()
			if err != nil {
				return nil, err
			}
			rates[i] = append(rates[i], r)
		}
	}
	return rates, nil
}

// ratio is the median of what the first has more than the second, turn by turn.
func ratio(a, b []float64) float64 {
	var all []float64
	for i := range a {
		all = append(all, a[i]/b[i])
	}
	return median(all)
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}

// spread shows the metrics of all turns.
func spread(unit string, v []float64) string {
	var parts []string
	for _, x := range v {
		parts = append(parts, figure(float64(int64(x)), ""))
	}
	return strings.Join(parts, ", ") + " " + unit
}

// wireRow compares readers of one stream of 200 B payloads.
func wireRow(b *bench) ([]finding, error) {
	w, id, err := b.flood(200)
	if err != nil {
		return nil, err
	}
	defer w.close()
	names := []string{"lenswatch", "eventsource", "go-sse", "sse"}
	allocs := map[string]float64{}
	var each []func() (float64, error)
	for _, name := range names {
		each = append(each, func() (float64, error) {
			p, err := b.read(name, w, id)
			allocs[name] = p.Allocs
			return p.rate(), err
		})
	}
	rates, err := turns(each...)
	if err != nil {
		return nil, err
	}
	return []finding{
		{what: "events a second, times launchdarkly/eventsource undecoded", value: ratio(rates[0], rates[1]), limit: 1, bound: atLeast,
			detail: spread("events/s", rates[0]) + " against " + spread("events/s", rates[1])},
		{what: "the same, times tmaxmax/go-sse undecoded", value: ratio(rates[0], rates[2]), detail: "go-sse: " + spread("events/s", rates[2])},
		{what: "lenswatch's event source undecoded, times eventsource", value: ratio(rates[3], rates[1]), detail: spread("events/s", rates[3])},
		{what: "allocations an event, typed and cleaned", value: allocs["lenswatch"],
			detail: fmt.Sprintf("eventsource %.1f, go-sse %.1f, both undecoded", allocs["eventsource"], allocs["go-sse"])},
	}, nil
}

// largeRow compares readers of 4 KiB payloads, and the time after a large event with that before.
func largeRow(b *bench) ([]finding, error) {
	w, id, err := b.flood(4 << 10)
	if err != nil {
		return nil, err
	}
	defer w.close()
	rates, err := turns(
		func() (float64, error) { p, err := b.read("lenswatch", w, id); return p.rate(), err },
		func() (float64, error) { p, err := b.read("eventsource", w, id); return p.rate(), err },
	)
	if err != nil {
		return nil, err
	}
	out := []finding{{
		what: "4 KiB events a second, times eventsource undecoded", value: ratio(rates[0], rates[1]), limit: 1, bound: atLeast,
		detail: spread("events/s", rates[0]) + " against " + spread("events/s", rates[1]),
	}}
	after, err := b.goBenchmark("./client/sse", "^BenchmarkAfterLargeEvent$", b.times(5))
	if err != nil {
		return out, err
	}
	for _, size := range []struct{ name, what string }{{"200B", "200 B"}, {"4096B", "4 KiB"}} {
		out = append(out, finding{
			what: "time for " + size.what + " events after one of 1 MiB, times without it", value: after["AfterLargeEvent/"+size.name]["times-without"], limit: 1.1, bound: atMost,
			detail: "the event source's Go benchmark; a tenth is noise",
		})
	}
	return out, nil
}
