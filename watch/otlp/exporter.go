package otlp

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"lenswatch/client"
	"lenswatch/client/guard"
	"lenswatch/watch/metrics"
)

// What may wait for the collector: so many events, and so many bytes of them, as they are sent.
const (
	QueueSize  = 16 << 10
	QueueBytes = 16 << 20
)

const (
	// requestBytes is about how large one request may become; a larger event goes alone. Collectors
	// accept 20 MiB by default.
	requestBytes = 2 << 20
	// batchDelay is how long an event waits for others to share its request.
	batchDelay = time.Second
	// The wait after a failed request, doubled with each in a row.
	minRetry, maxRetry = time.Second, 30 * time.Second
)

// Options configures an [Exporter].
type Options struct {
	// Endpoint is the collector's address, see [CheckEndpoint].
	Endpoint string
	// Version is that of lenswatch, for the resource.
	Version string
	// Snapshots has the metrics.
	Snapshots *metrics.Snapshots
	// Interval is the time between two exports of the metrics. Default 10 s.
	Interval time.Duration
	// Timeout is that of one request. Default 10 s, as OpenTelemetry has it.
	Timeout time.Duration
}

// Lost is what did not reach the collector so far.
type Lost struct {
	Full    int64 // events that found the queue full
	Failed  int64 // events that could not be delivered
	Refused int64 // events that the collector rejected
	Metrics int64 // exports of the metrics that could not be delivered
	Last    error // the newest reason; nil if there was none
}

// Events is how many events did not reach the collector.
func (l Lost) Events() int64 { return l.Full + l.Failed + l.Refused }

// Exporter sends to one collector. Use [New], then [Exporter.Close]. It is safe for concurrent use.
type Exporter struct {
	o        Options
	base     string // of the addresses of logs and metrics
	header   http.Header
	client   *http.Client
	resource message
	started  time.Time
	table    []metrics.Metric

	ctx     context.Context // ends what is under way
	cancel  context.CancelFunc
	closing chan struct{} // closed when nothing more is to be sent than what waits
	ready   chan struct{} // has an element when a request is full
	tasks   guard.Group

	mu      sync.Mutex
	records []message // those that wait, the oldest first; a request that is under way has the first of them
	bytes   int       // of records
	lost    Lost
	failing error // why the newest request failed
	closed  bool
}

// New makes an Exporter. It connects when there is something to send.
func New(o Options) (*Exporter, error) {
	if err := CheckEndpoint(o.Endpoint); err != nil {
		return nil, err
	}
	if o.Interval <= 0 {
		o.Interval = 10 * time.Second
	}
	if o.Timeout <= 0 {
		o.Timeout = 10 * time.Second
	}
	e := &Exporter{o: o, started: time.Now(), closing: make(chan struct{}), ready: make(chan struct{}, 1), table: metrics.Table()}
	if err := e.configure(); err != nil {
		return nil, err
	}
	e.ctx, e.cancel = context.WithCancel(context.Background())
	e.tasks.Go("otlp logs", e.sendLogs)
	e.tasks.Go("otlp metrics", e.sendMetrics)
	return e, nil
}

// Send queues an event. It does not wait: an event that finds the queue full is lost, and counted.
func (e *Exporter) Send(ev *client.Event) { e.queue(eventRecord(ev)) }

// SendVerdict queues the verdict on a session, as [Exporter.Send] does an event.
func (e *Exporter) SendVerdict(v Verdict) { e.queue(v.record()) }

func (e *Exporter) queue(m message) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.records) >= QueueSize || e.bytes+len(m) > QueueBytes || e.closed {
		e.lost.Full++
		return
	}
	e.records = append(e.records, m)
	if e.bytes += len(m); e.bytes >= requestBytes {
		select {
		case e.ready <- struct{}{}:
		default:
		}
	}
}

// Lost reports what did not reach the collector so far. Events that wait are not lost yet.
func (e *Exporter) Lost() Lost {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.lost
}

// Failing reports how many events wait, and why the newest request for events failed; nil if it did not.
func (e *Exporter) Failing() (waiting int, reason error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.records), e.failing
}

// Close sends what waits, until ctx is done. What could not be sent by then is counted as failed.
func (e *Exporter) Close(ctx context.Context) error {
	close(e.closing)
	stop := context.AfterFunc(ctx, e.cancel)
	e.tasks.Wait()
	stop()
	e.cancel()
	e.client.CloseIdleConnections()
	e.mu.Lock()
	defer e.mu.Unlock()
	e.closed = true
	n := len(e.records)
	e.lost.Failed += int64(n)
	e.records, e.bytes = nil, 0
	if n == 0 {
		return nil
	}
	if e.lost.Last == nil {
		e.lost.Last = e.failing
	}
	return context.Cause(ctx)
}

// sendLogs sends requests until Close, and then what waits.
func (e *Exporter) sendLogs() {
	tick := time.NewTicker(batchDelay)
	defer tick.Stop()
	for open := true; open; {
		select {
		case <-tick.C:
		case <-e.ready:
		case <-e.closing:
			open = false
		}
		for e.ctx.Err() == nil && e.sendBatch() {
		}
	}
}

// sendBatch sends one request with the oldest events, again and again until it is decided what becomes of
// them. It reports whether there may be more.
func (e *Exporter) sendBatch() bool {
	batch := e.oldest()
	if len(batch) == 0 {
		return false
	}
	req, wait, closing := e.request(batch...), minRetry, e.closing
	for {
		response, err := e.post("/v1/logs", req)
		again, retry := retryAfter(err)
		if !retry {
			e.decided(len(batch), response, err)
			return true
		}
		e.mu.Lock()
		e.failing = err
		e.mu.Unlock()
		select {
		case <-time.After(max(wait, again)):
			wait = min(2*wait, maxRetry)
		case <-closing: // one more time at once, and then as from the start
			closing, wait = nil, minRetry
		case <-e.ctx.Done():
			return false
		}
	}
}

// oldest are the events of the next request.
func (e *Exporter) oldest() []message {
	e.mu.Lock()
	defer e.mu.Unlock()
	n, size := 0, 0
	for n < len(e.records) && (n == 0 || size+len(e.records[n]) <= requestBytes) {
		size += len(e.records[n])
		n++
	}
	return slices.Clone(e.records[:n])
}

// decided takes the oldest n events off the queue, which were delivered, or never will be.
func (e *Exporter) decided(n int, response []byte, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, m := range e.records[:n] {
		e.bytes -= len(m)
	}
	e.records = slices.Delete(e.records, 0, n)
	if e.failing = nil; err != nil {
		e.lost.Failed += int64(n)
		e.lost.Last = err
		return
	}
	if refused, why := rejected(response); refused > 0 {
		e.lost.Refused += refused
		e.lost.Last = fmt.Errorf("the collector rejected events: %s", client.Line1(why))
	}
}

// sendMetrics sends the newest snapshot at each interval, and at the end. One that fails is not repeated: the
// next has the same counters, and newer values.
func (e *Exporter) sendMetrics() {
	tick := time.NewTicker(e.o.Interval)
	defer tick.Stop()
	for open := true; open; {
		select {
		case <-tick.C:
		case <-e.closing:
			open = false
		}
		if _, err := e.post("/v1/metrics", e.request(e.metrics(time.Now())...)); err != nil {
			e.mu.Lock()
			e.lost.Metrics++
			e.lost.Last = err
			e.mu.Unlock()
		}
	}
}
