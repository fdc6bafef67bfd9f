package scenarios

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// expect is what is right, decided before anything is run.
type expect struct {
	asked   *diagnosis    // by `lenswatch diagnose` without a flag; nil if it is not asked
	watched time.Duration // how long the session is followed, 0 if it is not
	phases  []*phase
	changes []time.Duration // when the world changes, besides the phases
	sound   bool            // any warning is a failure
	wanted  []said          // what has to be said at some time
	verify  func(v *server) []string
	says    []string // what has to stand in a diagnosis at the end of the watch
	silent  []string // what may never stand in one
}

// diagnosis is what `lenswatch diagnose` has to come to.
type diagnosis struct {
	exits   []int
	codes   []string
	within  time.Duration
	args    []string
	command []string      // another command in its place; nothing but exit code and words count then
	words   []string      // all of them stand in what it prints
	never   []string      // none of them does
	blocked window        // nobody reads what it prints
	stop    time.Duration // when a person stops it; 0 for never
}

// diagnose says how `lenswatch diagnose` has to exit, and by which verdict.
func (s *script) diagnose(exit int, codes ...string) *diagnosis {
	s.asked = &diagnosis{exits: []int{exit}, codes: codes, within: 30 * time.Second}
	return s.asked
}

// command says how another command has to exit.
func (s *script) command(exit int, args ...string) *diagnosis {
	s.asked = &diagnosis{exits: []int{exit}, within: 30 * time.Second, command: args}
	return s.asked
}

// orExit allows another exit code too.
func (d *diagnosis) orExit(codes ...int) *diagnosis {
	d.exits = append(d.exits, codes...)
	return d
}

// saying wants texts, in any case, in what is printed; alternatives are separated by "|".
func (d *diagnosis) saying(words ...string) *diagnosis {
	d.words = append(d.words, words...)
	return d
}

// not forbids texts.
func (d *diagnosis) not(words ...string) *diagnosis {
	d.never = append(d.never, words...)
	return d
}

// phase is a span of time in which one thing is right.
type phase struct {
	at        time.Duration
	by        time.Duration // after at: the latest time at which it has to be said
	is        []string      // verdicts that are right
	before    []string      // that may be given before by, besides those that were right before
	tolerated []string      // that may be given at any time of the phase
	sure      time.Duration // after at: when low confidence will not do any more; by, if it is zero
	weak      bool          // low confidence will do all along
}

// from begins a phase in which one of some verdicts is right, and says how soon it has to be given.
func (s *script) from(at, by time.Duration, is ...string) *phase {
	p := &phase{at: at, by: by, is: is}
	s.phases = append(s.phases, p)
	return p
}

// sureBy says when low confidence will not do any more.
func (p *phase) sureBy(d time.Duration) *phase {
	p.sure = d
	return p
}

// guess lets low confidence do.
func (p *phase) guess() *phase {
	p.weak = true
	return p
}

// first allows verdicts until the right one is due.
func (p *phase) first(codes ...string) *phase {
	p.before = append(p.before, codes...)
	return p
}

// or allows verdicts all along.
func (p *phase) or(codes ...string) *phase {
	p.tolerated = append(p.tolerated, codes...)
	return p
}

// follow watches the session for a while from the viewer's start.
func (s *script) follow(d time.Duration) { s.watched = d }

// soundFor follows a session in which nothing is the matter: any warning is a failure.
func (s *script) soundFor(d time.Duration) {
	s.sound = true
	s.follow(d)
}

// said is a verdict that has to be given at least once in a span of time.
type said struct {
	window
	code string
}

// atSomeTime wants a verdict to be given at least once in a span of time.
func (s *script) atSomeTime(from, to time.Duration, code string) {
	s.wanted = append(s.wanted, said{window{from, to}, code})
}

// sample is what was said of a session at a time.
type sample struct {
	at           time.Duration
	code         string
	confidence   string
	severity     string
	sentence     string
	text         string // evidence and next steps
	state        string
	resultAge    time.Duration // since the newest result; negative if there was none
	quietAfter   time.Duration
	byteAge      time.Duration // since the newest byte; negative if there was none
	inputsStill  time.Duration // since the counter of inputs moved
	inputsKnown  bool
	outputsKnown bool
	results      int64
	turned       string // the channel that it was turned to since the last sample; empty if it was not
	reconnecting bool
}

