package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"syscall"
	"time"
)

// resultsFile is where the whole table goes, from the root of the repository.
const resultsFile = "bench/RESULTS.md"

func main() {
	if len(os.Args) > 1 && os.Args[1] == readCommand {
		exit(readMain(os.Args[2:]))
	}
	quick := flag.Bool("quick", false, "measure every row briefly; the numbers are rough")
	run := flag.String("run", "", "measure only the rows whose names match this regular expression")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	exit(measure(ctx, *quick, *run))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// bench is one run of this command.
type bench struct {
	ctx   context.Context
	quick bool
	bin   string // lenswatch
	self  string // this command
	dir   string // for temporary files
	peers peers
}

// measure runs the rows that were asked for, and prints and writes the table.
func measure(ctx context.Context, quick bool, run string) error {
	pattern, err := regexp.Compile(run)
	if err != nil {
		return fmt.Errorf("-run: %w", err)
	}
	b := &bench{ctx: ctx, quick: quick}
	if b.self, err = os.Executable(); err != nil {
		return err
	}
	if b.dir, err = os.MkdirTemp("", "lenswatch-bench-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)
	b.bin = filepath.Join(b.dir, "lenswatch")
	if err := b.build(); err != nil {
		return err
	}
	b.peers = findPeers(ctx)
	t := table{machine: thisMachine(), peers: b.peers, quick: quick, date: time.Now()}
	for _, r := range rows() {
		if !pattern.MatchString(r.name) {
			continue
		}
		fmt.Fprintf(os.Stderr, "%s ...\n", r.name)
		start := time.Now()
		findings, err := r.measure(b)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		t.add(r, findings, err, time.Since(start))
	}
	text := t.markdown()
	fmt.Print(text)
	if quick || run != "" {
		return nil
	}
	return os.WriteFile(resultsFile, []byte(text), 0o644)
}

// during is a time to measure for: short with -quick.
func (b *bench) during(whole time.Duration) time.Duration {
	if b.quick {
		return max(whole/5, 2*time.Second)
	}
	return whole
}

// wait lets time go by, or fails if the run is stopped.
func (b *bench) wait(d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-b.ctx.Done():
		return b.ctx.Err()
	}
}
