// Package health is the pane that says whether a session is alive, with its metrics, and the dialog that says why
// it is as it is.
//
// It promises that no sentence is cut where it would say something else, and that a value is shown whole or not
// at all. It never judges: states and verdicts are those of package watch/health.
package health

import (
	"slices"
	"strings"
	"time"

	"lenswatch/client"
	"lenswatch/ui/action"
	"lenswatch/ui/draw"
	"lenswatch/ui/status"
	"lenswatch/watch"
	"lenswatch/watch/health"
)

// Store is what the pane reads.
type Store interface {
	Sessions() []*watch.Session
	Session(id string) *watch.Session
	// Common is what several sessions suffer from since about the same time.
	Common(now time.Time) (watch.CommonCause, bool)
}

// Pane shows the selected session. Where all are shown, it is about the one that needs attention most.
type Pane struct {
	Store    Store
	Services *status.Services
	summary  status.Summary
	selected string
	together *watch.CommonCause // nil: there is none
	compared time.Time          // when the sessions were last compared for it
	w, h     int
	ver      uint64
}

// SetSize says in how many cells and lines the pane is seen.
func (p *Pane) SetSize(w, h int) { p.w, p.h = w, h }

// Version changes whenever View may draw something else in the same size and theme.
func (p *Pane) Version() uint64 { return p.ver }

// compareEvery is how often sessions are compared with each other, which takes time where there are many.
const compareEvery = time.Second

// Sync takes in what changed by now, and which session is selected.
func (p *Pane) Sync(s status.Summary, selected string, now time.Time) {
	p.summary, p.selected = s, selected
	p.ver++
	since := now.Sub(p.compared)
	switch {
	case !s.Wrong:
		p.together, p.compared = nil, time.Time{}
	case p.compared.IsZero() || since < 0 || since >= compareEvery:
		p.together, p.compared = nil, now
		if cause, ok := p.Store.Common(now); ok {
			p.together = &cause
		}
	}
}

// Act does nothing: there is nothing to move.
func (p *Pane) Act(*draw.Context, action.ID) {}

// Scroll does nothing.
func (p *Pane) Scroll(*draw.Context, int) {}

// Click reports that there is nothing to select.
func (p *Pane) Click(*draw.Context, int) bool { return false }

// Open is the action of a double click.
func (p *Pane) Open() action.ID { return action.Diagnosis }

// Session is the one that the pane is about, or nil.
func (p *Pane) Session() *watch.Session {
	if p.selected != "" {
		return p.Store.Session(p.selected)
	}
	return p.summary.Urgent
}

// Title names the session.
func (p *Pane) Title(c *draw.Context) draw.Title {
	s := p.Session()
	if s == nil {
		return draw.Title{Name: "Health"}
	}
	t := draw.Title{Name: "Health " + c.Glyphs.Dot + " " + status.Name(s), End: status.Suffix(s.Record.ID), Wrong: p.summary.Troubled(s)}
	if p.selected == "" && len(p.Store.Sessions()) > 1 {
		switch {
		case p.summary.Wrong:
			t.Note = c.Dim.Render("needs attention")
		case p.summary.Well:
			t.Note = c.Dim.Render("all healthy")
		}
	}
	return t
}

// View draws the state and the verdict first: they stay when the pane is low.
func (p *Pane) View(c *draw.Context, _ bool) []string {
	s := p.Session()
	if s == nil {
		if out := p.Services.Lines(c, action.Main, p.w); len(out) > 0 {
			return out[:min(len(out), p.h)]
		}
		return c.Centred(c.Dim, "No session selected.", p.w, p.h)
	}
	if s.Unwatched() {
		return unwatched(c, s, p.w)
	}
	st, m := s.Health.State(c.Now), s.Health.Metrics(c.Now)
	if v := s.Health.Verdict(c.Now); p.h < low && v.Severity >= health.Warning {
		return p.brief(c, s, st, v)
	}
	out := p.verdict(c, s, st)
	if left, near := timeLeft(c, s, p.w); near {
		out = append(out, left)
	}
	out = append(out, p.chain(c, s)...)
	metrics := p.withLimits(c, s, p.metrics(c, s, m, true))
	if room := p.h - len(out) - len(metrics) - timelineRoom; room >= 3*minChart && p.w >= minChartWidth {
		metrics = p.withLimits(c, s, p.metrics(c, s, m, false))
		out = append(out, charts(c, s, m, p.w, min(room/3, maxChart), false)...)
		out = append(out, "")
	}
	for _, line := range metrics {
		if len(out) == p.h {
			break
		}
		out = append(out, line)
	}
	return append(out, p.timeline(c, s, p.h-len(out))...)
}