func (s sample) String() string {
	return fmt.Sprintf("%6.1f s  %s (%s, %s, %s): %s", s.at.Seconds(), s.code, s.confidence, s.severity, s.state, s.sentence)
}

// high reports a verdict that is not merely that all is well.
func (s sample) high() bool {
	return s.confidence == "high" && (s.severity == "warning" || s.severity == "alarm")
}

// soft are the verdicts that claim no cause.
var soft = []string{"unknown", "opening"}

// phaseAt is the newest phase at a time, and the one before it.
func (e *expect) phaseAt(t time.Duration) (now, before *phase) {
	for _, p := range e.phases {
		if p.at > t {
			break
		}
		now, before = p, now
	}
	return now, before
}

// judge finds what is wrong with what was said.
func (e *expect) judge(samples []sample) (wrong []string) {
	complain := func(s sample, format string, args ...any) {
		wrong = append(wrong, fmt.Sprintf(format, args...)+"\n      "+s.String())
	}
	if len(samples) == 0 {
		return []string{"nothing was ever said"}
	}
	for _, s := range samples {
		if problem := e.wrongAt(s); problem != "" {
			complain(s, "%s", problem)
		}
		if s.turned != "" && !e.isRight(s.at, "wrong-channel") {
			complain(s, "it turned to another channel (%s) by itself", s.turned)
		}
	}
	wrong = append(wrong, e.unsteady(samples)...)
	for _, o := range e.wanted {
		if !slices.ContainsFunc(samples, func(s sample) bool { return o.has(s.at) && s.code == o.code }) {
			wrong = append(wrong, fmt.Sprintf("%s is not said between %.0f s and %.0f s", o.code, o.from.Seconds(), o.to.Seconds()))
		}
	}
	last := samples[len(samples)-1]
	for _, words := range e.says {
		if !says(last.sentence+"\n"+last.text, words) {
			complain(last, "%q is not said: %s", words, last.text)
		}
	}
	for _, s := range samples {
		for _, words := range e.silent {
			if says(s.sentence+"\n"+s.text, words) {
				complain(s, "%q is said: %s", words, s.text)
				return wrong
			}
		}
	}
	return wrong
}

// unsteady finds what is said against itself, and what was certain and is taken back. It needs no expectation.
func (e *expect) unsteady(samples []sample) (wrong []string) {
	var sure *sample
	for i, s := range samples {
		if problem := contradiction(s); problem != "" {
			wrong = append(wrong, problem+"\n      "+s.String())
		}
		if sure != nil && s.code != sure.code {
			opened := len(e.phases) == 0 && sure.reconnecting && !s.reconnecting // an attempt that failed says nothing of the next
			if !opened && !e.mayChange(*sure, s) {
				wrong = append(wrong, fmt.Sprintf("what was certain is taken back: %q\n      %v", sure, s))
			}
			sure = nil
		}
		if s.high() {
			sure = &samples[i]
		}
	}
	return wrong
}

// wrongAt says what is wrong with one verdict at its time.
func (e *expect) wrongAt(s sample) string {
	if e.sound && len(e.phases) == 0 {
		switch {
		case s.severity == "warning" || s.severity == "alarm":
			return "a warning over a sound stream"
		case s.state != "live" && s.state != "connecting":
			return "a sound stream is called " + s.state
		case !slices.Contains([]string{"healthy", "opening", "warming-up", "unknown"}, s.code):
			return "a sound stream is not healthy"
		}
		return ""
	}
	p, before := e.phaseAt(s.at)
	if p == nil {
		return "no phase says what is right"
	}
	due := s.at >= p.at+p.by
	right := slices.Contains(p.is, s.code)
	switch {
	case right && s.at >= p.at+max(p.by, p.sure) && s.confidence == "low" && !p.weak && (s.severity == "info" && s.code != "connection-lost" && s.code != "idle-close" && s.code != "ended"):
		return "it is only a guess still"
	case right, slices.Contains(p.tolerated, s.code):
		return ""
	case due:
		return fmt.Sprintf("%v after %.1f s it should be %s", s.at-p.at, p.at.Seconds(), strings.Join(p.is, " or "))
	case slices.Contains(p.before, s.code), slices.Contains(soft, s.code):
		return ""
	case before != nil && (slices.Contains(before.is, s.code) || slices.Contains(before.tolerated, s.code)):
		return ""
	case before == nil && s.confidence == "low" && s.code == "warming-up" && slices.Contains(p.is, "healthy"):
		return ""
	}
	return fmt.Sprintf("it should be %s", strings.Join(p.is, " or "))
}

