package history

import "time"

// meter says when a call that looks at many events has to return to its caller. A new one lets a
// few events pass in any case, so that whoever calls again and again gets to the end.
type meter struct {
	start  time.Time
	budget time.Duration // 0: no limit
	events int           // the most events; 0: no limit
	seen   int
}

// look is how many events pass between two looks at the clock. A jq expression that runs away is
// stopped at each of them, but only after some milliseconds.
const look = 4

func newMeter(budget time.Duration) *meter { return &meter{start: time.Now(), budget: budget} }

// spent counts one event that is about to be looked at, and reports whether it is one too many.
func (m *meter) spent() bool {
	m.seen++
	return m.events > 0 && m.seen > m.events ||
		m.budget > 0 && m.seen%look == 0 && time.Since(m.start) >= m.budget
}