// unwatched says of a session that is not watched why, and what can be done.
func unwatched(c *draw.Context, s *watch.Session, w int) []string {
	l := status.Of(c, s)
	why := "Not watched: other sessions were named on the command line."
	if s.OverLimit {
		why = "Not watched: the limit of watched sessions is reached (watch.max_sessions)."
	}
	out := append([]string{l.Glyph + " " + l.Style.Render(l.Word)}, c.Wrap(why, w)...)
	out = append(out, draw.Styled(c.Accent, c.Wrap(c.Keys.Text(action.Main, "Press {reconnect} to watch it."), w))...)
	return append(out, "", field(c, w, "ID", s.Record.ID))
}

// low is the height of a pane below which something wrong is shown by its chain: its sentence would be cut.
const low = 7

// brief is what is wrong where there is little room: the state, the chain, and the next step. The line above the panes names
// the cause.
func (p *Pane) brief(c *draw.Context, s *watch.Session, st health.State, v health.Verdict) []string {
	out := append([]string{p.state(c, s, st)}, status.Chain(c, s.Health.Chain(c.Now, v), p.w, 2)...)
	if room := p.h - len(out); len(v.Next) > 0 && room > 0 {
		out = append(out, p.step(c, v.Next[0], room)...)
	}
	return out[:min(len(out), p.h)]
}

// state is the state, and since when.
func (p *Pane) state(c *draw.Context, s *watch.Session, st health.State) string {
	l, since := p.summary.Look(c, s), st.Since
	if p.summary.Attentive(s, c.Now) {
		since = s.Health.Verdict(c.Now).Since // it is the verdict that asks for attention
	}
	return l.Glyph + " " + l.Style.Render(l.Word) + c.Dim.Render(" for "+c.Ago(since))
}

// step is what to do next, in at most so many lines.
func (p *Pane) step(c *draw.Context, step health.Step, room int) []string {
	return draw.Styled(c.Accent, c.UpTo(room, c.Hanging(p.stepKey(c, step)+" ", step.Text, p.w), p.w))
}

// verdict is the state since when, the sentence, and the next step.
func (p *Pane) verdict(c *draw.Context, s *watch.Session, st health.State) []string {
	out := []string{p.state(c, s, st)}
	v := s.Health.Verdict(c.Now)
	room := 2
	if p.h >= roomy {
		room = 3
	}
	sentence := c.UpTo(room, c.Wrap(whole(c, room, v.Sentence, p.w), p.w), p.w)
	out = append(out, draw.Styled(status.Severity(c, v.Severity), sentence)...)
	if len(v.Next) > 0 && v.Severity >= health.Warning {
		out = append(out, p.step(c, v.Next[0], room)...)
	}
	if text := p.common(s); text != "" && p.h >= roomy {
		out = append(out, c.UpTo(2, c.Wrap("Together: "+text, p.w), p.w)...)
	}
	if len(v.Awaits) > 0 && p.h >= roomy {
		out = append(out, draw.Styled(c.Dim, c.UpTo(2, c.Wrap("Not yet known: "+v.Awaits[0].Text(c.Now)+".", p.w), p.w))...)
	}
	if p.h >= 12 {
		out = append(out, "")
	}
	return out
}

// roomy is from what height on the pane says more than the verdict and what to do.
const roomy = 10

