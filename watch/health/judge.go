package health

import "time"

// rule is one row of the table: what a verdict means, and the test of its evidence.
type rule struct {
	Entry
	test func(*facts) finding
}

// finding is what a rule makes of the facts.
type finding struct {
	fits       bool
	confidence Confidence
	sentence   string
	evidence   []Evidence
	next       []Step // instead of the entry's, if set
	// because says what rules the verdict out; empty if it was not in question.
	because string
}

// out is the finding that something rules a verdict out; with no reason it is not in question.
func out(because string) finding { return finding{because: because} }

// fits is the finding that the evidence supports a verdict.
func fits(c Confidence, sentence string, evidence ...Evidence) finding {
	return finding{fits: true, confidence: c, sentence: sentence, evidence: evidence}
}

// table is every rule, in the order in which they are tried: first what ends a session for good,
// then what keeps the stream from being open, then what an open stream may suffer from, then what
// is well. The last one always fits.
func table() [][]rule { return [][]rule{endedRules, connectionRules, outputRules, healthyRules} }

// Catalogue is every verdict, in the order in which they are tried.
func Catalogue() []Entry {
	var all []Entry
	for _, rules := range table() {
		for _, r := range rules {
			all = append(all, r.Entry)
		}
	}
	return all
}

// Verdict tells the most likely cause of what is seen at a time.
func (m *Monitor) Verdict(now time.Time) Verdict {
	at := m.tick(now)
	m.settle(at)
	v := m.examine(at)
	if v.Code != m.verdict {
		m.verdict, m.since = v.Code, at
	}
	v.Since = m.time(m.since)
	return v
}

// examine tries the rules in order.
func (m *Monitor) examine(now tick) Verdict {
	f := m.facts(now)
	var ruledOut []RuledOut
	for _, rules := range table() {
		for i := range rules {
			r := &rules[i]
			found := r.test(&f)
			if !found.fits {
				if found.because != "" {
					ruledOut = append(ruledOut, RuledOut{Verdict: r.Code, Name: r.Name, Because: found.because})
				}
				continue
			}
			return verdictOf(r, found, ruledOut)
		}
	}
	return Verdict{} // not reached: the last rule fits everything
}

func verdictOf(r *rule, found finding, ruledOut []RuledOut) Verdict {
	v := Verdict{
		Code: r.Code, Name: r.Name, Sentence: found.sentence,
		Confidence: found.confidence, Severity: r.Severity,
		Evidence: found.evidence, RuledOut: ruledOut, RulesOut: r.RulesOut, Next: r.Next,
	}
	if found.confidence == Low {
		v.Severity = min(v.Severity, Info)
	}
	if found.next != nil {
		v.Next = found.next
	}
	if r.Severity == OK {
		v.RuledOut = nil
	}
	return v
}
