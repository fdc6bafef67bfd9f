package recording

import (
	"errors"
	"fmt"
	"lenswatch/client/units"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"

	"lenswatch/client/guard"
)

const (
	// DefaultQueue is how much may wait for the disk by default: 32 MiB.
	DefaultQueue = 32 << 20

	// flushEvery is the longest that a line waits in memory, and so the most that a crash costs.
	flushEvery = time.Second

	// chunk is how much is written at once, before compression.
	chunk = 256 << 10

	// closeTimeout is how long Close waits for a disk that does not answer.
	closeTimeout = 10 * time.Second
)

// Options configures a [Writer].
type Options struct {
	// Lenswatch is the version of the program.
	Lenswatch string
	// Services are those that are watched.
	Services []Service
	// MaxSize is from how many bytes on [Writer.Full] asks for another file; 0 is no limit.
	MaxSize int64
	// Queue is how many bytes may wait for the disk. Default [DefaultQueue].
	Queue int64
}

// Progress is how a recording stands.
type Progress struct {
	Path   string
	Bytes  int64 // in the newest file
	Events int64 // written, over all files
	// Lost is how many events, and LostEntries how many other lines, were left out because the disk
	// was too slow or failed.
	Lost, LostEntries int64
	Files             int
	// Err is why nothing is written any more; what was written until then is good.
	Err error
	// Warning is what did not work, while the recording continues.
	Warning error
}

// Writer writes a recording. It is safe for concurrent use, and never makes its caller wait for the
// disk. Use [Create].
type Writer struct {
	opts Options
	wake chan struct{} // has a token while there is something to do
	done chan struct{} // closed when all is written

	mu       sync.Mutex
	queue    []job
	queued   int64
	dropped  Lost // dropped out, and not reported by a job
	closed   bool
	last     bool // there will be no other file
	progress Progress

	output output // belongs to run
}

// job is what one call asked for.
type job struct {
	items  []Item
	cost   int64
	left   Lost // what was left out before it
	rotate bool
	at     time.Time // when it was asked for
}

// Create begins a recording in a new file that only its owner can read. The file is compressed by
// zstd if its name ends in ".zst". now is what all times of the file count from; items are written
// first. A file that exists is not overwritten: the error says so.
func Create(path string, now time.Time, o Options, items ...Item) (*Writer, error) {
	return create(path, now, o, openFile, items...)
}

func create(path string, now time.Time, o Options, open opener, items ...Item) (*Writer, error) {
	if o.Queue <= 0 {
		o.Queue = DefaultQueue
	}
	w := &Writer{opts: o, wake: make(chan struct{}, 1), done: make(chan struct{})}
	w.output = output{path: path, open: open, opts: &w.opts}
	if strings.HasSuffix(strings.ToLower(path), ".zst") {
		enc, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true), zstd.WithWindowSize(1<<20))
		if err != nil {
			return nil, fmt.Errorf("record to %s: %w", path, err)
		}
		w.output.enc = enc
	}
	if err := w.output.startFile(now); err != nil {
		return nil, fmt.Errorf("record to %s: %w", path, err)
	}
	w.report()
	w.Put(items...)
	guard.Go("recording", nil, func() {
		defer close(w.done)
		if c := guard.Do("recording", w.run); c != nil {
			w.crashed(c)
		}
	})
	return w, nil
}

// crashed ends the recording for a bug.
func (w *Writer) crashed(c *guard.Crash) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.progress.Err = fmt.Errorf("record to %s: %w; recording stopped, everything up to that point is usable", w.progress.Path, c)
}

// Put writes items, later. If more waits for the disk than may, events are left out, and counted;
// so is everything else if it is an eighth more.
func (w *Writer) Put(items ...Item) { w.add(job{items: items}) }

// Rotate continues in another file, which begins with items; what is now written is stored next to it
// under the name with ".1" behind it, older files under higher numbers.
func (w *Writer) Rotate(now time.Time, items ...Item) {
	w.add(job{items: items, rotate: true, at: now})
}