// isRight reports whether a verdict is right at a time.
func (e *expect) isRight(t time.Duration, code string) bool {
	if e.sound && len(e.phases) == 0 {
		return code == "healthy"
	}
	p, _ := e.phaseAt(t)
	return p != nil && (slices.Contains(p.is, code) || slices.Contains(p.tolerated, code))
}

// mayChange reports whether a verdict that was certain may give way to another: because the world changed, or
// because both are right, or because what was right before is not due to be given up yet.
func (e *expect) mayChange(sure, s sample) bool {
	if e.changed(sure.at, s.at) || e.isRight(s.at, s.code) && e.isRight(s.at, sure.code) {
		return true
	}
	now, before := e.phaseAt(s.at)
	return before != nil && s.at < now.at+now.by+time.Second && (slices.Contains(before.is, sure.code) || slices.Contains(before.tolerated, sure.code))
}

// changed reports whether the world changed between two times.
func (e *expect) changed(from, to time.Duration) bool {
	for _, p := range e.phases {
		if p.at > from && p.at <= to {
			return true
		}
	}
	return slices.ContainsFunc(e.changes, func(t time.Duration) bool { return t > from && t <= to })
}

// contradiction finds what one diagnosis says against itself.
func contradiction(s sample) string {
	switch {
	case s.code == "healthy" && s.state != "live":
		return "healthy is given in the state " + s.state
	case s.code == "healthy" && s.resultAge > 0 && s.quietAfter > 0 && s.resultAge > s.quietAfter:
		return fmt.Sprintf("healthy, and the last result is %v old, with a limit of %v", s.resultAge, s.quietAfter)
	case s.code == "line-dead" && s.byteAge >= 0 && s.byteAge < 8*time.Second:
		return fmt.Sprintf("the connection is called dead, and the last byte came %v ago", s.byteAge)
	case s.code == "no-input" && s.high() && !says(s.sentence, "no input stream") && (!s.inputsKnown || s.inputsStill < 8*time.Second):
		return fmt.Sprintf("no input, and the counter of inputs (known: %v) moved %v ago", s.inputsKnown, s.inputsStill)
	case (s.code == "no-input" || s.code == "pipeline-stalled") && s.confidence != "low" && s.resultAge >= 0 && s.resultAge < s.quietAfter:
		return fmt.Sprintf("a stall, and the last result came %v ago, with a limit of %v", s.resultAge, s.quietAfter)
	case (s.code == "another-reader" || s.code == "outputs-lost" || s.code == "wrong-channel") && s.confidence != "low" && !s.outputsKnown:
		return "outputs are said to be counted, and no counter of outputs is known"
	case s.severity == "ok" && s.confidence == "high" && s.state != "live" && s.state != "connecting":
		return "all is well with high confidence in the state " + s.state
	case !s.reconnecting && (says(s.sentence, again) || says(s.text, again)):
		return "it says that it is tried again, and nothing is"
	}
	return ""
}

// again is what is said of attempts that go on.
const again = "tried again and again|retried automatically|trying again in|retrying in|tries again in"

// says reports whether a text has one of several words, whatever their case.
func says(text, words string) bool {
	text = strings.ToLower(text)
	return slices.ContainsFunc(strings.Split(words, "|"), func(w string) bool { return strings.Contains(text, strings.ToLower(w)) })
}
