package main

import (
	"errors"
	"fmt"
	"maps"
	"os/exec"
	"strconv"
	"strings"
)

// times is how often a Go benchmark's body runs: once with -quick.
func (b *bench) times(n int) int {
	if b.quick {
		return 1
	}
	return n
}

// goBenchmark runs Go benchmarks of a package, each body n times, and returns their numbers by
// benchmark (without "Benchmark" and the number of cores) and unit.
func (b *bench) goBenchmark(pkg, pattern string, n int) (map[string]map[string]float64, error) {
	out, err := exec.CommandContext(b.ctx, "go", "test", pkg, "-run", "^$", "-bench", pattern, "-benchtime", strconv.Itoa(n)+"x").CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("go test %s -bench %s: %w\n%s", pkg, pattern, err, out)
	}
	found := parseBenchmarks(string(out))
	if len(found) == 0 {
		return nil, fmt.Errorf("go test %s has no benchmark %s", pkg, pattern)
	}
	return found, nil
}

// parseBenchmarks reads lines such as "BenchmarkX/y-2  1  340 ms-first  12 B/op".
func parseBenchmarks(out string) map[string]map[string]float64 {
	found := map[string]map[string]float64{}
	for line := range strings.Lines(out) {
		f := strings.Fields(line)
		if len(f) < 4 || !strings.HasPrefix(f[0], "Benchmark") {
			continue
		}
		name := strings.TrimPrefix(f[0], "Benchmark")
		if i := strings.LastIndexByte(name, '-'); i > 0 {
			name = name[:i]
		}
		found[name] = map[string]float64{}
		for i := 2; i+1 < len(f); i += 2 {
			if v, err := strconv.ParseFloat(f[i], 64); err == nil {
				found[name][f[i+1]] = v
			}
		}
	}
	return found
}

// retentionRow reports what an event costs in the history.
func retentionRow(b *bench) ([]finding, error) {
	found, err := b.goBenchmark("./watch/history", "^BenchmarkPacked$", 1)
	if err != nil {
		return nil, err
	}
	var out []finding
	for _, name := range []string{"200B", "1000B", "4000B"} {
		f := found["Packed/"+name]
		out = append(out, finding{
			what: name + " payloads: heap, times the raw bytes", value: f["times-raw"], limit: 2, bound: atMost,
			detail: fmt.Sprintf("%.0f B besides each payload", f["B-overhead"]),
		})
	}
	out[0].detail += "; retained by its own count: " + fmt.Sprintf("%.2f of the heap", found["Packed/200B"]["of-heap"])
	return out, nil
}

// filterRow filters and searches a million events.
func filterRow(b *bench) ([]finding, error) {
	found, err := b.goBenchmark("./watch/history", "^BenchmarkFilterMillion$/^(text|nowhere|regexp-any-case|jq)$", 1)
	if err != nil {
		return nil, err
	}
	search, err := b.goBenchmark("./watch/history", "^BenchmarkSearchMillion$", 1)
	if err != nil {
		return nil, err
	}
	maps.Copy(found, search)
	var out []finding
	add := func(what, name string, first, whole float64) {
		f := found[name]
		if f["ms-whole"] == 0 {
			err = errors.Join(err, fmt.Errorf("the Go benchmarks have no results for %s", name))
			return
		}
		if first > 0 {
			out = append(out, finding{what: what + ": first screen", value: f["ms-first"], unit: "ms", limit: first, bound: atMost})
		}
		all := finding{what: what + ": whole", value: f["ms-whole"], unit: "ms", detail: fmt.Sprintf("longest call %.1f ms", f["ms-longest-call"])}
		if whole > 0 {
			all.limit, all.bound = whole, atMost
		}
		out = append(out, all)
	}
	add("text, any case", "FilterMillion/text", 50, 500)
	add("text without a match, so there is no first screen", "FilterMillion/nowhere", 0, 500)
	add("regular expression, any case", "FilterMillion/regexp-any-case", 50, 500)
	add("search", "SearchMillion", 50, 500)
	add("jq", "FilterMillion/jq", 100, 0)
	longest := 0.0
	for _, f := range found {
		longest = max(longest, f["ms-longest-call"])
	}
	return append(out, finding{what: "longest wait of the UI for one call", value: longest, unit: "ms", limit: 33, bound: atMost, detail: "a frame at 30 a second"}), err
}