// Full reports whether the file has reached Options.MaxSize.
func (w *Writer) Full() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.opts.MaxSize > 0 && w.progress.Bytes >= w.opts.MaxSize && w.progress.Err == nil && !w.last
}

// Progress reports how the recording stands.
func (w *Writer) Progress() Progress {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.progress
}

// Close writes what waits, and closes the file. It returns the error for which the recording is not
// whole, if there is one. What is put afterwards is ignored.
func (w *Writer) Close() error {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	w.signal()
	select {
	case <-w.done:
		return w.Progress().Err
	case <-time.After(closeTimeout):
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.progress.Err == nil {
			w.progress.Err = fmt.Errorf("record to %s: the disk did not accept the rest within %s; everything up to that point is usable", w.progress.Path, units.Duration(closeTimeout))
		}
		return w.progress.Err
	}
}

func (w *Writer) add(j job) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return
	}
	before := w.dropped
	w.dropped = Lost{} // what this call leaves out is reported with the next
	retained := make([]Item, 0, len(j.items))
	for _, it := range j.items {
		cost := costOf(it.Entry)
		events, many := it.Entry.(Events)
		limit := w.opts.Queue
		if !many {
			limit += w.opts.Queue / 8
		}
		if w.progress.Err != nil || w.queued+j.cost+cost > limit {
			w.drop(events, many)
			continue
		}
		j.cost += cost
		retained = append(retained, it)
	}
	if len(retained) == 0 && !j.rotate {
		w.dropped.Events, w.dropped.Entries = w.dropped.Events+before.Events, w.dropped.Entries+before.Entries
		return
	}
	if j.at.IsZero() {
		j.at = time.Now()
	}
	j.items, j.left = retained, before
	w.queue = append(w.queue, j)
	w.queued += j.cost
	w.signal()
}

// drop counts what is not written. It is called with mu held.
func (w *Writer) drop(events Events, many bool) {
	if many {
		w.dropped.Events += int64(len(events))
		w.progress.Lost += int64(len(events))
		return
	}
	w.dropped.Entries++
	w.progress.LostEntries++
}

func (w *Writer) signal() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// run writes until Close.
func (w *Writer) run() {
	flush := time.NewTicker(flushEvery)
	defer flush.Stop()
	for {
		select {
		case <-w.wake:
		case <-flush.C:
			w.output.flush()
			w.report()
		}
		jobs, closed := w.takeJobs()
		for _, j := range jobs {
			w.write(j)
			w.mu.Lock()
			w.queued -= j.cost
			w.mu.Unlock()
		}
		if closed {
			w.output.finish(false)
			w.report()
			return
		}
	}
}

func (w *Writer) takeJobs() ([]job, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	jobs := w.queue
	w.queue = nil
	if w.closed && w.dropped != (Lost{}) {
		jobs = append(jobs, job{left: w.dropped, at: time.Now()})
		w.dropped = Lost{}
	}
	return jobs, w.closed
}

func (w *Writer) write(j job) {
	if j.left != (Lost{}) {
		w.output.add(Item{At: j.at, Entry: j.left})
		w.output.left += j.left.Events
	}
	if j.rotate {
		w.output.rotate(j.at)
	}
	for _, it := range j.items {
		w.output.add(it)
	}
	w.report()
}

// report makes what the output did visible.
func (w *Writer) report() {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := &w.progress
	w.last = w.output.last
	p.Path, p.Bytes, p.Events, p.Files, p.Warning = w.output.path, w.output.size, w.output.events, w.output.part, w.output.warning
	p.Lost += w.output.dropped
	w.output.dropped = 0
	if w.output.err != nil && p.Err == nil {
		p.Err = fmt.Errorf("record to %s: %w; recording stopped, everything up to that point is usable", w.output.path, w.output.err)
	}
}

// errDisk says what a person can do about a disk that takes no more.
var errDisk = errors.New("free some space, or record to another disk")
