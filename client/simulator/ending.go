package simulator

import "time"

// endings are the faults that end a session some time after it started running.
var endings = []struct {
	fault string
	final status
}{
	{FaultDestroyed, statusDestroyed},
	{FaultFailed, statusFailed},
	{FaultStale, statusStale},
}

// ending reports whether a running session has to end now, and how.
func (s *session) ending(now time.Time) (status, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.status != statusRunning {
		return 0, false
	}
	for _, e := range endings {
		if at, ok := s.endsBy(e.fault); ok && !now.Before(at) {
			if e.final == statusFailed {
				s.say(now, errorMessage("Lens runner failed: the worker exited with code 1."))
			}
			return e.final, true
		}
	}
	switch {
	case !now.Before(s.registered.Add(s.sim.cfg.scaled(sessionTTL))):
		return statusDestroyed, true
	case !now.Before(s.lastActivity.Add(s.sim.cfg.scaled(inactivityLimit))):
		return statusStale, true
	}
	return 0, false
}

// untilEnding is the time until ending will say so. s.mu is held.
func (s *session) untilEnding(now time.Time) time.Duration {
	next := min(
		s.registered.Add(s.sim.cfg.scaled(sessionTTL)).Sub(now),
		s.lastActivity.Add(s.sim.cfg.scaled(inactivityLimit)).Sub(now),
	)
	for _, e := range endings {
		if at, ok := s.endsBy(e.fault); ok {
			next = min(next, at.Sub(now))
		}
	}
	return next
}

// endsBy is when a fault ends the session.
func (s *session) endsBy(fault string) (time.Time, bool) {
	p, ok := s.sim.faults.get(fault, s.id)
	if !ok {
		return time.Time{}, false
	}
	return s.started.Add(s.sim.cfg.scaled(p.d)), true
}
