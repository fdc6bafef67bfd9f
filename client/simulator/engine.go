package simulator

import (
	"math/rand/v2"
	"time"
)

// maxLag is how far the engine may fall behind, for instance while the machine slept, before it
// continues from now instead of catching up.
const maxLag = time.Minute

// never is longer than anything waits.
const never = 1000 * time.Hour

// maxPending bounds what a session has been sent and has not answered. The service takes about 20
// windows.
const maxPending = 20

// engine produces a session's inputs and results. It is guarded by session.mu.
type engine struct {
	script  *script
	load    *load // in place of the script, nil without Config.Rate
	tick    time.Time
	ticks   int
	brisk   float64 // how many times as fast as its lens it is; 0 means 1
	pending []job   // done in this order: one that is due waits for those before it
}

// job is something that happens a little after a request.
type job struct {
	at time.Time
	do func() // with session.mu held
}

func newEngine(s *session, rng *rand.Rand) engine {
	e := engine{script: newScript(s, rng)}
	if s.sim.cfg.Rate > 0 {
		e.load = newLoad(s)
	}
	return e
}

// step does what is due and returns how long nothing more is; false once the session can no
// longer be asked for.
func (s *session) step(now time.Time) (wait time.Duration, more bool) {
	if final, due := s.ending(now); due {
		s.finish(final)
	}
	starved := s.starved()
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.forgotten:
		return 0, false
	case !s.status.live():
		wait = s.ended.Add(s.sim.cfg.scaled(finalRetention)).Sub(now)
		s.forgotten = wait <= 0
		return wait, !s.forgotten
	case s.status == statusRegistered:
		start := s.registered.Add(s.sim.cfg.scaled(registerDelay))
		if now.Before(start) {
			return start.Sub(now), true
		}
		s.start(now)
	}
	s.exhaust(now)
	next := min(s.untilEnding(now), s.runPending(now))
	if s.engine.load != nil {
		return min(next, s.runLoad(now, starved)), true
	}
	return min(next, s.runTicks(now, starved)), true
}

// start makes the session RUNNING.
func (s *session) start(now time.Time) {
	if s.status = statusRunning; s.started.IsZero() {
		s.started = now
	}
	s.engine.tick = now.Add(s.tickInterval())
	s.touch(now)
	s.announce()
	for _, m := range s.engine.script.opening(now) {
		s.say(now, m)
	}
}

// say publishes something that is no result.
func (s *session) say(now time.Time, m message) {
	s.count.updates++
	s.lastUpdate = now
	s.publish(m.payload)
}

// runTicks makes the lens's own inputs arrive, and every few of them a result.
func (s *session) runTicks(now time.Time, starved bool) time.Duration {
	e := &s.engine
	p := e.script.kind.rates
	if p.tick == 0 {
		return never
	}
	if now.Sub(e.tick) > maxLag {
		e.tick = now
	}
	firstResult := s.firstResult()
	for !e.tick.After(now) {
		at := e.tick
		e.tick = e.tick.Add(s.tickInterval())
		if starved || !s.inputFlows() || !s.hasSource() || s.fileLeft == 0 {
			continue
		}
		if s.fileLeft > 0 {
			s.fileLeft--
		}
		s.count.inputs += p.inputs
		s.count.events += p.inputs
		s.touch(now)
		e.ticks++
		if at.Before(firstResult) || s.frozen() {
			continue
		}
		if !s.warm || e.ticks%p.results == 0 {
			s.warm = true
			e.ticks = 0
			s.result(now)
		}
	}
	next := e.tick
	if !s.warm && firstResult.After(now) && firstResult.Before(next) {
		// The first result arrives when it is due, not at the tick after it.
		e.tick, next = firstResult, firstResult
	}
	return next.Sub(now)
}

// tickInterval is the time to the next tick: within a tenth of the lens's pace.
func (s *session) tickInterval() time.Duration {
	d := float64(s.engine.script.kind.rates.tick) / max(s.engine.brisk, 1) * (0.9 + 0.2*s.engine.script.jitter.Float64())
	return s.sim.cfg.scaled(time.Duration(d))
}

// result gives one result, and what goes with it. A lens without an output stream gives none.
func (s *session) result(now time.Time) {
	if s.channel() == channelNone {
		return
	}
	s.count.outputs++
	s.lastUpdate = now
	for _, m := range s.engine.script.turn(now) {
		if !m.result {
			s.count.updates++
		}
		s.publish(m.payload)
	}
}

// firstResult is when the first result is due.
func (s *session) firstResult() time.Time {
	d := s.sim.cfg.WarmUp
	if p, ok := s.sim.faults.get(FaultLateResult, s.id); ok {
		d = max(d, p.d)
	}
	return s.started.Add(s.sim.cfg.scaled(d))
}

// inputFlows reports whether inputs reach the session.
func (s *session) inputFlows() bool {
	return s.exhausted.IsZero() && !s.sim.faults.has(FaultNoInput, s.id)
}

// hasSource reports whether the session reads from somewhere by itself.
func (s *session) hasSource() bool { return len(names(s.config, "input_streams", "stream_type")) > 0 }

// fedByHand reports whether all that the session has to answer is pushed to it, and was: the service ends the stream of
// one that then stays idle, which is how the SDK's example of pushed rows comes to its end. s.mu is held.
func (s *session) fedByHand() bool {
	return s.warm && !s.hasSource() && s.engine.script.kind.rates.tick > 0
}

// frozen reports whether outputs are held up although inputs arrive.
func (s *session) frozen() bool {
	return s.sim.faults.has(FaultStall, s.id) || s.sim.faults.has(FaultIdleEnd, s.id)
}

// exhaust notices that the input has ended, or flows again.
func (s *session) exhaust(now time.Time) {
	is := s.fileLeft == 0 || s.sim.faults.has(FaultExhausted, s.id)
	switch {
	case is && s.exhausted.IsZero():
		s.say(now, logMessage(now, "End of the input stream was reached."))
		s.exhausted = now
		s.announce()
	case !is && !s.exhausted.IsZero():
		s.exhausted = time.Time{}
		s.engine.tick = now.Add(s.tickInterval())
	}
}

// starved reports whether a newer session of the same lens takes this one's input.
func (s *session) starved() bool {
	if !s.sim.faults.has(FaultStarved, s.id) {
		return false
	}
	for _, other := range s.sim.list() {
		if other.lensID == s.lensID && other.ordinal > s.ordinal && other.currentStatus() == statusRunning {
			return true
		}
	}
	return false
}

// after has do called a little later, with s.mu held. It reports false if too much is waiting
// already. s.mu is held.
func (s *session) after(d time.Duration, do func()) bool {
	e := &s.engine
	if len(e.pending) >= maxPending {
		return false
	}
	at := time.Now().Add(s.sim.cfg.scaled(d))
	e.pending = append(e.pending, job{at, do})
	s.wakeEngine()
	return true
}

// runPending does the jobs that are due, and returns the time until the next.
func (s *session) runPending(now time.Time) time.Duration {
	e := &s.engine
	for len(e.pending) > 0 && !e.pending[0].at.After(now) {
		do := e.pending[0].do
		e.pending = e.pending[1:]
		do()
	}
	if len(e.pending) == 0 {
		return never
	}
	return e.pending[0].at.Sub(now)
}
