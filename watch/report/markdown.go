package report

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"lenswatch/client"
	"lenswatch/client/rest"
	"lenswatch/client/units"
	"lenswatch/watch/health"
)

// Markdown is the report for a ticket, in the Markdown of GitHub and GitLab, without credentials: keys are those
// that are known, besides whatever looks like one.
func (r *Report) Markdown(keys ...rest.Secret) []byte {
	w := &writer{keys: keys}
	w.line("# %s: %s", w.text(r.title()), w.text(r.Verdict.Name))
	w.line("")
	w.line("%s", w.text(r.Verdict.Sentence))
	w.line("")
	w.line("- verdict: `%s`, confidence %s, since %s", r.Verdict.Code, r.Verdict.Confidence, stamp(r.Verdict.Since))
	w.line("- chain: %s", w.text(r.Chain.String()))
	w.line("- state: %s since %s", r.State.Code, stamp(r.State.Since))
	w.line("- session: %s", w.code(r.Session.ID))
	w.line("- service: %s, %s", w.text(r.Session.Service), w.code(r.Endpoint))
	w.line("- clock: %s", r.Clock())
	w.line("- generated at %s by lenswatch %s (%s)", stamp(r.At), w.text(r.Origin.Lenswatch), w.text(r.Origin.Platform))
	if r.Origin.Recording != "" {
		w.line("- from recording %s", w.text(r.Origin.Recording))
	}
	for _, step := range r.Verdict.Next {
		w.line("- next: %s", w.text(step.Text))
	}
	for _, a := range r.Verdict.Awaits {
		w.line("- not yet known: %s (expected by %s)", w.text(a.What), stamp(a.By))
	}
	r.evidence(w)
	r.metrics(w)
	r.record(w)
	r.timeline(w)
	r.failures(w)
	r.requests(w)
	r.messages(w)
	return rest.MaskCredentials(w.Bytes(), keys...) // again, as a whole
}

func (r *Report) title() string {
	if r.Session.LensName != "" {
		return r.Session.LensName
	}
	return "session " + r.Session.ID
}

// Clock says how the clock here differs from the service's.
func (r *Report) Clock() string {
	skew, sync, accuracy := r.Metrics.Skew.Round(time.Millisecond), 100*time.Millisecond, ""
	if r.Metrics.SkewByDate {
		skew, sync, accuracy = skew.Round(time.Second), time.Second, " (to a second)"
	}
	switch {
	case !r.Metrics.SkewKnown:
		return "difference from the service's clock not known"
	case skew.Abs() < sync:
		return "in sync with the service" + accuracy
	case skew < 0:
		return units.Duration(-skew) + " behind the service" + accuracy
	default:
		return units.Duration(skew) + " ahead of the service" + accuracy
	}
}

func (r *Report) evidence(w *writer) {
	if len(r.Verdict.Evidence) > 0 {
		w.table("Evidence", "metric", "value", "source")
		for _, e := range r.Verdict.Evidence {
			w.row(w.text(e.Metric), w.text(e.Value), w.text(e.Source))
		}
	}
	if r.Verdict.RulesOut != "" {
		w.line("\nWould change with: %s", w.text(r.Verdict.RulesOut))
	}
	if len(r.Verdict.RuledOut) > 0 {
		w.table("Ruled out", "verdict", "because")
		for _, x := range r.Verdict.RuledOut {
			w.row(w.text(x.Name), w.text(x.Because))
		}
	}
}

func (r *Report) metrics(w *writer) {
	m := &r.Metrics
	w.table("Metrics", "metric", "value")
	age := func(name string, d time.Duration) {
		if d == health.Never {
			w.row(name, "never")
			return
		}
		w.row(name, units.Duration(d.Round(100*time.Millisecond))+" ago")
	}
	age("last byte", m.ByteAge)
	age("last heartbeat", m.HeartbeatAge)
	age("last result", m.ResultAge)
	w.row("results", units.Count(m.Results))
	w.row("errors", units.Count(m.Errors))
	w.row("results per second, over 10 s", fmt.Sprintf("%.2f", m.ResultRate))
	if q := m.Interval; q.N > 0 {
		w.row("interval between results", fmt.Sprintf("p50 %s, p95 %s, p99 %s, longest %s",
			units.Duration(q.P50), units.Duration(q.P95), units.Duration(q.P99), units.Duration(q.Max)))
	}
	if m.DelayKnown {
		w.row("delay", units.Duration(m.Delay))
	}
	w.row("connections", fmt.Sprintf("%s (%s reconnects)", units.Count(m.Connects), units.Count(m.Reconnects)))
	w.row("gaps", fmt.Sprintf("%s, %s in all", units.Count(m.Gaps), units.Duration(m.GapTime)))
	w.row("duplicates dropped", units.Count(m.Duplicates))
	w.row("channel", m.Channel.String())
	if m.Reader != "" {
		w.row("reader", w.code(m.Reader))
	}
}

func (r *Report) record(w *writer) {
	w.table("Session record", "field", "value")
	for _, f := range Record(&r.Session) {
		if f.Group == textGroup {
			f.Value = w.code(f.Value)
		}
		w.row(f.Name, f.Value)
	}
}

// The groups of a record: what the service spelt, and what was counted or timed.
const (
	textGroup   = "session"
	timeGroup   = "times"
	numberGroup = "counters"
)

