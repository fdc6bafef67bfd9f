package watch

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"lenswatch/client"
	"lenswatch/client/guard"
	"lenswatch/watch/custody"
)

// The defaults of [Options].
const (
	DefaultBatchInterval = 33 * time.Millisecond // 30 batches a second
	DefaultWaiting       = 16 << 20
	DefaultMaxWatched    = 200
)

// Options configures a [Hub]. The zero value has the defaults.
type Options struct {
	// All watches every open session that a service lists, also those that appear later.
	All bool
	// Shard is the part of the sessions that All watches. Default: every session.
	Shard Shard
	// MaxWatched is how many sessions All watches at once, with those that were asked for by name or
	// created. The others stay listed. Default [DefaultMaxWatched].
	MaxWatched int
	// BatchInterval is the shortest time between two batches. Default [DefaultBatchInterval].
	BatchInterval time.Duration
	// Waiting is how many bytes of events may be on their way, waiting for [Hub.Next] or handed over
	// by the last call of it, before streams are held back. Default [DefaultWaiting].
	Waiting int64
	// Log gets the life of streams, lists and probes; nil: nothing is logged.
	Log *slog.Logger
	// Crashed gets to know of each panic in a stream, list or probe; nil: nobody does. It may be called
	// by several goroutines at once.
	Crashed func(*guard.Crash)
	// Custody records every session that is created and destroyed. Default
	// [custody.InMemory].
	Custody *custody.Ledger
}

// Hub runs the streams of any number of sessions of any number of services, and merges what they
// say. Use [NewHub], then [Hub.Start].
type Hub struct {
	opts     Options
	services []client.Service
	ctx      context.Context
	cancel   context.CancelFunc
	tasks    guard.Group
	refresh  map[string]chan struct{} // by service

	mu      sync.Mutex
	pending Batch
	room    room
	ready   chan struct{} // has a token while pending is not empty
	streams map[string]*stream
	done    map[string]time.Time // streams that are over, by when; of sessions that are still listed
	probing map[string]bool      // sessions that are being asked about
	acting  map[string]bool      // sessions that are being changed
	opened  chan struct{}        // closed and made anew when a stream opens or is lost
	failed  map[string]time.Time // services whose newest list failed, as the network or the server did, by when
	closed  bool

	// batchInterval is Options.BatchInterval, or what Pace has made of it.
	batchInterval atomic.Int64
	asked         map[string]int64 // by service: the requests that were handed over; of the goroutine of Next
	// delivered is when the last batch was handed over. Only Next touches it.
	delivered time.Time
}

// stream is one running Service.Watch.
type stream struct {
	service  string
	commands client.CommandQueue
	own      held // of the part of the hub's room that is the stream's own
	open     bool // it delivers; see noteOpen
}

// NewHub makes a Hub over services, whose names differ.
func NewHub(services []client.Service, opts Options) *Hub {
	if opts.BatchInterval <= 0 {
		opts.BatchInterval = DefaultBatchInterval
	}
	if opts.MaxWatched <= 0 {
		opts.MaxWatched = DefaultMaxWatched
	}
	if opts.Waiting <= 0 {
		opts.Waiting = DefaultWaiting
	}
	if opts.Custody == nil {
		opts.Custody = custody.InMemory()
	}
	h := &Hub{
		opts: opts, services: services, ready: make(chan struct{}, 1),
		streams: map[string]*stream{}, done: map[string]time.Time{}, asked: map[string]int64{}, probing: map[string]bool{}, acting: map[string]bool{}, opened: make(chan struct{}), failed: map[string]time.Time{}, refresh: map[string]chan struct{}{},
	}
	h.room = room{limit: opts.Waiting, freed: sync.NewCond(&h.mu)}
	h.SetBatchInterval(opts.BatchInterval)
	h.tasks.Crashed = opts.Crashed
	h.ctx, h.cancel = context.WithCancel(context.Background())
	for _, s := range services {
		h.refresh[s.Name()] = make(chan struct{}, 1)
	}
	return h
}

// Service finds one by name, or nil.
func (h *Hub) Service(name string) client.Service {
	for _, s := range h.services {
		if s.Name() == name {
			return s
		}
	}
	return nil
}

// ServiceOf names the service that an id must be of: the first that claims it, else the first that
// does not say what its ids look like, else the first.
func (h *Hub) ServiceOf(id string) string {
	rest := ""
	for _, s := range h.services {
		c, ok := s.(client.Claimer)
		switch {
		case ok && c.Claims(id):
			return s.Name()
		case !ok && rest == "":
			rest = s.Name()
		}
	}
	if rest == "" && len(h.services) > 0 {
		return h.services[0].Name()
	}
	return rest
}

// Start begins asking for lists.
func (h *Hub) Start() {
	for _, s := range h.services {
		h.tasks.Go("session list", func() { h.list(s) })
	}
}

// Close stops everything and waits until it has stopped. Next then returns what was left.
func (h *Hub) Close() {
	h.cancel()
	h.mu.Lock()
	h.closed = true
	h.room.admit(true)
	h.room.freed.Broadcast()
	h.mu.Unlock()
	h.tasks.Wait()
}

// Watch begins to watch a session. It does nothing if the session is being watched.
func (h *Hub) Watch(service, id string) error { return h.WatchSince(service, id, "") }

