package health

import (
	"slices"
	"strings"
	"time"

	"lenswatch/client"
)

// counter is one of a session's counters, followed over several samples.
type counter struct {
	reported bool
	value    int64
	since    tick  // the first sample with this value
	step     int64 // by how much it moved then; 0 until it moved
	rest     tick  // for how long it was seen to stand still at most before it moved again
	runs     int   // samples in a row in which it moved, up to the newest movement
}

// update takes a sample, the one before it having been taken at prev, and returns by how much the counter moved.
func (c *counter) update(value int64, at, prev tick) (moved int64) {
	if !c.reported {
		*c = counter{reported: true, value: value, since: at}
		return 0
	}
	if moved = value - c.value; moved != 0 {
		c.rest = max(c.rest, prev-c.since)
		if c.runs++; prev > c.since || at-prev > tick(inputsRest) {
			c.runs = 0 // it had stood still, or nobody looked
		}
		c.value, c.since, c.step = value, at, moved
	}
	return moved
}

// counters follows a session's inputs, outputs and connections, and how they agree with what arrived here.
type counters struct {
	in, out     counter
	first, last tick  // samples; never if there was none
	prior       int64 // outputs at the first sample
	priorIn     int64 // inputs then
	connections int64 // -1 if not reported
	made        marks // of the newest record
	anew        tick  // when a record last was another than the one before it; never if none was
	base        int64 // results received by the first sample
	results     int64 // received by the newest sample

	sharing sharing

	seen   bool // something of the lens arrived since the last sample, or may have been missed
	output bool // output did

	// Samples in a row, since output arrived here or was counted...
	frozen   int   // ...in which nothing moved
	idle     int   // samples in a row in which inputs moved and outputs did not, though something like output arrived
	noOutput int   // ...in which inputs moved, outputs did not
	fed      int64 // inputs counted meanwhile
	// Samples in a row in which outputs moved, though nothing of the lens arrived here.
	unseen   int
	lost     int64 // outputs counted meanwhile
	readers  int64 // the most connections meanwhile
	from     tick  // since when
	samples  tick  // the first of those samples
	received tick  // when the connection delivered something after that; never if it did not
}

func (c *counters) reset() {
	*c = counters{first: never, last: never, received: never, anew: never, connections: -1}
}

// marks are what distinguishes a record that was made anew from one that is cached.
type marks struct {
	duration          time.Duration
	updated, event    time.Time
	in, out, connects int64
}

// noteMade notes whether a record was made anew since the one before it. Records of two kinds differ in what they have.
func (c *counters) noteMade(s *client.Session, at tick) {
	n := marks{s.Duration, s.LastUpdate, s.LastEvent, s.Counters.Inputs, s.Counters.Outputs, s.Counters.Connections}
	old := c.made
	if n.duration == 0 || old.duration == 0 {
		n.duration, old.duration = max(n.duration, old.duration), max(n.duration, old.duration)
	}
	if n.event.IsZero() || old.event.IsZero() {
		n.event, old.event = time.Time{}, time.Time{}
	}
	if c.known() && n != old {
		c.anew = at
	}
	c.made = n
}

// current reports whether the inputs are known to stand still now: a record was made anew since they moved last, or they had
// moved from one sample to the next, so that none was cached for longer.
func (c *counters) current(patience tick) bool {
	return c.in.runs >= movedRuns || c.anew != never && c.anew >= c.in.since+patience
}

// movedRuns is in how many samples in a row a counter has to have moved to show that records are not cached for long.
const movedRuns = 3

// stale reports whether a record was made before the newest one, though it arrived after it: an answer that took
// long, or that another path gave. Its counters are lower by no more than they moved last, or its own time is older.
func (c *counters) stale(n *client.Counters, older bool) bool {
	behind := func(k *counter, value int64, absent bool) (lower, slightly bool) {
		if absent || !k.reported || value >= k.value {
			return false, true
		}
		return true, k.step > 0 && value >= k.value-k.step
	}
	inLower, inSlightly := behind(&c.in, n.Inputs, n.NoInputs)
	outLower, outSlightly := behind(&c.out, n.Outputs, n.NoOutputs)
	return (inLower || outLower) && (older || inSlightly && outSlightly)
}

