package main

import (
	"fmt"
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
