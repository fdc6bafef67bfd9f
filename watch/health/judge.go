package health

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Entry is one row of the catalogue of verdicts.
type Entry struct {
	Code     VerdictCode
	Name     string   // for people
	Severity Severity // at medium and high confidence
	Cause    string   // what has happened
	Evidence string   // what the verdict needs, from its checks
	RulesOut string   // what would show that it is wrong, with what its checks have against it
	Detect   string   // how long it takes, with the default Config
	Next     []Step   // what to do
}

// rule says when a verdict is given. It is given if every need is met and nothing speaks against it; how
// certain it is follows from that, see confidenceOf. What a rule quotes is what its checks found.
type rule struct {
	Entry
	needs    []check       // each has to be met
	against  []check       // any rules the verdict out
	supports []check       // what is met is quoted, and makes it more certain
	doubts   []check       // while any is met, it is a guess
	context  []check       // what is met is quoted, and counts for nothing
	guess    bool          // it is only suspected while there is a doubt
	excludes []VerdictCode // cannot be true together with this one, and are not considered in its place
	sentence func(*facts) string
	next     func(*facts) []Step // what to do in this state; Entry.Next if it is nil or returns none
}

// check is one question that rules ask of the facts.
type check struct {
	says   string // as a condition: "results are late"
	source string // of what it looks at; empty: it is no evidence
	test   func(*facts) answer
	quote  func(*facts) Evidence // what was found; nil: there is nothing to quote
	// Why a verdict is ruled out: one that needs the check, which is not met, and one that it speaks against, as it
	// is. Nil or empty: the verdict is not in question.
	unmet, met func(*facts) string
}

// answer is what a check found.
type answer struct {
	found  found
	by     tick // of pending: when it will be known
	stated bool // of yes: the service states it, or lenswatch measured it
	old    bool // of yes: it may be so of a record that is cached, and is no source of its own
	slight bool // of the yes of a doubt: little is left of it
}

type found uint8

const (
	no found = iota
	yes
	pending
)

func when(ok bool) answer {
	if ok {
		return answer{found: yes}
	}
	return answer{}
}

// stated is yes where the service states it, or lenswatch measured it.
func stated(ok bool) answer {
	a := when(ok)
	a.stated = ok
	return a
}

// from is yes from a time on, and pending before.
func from(t, now tick) answer {
	if now >= t {
		return answer{found: yes}
	}
	return answer{found: pending, by: t}
}

// lasts is for how long two sources have to agree before a verdict has high confidence.
const lasts = tick(10 * time.Second)

// confidenceOf is how certain a verdict is: a guess while there is a doubt, unless little is left of it; high if a fact
// that it rests on is stated by the service or measured here, or if two independent sources have agreed for a while.
func (x fit) confidenceOf(agreed tick) Confidence {
	switch {
	case x.doubt && !x.slight:
		return Low
	case !x.doubt && (x.stated || x.sources >= 2 && agreed >= lasts):
		return High
	}
	return Medium
}

// rules is every rule, in the order in which they are tried: first what ends a session for good, then what
// keeps the stream from being open, then what an open stream may suffer from, then what is well. The last
// one always fits.
func rules() [][]rule {
	return [][]rule{endedRules, connectionRules, streamRules, outputRules, healthyRules, {unknownRule}}
}

// Catalogue is every verdict, in the order in which they are tried.
func Catalogue() []Entry {
	var all []Entry
	for _, group := range rules() {
		for i := range group {
			e := group[i].Entry
			e.Evidence = conditions(group[i].needs, "; ", "no other verdict fits")
			e.RulesOut = group[i].rulesOut()
			all = append(all, e)
		}
	}
	return all
}

// conditions joins what checks ask into a sentence; none is what it says of no checks.
func conditions(checks []check, by, none string) string {
	if len(checks) == 0 {
		return capital(none)
	}
	text := ""
	for _, c := range checks {
		if text != "" {
			text += by
		}
		text += c.says
	}
	return capital(text)
}

// rulesOut is what would show that a verdict is wrong.
func (r *rule) rulesOut() string {
	against := conditions(r.against, "; or ", "")
	if r.RulesOut == "" || against == "" {
		return cmp.Or(r.RulesOut, against)
	}
	return strings.TrimSuffix(r.RulesOut, ".") + "; or " + strings.ToLower(against[:1]) + against[1:]
}

// Verdict names the cause of what is seen at a time. While there is a doubt about a cause, it is Unknown, and
// says what is suspected and when that will be known.
func (m *Monitor) Verdict(now time.Time) Verdict {
	f, best, fit := m.decide(now)
	v := f.verdictOf(best, fit)
	v.Since = m.time(m.since)
	return v
}

// Severity is the code and the severity of [Monitor.Verdict], without its texts and evidence, which take most of its time.
func (m *Monitor) Severity(now time.Time) (VerdictCode, Severity) {
	_, best, fit := m.decide(now)
	return best.Code, best.severity(fit)
}

