package events

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

// drifts are the distances between embeddings that a list shows, only of rows that are seen. Where many are
// new, some are measured at once, and the rest by and by.
type drifts struct {
	known  map[driftPair]float64 // NaN where there is no vector to measure by
	wanted bool                  // some that are seen are not known yet
}

// driftPair is two results of a session, one after the other.
type driftPair struct{ prev, next history.Seq }

// measureTime is how long measuring may take at once, maxDrifts how many distances are remembered, and
// driftBytes how large a payload may be to be read for its vector.
const (
	measureTime = 2 * time.Millisecond
	maxDrifts   = 1024
	driftBytes  = 1 << 20
)

// measure finds out the distances of the rows that are seen, for about the budget, and reports whether there
// was anything to find out.
func (l *List) measure(budget time.Duration) (found bool) {
	l.drifts.wanted = false
	if l.view.Len() == 0 {
		return false
	}
	start := time.Now()
	from := max(l.index()-l.h, 0)
	for i := min(l.index()+l.h, l.rows.len()-1); i >= from; i-- {
		_, to := l.rows.span(i)
		e := l.view.At(to - 1)
		p := l.formerEmbedding(i, e)
		if p == nil {
			continue
		}
		pair := driftPair{p.Seq, e.Seq}
		if _, ok := l.drifts.known[pair]; ok {
			continue
		}
		if found && time.Since(start) > budget {
			l.drifts.wanted = true
			return true
		}
		l.drifts.learn(pair, p, e)
		found = true
	}
	return found
}

func (d *drifts) learn(pair driftPair, prev, next *history.Entry) {
	if d.known == nil || len(d.known) == maxDrifts {
		d.known = map[driftPair]float64{}
	}
	x, ok := CosineDistance(&prev.Event, &next.Event)
	if !ok {
		x = math.NaN()
	}
	d.known[pair] = x
}

// formerEmbedding is the session's result before the i-th row, if both are embeddings of one shape.
func (l *List) formerEmbedding(i int, e *history.Entry) *history.Entry {
	if !isEmbedding(e) {
		return nil
	}
	p := l.former(i, e, func(p *history.Entry) bool { return p.Kind == client.KindResult })
	if p == nil || !isEmbedding(p) || !slices.Equal(p.Result.Shape, e.Result.Shape) {
		return nil
	}
	return p
}

// driftText says how an embedding differs from the session's result in the rows above: by how much its norm
// grew, and once that was measured, how far it turned.
func (l *List) driftText(i int, e *history.Entry) (text string) {
	p := l.formerEmbedding(i, e)
	if p == nil {
		return ""
	}
	if p.Result.Norm > 0 {
		text = fmt.Sprintf(" %+.1f %%", 100*(e.Result.Norm/p.Result.Norm-1))
	}
	if x, ok := l.drifts.known[driftPair{p.Seq, e.Seq}]; ok && !math.IsNaN(x) {
		text += fmt.Sprintf("  drift %.3f", x)
	}
	return text
}

// CosineDistance is 1 minus the cosine of the angle between two embeddings of one shape: 0 for the
// same direction, 1 for a right angle, 2 for the opposite.
func CosineDistance(a, b *client.Event) (float64, bool) {
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

// Trace is how far the embeddings of one session turned, from each to the next.
type Trace struct {
	history *history.Store
	session string
	view    *history.View
	drifts  drifts
}

// Last are the newest n distances, oldest first, as far as they were measured: that goes on, for a part of a frame, each
// time that it is called.
func (t *Trace) Last(h *history.Store, session string, n int) (out []float64) {
	if t.view == nil || t.history != h || t.session != session {
		*t = Trace{history: h, session: session, view: h.Open(history.Query{Session: session, Match: func(e *client.Event) bool {
			return e.Kind == client.KindResult && e.Result != nil && len(e.Result.Shape) > 0
		}})}
	}
	t.view.Sync()
	t.view.Fill(measureTime)
	start := time.Now()
	for i := t.view.Len() - 1; i > 0 && len(out) < n; i-- {
		prev, next := t.view.At(i-1), t.view.At(i)
		pair := driftPair{prev.Seq, next.Seq}
		x, ok := t.drifts.known[pair]
		if !ok {
			if time.Since(start) > measureTime {
				break
			}
			t.drifts.learn(pair, prev, next)
			x = t.drifts.known[pair]
		}
		if !math.IsNaN(x) {
			out = append(out, x)
		}
	}
	slices.Reverse(out)
	return out
}
