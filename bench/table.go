package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"
)

// row is one line of what is asked for: it may take several numbers to answer.
type row struct {
	name    string // what -run looks at
	what    string
	measure func(*bench) ([]finding, error)
	why     string // what is known of the causes, where a target is missed
}

// finding is one value, and the target that it has to meet if there is one.
type finding struct {
	what   string
	value  float64
	unit   string
	limit  float64
	bound  bound
	detail string // how it came about, or why it is missed
}

// bound is how a value stands to its limit.
type bound uint8

const (
	informational bound = iota // no target: a value that explains others
	atLeast                    // met at the limit and above
	atMost                     // met at the limit and below
)

func (f finding) target() string {
	switch f.bound {
	case atLeast:
		return "at least " + figure(f.limit, f.unit)
	case atMost:
		return "at most " + figure(f.limit, f.unit)
	}
	return ""
}

// verdict is "met", or by how much the target is missed.
func (f finding) verdict() string {
	switch {
	case f.bound == informational:
		return ""
	case f.bound == atLeast && f.value >= f.limit, f.bound == atMost && f.value <= f.limit:
		return "met"
	case f.limit == 0:
		return "**missed by " + figure(f.value, f.unit) + "**"
	}
	miss := (f.value - f.limit) / f.limit * 100
	return fmt.Sprintf("**missed by %.0f %%**", max(miss, -miss))
}

// figure is a number with its unit, with as many digits as say something.
func figure(v float64, unit string) string {
	digits := 0
	switch a := max(v, -v); {
	case v == float64(int64(v)):
	case a < 1:
		digits = 3
	case a < 10:
		digits = 2
	case a < 100:
		digits = 1
	}
	s := fmt.Sprintf("%.*f", digits, v)
	whole, fraction, found := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0 && whole[i-1] != '-'; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if found {
		whole += "." + fraction
	}
	return strings.TrimSpace(whole + " " + unit)
}

// table is everything that was measured.
type table struct {
	machine machine
	peers   peers
	quick   bool
	date    time.Time
	lines   []string
	missed  []string
	failed  []string
	took    time.Duration
}

func (t *table) add(r row, findings []finding, err error, took time.Duration) {
	t.took += took
	if err != nil {
		t.failed = append(t.failed, fmt.Sprintf("- %s: %v", r.what, err))
	}
	for i, f := range findings {
		what := ""
		if i == 0 {
			what = r.what
		}
		cells := []string{what, f.what, f.target(), figure(f.value, f.unit), f.verdict(), f.detail}
		t.lines = append(t.lines, "| "+strings.Join(cells, " | ")+" |")
	}
	if r.why != "" && slices.ContainsFunc(findings, func(f finding) bool { return strings.HasPrefix(f.verdict(), "**missed") }) {
		t.missed = append(t.missed, "- "+r.what+": "+r.why)
	}
}

func (t *table) markdown() string {
	var b strings.Builder
	b.WriteString("# Results\n\nWritten by `go run ./bench`; not edited by hand. Ratios are taken side by side, in one run and turn\n" +
		"and turn about. Times and rates are those of this machine, on which every process of a row shares the cores.\n\n")
	fmt.Fprintf(&b, "- date: %s, after %s of measuring\n", t.date.UTC().Format("2006-01-02 15:04 UTC"), t.took.Round(time.Second))
	b.WriteString(t.machine.markdown() + t.peers.markdown())
	if t.quick {
		b.WriteString("- measured briefly (-quick): rough numbers\n")
	}
	b.WriteString("\n| what | metric | target | here | | how |\n| --- | --- | --- | ---: | --- | --- |\n")
	b.WriteString(strings.Join(t.lines, "\n") + "\n")
	if len(t.missed) > 0 {
		b.WriteString("\nWhy targets are missed, according to profiles:\n\n" + strings.Join(t.missed, "\n") + "\n")
	}
	if len(t.failed) > 0 {
		b.WriteString("\nNot measured:\n\n" + strings.Join(t.failed, "\n") + "\n")
	}
	return b.String()
}

// machine is what the metrics were measured on.
type machine struct{ cpu, kernel, load string }

func thisMachine() machine {
	m := machine{cpu: runtime.GOARCH, kernel: runtime.GOOS, load: "not known"}
	if info, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(info)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				m.cpu = strings.TrimSpace(value)
				break
			}
		}
	}
	if out, err := exec.Command("uname", "-sr").Output(); err == nil {
		m.kernel = string(bytes.TrimSpace(out))
	}
	if load, err := os.ReadFile("/proc/loadavg"); err == nil {
		m.load, _, _ = strings.Cut(string(load), " ")
	}
	return m
}

func (m machine) markdown() string {
	return fmt.Sprintf("- machine: %d cores of %s, %s; load average before the run %s\n- Go: %s\n",
		runtime.NumCPU(), m.cpu, m.kernel, m.load, runtime.Version())
}