// update takes the counters of a record; results is how many were received until now.
func (c *counters) update(s *client.Session, results int64, at tick) {
	n, first := s.Counters, c.first == never
	c.noteMade(s, at)
	var in, out int64
	stood, rest := c.last-c.in.since, c.in.rest
	if !n.NoInputs {
		in = c.in.update(n.Inputs, at, c.last)
	}
	if !n.NoOutputs {
		out = c.out.update(n.Outputs, at, c.last)
	}
	if !n.NoConnections {
		c.connections = n.Connections
	}
	prev := c.last
	if !first && !n.NoOutputs {
		c.sharing.add(c.connections, out, results-c.results, at-prev)
	}
	c.last, c.results = at, results
	if out != 0 || n.NoOutputs {
		c.idle = 0
	} else if in > 0 && c.output && n.Outputs > 0 && at-prev >= apart {
		c.idle++
	}
	switch {
	case first:
		c.first, c.prior, c.priorIn, c.base = at, n.Outputs, n.Inputs, results
	case in < 0 || out < 0:
		c.forget() // the counting restarted
	case out > 0 && c.seen:
		c.forget()
	case out > 0:
		if c.unseen == 0 {
			c.from, c.samples = prev, at
		}
		c.unseen++
		c.lost += out
		c.readers = max(c.readers, c.connections)
		c.frozen, c.noOutput, c.fed = 0, 0, 0
	case c.output:
		c.forget()
	case in > 0:
		if stood >= 3*sampleEvery && stood > rest*3/2 {
			c.noOutput, c.fed = 0, 0 // inputs had stopped: the lens is given time
		}
		c.noOutput++
		c.fed += in
		c.frozen = 0
	case !n.NoInputs && at-prev >= apart:
		c.frozen++
	}
	if out == 0 && c.unseen == 1 && !n.NoOutputs && at-prev >= sampleEvery*4/5 {
		c.unseen, c.lost, c.readers = 0, 0, 0 // one that is counted once was on its way
	}
	c.seen, c.output = false, false
}

// serviceTime is the service's own clock when it made the newest record, as far as the record shows it: its
// newest time, or its duration after the start.
func (m *Monitor) serviceTime() (t time.Time) {
	r := &m.rec
	t = r.LastUpdate
	for _, start := range []time.Time{r.Started, r.Registered} {
		if !start.IsZero() && r.Duration > 0 {
			if made := start.Add(r.Duration); made.After(t) {
				t = made
			}
			break
		}
	}
	return t
}

// before is for how long the session had had no event before it was watched, by the service's own clock.
func (m *Monitor) before() time.Duration {
	if m.lastOutput != never || m.rec.LastEvent.IsZero() {
		return 0
	}
	return max(0, m.serviceTime().Sub(m.rec.LastEvent)-time.Duration(m.sampled-max(m.first, 0)))
}

// restart begins anew, for a new connection or after a pause. What the next sample counts may belong to
// the time before.
func (c *counters) restart() {
	c.forget()
	c.seen, c.output = true, true
}

// apart is how long after another a sample has to be made for the two to show that nothing moved in between.
const apart = tick(2 * time.Second)

// reopen begins anew for a new connection of the same stream. What is put out while there is none is counted: a stall that
// the counters had shown is still one, unless they show output.
func (c *counters) reopen() {
	if c.outputs() && c.unseen == 0 && c.frozen+c.noOutput >= 2 {
		c.seen = true
		return
	}
	c.restart()
}

func (c *counters) forget() {
	c.frozen, c.noOutput, c.fed, c.unseen, c.lost, c.readers, c.received = 0, 0, 0, 0, 0, 0, never
}

// noteData notes that something of the lens arrived; output says that it was output.
func (c *counters) noteData(output bool) {
	if !c.seen {
		c.seen = true
		c.unseen, c.lost, c.readers, c.received = 0, 0, 0, never
	}
	if output && !c.output {
		c.output = true
		c.forget()
	}
}

// noteReceived notes that the connection delivered something while outputs are counted that did not arrive.
func (c *counters) noteReceived(at tick) {
	if c.received == never && c.unseen > 0 && at > c.from {
		c.received = at
	}
}