// decide chooses the rule for a verdict, and notes since when it is given.
func (m *Monitor) decide(now time.Time) (f facts, best *rule, how fit) {
	at := m.tick(now)
	m.settle(at)
	f = m.facts(at)
	best, fit := f.choose()
	if fit.doubt && best.guess {
		f.suspect, fit.slight = best, false
		best = &unknownRule
	}
	if best.Code != m.verdict {
		m.verdict, m.since, m.sound = best.Code, at, never
	}
	if m.sound == never && !fit.doubt {
		m.sound = at
	} else if fit.doubt {
		m.sound = never
	}
	return f, best, fit
}

// Guess is Verdict, but names the cause that is suspected where there is a doubt about it, at low confidence, or at
// medium where little is left of the doubt. It is for whoever cannot wait.
func (m *Monitor) Guess(now time.Time) Verdict {
	v := m.Verdict(now)
	f := m.facts(m.tick(now))
	if best, fit := f.choose(); fit.doubt && best.guess {
		since := v.Since
		v = f.verdictOf(best, fit)
		v.Since = since
	}
	return v
}

// Trouble reports whether something is wrong with the session, and since when: the end of what was last received of
// it, where results or data are missing, else the last change of state; zero if that was before it was watched and is
// not known.
func (m *Monitor) Trouble(now time.Time) (since time.Time, ok bool) {
	f, best, fit := m.decide(now)
	switch {
	case best.severity(fit) < Warning && !(fit.doubt && (f.waiting() || m.state == Silent)):
		return time.Time{}, false
	case m.connState == connOpen && m.lastOutput != never:
		return m.time(m.lastOutput), true
	case m.connState == connOpen && m.before() > 0:
		return m.time(max(m.first, 0)).Add(-m.before()), true
	case m.connState == connOpen:
		return time.Time{}, true // for how long is not known
	}
	return m.time(m.changed), true
}

// fit is how a rule fits the facts.
type fit struct {
	met     bool
	doubt   bool
	slight  bool // of doubt: little is left of each
	stated  bool
	sources int
}

// choose tries the rules in order. A guess gives way to a later cause that is none.
func (f *facts) choose() (best *rule, how fit) {
	for g, group := range rules() {
		if best != nil && g >= len(rules())-2 {
			break // a guess at a cause is worth more than none
		}
		for i := range group {
			r := &group[i]
			if best != nil && slices.Contains(best.excludes, r.Code) {
				continue
			}
			if x := f.try(r); x.met && (best == nil || !x.doubt) {
				best, how = r, x
				if !x.doubt {
					return best, how
				}
			}
		}
	}
	return best, how
}

// try asks a rule's checks.
func (f *facts) try(r *rule) (x fit) {
	var sources [8]string
	count := func(c *check, a answer) {
		x.stated = x.stated || a.stated
		if c.source != "" && !a.old && !slices.Contains(sources[:x.sources], c.source) && x.sources < len(sources) {
			sources[x.sources] = c.source
			x.sources++
		}
	}
	for i := range r.needs {
		if r.needs[i].test(f).found != yes {
			return fit{}
		}
	}
	for i := range r.against {
		if r.against[i].test(f).found == yes {
			return fit{}
		}
	}
	for i := range r.needs {
		count(&r.needs[i], r.needs[i].test(f))
	}
	for i := range r.supports {
		if a := r.supports[i].test(f); a.found == yes {
			count(&r.supports[i], a)
		}
	}
	x.slight = true
	for i := range r.doubts {
		if a := r.doubts[i].test(f); a.found == yes {
			x.doubt, x.slight = true, x.slight && a.slight
		}
	}
	x.met = true
	return x
}

// severity is that of the catalogue, but never above Info while there is a doubt.
func (r *rule) severity(x fit) Severity {
	if x.doubt {
		return min(r.Severity, Info)
	}
	return r.Severity
}

func (f *facts) verdictOf(r *rule, x fit) Verdict {
	agreed := tick(0)
	if f.sound != never {
		agreed = f.now - f.sound
	}
	v := Verdict{
		Code: r.Code, Name: r.Name, Sentence: r.sentence(f), Severity: r.severity(x), Next: r.Next,
		Confidence: x.confidenceOf(agreed), Doubted: x.doubt,
		RulesOut: r.rulesOut(),
	}
	if r.next != nil {
		if steps := r.next(f); steps != nil {
			v.Next = steps
		}
	}
	v.Evidence = f.evidence(r)
	if odd := f.oddStatus(); odd != "" && v.Severity > OK {
		v.Sentence += odd
		if f.open() {
			step := Step{fmt.Sprintf("Resume the session, or create it again: its record says %q.", short(f.rec.StatusText, 60)), ActionCreate}
			v.Next = append([]Step{step}, v.Next...)
		}
		if e := f.statusEvidence(); !slices.ContainsFunc(v.Evidence, func(x Evidence) bool { return x.Metric == e.Metric }) {
			v.Evidence = append(v.Evidence, e)
		}
	}
	if r.Severity != OK || x.doubt {
		v.RuledOut = f.ruledOut(r)
		v.Awaits = f.awaits(r, v.Confidence)
	}
	return v
}
