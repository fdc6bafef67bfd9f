package scenarios

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// The span that a script covers: from long before the viewer starts to the end of the longest watch.
const (
	longAgo = -40 * time.Minute
	forever = 100 * time.Hour
)

// window is a span of time; its end is not part of it.
type window struct{ from, to time.Duration }

func (w window) has(t time.Duration) bool { return t >= w.from && t < w.to }

func within(list []window, t time.Duration) bool {
	return slices.ContainsFunc(list, func(w window) bool { return w.has(t) })
}

// item is one event that a lens puts out.
type item struct {
	at      time.Duration
	payload string // JSON, as a rule
	name    string // of the SSE event; "message" if it is empty
	raw     string // bytes in place of a whole frame
	output  bool   // the service counts it in num_outputs
	late    time.Duration
}

// flow is a run of inputs at even distances.
type flow struct {
	window
	every time.Duration
}

// step is a value from a time on.
type step struct {
	at    time.Duration
	value string
}

// session is what one session does over time.
type session struct {
	id, lens, lensName string
	d                  *dice
	outputName         string // of the writer in the pipeline or the output streams; empty for none
	inputType          string
	ownInput           string // in the session's configuration, in place of the lens's; it may end in " (loop)"
	noInputID          bool   // the record has no input stream, whatever the lens has
	inPipeline         bool   // the writer is in the pipeline, as the documents have it

	items  []item
	flows  []flow
	status []step // JSON values
	form   string // how results are written

	beatEvery time.Duration // 0: none
	beatsIdle bool          // only where nothing else was sent for as long
	beatLater beats         // another distance from a time on
	comments  bool          // heartbeats are comments

	counters   func(t time.Duration, of counts) map[string]any // nil: all, everywhere
	listCounts bool                                            // the list has counters too
	base       counts                                          // counted before longAgo
	fresh      time.Duration                                   // records are made so often, and answered from a cache between; 0: always
	omit       []string                                        // members that records do not have
	readers    []step                                          // other readers: number as text
	registered time.Duration
	started    time.Duration
	ttl        time.Duration
	gone       time.Duration // destroyed, and forgotten by the service
	ending     string        // how the stream ends then: "end", "eof", "reset"
	listed     []window      // when it is absent from the list

	deaf    []window      // outputs go elsewhere
	silence []silence     // nothing at all is sent
	cuts    []cut         // ends of connections
	life    time.Duration // of each connection, 0 for no limit
	lifeEnd string        // how it ends
	hold    time.Duration // a proxy hands on so often, 0 for at once
	held    []window      // when it does; always if empty
	mailbox bool          // outputs wait for session.read
	ids     bool          // events have ids, and Last-Event-ID resumes
	chunks  bool          // each event comes in several chunks
	wire    string        // how the stream is sent, where it is out of the ordinary: "crlf", "gzip", "unchunked"
	replays int           // how many of its newest outputs a stream begins with
	boasts  bool          // heartbeats claim messages that there are not
	finish  time.Duration // the input ends: sse.stream.end, the session lives on
}

// counts are a session's counters.
type counts struct{ inputs, outputs, events, updates, connections int }

// silence is a time in which a connection brings nothing.
type silence struct {
	window
	old bool // only connections that were opened before
}

// beats is the distance of heartbeats from a time on.
type beats struct{ at, every time.Duration }

// beatAt is the distance of heartbeats at a time.
func (s *session) beatAt(t time.Duration) time.Duration {
	if s.beatLater.every > 0 && t >= s.beatLater.at {
		return s.beatLater.every
	}
	return s.beatEvery
}

// cut ends the connections that are open at a time.
type cut struct {
	at  time.Duration
	how string // "end", "eof", "reset"
}

// sort brings everything into the order of time.
func (s *session) sort() {
	slices.SortStableFunc(s.items, func(a, b item) int { return cmp.Compare(a.at+a.late, b.at+b.late) })
	slices.SortStableFunc(s.status, func(a, b step) int { return cmp.Compare(a.at, b.at) })
	slices.SortStableFunc(s.readers, func(a, b step) int { return cmp.Compare(a.at, b.at) })
	slices.SortStableFunc(s.cuts, func(a, b cut) int { return cmp.Compare(a.at, b.at) })
	if s.registered < longAgo {
		s.extrapolate()
	}
}