// polled notes that a request for output was answered. What had been counted before would have been in the
// answer.
func (c *counters) polled(at tick) {
	if at > c.samples {
		c.noteReceived(at)
	}
}

// burstTime is how long after the connection fell silent and delivered again its output may still be on the
// way: a proxy that lets go of what it held sends a heartbeat first as likely as not.
const burstTime = tick(time.Second)

// known reports whether there were counters at all.
func (c *counters) known() bool { return c.first != never }

// outputs reports whether the outputs are counted. Some services leave them as they are while results
// arrive.
func (c *counters) outputs() bool {
	return c.out.reported && (c.out.step != 0 || c.results-c.base < minResults)
}

// inputs reports whether the inputs are counted. Some services leave them as they are while outputs are made.
func (c *counters) inputs() bool {
	if c.in.step != 0 {
		return true
	}
	return c.in.reported && c.results-c.base < minResults && (c.in.value > 0 || c.out.value == 0 && c.results == 0)
}

// minResults is how many results have to arrive for a counter of outputs that does not move to be none.
const minResults = 2

// fresh reports whether the newest sample can be relied on now.
func (c *counters) fresh(now tick) bool { return c.known() && now-c.last <= countersMaxAge }

// countersMaxAge is how long a sample holds. Records arrive every 5 s from the list, up to two
// minutes apart from probes.
const countersMaxAge = tick(150 * time.Second)

// Record takes a sample of the session's metadata, received at now.
func (m *Monitor) Record(s client.Session, now time.Time) {
	at := m.tick(now)
	if s.StatusText == "" && s.Status == client.StatusUnknown && s.LensID == "" && !s.HasCounters {
		return // an ID alone is no answer of the service
	}
	m.probes.reached = max(at, m.probes.reached)
	if s.Status != client.StatusUnknown && s.StatusText == "" {
		s.StatusText = s.Status.String() // Merge goes by the text
	}
	newest := m.made
	m.rec = m.rec.Merge(s)
	m.sampled = at
	if m.idleFrom.IsZero() {
		m.idleFrom = m.rec.LastEvent
	}
	made := m.serviceTime()
	stale := s.HasCounters && m.counters.stale(&s.Counters, made.Before(newest))
	if !stale {
		m.made = made
	}
	switch {
	case !s.Answered.IsZero() && !s.Fetched.IsZero():
		m.delay.service, m.delay.serviceKnown, m.delay.byDate = s.Answered.Sub(s.Fetched), true, true
	case s.Duration > 0 && !m.rec.Started.IsZero() && !m.delay.byDate:
		m.delay.service, m.delay.serviceKnown = m.serviceTime().Sub(m.time(at)), true
	}
	if m.channel == client.ChannelPoll {
		m.lastByte = max(m.lastByte, at) // nothing else shows that a polled session lives
	}
	if !s.Status.Final() {
		m.notFound = never
	}
	if s.HasCounters && !stale {
		first := !m.counters.known()
		m.counters.update(&s, m.count.Results-m.repeats.total-m.backlog, at)
		if mean, ok := m.priorInterval(at); ok && first && m.counters.prior >= slowPrior {
			m.slow.prior = mean
		}
		m.limit = 0 // it may show for how long the stream has flowed
		m.notOutput(at)
	}
	m.settle(at)
}

// idleSamples is how many samples show that what arrives is not what the service counts as output.
const idleSamples = 3

// notOutput takes back that events of a type that is not known were output: the service counts its outputs, and none of
// these, while inputs rise.
func (m *Monitor) notOutput(at tick) {
	if m.byResults || m.lastOutput == never || m.counters.idle < idleSamples {
		return
	}
	m.byResults, m.broken, m.lastOutput = true, true, never
	m.intervals.reset(at)
	m.outliers, m.limit = outliers{}, 0
	m.counters.forget()
}

// Lens says what the session runs: it may show that there is no output to wait for.
func (m *Monitor) Lens(l client.Lens) {
	m.lens = lens{channel: l.Channel, inputs: l.Inputs}
	for _, name := range slices.Concat(l.Outputs, l.Processors) {
		if l.Channel == client.ChannelNone && strings.Contains(name, "writer") {
			m.lens.writer = short(name, 40)
			break
		}
	}
}
