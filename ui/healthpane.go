package ui

import (
	"fmt"
	"strings"
	"time"

	"github.com/NimbleMarkets/ntcharts/v2/sparkline"
	"github.com/charmbracelet/x/ansi"

	"lenswatch/client"
	"lenswatch/theme"
	"lenswatch/watch"
	"lenswatch/watch/health"
)

// healthPane says whether the session that is looked at is alive, with the figures. For all
// sessions merged it shows the one that needs attention most.
type healthPane struct {
	sh  *shared
	ver uint64
}

func (p *healthPane) version() uint64 { return p.ver + p.sh.style }
func (p *healthPane) do(Action, int)  {}

// session is the one that the pane is about, or nil.
func (p *healthPane) session() *watch.Session {
	if p.sh.scope != "" {
		return p.sh.store.Session(p.sh.scope)
	}
	return p.sh.sum.worst
}

func (p *healthPane) title() title {
	s := p.session()
	if s == nil {
		return title{name: "Health"}
	}
	t := title{name: "Health " + p.sh.theme.Glyphs.Dot + " " + label(&s.Record), end: suffix(s.Record.ID)}
	if p.sh.scope == "" && len(p.sh.store.Sessions()) > 1 {
		t.note = "the worst"
		if p.sh.sum.count[health.Live] == len(p.sh.store.Sessions()) {
			t.note = "all live"
		}
		t.note = p.sh.theme.Dim.Render(t.note)
	}
	return t
}

// lines draws the state and the verdict first: they stay when the pane is low.
func (p *healthPane) lines(w, h int, _ bool) []string {
	s := p.session()
	if s == nil {
		if out := p.sh.serviceLines(ModeMain, w); len(out) > 0 {
			return out[:min(len(out), h)]
		}
		return centred(p.sh.theme.Dim, "No session to look at.", w, h)
	}
	if s.Unwatched() {
		return p.sh.unwatched(s, w)
	}
	st, f := s.Health.State(p.sh.now), s.Health.Metrics(p.sh.now)
	out := p.verdict(s, st, w, h)
	for _, line := range p.metrics(s, f, w) {
		if len(out) == h {
			break
		}
		out = append(out, line)
	}
	return append(out, p.timeline(s, w, h-len(out))...)
}

// unwatched says of a session that is not watched why, and what can be done.
func (s *shared) unwatched(x *watch.Session, w int) []string {
	th, look := s.theme, s.sessionStyle(x)
	out := append([]string{look.glyph + " " + look.style.Render(look.word)},
		wrap("The service lists it, and other sessions were named to be watched.", w, th.Glyphs.Ellipsis)...)
	return append(out, th.Accent.Render(th.Glyphs.Arrow+" r opens its stream."), "", th.Dim.Render(fit("id", 11, ""))+x.Record.ID)
}

// verdict is the state since when, the sentence, and the next step.
func (p *healthPane) verdict(s *watch.Session, st health.State, w, h int) []string {
	th := p.sh.theme
	look := p.sh.stateStyle(st.Code)
	out := []string{look.glyph + " " + look.style.Render(look.word) + th.Dim.Render(" for "+span(p.sh.now.Sub(st.Since)))}
	v := s.Health.Verdict(p.sh.now)
	room := 2
	if h >= 10 {
		room = 3
	}
	sentence := upTo(room, wrap(sentencesIn(room, v.Sentence, w), w, th.Glyphs.Ellipsis), w, th.Glyphs.Ellipsis)
	out = append(out, styled(severityStyle(th, v.Severity), sentence)...)
	if len(v.Next) > 0 && v.Severity >= health.Warning {
		step := hanging(p.stepKey(v.Next[0])+" ", v.Next[0].Text, w, th)
		out = append(out, styled(th.Accent, upTo(room, step, w, th.Glyphs.Ellipsis))...)
	}
	if h >= 12 {
		out = append(out, "")
	}
	return out
}

// sentencesIn is the text without its last sentences, where n lines have no room for them.
func sentencesIn(n int, text string, w int) string {
	for whole := text; ; {
		if len(wrap(whole, w, "")) <= n {
			return whole
		}
		last := strings.LastIndex(whole, ". ")
		if last < 0 {
			return text
		}
		whole = whole[:last+1]
	}
}

// stepKey is the key that takes a step. In the merged view a key is not about the session that the
// pane shows, unless it makes another.
func (p *healthPane) stepKey(step health.Step) string {
	if p.sh.scope == "" && step.Action != health.ActionCreate {
		return p.sh.theme.Glyphs.Arrow
	}
	return p.sh.keyOf(ModeMain, actionOf(step.Action))
}