// extrapolate sets what was counted before longAgo, at the pace of the first ten minutes after it.
func (s *session) extrapolate() {
	const first = 10 * time.Minute
	unseen := float64(longAgo-s.registered) / float64(first)
	for _, f := range s.flows {
		if f.from == longAgo {
			s.base.inputs += int(unseen * float64(first) / float64(f.every))
		}
	}
	n := 0
	for i := range s.items {
		if s.items[i].output && s.items[i].at < longAgo+first {
			n++
		}
	}
	s.base.outputs += int(unseen * float64(n))
}

// valueAt is the newest of steps at a time.
func valueAt(steps []step, t time.Duration, otherwise string) string {
	for _, s := range steps {
		if s.at > t {
			break
		}
		otherwise = s.value
	}
	return otherwise
}

// count reports the counters at a time.
func (s *session) count(t time.Duration, connections int) counts {
	c := s.base
	for _, f := range s.flows {
		if t > f.from {
			c.inputs += int((min(t, f.to)-f.from)/f.every) + 1
		}
	}
	for i := range s.items {
		if s.items[i].output && s.items[i].at <= t {
			c.outputs++
		}
	}
	c.events = c.inputs + c.outputs
	c.updates = c.events / 2
	c.connections = connections
	if n := valueAt(s.readers, t, ""); n != "" {
		_, _ = fmt.Sscan(n, &c.connections)
		c.connections += connections
	}
	return c
}

// lastEvent is when the session last processed anything.
func (s *session) lastEvent(t time.Duration) time.Duration {
	last := s.registered
	for _, f := range s.flows {
		if t > f.from {
			last = max(last, f.from+(min(t, f.to)-f.from)/f.every*f.every)
		}
	}
	for i := range s.items {
		if s.items[i].output && s.items[i].at <= t {
			last = max(last, s.items[i].at)
		}
	}
	return last
}

// cached is when a record was made that is answered at a time.
func (s *session) cached(t time.Duration) time.Duration {
	if s.fresh == 0 || t < 0 {
		return t
	}
	return t / s.fresh * s.fresh
}

// counted are the counters as JSON members.
func (s *session) counted(t time.Duration, connections int) map[string]any {
	c := s.count(t, connections)
	if s.counters != nil {
		return s.counters(t, c)
	}
	return c.members()
}

func (c counts) members() map[string]any {
	return map[string]any{
		"num_active_connections": c.connections, "num_updates": c.updates, "num_inputs": c.inputs,
		"num_outputs": c.outputs, "num_events": c.events,
	}
}

// ownConfig is the configuration of the session itself.
func (s *session) ownConfig() map[string]any {
	c := s.config()
	if name, loop := strings.CutSuffix(s.ownInput, " (loop)"); name != "" {
		c["input_streams"] = []map[string]any{{"stream_type": name, "stream_config": map[string]any{"file_id": "a.csv", "loop_recording": loop}}}
	}
	return c
}

// config is the lens's configuration, as the record and the lens show it.
func (s *session) config() map[string]any {
	pipeline := []map[string]any{{"processor_name": "lens_camera_processor", "processor_config": map[string]any{"camera_buffer_size": 5}}}
	c := map[string]any{
		"model_parameters": map[string]any{"model_name": "Newton", "model_version": "c2_4_7b", "instruction": "Say what you see."},
	}
	if s.inputType != "" {
		c["input_streams"] = []map[string]any{{"stream_type": s.inputType, "stream_config": map[string]any{}}}
	}
	switch {
	case s.outputName == "":
	case s.inPipeline:
		pipeline = append(pipeline, map[string]any{"processor_name": s.outputName, "processor_config": map[string]any{}})
	default:
		c["output_streams"] = []map[string]any{{"stream_type": s.outputName, "stream_config": map[string]any{}}}
	}
	c["model_pipeline"] = pipeline
	return c
}

// text is a value as JSON.
func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}