// WatchSince is Watch from the event after the one with an SSE id; from now on if that is empty.
func (h *Hub) WatchSince(service, id, since string) error {
	s := h.Service(service)
	if s == nil {
		return fmt.Errorf("watch %s: no service %q: %w", id, service, client.ErrNotFound)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed || h.streams[id] != nil {
		return nil
	}
	st := &stream{service: service}
	h.streams[id] = st
	line := new(client.Connection)
	h.pending.Opened = append(h.pending.Opened, StreamOpened{Service: service, Session: id, Connection: line})
	h.signal()
	h.tasks.Go("stream", func() {
		opts := client.WatchOptions{Since: since, Commands: &st.commands, Connection: line}
		h.streamEnded(id, st, h.runStream(h.ctx, s, id, opts, func(ev client.Event) { h.addEvent(st, ev) }))
	})
	return nil
}

// runStream watches a session. A stream that a bug breaks is opened once more.
func (h *Hub) runStream(ctx context.Context, s client.Service, id string, opts client.WatchOptions, sink func(client.Event)) error {
	watch := func() error { return s.Watch(ctx, id, opts, sink) }
	err := h.guarded("stream", watch)
	c := guard.Of(err)
	if c == nil || ctx.Err() != nil {
		return err
	}
	if err := guard.Run("stream", func() error { sink(brokenStream(s.Name(), id, c)); return nil }); err != nil {
		return err
	}
	opts.Since = ""
	return h.guarded("stream", watch)
}

// brokenStream says that a bug broke a stream. It is a function of its own since an event is 600 bytes of the stack, which
// each stream would have for as long as it lasts.
func brokenStream(service, id string, c *guard.Crash) client.Event {
	return client.Event{
		Service: service, Session: id, Kind: client.KindNotice, Level: client.LevelError, Wire: "notice", Received: time.Now(),
		Text: fmt.Sprintf("A bug in lenswatch broke this stream (%s). Reopening it; events may be missing.", c.Value), Notice: &client.Notice{Code: client.NoticeGap},
	}
}

// debug logs, if there is a log. Errors of services hold no key, and texts are cleaned.
func (h *Hub) debug(msg string, attrs ...any) {
	if h.opts.Log == nil {
		return
	}
	for i, a := range attrs {
		switch a := a.(type) {
		case string:
			attrs[i] = client.Line1(a)
		case error:
			attrs[i] = client.Line1(a.Error())
		}
	}
	h.opts.Log.Debug(msg, attrs...)
}

// guarded turns a panic into an error, and reports it: a bug in one stream or list must not leave the
// terminal raw and the other streams unwatched.
func (h *Hub) guarded(where string, f func() error) error {
	err := guard.Run(where, f)
	if c := guard.Of(err); c != nil && h.opts.Crashed != nil {
		h.opts.Crashed(c)
	}
	return err
}

// Command steers a session's stream. It reports whether the stream will see it: it will not if
// there is none, or if earlier commands wait unread. A reconnect asks for the list of its service too, however long
// that asked to wait.
func (h *Hub) Command(id string, c client.Command) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	st := h.streams[id]
	if st != nil && c == client.CommandReconnect {
		h.Refresh(st.service)
	}
	return st != nil && st.commands.Send(c)
}

// Custody has the sessions that this run created.
func (h *Hub) Custody() *custody.Ledger { return h.opts.Custody }

// Create starts a session, takes it into custody, and watches it.
func (h *Hub) Create(ctx context.Context, service string, req client.CreateRequest) (client.Session, error) {
	s := h.Service(service)
	if s == nil {
		return client.Session{}, fmt.Errorf("create session: no service %q: %w", service, client.ErrNotFound)
	}
	sess, err := h.opts.Custody.Create(ctx, s, req)
	if err != nil {
		return sess, err
	}
	h.addSample(Sample{Session: sess, CreatedHere: true})
	return sess, h.Watch(service, sess.ID)
}

// Destroy ends a session. Its stream ends by itself when the service closes it.
func (h *Hub) Destroy(ctx context.Context, service, id string) (client.Session, error) {
	s := h.Service(service)
	if s == nil {
		return client.Session{}, fmt.Errorf("destroy session: no service %q: %w", service, client.ErrNotFound)
	}
	sess, err := h.opts.Custody.Destroy(ctx, s, id)
	if err != nil {
		return sess, err
	}
	h.addSample(Sample{Session: sess})
	h.Refresh(service)
	return sess, nil
}

// Refresh asks for a service's session list now.
func (h *Hub) Refresh(service string) {
	select {
	case h.refresh[service] <- struct{}{}:
	default: // one is asked for already
	}
}

// addEvent is the sink of every stream. It blocks while too much waits.
func (h *Hub) addEvent(st *stream, ev client.Event) {
	if n := ev.Notice; n != nil && ev.Kind == client.KindNotice {
		h.debug("stream", "session", ev.Session, "notice", n.Code, "attempt", n.Attempt, "remedy", n.Remedy.String(), "phase", n.Phase.String(), "status", n.Status)
	}
	h.mu.Lock()
	h.room.wait(st, ev.Size(), &h.closed)
	if len(h.pending.Events) == 0 {
		h.pending.Oldest = ev.Received
	}
	h.pending.Events = append(h.pending.Events, ev)
	h.noteOpen(st, &ev)
	if len(h.failed) > 0 {
		h.resumeListing(&ev)
	}
	h.signal()
	h.mu.Unlock()
}

func (h *Hub) addSample(t Sample) {
	h.mu.Lock()
	h.pending.Samples = append(h.pending.Samples, t)
	h.signal()
	h.mu.Unlock()
}

func (h *Hub) streamEnded(id string, st *stream, err error) {
	h.debug("stream ended", "session", id, "error", err)
	h.mu.Lock()
	if h.streams[id] == st {
		delete(h.streams, id)
		h.wakeWaiting()
	}
	now := time.Now()
	h.done[id] = now
	h.pending.Ended = append(h.pending.Ended, StreamEnded{Session: id, Err: err, At: now})
	h.signal()
	h.mu.Unlock()
}

// signal lets Next see that something is pending. It is called with mu held.
func (h *Hub) signal() {
	select {
	case h.ready <- struct{}{}:
	default:
	}
}
