package history

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime/metrics"
	"time"

	"github.com/itchyny/gojq"

	"lenswatch/client"
)

const (
	// maxSteps is how far an expression may go on one event: enough to go a few times over an
	// embedding of a thousand numbers. It is the bound that a runaway expression meets first, and
	// comes out the same on any machine.
	maxSteps = 50_000
	// maxAllocs is how many bytes it may allocate meanwhile, for steps that each double what the
	// one before left. The runtime only tells what the whole program allocates, so this is far
	// more than others need in that time.
	maxAllocs = 64 << 20
	// maxTime is how long it may take, for steps that are each long. It is more than a busy
	// machine may let a program wait in the middle of a short run.
	maxTime = 500 * time.Millisecond
	// checkEvery pass between two looks at the last two, and before the first.
	checkEvery = 32
	// renewAfter is how many events are matched before the expression is compiled anew. The
	// compiled form remembers every regular expression that it was ever given, and an expression
	// may take those from the events.
	renewAfter = 1000
)

// jq is a jq expression. It has no environment, no further input and no modules.
type jq struct {
	text   string
	query  *gojq.Query
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
		return nil, fmt.Errorf(`jq, character %d: %w (for a text that begins with a dot, write \%s)`, in.place(at), readable(err), in.rest)
	default:
		return nil, fmt.Errorf("jq: %w", readable(err))
	}
	code, err := gojq.Compile(query)
	if err != nil {
		return nil, fmt.Errorf("jq: %w", readable(err))
	}
	return &jq{text: in.rest, query: query, code: code, limit: newStepLimit()}, nil
}

// readable makes an error fit for the screen: gojq quotes what it was given, and cuts it anywhere.
func readable(err error) error { return errors.New(client.Line1(err.Error())) }

func (t *jq) match(ev *client.Event) bool {
	if len(ev.Raw) == 0 {
		return false
	}
	dec := json.NewDecoder(bytes.NewReader(ev.Raw))
	dec.UseNumber() // ids may have more digits than a float64
	var v any
	if dec.Decode(&v) != nil {
		return false
	}
	if _, err := dec.Token(); err != io.EOF {
		return false
	}
	t.renew()
	t.limit.steps = 0
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
	if t.runs++; t.runs%renewAfter != 0 {
		return
	}
	if code, err := gojq.Compile(t.query); err == nil {
		t.code = code
	}
}

func (t *jq) matchText(ev *client.Event) bool { return t.match(ev) }
func (t *jq) ranges(string) [][2]int          { return nil }
func (t *jq) String() string                  { return t.text }

// errTooLong is what an expression that was stopped ends with.
var errTooLong = errors.New("the expression takes too long on this event and was stopped")

// stepLimit is the context of one run. gojq asks it before each of its steps whether to go on, so that
// it can count them: no timer has to be set for each event.
type stepLimit struct {
	steps  int
	start  time.Time
	before uint64 // bytes allocated at the start
	allocs []metrics.Sample
	ended  chan struct{} // closed
}

func newStepLimit() *stepLimit {
	l := &stepLimit{allocs: []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}, ended: make(chan struct{})}
	close(l.ended)
	return l
}

// Done counts a step.
func (l *stepLimit) Done() <-chan struct{} {
	l.steps++
	if l.steps > maxSteps || l.steps%checkEvery == 0 && l.exceeded() {
		return l.ended
	}
	return nil
}

// exceeded looks at what the run took so far. The first look of a run is what it is measured from.
func (l *stepLimit) exceeded() bool {
	metrics.Read(l.allocs)
	allocated := l.allocs[0].Value.Uint64()
	if l.steps == checkEvery {
		l.start, l.before = time.Now(), allocated
	}
	return allocated-l.before > maxAllocs || time.Since(l.start) > maxTime
}

// Err is asked for only once Done has ended the run.
func (l *stepLimit) Err() error { return errTooLong }

// Deadline is no deadline.
func (l *stepLimit) Deadline() (time.Time, bool) { return time.Time{}, false }

// Value is nothing.
func (l *stepLimit) Value(any) any { return nil }

var _ context.Context = (*stepLimit)(nil)
