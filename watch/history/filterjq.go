package history

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/itchyny/gojq"

	"lenswatch/client"
)

const (
	// maxSteps is how far an expression may go on one event: enough to go a few times over an
	// embedding of a thousand numbers. What a step makes counts by its size, so that this bounds
	// memory and time alike, and comes out the same on any machine.
	maxSteps = 100_000
	// maxTime is how long it may take, in case steps are slower than they should be. It is more than a
	// busy machine may let a program wait in the middle of a short run.
	maxTime = 500 * time.Millisecond
	// checkEvery pass between two looks at the clock.
	checkEvery = 256
	// renewAfter is how many events are matched before the expression is compiled anew. The
	// compiled form remembers every regular expression that it was ever given, and an expression
	// may take those from the events.
	renewAfter = 1000

	// A payload or value is no larger than this: values in it, and bytes of its texts.
	maxValues, maxChars = 128 << 10, 1 << 20
	// What is taken apart is no larger than this.
	shortValues, shortChars = 4 << 10, 64 << 10
	// A text in which all matches are looked for.
	textValues, textChars = 1, 8 << 10
	// What many are sorted by, or parted at.
	keyValues, keyChars = 256, 1 << 10
	// A whole number has no more bits.
	maxBits = 4 << 10
	// So many values, or bytes of texts, count as one step.
	valuesAStep, charsAStep = 16, 512
)

// jq is a jq expression. It has no environment, no further input and no modules.
type jq struct {
	text   string
	query  *gojq.Query
	reads  *reads
	quick  quick // nil for one that is not simple
	code   *gojq.Code
	runs   int
	limit  *stepLimit
	failed int64
	last   error
}

func newJQ(in *input) (test, error) {
	query, err := gojq.Parse(in.rest)
	var bad *gojq.ParseError
	switch {
	case err == nil:
	case errors.As(err, &bad):
		// The offset is that of the end of what was not understood.
		at := max(bad.Offset-len(bad.Token), 0)
		return nil, fmt.Errorf(`jq, character %d: %w (to match a text that starts with a dot, write \%s)`, in.place(at), readable(err), in.rest)
	default:
		return nil, fmt.Errorf("jq: %w", readable(err))
	}
	if _, err := gojq.Compile(query); err != nil {
		return nil, fmt.Errorf("jq: %w", readable(err))
	}
	t := &jq{text: in.rest, limit: newStepLimit(), reads: readsOf(query), quick: quickOf(query)}
	if t.query, err = guarded(query); err != nil {
		return nil, fmt.Errorf("jq: %w", err)
	}
	if err := t.compile(); err != nil {
		return nil, fmt.Errorf("jq: %w", readable(err))
	}
	return t, nil
}

// compile makes the expression anew, with what measures it.
func (t *jq) compile() (err error) {
	l := t.limit
	measure := func(name string, values, chars int) gojq.CompilerOption {
		return gojq.WithFunction(name, 0, 0, func(v any, _ []any) any { return l.pass(v, values, chars) })
	}
	t.code, err = gojq.Compile(t.query,
		measure(passWhole, maxValues, maxChars), measure(passShort, shortValues, shortChars),
		measure(passText, textValues, textChars), measure(passKey, keyValues, keyChars),
		gojq.WithFunction(passIndex, 0, 0, func(v any, _ []any) any {
			if _, list := v.([]any); list {
				return errSearch
			}
			return v
		}),
		gojq.WithFunction(passTimes, 2, 2, func(v any, args []any) any { return l.times(v, args[0], args[1]) }))
	return err
}

// readable makes an error fit for the screen: gojq quotes what it was given, and cuts it anywhere.
func readable(err error) error { return errors.New(client.Line1(err.Error())) }