// Record is what is known of a session, by groups, without what was not reported.
func Record(s *client.Session) (out []client.RecordField) {
	put := func(group, name, value string) {
		out = append(out, client.RecordField{Group: group, Name: name, Value: value})
	}
	add := func(name, value string) {
		if value != "" {
			put(textGroup, name, value)
		}
	}
	at := func(name string, t time.Time) {
		if !t.IsZero() {
			put(timeGroup, name, stamp(t))
		}
	}
	add("lens", strings.TrimSpace(s.LensName+" "+s.LensID))
	add("status", s.Status.String())
	add("reported status", s.StatusText)
	add("channel", s.Channel.String())
	add("endpoint", s.Endpoint)
	add("runner", s.Runner)
	add("node", s.Node)
	add("input stream", s.InputStream)
	add("output stream", s.OutputStream)
	at("registered", s.Registered)
	at("started", s.Started)
	at("ended", s.Ended)
	at("known to be over", s.EndKnown)
	at("last event", s.LastEvent)
	at("last update", s.LastUpdate)
	at("expires", s.Expires)
	at("fetched at", s.Fetched)
	if s.Duration > 0 {
		put(timeGroup, "duration", units.Duration(s.Duration))
	}
	if s.TTL > 0 {
		put(timeGroup, "lifetime", units.Duration(s.TTL))
	}
	if s.HasCounters {
		c := &s.Counters
		put(numberGroup, "counters", counter("connections", c.Connections, c.NoConnections)+", "+counter("inputs", c.Inputs, c.NoInputs)+", "+
			counter("outputs", c.Outputs, c.NoOutputs)+fmt.Sprintf(", updates %d, events %d", c.Updates, c.Events))
	}
	return out
}

func counter(name string, n int64, absent bool) string {
	if absent {
		return name + " not reported"
	}
	return fmt.Sprintf("%s %d", name, n)
}

func (r *Report) timeline(w *writer) {
	w.table("Timeline", "at", "state", "cause")
	for _, t := range r.Timeline {
		w.row(stamp(t.At), t.To.String(), w.text(t.Cause))
	}
}

func (r *Report) failures(w *writer) {
	if len(r.Failures) == 0 {
		return
	}
	w.table("Failures", "at", "request", "status", "codes", "error_uid", "message")
	for _, f := range r.Failures {
		status := ""
		if f.Status != 0 {
			status = fmt.Sprint(f.Status)
		}
		w.row(stamp(f.At), w.code(f.Request), status, w.code(strings.Join(f.Codes, ", ")), w.code(strings.Join(f.UIDs, ", ")), w.text(shorten(masked(f.Text, w.keys))))
	}
}

func (r *Report) requests(w *writer) {
	if len(r.Requests) == 0 {
		return
	}
	w.table("Requests by lenswatch", "at", "request", "status", "took", "codes", "error_uid", "error")
	for _, q := range r.Requests {
		status := ""
		if q.Status != 0 {
			status = fmt.Sprint(q.Status)
		}
		w.row(stamp(q.At), w.code(q.Request), status, units.Duration(q.Took), w.code(strings.Join(q.Codes, ", ")), w.code(strings.Join(q.UIDs, ", ")),
			w.text(shorten(masked(q.Err, w.keys))))
	}
}

func (r *Report) messages(w *writer) {
	w.line("\n## Newest events\n")
	events, cut := r.Events(w.keys...)
	if len(events) == 0 {
		w.line("Only heartbeats.")
		return
	}
	var b strings.Builder
	for i := range events {
		ev := &events[i]
		fmt.Fprintf(&b, "%s %s", stamp(ev.Received), ev.Kind)
		if ev.Wire != ev.Kind.String() {
			b.WriteString(" " + ev.Wire)
		}
		if ev.ID != "" {
			fmt.Fprintf(&b, " id=%s", ev.ID)
		}
		b.WriteByte('\n')
		if ev.Raw == nil {
			b.WriteString(client.Line1(ev.Text))
		} else {
			b.WriteString(client.Line1(string(ev.Raw)))
		}
		if cut[i] > 0 {
			fmt.Fprintf(&b, " … (%s more)", units.Size(int64(cut[i])))
		}
		b.WriteByte('\n')
	}
	w.fenced(b.String())
}

// writer writes Markdown.
type writer struct {
	bytes.Buffer
	keys []rest.Secret
}

func (w *writer) line(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }

func (w *writer) table(title string, columns ...string) {
	w.line("\n## %s\n", title)
	w.row(columns...)
	w.line("|%s", strings.Repeat(" --- |", len(columns)))
}

func (w *writer) row(cells ...string) { w.line("| %s |", strings.Join(cells, " | ")) }

// fenced writes text as it is, between fences that it has none of.
func (w *writer) fenced(text string) {
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	w.line("%s\n%s%s", fence, text, fence)
}

// markup is what a text has to lose to be no markup. The comment within a mention shows nothing.
var markup = strings.NewReplacer(`\`, `\\`, "`", "\\`", "|", `\|`, "*", `\*`, "_", `\_`, "<", `\<`, ">", `\>`, "[", `\[`, "]", `\]`,
	"~", `\~`, "#", `\#`, "&", `\&`, "$", `\$`, "@", "@<!-- -->")

// text is text of any origin on one line of Markdown.
func (w *writer) text(s string) string { return markup.Replace(client.Line1(masked(s, w.keys))) }

// code is text of any origin as code; empty for none.
func (w *writer) code(s string) string {
	s = client.Line1(masked(s, w.keys))
	if s == "" {
		return ""
	}
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		s = " " + s + " "
	}
	return fence + strings.ReplaceAll(s, "|", `\|`) + fence
}

// stamp is a moment, in UTC so that everybody reads the same.
func stamp(t time.Time) string {
	if t.IsZero() {
		return "not known"
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}
