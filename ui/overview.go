package ui

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"lenswatch/client"
	"lenswatch/theme"
	"lenswatch/watch/health"
	"lenswatch/watch/history"
)

// overview is the part that reads the event to a person: what it says, when, and where the session
// stood.
func (d *inspector) overview(s *shared, w int) []string {
	prev, next := d.neighbours(s)
	key := overviewKey{seq: d.entry.Seq, style: s.style, width: w, second: s.now.Unix()}
	if next != nil {
		key.next = next.Seq
	}
	if d.text != nil && d.overviewFor == key {
		return d.text
	}
	th, e := s.theme, d.entry
	style := th.Text
	switch {
	case e.Kind == client.KindError || e.Level == client.LevelError:
		style = th.Bad
	case e.Level == client.LevelWarn:
		style = th.Warn
	}
	out := []string{""}
	out = append(out, styled(style, strings.Split(ansi.Wrap(client.Clean(e.Text), w, ""), "\n"))...)
	out = append(out, d.resultLines(s, w)...)
	out = append(out, d.timing(s, prev, next, w)...)
	out = append(out, d.sessionAt(s, w)...)
	d.overviewFor, d.text = key, out
	return out
}

// neighbours are the events of the same session before and after, nil where there is none.
func (d *inspector) neighbours(s *shared) (prev, next *history.Entry) {
	if d.near == nil || d.near.Query().Session != d.entry.Session {
		d.near = s.store.History().View(history.Query{Session: d.entry.Session})
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

func inspectorField(th theme.Theme, name, text string, w int) []string {
	return hanging(th.Dim.Render(fit(name, 10, "")), text, w, th)
}

// resultLines draws what can be drawn of a result: the scores, the embedding, and where it came from.
func (d *inspector) resultLines(s *shared, w int) (out []string) {
	r, th := d.entry.Result, s.theme
	if r == nil {
		return nil
	}
	out = []string{"", th.Title.Render("Result")}
	total := 0.0
	for _, x := range r.Scores {
		total += math.Abs(x.Value)
	}
	order := slices.SortedStableFunc(slices.Values(r.Scores), func(a, b client.Score) int { return cmp.Compare(b.Value, a.Value) })
	label := clamp(w/4, 8, 24)
	for _, x := range order {
		style := th.Text
		if x.Label == r.Label {
			style = th.Strong
		}
		out = append(out, style.Render(fit(client.Line1(x.Label), label, th.Glyphs.Ellipsis))+" "+
			bar(s, share(x.Value, total), clamp(w-label-10, 2, 40))+" "+formatValue(x.Value, total, r.Unit))
	}
	if len(r.Shape) > 0 {
		out = append(out, s.embedding(r))
		out = append(out, d.driftLine(s, w)...)
	}
	add := func(name, text string) {
		if text != "" {
			out = append(out, inspectorField(th, name, client.Line1(text), w)...)
		}
	}
	if len(r.Scores) == 0 {
		add("label", r.Label)
	}
	add("query", r.QueryID)
	add("sensor", r.SensorID)
	add("its time", r.SensorTime)
	if r.ReadIndex > 0 {
		add("position", count(r.ReadIndex))
	}
	if len(out) == 2 {
		return nil
	}
	return out
}

// timing is when the event was received, told and surrounded.
func (d *inspector) timing(s *shared, prev, next *history.Entry, w int) []string {
	th, e := s.theme, d.entry
	const clock = "15:04:05.000"
	out := []string{"", th.Title.Render("Timing")}
	add := func(name, text string) { out = append(out, inspectorField(th, name, text, w)...) }
	add("received", e.Received.In(s.zone).Format("2006-01-02 "+clock))
	if !e.Time.IsZero() {
		delay := e.Received.Sub(e.Time)
		how := exact(delay) + " before it was received"
		if delay < 0 {
			how = exact(-delay) + " after it was received: the clocks differ"
		}
		add("service", e.Time.In(s.zone).Format(clock)+", "+how)
	}
	before, after := "none is kept", "none yet"
	if prev != nil {
		before = exact(e.Received.Sub(prev.Received).Abs()) + " before: " + client.Line1(prev.Wire)
	}
	if next != nil {
		after = exact(next.Received.Sub(e.Received).Abs()) + " after: " + client.Line1(next.Wire)
	}
	add("previous", before)
	add("next", after)
	return out
}

// sessionAt is the session when the event was received. Its status and counters are kept as last
// told, not as they were.
func (d *inspector) sessionAt(s *shared, w int) []string {
	th := s.theme
	out := []string{"", th.Title.Render("Session at that moment")}
	add := func(name, text string) { out = append(out, inspectorField(th, name, text, w)...) }
	sess := s.store.Session(d.entry.Session)
	if sess == nil {
		return append(out, th.Dim.Render("It is no longer in the list."))
	}
	if t, ok := stateAt(sess.Health, d.entry.Received); ok {
		l, since := s.stateStyle(t.To), ""
		if !t.At.IsZero() {
			since = " since " + t.At.In(s.zone).Format("15:04:05") + ": " + t.Cause
		}
		add("state", l.glyph+" "+l.style.Render(l.word)+since)
	} else {
		add("state", "longer ago than the timeline is kept")
	}
	r := &sess.Record
	add("status", r.Status.String()+th.Dim.Render(", as last told"))
	if r.HasCounters {
		c := r.Counters
		add("counters", fmt.Sprintf("in %s, out %s, events %s", count(c.Inputs), count(c.Outputs), count(c.Events))+th.Dim.Render(", as last told"))
	}
	return out
}

// stateAt is the change of state that held at a time; its At is zero if none had happened. It is
// not known from before the oldest change that is kept.
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
