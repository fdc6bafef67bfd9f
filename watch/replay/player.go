package replay

import (
	"context"
	"errors"
	"io"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"lenswatch/client"
	"lenswatch/client/recording"
	"lenswatch/watch"
	"lenswatch/watch/health"
)

// Max is the speed of as fast as can be.
var Max = math.Inf(1)

// Options configures a [Player]. The zero value plays as fast as it was.
type Options struct {
	// Speed is how fast time runs: 1 is as it was, [Max] as fast as can be. Default 1.
	Speed float64
	// Budget is how many bytes of events the stores have room for that seeking makes; 0 is the
	// default of the history.
	Budget int64
	// Thresholds are those of the stores that seeking makes.
	Thresholds health.Config
	// Seeking is called when a seek begins, with the store that it makes. What it returns is called with each batch up to the
	// position, from the goroutine that seeks, after the store has taken it in. It may be nil.
	Seeking func(*watch.Store) func(*watch.Batch)
	// Stop lets Next fail with [io.EOF] at the end, rather than wait there for a seek back.
	Stop bool
}

// Position is where a player is.
type Position struct {
	Now         time.Duration // since the start
	At          time.Time     // the same by the clock of the recording
	Length      time.Duration // of the recording; what was played of it where that is not known
	LengthKnown bool
	Speed       float64 // [Max] for as fast as can be
	Paused      bool
	Seeking     bool          // another place is being looked for; nothing plays meanwhile
	Sought      time.Duration // how far that has got, since the start
	AtEnd       bool
	Events      int64 // handed over, or skipped by a seek
	Lost        int64 // events that were left out of the recording, as reported so far
	Skipped     int64 // lines that could not be read so far
	Cut         error // at the end: why the recording has no end; nil if it has one
}

// Player plays a recording. It is a [watch.Source]. It is safe for concurrent use, but for Next. Use
// [Open].
type Player struct {
	services []watch.ServiceInfo
	ctx      context.Context // of all reading; done after Close
	cancel   context.CancelFunc
	path     string
	opts     Options
	start    time.Time
	marks    marks
	wake     chan struct{} // has a token when Next has to look again

	mu            sync.Mutex
	cur           *cursor
	ahead         *watch.Batch // the next batch, or what is left of it; nil if it was not read
	end           bool         // nothing follows ahead
	store         *watch.Store // to be handed over
	events        int64        // handed over
	pos           time.Time    // the recorded time at anchor
	anchor        time.Time
	speed         float64
	paused        bool
	steps         int
	batchInterval time.Duration
	delivered     time.Time // when the last batch of events alone was
	length        time.Duration
	known         bool
	closed        bool
	seeks         int                // how many were asked for
	seeking       context.CancelFunc // nil if none is under way
	sought        *atomic.Int64      // how far the newest has come, in nanoseconds since the start
	aim           int64              // how many events it seeks to; -1 if it is not to a number
}

// Open opens a recording to be played from its beginning. It does not read further than it has to, and
// not any more when ctx is done.
func Open(ctx context.Context, path string, o Options) (*Player, error) {
	if o.Speed == 0 {
		o.Speed = 1
	}
	p := &Player{
		path: path, opts: o, wake: make(chan struct{}, 1), batchInterval: watch.DefaultBatchInterval, speed: speedOf(o.Speed),
		sought: new(atomic.Int64),
	}
	var err error
	p.ctx, p.cancel = context.WithCancel(ctx)
	if p.cur, err = openCursor(p.ctx, path, &p.marks); err != nil {
		p.cancel()
		return nil, err
	}
	p.start = p.cur.r.Start()
	p.pos, p.anchor = p.start, time.Now()
	p.length, p.known = p.cur.r.Length()
	for _, s := range p.cur.r.Header().Services {
		p.services = append(p.services, watch.ServiceInfo{Name: client.Line1(s.Name), Endpoint: client.Line1(s.Endpoint)})
	}
	return p, nil
}

// speedOf is [Max] for what is no speed.
func speedOf(s float64) float64 {
	if !(s > 0) {
		return Max
	}
	return s
}

// Header is the first line of the recording.
func (p *Player) Header() recording.Header {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.cur.r.Header()
}

// Start is when the recording began.
func (p *Player) Start() time.Time { return p.start }

// Services are those of the recorded run.
func (p *Player) Services() []watch.ServiceInfo { return p.services }

// SetBatchInterval sets the shortest time between two batches of events.
func (p *Player) SetBatchInterval(frame time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.batchInterval = frame
}

// Close ends playing and seeking. Next fails from then on.
func (p *Player) Close() error {
	p.cancel() // whoever reads lets go of the lock
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil
	}
	p.closed = true
	if p.seeking != nil {
		p.seeking()
	}
	p.signal()
	return p.cur.r.Close()
}

