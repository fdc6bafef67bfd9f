package health

import "time"

// Verdict tells the most likely cause of what is seen at a time.
func (m *Monitor) Verdict(now time.Time) Verdict {
	at := m.tick(now)
	m.settle(at)
	return Verdict{Code: Unknown, Name: Unknown.String(), Sentence: "The cause is not known.", Since: m.time(m.since)}
}
