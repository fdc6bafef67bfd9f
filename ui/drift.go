package ui

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"lenswatch/client"
	"lenswatch/watch/history"
)

// How far back the previous result is looked for, in events, and how large a payload may be to be
// read for its vector, in bytes.
const (
	driftReach = 1000
	driftBytes = 1 << 20
)

// driftLine says how far an embedding lies from the result before it, if that is one too.
func (d *inspector) driftLine(s *shared, w int) []string {
	if !d.driftKnown {
		d.driftKnown = true
		d.drift = d.measureDrift(s)
	}
	if d.drift == "" {
		return nil
	}
	return inspectorField(s.theme, "drift", d.drift, w)
}

func (d *inspector) measureDrift(s *shared) string {
	i := d.near.Index(d.entry.Seq) - 1
	for stop := max(i-driftReach, 0); i >= stop; i-- {
		if e := d.near.At(i); e.Kind == client.KindResult {
			x, ok := cosineDistance(&e.Event, &d.entry.Event)
			if !ok {
				return ""
			}
			return fmt.Sprintf("%.4f, the cosine distance to the result of %s", x, e.Received.In(s.zone).Format("15:04:05"))
		}
	}
	return ""
}

// drifts are the distances that a list shows, only of rows that are seen. One that is new is measured
// while it is drawn; where many are, the rest is left to the time between two frames.
type drifts struct {
	known  map[driftPair]float64 // NaN where there is no vector to measure by
	wanted []driftOf
	spent  time.Duration // on measuring, in the current drawing
}

// begin is to be called before a drawing.
func (d *drifts) begin() { d.wanted, d.spent = nil, 0 }

// driftPair is two results of a session, one after the other.
type driftPair struct{ prev, next history.Seq }

type driftOf struct{ prev, next *history.Entry }

// driftDrawing is how long a drawing may measure, and maxDrifts how many distances are remembered.
const (
	driftDrawing = 2 * time.Millisecond
	maxDrifts    = 1024
)

// of is the cosine distance of a result to the one before it, if it is known. If not, measure will
// find it out.
func (d *drifts) of(prev, next *history.Entry) (float64, bool) {
	pair := driftPair{prev.Seq, next.Seq}
	if _, ok := d.known[pair]; !ok && d.spent < driftDrawing {
		start := time.Now()
		d.learn(prev, next)
		d.spent += time.Since(start)
	} else if !ok {
		d.wanted = append(d.wanted, driftOf{prev, next})
	}
	x, ok := d.known[pair]
	return x, ok && !math.IsNaN(x)
}

func (d *drifts) learn(prev, next *history.Entry) {
	if d.known == nil || len(d.known) == maxDrifts {
		d.known = map[driftPair]float64{}
	}
	x, ok := cosineDistance(&prev.Event, &next.Event)
	if !ok {
		x = math.NaN()
	}
	d.known[driftPair{prev.Seq, next.Seq}] = x
}

// measure finds out what the last drawing did not know, for about the budget, and reports whether
// there was anything.
func (d *drifts) measure(budget time.Duration) bool {
	left := len(d.wanted) > 0
	for start := time.Now(); len(d.wanted) > 0 && time.Since(start) <= budget; d.wanted = d.wanted[1:] {
		d.learn(d.wanted[0].prev, d.wanted[0].next)
	}
	return left
}

// driftText says how an embedding differs from the session's result in the rows above: by how much
// its norm grew, and once that was measured, how far it turned.
func (l *eventList) driftText(i int, e *history.Entry) string {
	if !isEmbedding(e) {
		return ""
	}
	for j := i - 1; j >= max(i-labelReach, 0); j-- {
		_, to := l.rows.span(j)
		p := l.view.At(to - 1)
		if p.Session != e.Session || p.Kind != client.KindResult {
			continue
		}
		if !isEmbedding(p) || !slices.Equal(p.Result.Shape, e.Result.Shape) {
			return ""
		}
		text := ""
		if p.Result.Norm > 0 {
			text = fmt.Sprintf(" %+.1f %%", 100*(e.Result.Norm/p.Result.Norm-1))
		}
		if x, ok := l.drifts.of(p, e); ok {
			text += fmt.Sprintf("  drift %.3f", x)
		}
		return text
	}
	return ""
}

// cosineDistance is 1 minus the cosine of the angle between two embeddings of one shape: 0 for the
// same direction, 1 for a right angle, 2 for the opposite.
func cosineDistance(a, b *client.Event) (float64, bool) {
	if a.Result == nil || b.Result == nil || !slices.Equal(a.Result.Shape, b.Result.Shape) {
		return 0, false
	}
	x, y := vectorOf(a), vectorOf(b)
	norms := a.Result.Norm * b.Result.Norm
	if x == nil || y == nil || norms == 0 || math.IsInf(norms, 0) {
		return 0, false
	}
	dot := 0.0
	for i := range x {
		dot += x[i] * y[i]
	}
	return max(1-dot/norms, 0), true
}

// vectorOf finds an embedding in its event's payload: the array of as many numbers as the shape
// says, of the length that was measured. It is nil if there is none.
func vectorOf(ev *client.Event) []float64 {
	want := 1
	for _, n := range ev.Result.Shape {
		want *= n
	}
	if len(ev.Raw) > driftBytes || want <= 0 || want > len(ev.Raw) {
		return nil
	}
	dec := jsontext.NewDecoder(bytes.NewBuffer(ev.Raw), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	var found []float64
	square, outer := 0.0, 0 // outer is the depth of the array that is collected, 0 if none is
	for {
		t, err := dec.ReadToken()
		if err != nil {
			return nil
		}
		switch k := t.Kind(); {
		case k == '[' && outer == 0:
			found, square, outer = found[:0], 0, dec.StackDepth()
		case k == '[', k == ']' && dec.StackDepth() >= outer:
		case outer > 0 && (k == '0' || k == 'n'):
			f := 0.0
			if k == '0' {
				f, _ = t.Float()
			}
			found, square = append(found, f), square+f*f
		case k == ']' && len(found) == want && math.Abs(math.Sqrt(square)-ev.Result.Norm) <= 1e-6*ev.Result.Norm:
			return found
		default:
			outer = 0
		}
	}
}
