package recorder

import (
	"time"

	"lenswatch/client/recording"
	"lenswatch/watch"
	"lenswatch/watch/health"
)

// Options configures a [Recorder]. The zero value has the defaults.
type Options struct {
	// Lenswatch is the version of the program.
	Lenswatch string
	// MaxSize is the size in bytes from which another file is begun; 0 is no limit. A file passes it
	// by what comes within a second.
	MaxSize int64
	// Queue is how many bytes may wait for the disk. Default [recording.DefaultQueue].
	Queue int64
}

// Recorder feeds a recording. Batch and Tick belong to the goroutine of the store; State and Stop are
// safe for concurrent use. Use [Start].
type Recorder struct {
	w    *recording.Writer
	seen map[string]*observed // by session
}

// observed is what was last written of a session.
type observed struct {
	bytes      int64
	changes    int // of the state
	verdict    health.VerdictCode
	confidence health.Confidence
	judged     bool
}

// Start begins a recording in a new file, with what the store knows now. The file is compressed if
// its name ends in ".zst". It fails if the file exists or cannot be made.
func Start(path string, o Options, store *watch.Store) (*Recorder, error) {
	r, err := Open(path, o, ServicesOf(store))
	if err != nil {
		return nil, err
	}
	r.Snapshot(time.Now(), store)
	return r, nil
}

// ServicesOf are the services that a store knows, for the head of a recording.
func ServicesOf(store *watch.Store) (out []recording.Service) {
	for _, s := range store.Services() {
		out = append(out, recording.Service{Name: s.Name, Endpoint: s.Endpoint})
	}
	return out
}

// Open is the part of [Start] that waits for the disk. What the store knows is recorded by Begin.
func Open(path string, o Options, services []recording.Service) (*Recorder, error) {
	options := recording.Options{Lenswatch: o.Lenswatch, MaxSize: o.MaxSize, Queue: o.Queue, Services: services}
	w, err := recording.Create(path, time.Now(), options)
	if err != nil {
		return nil, err
	}
	return &Recorder{w: w, seen: map[string]*observed{}}, nil
}

// Snapshot records what the store knows. It is called once, before Batch and Tick.
func (r *Recorder) Snapshot(now time.Time, store *watch.Store) { r.w.Put(snapshot(store, now)...) }

// State reports how the recording stands.
func (r *Recorder) State() recording.Progress { return r.w.Progress() }

// Stop writes what waits, and closes the file. It waits for the disk, ten seconds at the longest. It
// returns the error for which the recording is not whole, if there is one.
func (r *Recorder) Stop() error { return r.w.Close() }

// Batch records a batch that is taken in. It keeps what is in it until it is written.
func (r *Recorder) Batch(b watch.Batch) { r.w.Put(items(b, false)...) }

// items are the lines of a batch, in the order in which a store takes it in.
func items(b watch.Batch, snapshot bool) []recording.Item {
	out := make([]recording.Item, 0, 2+len(b.Lists)+len(b.Samples)+len(b.Opened)+len(b.Ended))
	add := func(at time.Time, e recording.Entry) { out = append(out, recording.Item{At: at, Entry: e}) }
	add(b.Delivered, recording.Batch{Events: len(b.Events), Lag: b.Lag(), Snapshot: snapshot})
	for _, l := range b.Lenses {
		add(b.Delivered, recording.Lenses{Service: l.Service, Lenses: l.Lenses, Err: l.Err})
	}
	for _, o := range b.Opened {
		add(b.Delivered, recording.StreamOpened{Service: o.Service, Session: o.Session})
	}
	for _, t := range b.Samples {
		add(b.Delivered, recording.Sample{Record: t.Session, CreatedHere: t.CreatedHere, Question: t.Question})
	}
	for _, l := range b.Lists {
		add(l.At, recording.List{
			Service: l.Service, Sessions: l.Sessions, Took: l.Took, Next: l.Next, Err: l.Err,
			Continued: l.Continued, More: l.More, NotWatched: l.NotWatched, Unread: l.Unread,
		})
	}
	for _, u := range b.Usages {
		add(u.Usage.Fetched, recording.Usage{Service: u.Service, Usage: u.Usage})
	}
	if len(b.Events) > 0 {
		add(b.Delivered, recording.Events(b.Events))
	}
	for _, q := range b.Requests {
		add(q.At, recording.Request{Request: q})
	}
	for _, o := range b.Ended {
		add(o.At, recording.StreamEnded{Session: o.Session, Err: o.Err})
	}
	for _, p := range b.Probes {
		add(p.Result.At, probe(p))
	}
	return out
}

func probe(p watch.ProbeOutcome) recording.Probe {
	r := p.Result
	return recording.Probe{
		Session: p.Session, Probe: r.Kind.String(), Took: r.Took, Timing: r.Timing, Remedy: r.Remedy, HTTPStatus: r.Status, Phase: r.Phase,
		Message: r.Message, Messages: r.Messages, Record: r.Session, Question: r.Question,
	}
}

// Tick records what a second brought: the traffic of the connections as the monitors saw it, changes
// of state and of verdict. It is called after [watch.Store.Tick], with the same time.
func (r *Recorder) Tick(now time.Time, store *watch.Store) {
	if r.w.Full() {
		r.seen = map[string]*observed{}
		r.w.Rotate(now, snapshot(store, now)...)
	}
	var out []recording.Item
	for _, s := range store.Known() {
		out = append(out, r.session(now, s)...)
	}
	if len(r.seen) > len(store.Known()) {
		for id := range r.seen {
			if store.Session(id) == nil {
				delete(r.seen, id)
			}
		}
	}
	r.w.Put(append(out, recording.Item{At: now, Entry: recording.Tick{}})...)
}

// session is what is new about a session.
func (r *Recorder) session(now time.Time, s *watch.Session) (out []recording.Item) {
	id := s.Record.ID
	was := r.seen[id]
	if was == nil {
		was = &observed{}
		r.seen[id] = was
	}
	if f := s.Health.Metrics(now); s.Connection != nil && f.Bytes != was.bytes && f.ByteAge != health.Never {
		was.bytes = f.Bytes
		out = append(out, recording.Item{At: now, Entry: recording.Connection{
			Session: id, Bytes: f.Bytes, LastByte: now.Add(-f.ByteAge),
		}})
	}
	v := s.Health.Verdict(now)
	changes, total := s.Health.TimelineAfter(was.changes)
	was.changes = total
	for _, c := range changes {
		out = append(out, recording.Item{At: c.At, Entry: recording.State{
			Session: id, From: c.From.String(), To: c.To.String(), Cause: c.Cause,
		}})
	}
	if !was.judged || v.Code != was.verdict || v.Confidence != was.confidence {
		was.judged, was.verdict, was.confidence = true, v.Code, v.Confidence
		out = append(out, recording.Item{At: now, Entry: recording.Verdict{
			Session: id, Verdict: v.Code.String(), Severity: v.Severity.String(), Confidence: v.Confidence.String(), Sentence: v.Sentence,
		}})
	}
	return out
}