// Next waits until the next batch is due by the clock of the recording. It fails with ctx's error,
// with [context.Canceled] after Close, or at the end if Options.Stop is set.
func (p *Player) Next(ctx context.Context) (watch.Batch, error) {
	for {
		if err := ctx.Err(); err != nil {
			return watch.Batch{}, err
		}
		b, wait, err := p.poll(time.Now())
		if err != nil || wait == 0 {
			return b, err
		}
		if err := p.sleep(ctx, wait); err != nil {
			return watch.Batch{}, err
		}
	}
}

// idle is the wait for something else than time.
const idle time.Duration = -1

// sleep waits for a time, or for p.wake.
func (p *Player) sleep(ctx context.Context, wait time.Duration) error {
	var due <-chan time.Time
	if wait != idle {
		due = time.After(wait)
	}
	select {
	case <-due:
	case <-p.wake:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// poll returns the next batch if it is due, or else how long to wait.
func (p *Player) poll(now time.Time) (b watch.Batch, wait time.Duration, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.closed:
		return b, 0, context.Canceled
	case p.seeking != nil:
		return b, idle, nil
	case p.store != nil:
		b = watch.Batch{Store: p.store, Delivered: p.clock(now)}
		p.store = nil
		return b, 0, nil
	}
	switch err := p.fill(); {
	case errors.Is(err, recording.ErrPause):
		return b, time.Microsecond, nil // whoever waits for the lock gets it
	case err != nil:
		return b, 0, err
	}
	switch {
	case p.ahead == nil && p.opts.Stop:
		return b, 0, io.EOF
	case p.ahead == nil:
		p.steps = 0
		return b, idle, nil
	case p.steps > 0:
		return p.step(), 0, nil
	case p.paused:
		return b, idle, nil
	}
	clock := p.clock(now)
	if wait := p.due(now, clock); wait > 0 {
		return b, wait, nil
	}
	if plain(p.ahead) {
		p.delivered = now
	}
	return p.deliver(p.gather(clock), now), 0, nil
}

// fill reads the next batch, unless it was read, or there is none.
func (p *Player) fill() error {
	if p.ahead != nil || p.end {
		return nil
	}
	b, err := p.cur.next()
	switch {
	case errors.Is(err, io.EOF):
		p.end = true
		p.length, p.known = max(p.length, p.cur.last.Sub(p.start)), true
		return nil
	case err != nil:
		return err
	}
	p.ahead = &b
	return nil
}

// clock is the recorded time at a moment.
func (p *Player) clock(now time.Time) time.Time {
	if p.paused || p.speed == Max || p.seeking != nil {
		return p.pos
	}
	passed := float64(now.Sub(p.anchor)) * p.speed
	return p.pos.Add(time.Duration(min(passed, float64(math.MaxInt64/4))))
}

// due is how long to wait for the batch ahead. Batches of events alone come no faster than the pace.
func (p *Player) due(now, clock time.Time) time.Duration {
	if p.speed == Max {
		return 0
	}
	wait := time.Duration(math.Ceil(min(float64(p.ahead.Delivered.Sub(clock))/p.speed, float64(math.MaxInt64/4))))
	if plain(p.ahead) {
		wait = max(wait, p.batchInterval-now.Sub(p.delivered))
	}
	return wait
}

// gather takes the batch ahead, together with those after it that are due too, as long as taking
// them in together comes to the same as one after the other.
func (p *Player) gather(clock time.Time) watch.Batch {
	b := *p.ahead
	p.ahead = nil
	if !plain(&b) {
		return b
	}
	b.Events = slices.Clip(b.Events) // the array may be another batch's, too
	for len(b.Events) < maxEvents/4 && p.fill() == nil && p.ahead != nil && plain(p.ahead) {
		if p.speed != Max && p.ahead.Delivered.After(clock) {
			break
		}
		b.Events = append(b.Events, p.ahead.Events...)
		b.Delivered, b.Oldest = p.ahead.Delivered, p.ahead.Oldest // so that its lag is that of the last one
		p.ahead = nil
	}
	return b
}

// plain reports whether a batch holds events alone, none of them late.
func plain(b *watch.Batch) bool {
	const late = 250 * time.Millisecond // from which a store takes note
	return !b.Tick && len(b.Samples)+len(b.Lists)+len(b.Lenses)+len(b.Opened)+len(b.Ended)+len(b.Probes)+len(b.Usages)+len(b.Requests) == 0 && b.Lag() < late
}

// step takes the next event out of the batch ahead, or the batch if it has none.
func (p *Player) step() watch.Batch {
	b := *p.ahead
	p.ahead = nil
	if len(b.Events) > 1 {
		first, rest := split(b, 1)
		b, p.ahead = first, &rest
	}
	p.steps -= len(b.Events)
	return p.deliver(b, time.Now())
}

// deliver notes what is handed over.
func (p *Player) deliver(b watch.Batch, now time.Time) watch.Batch {
	p.events += int64(len(b.Events))
	if p.paused || p.speed == Max {
		p.pos, p.anchor = b.Delivered, now
	}
	return b
}

// signal lets Next look again.
func (p *Player) signal() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}
