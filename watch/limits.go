package watch

import (
	"time"

	"lenswatch/watch/health"
)

// TimeLeft is the first end that the service sets the session if nothing more is done with it; ok is false if none is
// known. Inactivity is left out while events or inputs arrive. See [health.Monitor.Limits] for all of them.
func (s *Session) TimeLeft(now time.Time) (l health.Limit, ok bool) {
	if s.Gone() {
		return l, false
	}
	if all := s.Health.Limits(now); len(all) > 0 {
		return all[0], true
	}
	return l, false
}