// common is the trouble that a session has together with others; empty if it has none.
func (p *Pane) common(s *watch.Session) string {
	if p.together == nil || !slices.Contains(p.together.Affected, s.Record.ID) {
		return ""
	}
	return p.together.String()
}

// chain is the way of a result, where there is room for it or something is wrong on it.
func (p *Pane) chain(c *draw.Context, s *watch.Session) (out []string) {
	v := s.Health.Verdict(c.Now)
	roomy := p.h >= 12
	if !roomy && v.Severity < health.Warning {
		return nil
	}
	out = status.Chain(c, s.Health.Chain(c.Now, v), p.w, 2)
	if roomy {
		out = append(out, "")
	}
	return out
}

// whole is the text without its last sentences, where n lines have no room for them.
func whole(c *draw.Context, n int, text string, w int) string {
	for part := text; ; {
		if len(c.Wrap(part, w)) <= n {
			return part
		}
		last := strings.LastIndex(part, ". ")
		if last < 0 {
			return text
		}
		part = part[:last+1]
	}
}

// stepKey is the key that takes a step. Where all sessions are shown a key is not about the session of the pane: the
// diagnosis, which is, names it. Only creating another kind of session is about none.
func (p *Pane) stepKey(c *draw.Context, step health.Step) string {
	if p.selected == "" && step.Action != health.ActionCreateOther {
		return c.Glyphs.Arrow
	}
	return key(c, action.Main, step)
}

// key is the key that takes a step, an arrow where none does.
func key(c *draw.Context, m action.Mode, step health.Step) string {
	if b, ok := c.Keys.Find(m, actions[step.Action]); ok {
		return c.Keys.Label(b)
	}
	return c.Glyphs.Arrow
}

// actions are the screen's actions for a step.
var actions = map[health.Action]action.ID{
	health.ActionReconnect: action.Reconnect, health.ActionSwitchChannel: action.SwitchChannel,
	health.ActionCreate: action.CreateAnother, health.ActionCreateOther: action.Create, health.ActionDestroy: action.Destroy,
	health.ActionSetOutput: action.SetOutput, health.ActionSetInput: action.SetInput,
}

// nameWidth is the column of names.
const nameWidth = 11

// metrics are the rows of the pane, the most important first. The rate has a small chart with spark, where no larger one is.
func (p *Pane) metrics(c *draw.Context, s *watch.Session, m health.Metrics, spark bool) (out []string) {
	add := func(name, value string, notes ...string) { out = append(out, field(c, p.w, name, value, notes...)) }
	typical := ""
	if m.TypicalKnown {
		typical = "  typically every " + draw.Exact(m.Typical)
	}
	missed, every := missedHeartbeats(m)
	add("result", since(m.ResultAge), typical)
	add("heartbeat", since(m.HeartbeatAge), missed, every)
	if rate := draw.Rate(m.ResultRate); spark {
		out = append(out, field(c, p.w, "rate", c.Strip(m.Spark, min(max(p.w-nameWidth-8, 5), 60)), strings.Repeat(" ", max(8-len(rate), 1))+rate))
	} else {
		add("rate", rate)
	}
	out = append(out, probe(c, s, p.w)...)
	add("last byte", since(m.ByteAge), "  "+draw.Size(m.Bytes))
	add("received", draw.Counted(m.Results, "result"), " · "+draw.Counted(m.Logs, "log"), " · "+draw.Counted(m.Errors, "error"))
	if m.Inputs.Known {
		add("counters", draw.Count(m.Inputs.Value)+" in · "+draw.Count(m.Outputs.Value)+" out", "  reported by the service")
	}
	duplicates := ""
	if m.Duplicates > 0 {
		duplicates = " · " + draw.Counted(m.Duplicates, "duplicate")
	}
	add("connection", draw.Counted(m.Reconnects, "reconnect")+" · "+draw.Counted(m.Gaps, "gap"), duplicates)
	add("channel", m.Channel.String())
	if m.Interval.N > 0 {
		add("interval", "p50 "+draw.Exact(m.Interval.P50), " · p95 "+draw.Exact(m.Interval.P95), " · p99 "+draw.Exact(m.Interval.P99))
	}
	if m.DelayKnown {
		clock := ""
		if m.SkewKnown && !m.SkewByDate {
			clock = "  " + clockWord(m.Skew)
		}
		add("delay", draw.Exact(m.Delay), clock)
	}
	r := &s.Record
	add("ID", c.Shorten(strings.TrimSuffix(r.ID, status.Suffix(r.ID)), status.Suffix(r.ID), p.w-nameWidth))
	add("age", draw.OrDash(age(r, c.Now)))
	return out
}

