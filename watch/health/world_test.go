package health

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"lenswatch/client"
)

// world plays a service, its session, the way to here and the watcher around one Monitor. Its
// time is simulated. What a fault changes are its fields.
type world struct {
	t    testing.TB
	m    *Monitor
	rand *rand.Rand
	now  time.Duration // since epoch

	// The session.
	inputs, outputs int64
	inputEvery      time.Duration                       // 0: no input
	gap             func(*world) time.Duration          // to the next output; nil: none
	stuck           time.Time                           // since when the same result is sent again; zero: it is not
	stalled         bool                                // inputs are counted, outputs are not made
	elsewhere       bool                                // outputs are made, but written to another channel
	record          func(*world, *client.Session)       // changes what the records say
	others          func(*world) []client.Session       // other sessions of the lens
	answer          func(*world, ProbeKind) ProbeResult // to probes; nil: the record
	unlisted        bool                                // the list fails or lacks the session

	// The line.
	unopened   bool // it is never opened
	up         bool
	dead       bool          // it is up, but no byte comes
	heartbeats time.Duration // 0: no heartbeats
	idleOnly   bool          // heartbeats come only while nothing else does
	comments   bool          // each heartbeat comes with a comment
	hold       time.Duration // a proxy passes events on only so often
	delay      time.Duration // from the service to here
	held       []client.Event
	chatter    time.Duration // between logs, or errors; 0: none
	errors     bool
	ended      bool // an end of the stream was announced

	nextInput, nextOutput, nextHeartbeat, nextPoll, nextFlush, nextCheck, nextChatter time.Duration

	seen   []sighting
	probes []time.Duration
}

// sighting is a verdict that was given for some time.
type sighting struct {
	at         time.Duration
	code       VerdictCode
	severity   Severity
	confidence Confidence
	state      StateCode
	sentence   string
}

func (s sighting) String() string {
	return fmt.Sprintf("%8s %-13v %-17v %-7v %-6v %s", s.at, s.state, s.code, s.severity, s.confidence, s.sentence)
}

// newWorld is a session that runs and is watched from the beginning, with one result a second,
// an input for each, heartbeats every 5 s and a list every 5 s.
func newWorld(t testing.TB, seed uint64) *world {
	w := &world{
		t: t, m: New(session, epoch, Config{}), rand: rand.New(rand.NewPCG(seed, 1)),
		inputEvery: time.Second, gap: regular(time.Second), heartbeats: 5 * time.Second,
		nextInput: time.Second, nextOutput: unset, nextPoll: 1300 * time.Millisecond, delay: 40 * time.Millisecond,
	}
	return w
}

// unset is the time of a next output that the gap has to be asked for.
const unset time.Duration = -1

func regular(d time.Duration) func(*world) time.Duration {
	return func(*world) time.Duration { return d }
}

func (w *world) notice(n client.Notice, text string) {
	w.m.Observe(&client.Event{Session: session, Kind: client.KindNotice, Received: w.time(), Notice: &n, Text: text})
}

func (w *world) time() time.Time { return epoch.Add(w.now) }

// open makes a connection.
func (w *world) open() {
	w.notice(client.Notice{Code: client.NoticeConnecting, Attempt: 1}, "connecting")
	w.notice(client.Notice{Code: client.NoticeConnected, Channel: client.ChannelSSE, ReaderID: "87e6d51c992557bc"}, "connected")
	w.up, w.dead, w.held = true, false, nil
	w.send(client.Event{Kind: client.KindStart})
	w.nextHeartbeat = w.now + w.heartbeats
}

// lose ends the connection; the next attempt is made after wait.
func (w *world) lose(attempt int, wait time.Duration, n client.Notice, text string) {
	w.up, w.held = false, nil
	n.Code, n.Attempt, n.Next = client.NoticeReconnecting, attempt, w.time().Add(wait)
	w.notice(n, text)
}

// end announces the end of the stream.
func (w *world) end() {
	w.send(client.Event{Kind: client.KindEnd})
	w.up, w.ended = false, true
}

// send puts an event on the line.
func (w *world) send(ev client.Event) {
	if !w.up || w.dead {
		return
	}
	ev.Session, ev.Raw = session, []byte(`{"type":"inference.result"}`)
	if w.idleOnly && ev.Kind != client.KindHeartbeat {
		w.nextHeartbeat = w.now + w.heartbeats
	}
	if w.hold > 0 {
		w.held = append(w.held, ev)
		return
	}
	ev.Received = w.time().Add(w.delay)
	w.m.Observe(&ev)
}

func (w *world) flush() {
	for i := range w.held {
		w.held[i].Received = w.time().Add(w.delay + time.Duration(i)*time.Millisecond)
		w.m.Observe(&w.held[i])
	}
	w.held = nil
	w.nextFlush = w.now + w.hold
}

func (w *world) session() client.Session {
	s := client.Session{
		ID: session, LensID: "lns-1", Status: client.StatusRunning, StatusText: "SESSION_STATUS_RUNNING",
		Registered: epoch, Started: epoch, Fetched: w.time(),
		Counters: client.Counters{Inputs: w.inputs, Outputs: w.outputs, Connections: 1}, HasCounters: true,
	}
	if w.record != nil {
		w.record(w, &s)
	}
	return s
}

