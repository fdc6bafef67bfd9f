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

// rows is the table, in its order.
func rows() []row {
	return []row{
		{"wire", "wire to typed, cleaned event, one stream of 200 B events", wireRow,
			"decoding and cleaning an event takes several times as long as reading it; the peers hand on the bytes."},
		{"large", "the same over 4 KiB events, and after a 1 MiB event", largeRow,
			"an event is decoded and cleaned; eventsource leaves it as it is."},
		{"tail", "tail against curl, of the same stream", tailRow,
			"every event is decoded and cleaned before it is written, with -o raw too: which events are " +
				"written depends on their kind. curl copies bytes."},
		{"tui", "TUI under flood: 50,000 events/s for 20 s at 160x45", tuiRow,
			"a key waits for the batch that is being taken in, for a collection of garbage at times, and for the next frame; the simulator " +
				"and the emulator of this table's terminal share the cores with it."},
		{"limit", "TUI at its limit", limitRow,
			"the first look at the screen that finds it behind ends a rate; simulator, lenswatch and the terminal's emulator share the cores."},
		{"idle", "idle: 10 sessions, a heartbeat each 5 s", idleRow,
			"a frame is drawn each second, for the clock and the ages, and each event that comes is drawn soon."},
		{"many", "1,000 sessions at 1 event/s", manyRow,
			"each session has four goroutines, of the HTTP connection, of the SSE library and of its own, with 25 to 28 KiB of stacks; the " +
				"connection's buffers are 3 KiB, its health 6 KiB; a sixth is garbage and room between objects."},
		{"retention", "retention: bounded in bytes", retentionRow, ""},
		{"filter", "filter or search over 1,000,000 retained events", filterRow,
			"a jq filter runs as a program for each event, in steps of 8 ms that a collection of garbage can stretch."},
		{"start", "start to first frame", startRow,
			"the process itself takes its time to begin, most of it in the runtime and the libraries of the screen; then comes the terminal's size."},
		{"hour", "statistics of an hour at 1,000 events/s, recorded", hourRow,
			"a core scans 0.5 GB of lines a second; counting goes in the order of the recording, by one goroutine."},
		{"soak", "soak: an hour of simulated time at 1,000 events/s with faults", soakRow,
			"faults that change events change their kind too, and what the screen counts is results."},
	}
}