// field is a value with its name, and as many notes on it as w cells have room for.
func field(c *draw.Context, w int, name, value string, notes ...string) string {
	room, noted := w-nameWidth-draw.Width(value), ""
	for _, note := range notes {
		if draw.Width(noted+note) > room {
			break // half a value would be read as another
		}
		noted += note
	}
	return c.Dim.Render(draw.Pad(name, nameWidth)) + value + c.Dim.Render(noted)
}

// missedHeartbeats says how many heartbeats are missing, then how often one should arrive.
func missedHeartbeats(m health.Metrics) (missed, every string) {
	if m.HeartbeatsSeen == 0 {
		return "", ""
	}
	return "  " + draw.Count(m.HeartbeatsMissed) + " missed", ", every " + draw.Exact(m.HeartbeatInterval)
}

// probeShown is how long the outcome of a probe stays in the pane.
const probeShown = 15 * time.Second

// probe is what the service is being asked about the session, or has just been: evidence is not gathered in
// secret.
func probe(c *draw.Context, s *watch.Session, w int) []string {
	a, what := s.LastProbe, "new connection"
	switch a.Kind {
	case health.ProbeNone:
		return nil
	case health.ProbeSession:
		what = "session status"
	case health.ProbeMetadata:
		what = "session record"
	case health.ProbeValidate:
		what = "session.validate"
	case health.ProbeQuestion:
		what = "session.get"
	}
	row := func(outcome, note string) []string { return []string{field(c, w, "probe", what+" "+outcome, note)} }
	switch r := a.Result; {
	case r.Kind == health.ProbeNone && c.Now.Sub(a.At) < time.Minute:
		return row(c.Busy.Render(c.Spinner()), "  sent "+since(c.Now.Sub(a.At)))
	case r.Kind == health.ProbeNone || c.Now.Sub(r.At) > probeShown:
		return nil
	case r.Remedy != client.RemedyNone:
		return row(c.Bad.Render(c.Glyphs.Cross+" "+r.Remedy.String()), " "+draw.Exact(r.Took))
	default:
		return row(c.Good.Render(c.Glyphs.Check+" answered"), " "+draw.Exact(r.Took))
	}
}

// timeline is the newest changes of state, as far as there is room.
func (p *Pane) timeline(c *draw.Context, s *watch.Session, room int) []string {
	if room < 3 {
		return nil
	}
	all := s.Health.Timeline()
	out := []string{"", c.Title.Render("Timeline")}
	for _, t := range all[max(len(all)-(room-2), 0):] {
		out = append(out, c.Fit(change(c, t)+c.Dim.Render(t.Cause), p.w))
	}
	return out
}

// change is the head of a change of state: its time, and the state.
func change(c *draw.Context, t health.Transition) string {
	l := status.State(c, t.To)
	return c.Dim.Render(c.Clock(t.At)) + " " + l.Glyph + " " + draw.Pad(l.Word, 12) + " "
}

// since is an age, or a word where the thing did not happen.
func since(age time.Duration) string {
	if age == health.Never {
		return "none yet"
	}
	return draw.Span(age) + " ago"
}

// clockWord says how far this clock is ahead of the service's, as far as it matters.
func clockWord(skew time.Duration) string {
	switch {
	case skew.Abs() < 100*time.Millisecond:
		return "clock in sync"
	case skew < 0:
		return "local clock " + draw.Exact(-skew) + " behind"
	}
	return "local clock " + draw.Exact(skew) + " ahead"
}