// run plays until an hour of the session, in steps of the next thing that happens.
func (w *world) run(until time.Duration) *world {
	for w.now < until {
		if w.nextOutput == unset && w.gap != nil {
			w.nextOutput = w.now + w.gap(w)
		}
		next := min(w.nextPoll, w.nextCheck, until)
		if w.inputEvery > 0 {
			next = min(next, w.nextInput)
		}
		if w.gap != nil {
			next = min(next, w.nextOutput)
		}
		if w.heartbeats > 0 {
			next = min(next, w.nextHeartbeat)
		}
		if w.hold > 0 {
			next = min(next, w.nextFlush)
		}
		if w.chatter > 0 {
			next = min(next, w.nextChatter)
		}
		w.now = max(w.now, next)
		w.step()
	}
	return w
}

func (w *world) step() {
	if w.inputEvery > 0 && w.now >= w.nextInput {
		w.inputs++
		w.nextInput = w.now + w.inputEvery
	}
	if w.gap != nil && w.now >= w.nextOutput {
		w.nextOutput = w.now + w.gap(w)
		if !w.stuck.IsZero() {
			w.send(client.Event{Kind: client.KindResult, ID: "42", Time: w.stuck})
		} else if !w.stalled {
			w.outputs++
			if !w.elsewhere {
				w.send(client.Event{Kind: client.KindResult, Time: w.time()})
			}
		}
	}
	if w.heartbeats > 0 && w.now >= w.nextHeartbeat {
		if w.comments {
			w.send(client.Event{Kind: client.KindHeartbeat, Wire: "comment"})
		}
		w.send(client.Event{Kind: client.KindHeartbeat, Heartbeat: &client.Heartbeat{Status: client.StatusRunning}})
		w.nextHeartbeat = w.now + w.heartbeats
	}
	if w.chatter > 0 && w.now >= w.nextChatter {
		w.nextChatter = w.now + w.chatter
		if w.errors {
			w.send(client.Event{Kind: client.KindError, Text: "Input stream is unhealthy!"})
		} else {
			w.send(client.Event{Kind: client.KindLog, Text: "frame processed"})
		}
	}
	if w.hold > 0 && w.now >= w.nextFlush {
		w.flush()
	}
	if w.now >= w.nextPoll {
		w.poll()
	}
	if w.now >= w.nextCheck {
		w.check()
	}
}

func (w *world) poll() {
	w.nextPoll = w.now + 5*time.Second
	if w.unlisted {
		return
	}
	w.m.Record(w.session(), w.time())
	if w.others != nil {
		w.m.Siblings(w.others(w), w.time())
	}
}

// check looks at the verdict as a screen does, and makes the probe that is wanted.
func (w *world) check() {
	w.nextCheck = w.now + time.Second
	now := w.time()
	if kind, ok := w.m.NeedsProbe(now); ok {
		w.probes = append(w.probes, w.now)
		p := ProbeResult{Kind: kind, At: now}
		if w.answer != nil {
			p = w.answer(w, kind)
			p.Kind, p.At = kind, now
		} else if kind == ProbeMailbox && w.elsewhere {
			p.Messages = w.outputs
		} else if kind == ProbeSession {
			s := w.session()
			p.Session = &s
		}
		w.m.Probe(p)
	}
	v := w.m.Guess(now)
	w.reasons(&v)
	if n := len(w.seen); n > 0 {
		last := w.seen[n-1]
		if last.code == v.Code && last.severity == v.Severity && last.confidence == v.Confidence {
			return
		}
	}
	w.seen = append(w.seen, sighting{w.now, v.Code, v.Severity, v.Confidence, w.m.State(now).Code, v.Sentence})
}

// reasons fails where what was ruled out was so for reasons that cannot both be true, or that speak for it.
func (w *world) reasons(v *Verdict) {
	have := map[string]bool{}
	for _, r := range v.RuledOut {
		have[r.Because] = true
		var ago int
		var unit string
		if n, _ := fmt.Sscanf(r.Because, "the last byte arrived %d %s ago", &ago, &unit); n == 2 && unit == "s" && ago > 20 {
			w.t.Errorf("%v: not %s, as %s", w.now, r.Name, r.Because)
		}
		if r.Because == "the server announces the ends, after the last input" && !w.ended {
			w.t.Errorf("%v: not %s, as %s, and it announced none", w.now, r.Name, r.Because)
		}
	}
	if have["the service counts new outputs"] && have["the service counts no new outputs"] {
		w.t.Errorf("%v: new outputs and none: %+v", w.now, v.RuledOut)
	}
}

// story is all that was said, for a failed test.
func (w *world) story() string {
	var b strings.Builder
	for _, s := range w.seen {
		fmt.Fprintf(&b, "  %v\n", s)
	}
	for _, x := range w.m.Timeline() {
		fmt.Fprintf(&b, "  %8s %v -> %v: %s\n", x.At.Sub(epoch).Round(time.Millisecond), x.From, x.To, x.Cause)
	}
	return b.String()
}

// calm fails the test if anything louder than Info was said since a time.
func (w *world) calm(since time.Duration) {
	w.t.Helper()
	i := slices.IndexFunc(w.seen, func(s sighting) bool { return s.at >= since && s.severity > Info })
	if i >= 0 {
		w.t.Errorf("false alarm at %s: %v\n%s", w.seen[i].at, w.seen[i].code, w.story())
	}
}
