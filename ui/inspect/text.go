package inspect

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"lenswatch/client"
	"lenswatch/ui/draw"
	"lenswatch/ui/eventline"
	"lenswatch/ui/events"
	"lenswatch/ui/status"
	"lenswatch/watch/health"
	"lenswatch/watch/history"
)

// refresh makes the text tab: what the event says, when, and how its session was.
func (d *Dialog) refresh(c *draw.Context) {
	prev, next := d.neighbours()
	key := textKey{seq: d.entry.Seq, width: d.W, second: c.Now.Unix(), theme: c.Palette, dark: c.Dark}
	if next != nil {
		key.next = next.Seq
	}
	if d.made == key {
		return
	}
	e, style := d.entry, c.Text
	switch {
	case e.Kind == client.KindError || e.Level == client.LevelError:
		style = c.Bad
	case e.Level == client.LevelWarn:
		style = c.Warn
	}
	out := append([]string{""}, draw.Styled(style, strings.Split(ansi.Wrap(client.Clean(e.Text), d.W, ""), "\n"))...)
	out = append(out, d.result(c)...)
	out = append(out, d.timing(c, prev, next)...)
	d.made, d.text = key, append(out, d.session(c)...)
}

// neighbours are the events of the same session before and after, nil where there is none.
func (d *Dialog) neighbours() (prev, next *history.Entry) {
	if d.near == nil || d.near.Query().Session != d.entry.Session {
		d.near = d.store.History().View(history.Query{Session: d.entry.Session})
	}
	d.near.Sync()
	i := d.near.Index(d.entry.Seq)
	if i > 0 {
		prev = d.near.At(i - 1)
	}
	if i < d.near.Len() && d.near.At(i).Seq == d.entry.Seq { // else it was evicted meanwhile
		i++
	}
	if i < d.near.Len() {
		next = d.near.At(i)
	}
	return prev, next
}

// fields is a section of the tab: names and texts.
type fields struct {
	c   *draw.Context
	w   int
	out []string
}

func (f *fields) title(text string) { f.out = append(f.out, "", f.c.Title.Render(text)) }

func (f *fields) add(name, text string) {
	f.out = append(f.out, f.c.Hanging(f.c.Dim.Render(draw.Pad(name, 10)), text, f.w)...)
}

// known is add, where there is a text from outside.
func (f *fields) known(name, text string) {
	if text != "" {
		f.add(name, client.Line1(text))
	}
}

// result draws what can be drawn of a result: the scores, the embedding, and where it is from.
func (d *Dialog) result(c *draw.Context) []string {
	r := d.entry.Result
	if r == nil {
		return nil
	}
	f := fields{c: c, w: d.W}
	f.title("Result")
	total, label := eventline.Total(r), min(max(d.W/4, 8), 24)
	for _, x := range slices.SortedStableFunc(slices.Values(r.Scores), func(a, b client.Score) int { return cmp.Compare(b.Value, a.Value) }) {
		style := c.Text
		if x.Label == r.Label {
			style = c.Strong
		}
		f.out = append(f.out, style.Render(c.Fit(client.Line1(x.Label), label))+" "+
			c.Bar(eventline.Share(x.Value, total), min(max(d.W-label-10, 2), 40))+" "+eventline.Value(x.Value, total, r.Unit))
	}
	if len(r.Shape) > 0 {
		f.out = append(f.out, eventline.Embedding(c, r))
		f.known("drift", d.measured(c))
	}
	if len(r.Scores) == 0 {
		f.known("label", r.Label)
	}
	f.known("query", r.QueryID)
	f.known("sensor", r.SensorID)
	f.known("taken", r.SensorTime)
	if r.ReadIndex > 0 {
		f.add("position", draw.Count(r.ReadIndex))
	}
	if len(f.out) == 2 {
		return nil
	}
	return f.out
}

// driftReach is how far back the previous result is looked for, in events.
const driftReach = 1000

// measured says how far an embedding lies from the result before it, if that is one too.
func (d *Dialog) measured(c *draw.Context) string {
	if d.drift != nil {
		return *d.drift
	}
	d.drift = new(string)
	i := d.near.Index(d.entry.Seq) - 1
	for stop := max(i-driftReach, 0); i >= stop; i-- {
		if e := d.near.At(i); e.Kind == client.KindResult {
			if x, ok := events.CosineDistance(&e.Event, &d.entry.Event); ok {
				*d.drift = fmt.Sprintf("%.4f (cosine distance to the result at %s)", x, c.Clock(e.Received))
			}
			break
		}
	}
	return *d.drift
}

// timing is when the event was received, and what was before and after it.
func (d *Dialog) timing(c *draw.Context, prev, next *history.Entry) []string {
	const clock = "15:04:05.000"
	e, f := d.entry, fields{c: c, w: d.W}
	f.title("Timing")
	f.add("received", e.Received.In(c.Zone).Format("2006-01-02 "+clock+" MST"))
	if !e.Time.IsZero() {
		delay := e.Received.Sub(e.Time)
		how := draw.Exact(delay) + " before receipt"
		if delay < 0 {
			how = draw.Exact(-delay) + " after receipt: the clocks differ"
		}
		f.add("service", e.Time.In(c.Zone).Format(clock)+", "+how)
	}
	before, after := "none retained", "none yet"
	if prev != nil {
		before = draw.Exact(e.Received.Sub(prev.Received).Abs()) + " before: " + client.Line1(prev.Wire)
	}
	if next != nil {
		after = draw.Exact(next.Received.Sub(e.Received).Abs()) + " after: " + client.Line1(next.Wire)
	}
	f.add("previous", before)
	f.add("next", after)
	return f.out
}

// session is the state of the session when the event was received. Its status and counters are those last
// reported, not those of then.
func (d *Dialog) session(c *draw.Context) []string {
	f := fields{c: c, w: d.W}
	f.title("Session state at the time")
	s := d.store.Session(d.entry.Session)
	if s == nil {
		return append(f.out, c.Dim.Render("The session is no longer listed."))
	}
	if t, ok := stateAt(s.Health, d.entry.Received); ok {
		l, since := status.State(c, t.To), ""
		if !t.At.IsZero() {
			since = " since " + c.Clock(t.At) + ": " + t.Cause
		}
		f.add("state", l.Glyph+" "+l.Style.Render(l.Word)+since)
	} else {
		f.add("state", "before the retained timeline")
	}
	r := &s.Record
	f.add("status", r.Status.String()+c.Dim.Render(", last reported"))
	if r.HasCounters {
		n := r.Counters
		f.add("counters", fmt.Sprintf("in %s, out %s, events %s", draw.Count(n.Inputs), draw.Count(n.Outputs), draw.Count(n.Events))+
			c.Dim.Render(", last reported"))
	}
	return f.out
}

// stateAt is the change of state that held at a time; its At is zero if there was none before. It is not known
// from before the oldest change that is retained.
func stateAt(m *health.Monitor, at time.Time) (health.Transition, bool) {
	changes := m.Timeline()
	for _, t := range slices.Backward(changes) {
		if !t.At.After(at) {
			return t, true
		}
	}
	if len(changes) == 0 {
		return health.Transition{To: m.State(at).Code}, true
	}
	return health.Transition{To: changes[0].From}, m.TimelineLen() == len(changes)
}