// metrics are the rows of the pane, the most telling first.
func (p *healthPane) metrics(s *watch.Session, f health.Metrics, w int) []string {
	th := p.sh.theme
	line := func(name, value string, notes ...string) string { return metricRow(th, w, name, value, notes...) }
	typical := ""
	if f.TypicalKnown {
		typical = "  usual " + exact(f.Typical)
	}
	missed, every := missedBeats(f)
	out := []string{
		line("result", since(f.ResultAge), typical),
		line("heartbeat", since(f.HeartbeatAge), missed, every),
		th.Dim.Render(fit("rate", 11, "")) + p.spark(f.Spark, clamp(w-11-8, 5, 60)) + fmt.Sprintf("%8s", rate(f.ResultRate)),
	}
	out = append(out, p.probe(s, w)...)
	out = append(out,
		line("last byte", since(f.ByteAge), "  "+size(f.Bytes)),
		line("received", counted(f.Results, "result"), "  "+counted(f.Logs, "log"), ", "+counted(f.Errors, "error")),
	)
	if f.Inputs.Known {
		out = append(out, line("session", "in "+count(f.Inputs.Value)+" out "+count(f.Outputs.Value), "  by the service"))
	}
	duplicates := ""
	if f.Duplicates > 0 {
		duplicates = "  " + counted(f.Duplicates, "duplicate")
	}
	out = append(out,
		line("line", counted(f.Reconnects, "reconnect")+", "+counted(f.Gaps, "gap"), duplicates),
		line("channel", f.Channel.String(), "  reader "+orDash(f.Reader)),
	)
	if f.Interval.N > 0 {
		out = append(out, line("gap", "p50 "+exact(f.Interval.P50), "  p95 "+exact(f.Interval.P95), "  p99 "+exact(f.Interval.P99)))
	}
	if f.DelayKnown {
		clock := ""
		if f.SkewKnown {
			clock = "  " + clockWord(f.Skew)
		}
		out = append(out, line("delay", exact(f.Delay), clock))
	}
	r := &s.Record
	out = append(out, line("id", shortened(strings.TrimSuffix(r.ID, suffix(r.ID)), suffix(r.ID), w-11, th.Glyphs.Ellipsis)))
	out = append(out, line("age", span(r.Age(p.sh.now))))
	if r.TTL > 0 {
		out = append(out, line("limits", span(r.TTL)+" in all, 30 m idle")) // as the documents tell
	}
	return out
}

// metricRow is a figure with its name, and as many notes on it as w cells have room for.
func metricRow(th theme.Theme, w int, name, value string, notes ...string) string {
	room, reported := w-11-ansi.StringWidth(value), ""
	for _, note := range notes {
		if ansi.StringWidth(reported+note) > room {
			break // half a figure would be read as another
		}
		reported += note
	}
	return th.Dim.Render(fit(name, 11, "")) + value + th.Dim.Render(reported)
}

// missedBeats says how many heartbeats did not come, then how often one should.
func missedBeats(f health.Metrics) (missed, every string) {
	if f.HeartbeatsSeen == 0 {
		return "", ""
	}
	return "  " + count(f.HeartbeatsMissed) + " missed", ", every " + exact(f.HeartbeatInterval)
}

// probeShown is how long the outcome of a probe stays in the pane.
const probeShown = 15 * time.Second

// probe is what the session is being asked, or has just been: evidence is not gathered in secret.
func (p *healthPane) probe(s *watch.Session, w int) []string {
	th, a := p.sh.theme, s.LastProbe
	if a.Kind == health.ProbeNone {
		return nil
	}
	reported := func(outcome, note string) []string {
		return []string{metricRow(th, w, "probe", probeWord(a.Kind)+" "+outcome, note)}
	}
	switch r := a.Result; {
	case r.Kind == health.ProbeNone && p.sh.now.Sub(a.At) < time.Minute:
		return reported(th.Busy.Render(th.Glyphs.Ellipsis), "  asked "+since(p.sh.now.Sub(a.At)))
	case r.Kind == health.ProbeNone || p.sh.now.Sub(r.At) > probeShown:
		return nil
	case r.Remedy != client.RemedyNone:
		return reported(th.Bad.Render(th.Glyphs.Cross+" "+r.Remedy.String()), " "+exact(r.Took))
	default:
		return reported(th.Good.Render(th.Glyphs.Check+" answered"), " "+exact(r.Took))
	}
}

// probeWord says what a probe asks.
func probeWord(k health.ProbeKind) string {
	switch k {
	case health.ProbeSession:
		return "session status"
	case health.ProbeMetadata:
		return "session record"
	}
	return "new connection"
}

// timeline is the newest changes of state, as far as there is room.
func (p *healthPane) timeline(s *watch.Session, w, room int) []string {
	if room < 3 {
		return nil
	}
	th := p.sh.theme
	all := s.Health.Timeline()
	out := []string{"", th.Title.Render("Timeline")}
	for _, t := range all[max(len(all)-(room-2), 0):] {
		l := p.sh.stateStyle(t.To)
		out = append(out, fit(th.Dim.Render(t.At.In(p.sh.zone).Format("15:04:05"))+" "+l.glyph+" "+fit(l.word, 12, "")+" "+th.Dim.Render(t.Cause), w, th.Glyphs.Ellipsis))
	}
	return out
}

// spark draws the last minute in w cells; where they are few, each stands for several seconds.
func (p *healthPane) spark(values []float64, w int) string {
	each := (len(values) + w - 1) / w
	if each > 1 {
		sums := make([]float64, len(values)/each)
		tail := values[len(values)-len(sums)*each:]
		for i, v := range tail {
			sums[i/each] += v
		}
		values = sums
	}
	c := sparkline.New(w, 1, sparkline.WithStyle(p.sh.theme.Good))
	c.PushAll(values)
	c.Draw()
	return strings.TrimRight(c.View(), "\n")
}

// since is an age, or a word where the thing did not happen.
func since(age time.Duration) string {
	if age == health.Never {
		return "none yet"
	}
	return span(age) + " ago"
}

// clockWord says how far this clock is ahead of the service's, as far as it matters.
func clockWord(skew time.Duration) string {
	switch {
	case skew.Abs() < 100*time.Millisecond:
		return "clocks agree"
	case skew < 0:
		return "this clock " + exact(-skew) + " behind"
	}
	return "this clock " + exact(skew) + " ahead"
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