func (t *jq) match(ev *client.Event) bool {
	if len(ev.Raw) == 0 {
		return false
	}
	v, err := jqValue(ev.Raw, t.reads)
	if err != nil {
		if !errors.Is(err, errNoJSON) {
			t.failed, t.last = t.failed+1, err
		}
		return false
	}
	if t.quick != nil {
		if answer, ok := t.quick(v); ok {
			_, none := answer.(nothing)
			return isTrue(answer) && !none
		}
	}
	t.renew()
	t.limit.steps, t.limit.start = 0, time.Time{}
	results := t.code.RunWithContext(t.limit, v)
	for {
		v, ok := results.Next()
		if !ok {
			return false
		}
		if err, ok := v.(error); ok {
			t.failed, t.last = t.failed+1, err
			return false
		}
		if v != nil && v != false {
			return true
		}
	}
}

func (t *jq) renew() {
	if t.runs++; t.runs%renewAfter == 0 {
		_ = t.compile() // it compiled before
	}
}

func (t *jq) matchText(ev *client.Event) bool { return t.match(ev) }
func (t *jq) ranges(string) [][2]int          { return nil }
func (t *jq) String() string                  { return t.text }

// What an expression ends with that is stopped.
var (
	errTooLong  = errors.New("stopped: the expression took too long on this event")
	errTooLarge = errors.New("stopped: the expression produced too large a value")
	errSearch   = errors.New("arrays cannot be used inside .[ ]; use index")
)

// stepLimit is the context of one run. gojq asks it before each of its steps whether to continue, so that
// it can count them: no timer has to be set for each event.
type stepLimit struct {
	steps int
	looks int
	start time.Time
	ended chan struct{} // closed
}

func newStepLimit() *stepLimit {
	l := &stepLimit{ended: make(chan struct{})}
	close(l.ended)
	return l
}

// Done counts a step.
func (l *stepLimit) Done() <-chan struct{} {
	l.steps++
	if l.steps > maxSteps {
		return l.ended
	}
	if l.looks++; l.looks%checkEvery == 0 {
		if now := time.Now(); l.start.IsZero() {
			l.start = now
		} else if now.Sub(l.start) > maxTime {
			return l.ended
		}
	}
	return nil
}

// pass is v, or an error if it is too large. What it takes to look counts as steps.
func (l *stepLimit) pass(v any, values, chars int) any {
	w := weight{values: values, chars: chars}
	fits := w.add(v)
	l.steps += (values-w.values)/valuesAStep + (chars-w.chars)/charsAStep
	if !fits {
		return errTooLarge
	}
	return v
}

// times is v, or an error if the product of x and y would be too large.
func (l *stepLimit) times(v, x, y any) any {
	for _, factor := range []any{x, y} {
		if err, large := l.pass(factor, shortValues, shortChars).(error); large {
			return err
		}
	}
	text, ok := x.(string)
	n := y
	if !ok {
		if text, ok = y.(string); !ok {
			return v
		}
		n = x
	}
	if f, ok := gojq.ToFloat64(n); ok && f*float64(len(text)) > maxChars {
		return errTooLarge
	}
	return v
}

// weight is how much a value may still hold. What several values share counts for each of them, as for
// whoever goes through them.
type weight struct{ values, chars int }

// add takes a value off, and reports whether there was room for it.
func (w *weight) add(v any) bool {
	w.values--
	switch v := v.(type) {
	case string:
		w.chars -= len(v)
	case json.Number:
		w.chars -= len(v)
	case *big.Int:
		if v.BitLen() > maxBits {
			return false
		}
	case []any:
		for _, x := range v {
			if !w.add(x) {
				return false
			}
		}
	case map[string]any:
		for name, x := range v {
			if w.chars -= len(name); !w.add(x) {
				return false
			}
		}
	}
	return w.values >= 0 && w.chars >= 0
}

// Err is asked for only once Done has ended the run.
func (l *stepLimit) Err() error { return errTooLong }

// Deadline is no deadline.
func (l *stepLimit) Deadline() (time.Time, bool) { return time.Time{}, false }

// Value is nothing.
func (l *stepLimit) Value(any) any { return nil }

var _ context.Context = (*stepLimit)(nil)
