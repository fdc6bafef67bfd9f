// Package statistics is the dialog with what was counted of sessions since the screen started, or since a recording was
// moved to another place.
//
// It promises the same counts as `lenswatch stats`, which are made by the same code, in constant memory.
package statistics

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client/units"
	"lenswatch/ui/action"
	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
	"lenswatch/ui/status"
	"lenswatch/ui/window"
	"lenswatch/watch"
	"lenswatch/watch/stats"
)

// Source is what the dialog reads.
type Source struct {
	Report  func() stats.Report
	Session func(id string) *watch.Session // nil for one that is gone
}

// Dialog shows the counts of one session, or of all in a table.
type Dialog struct {
	dialog.Base
	source Source
	report stats.Report
	at     time.Time // when it was made: once a second is enough
	shown  string    // the ID of the session; empty for all
	scroll window.Scroll
}

// New shows the counts of a session; of all if its ID is empty.
func New(s Source, session string) *Dialog {
	d := &Dialog{
		Base:   dialog.NewBase(action.StatisticsMode, action.Cancel, action.NextSession, action.PrevSession, action.AllSessions, action.Down, action.Up),
		source: s, shown: session,
	}
	d.count()
	return d
}

// count takes the counts in, of sessions in the order in which they appeared, those that are gone last.
func (d *Dialog) count() {
	d.report = d.source.Report()
	slot := func(s *stats.Session) int {
		if x := d.source.Session(s.ID); x != nil {
			return x.Slot
		}
		return math.MaxInt
	}
	slices.SortStableFunc(d.report.Sessions, func(a, b stats.Session) int { return cmp.Compare(slot(&a), slot(&b)) })
}

// Place is as much of the screen as there is.
func (d *Dialog) Place() dialog.Place { return dialog.Large }

// Sync counts again, once a second.
func (d *Dialog) Sync(h dialog.Host) {
	if now := h.Context().Now; now.Sub(d.at).Abs() >= time.Second {
		d.at = now
		d.count()
	}
}

// Act scrolls, or shows another session.
func (d *Dialog) Act(h dialog.Host, id action.ID) tea.Cmd {
	switch id {
	case action.Cancel:
		h.Show(nil)
	case action.NextSession:
		d.step(1)
	case action.PrevSession:
		d.step(-1)
	case action.AllSessions:
		d.shown, d.scroll = "", window.Scroll{}
	default:
		d.scroll.Act(id, len(d.lines(h.Context())), d.H)
	}
	return nil
}

// step goes through all sessions together, and each.
func (d *Dialog) step(by int) {
	n := len(d.report.Sessions) + 1
	i := slices.IndexFunc(d.report.Sessions, func(s stats.Session) bool { return s.ID == d.shown }) + 1 // 0: all
	d.shown, d.scroll = "", window.Scroll{}
	if i = (i + by + n) % n; i > 0 {
		d.shown = d.report.Sessions[i-1].ID
	}
}

// View draws the counts.
func (d *Dialog) View(c *draw.Context) dialog.Content {
	lines := d.lines(c)
	from, to := d.scroll.Range(len(lines), d.H)
	return dialog.Content{Title: d.title(c), Lines: lines[from:to], Below: len(lines) - to}
}

func (d *Dialog) title(c *draw.Context) string {
	if d.shown == "" {
		return "Statistics " + c.Glyphs.Dot + " all sessions"
	}
	if s := d.source.Session(d.shown); s != nil {
		return "Statistics " + c.Glyphs.Dot + " " + status.Name(s) + " " + status.Suffix(d.shown)
	}
	return "Statistics " + c.Glyphs.Dot + " " + status.Suffix(d.shown)
}

func (d *Dialog) lines(c *draw.Context) (out []string) {
	r := &d.report
	i := slices.IndexFunc(r.Sessions, func(s stats.Session) bool { return s.ID == d.shown })
	switch {
	case r.From.IsZero(), d.shown != "" && i < 0:
		return c.Wrap("No data yet.", d.W)
	case d.shown == "":
		out = append(out, d.table(c)...)
	default:
		out = append(out, d.session(c, &r.Sessions[i])...)
	}
	return append(out, d.texts(c)...)
}

// since says which time was counted.
func (d *Dialog) since(c *draw.Context, events int64) string {
	r := &d.report
	return c.Strong.Render(units.Plural(events, "event")) + c.Dim.Render(" in "+units.Duration(r.To.Sub(r.From).Round(time.Second))+" ("+c.Clock(r.From)+" – "+c.Clock(r.To)+")")
}

// wideTable is the width from which names have more room, narrowTable the one below which there are fewer columns.
const wideTable, narrowTable = 100, 70

// table compares all sessions.
func (d *Dialog) table(c *draw.Context) []string {
	events, longest := d.report.Other, 0.0
	for i := range d.report.Sessions {
		events += d.report.Sessions[i].Events
	}
	out := []string{d.since(c, events), ""}
	tag := status.TagWidth(d.W)
	if d.W >= wideTable {
		tag += 8
	}
	columns := func(events, results, live, interval, stall string) string {
		if d.W < narrowTable {
			return fmt.Sprintf("%7s %7s %7s  %s", results, live, interval, stall)
		}
		return fmt.Sprintf("%8s %8s %8s %12s  %s", events, results, live, interval, stall)
	}
	head := columns("events", "results", "live", "p95 interval", "longest stall")
	if d.W < narrowTable {
		head = columns("", "results", "live", "p95", "stall")
	}
	out = append(out, c.Dim.Render(c.Fit("", tag)+" "+head))
	for i := range d.report.Sessions {
		s := &d.report.Sessions[i]
		live, stall := "–", "–"
		if s.Uptime != nil {
			live = fmt.Sprintf("%.1f %%", 100**s.Uptime)
		}
		if len(s.Stalls) > 0 {
			longest = s.Stalls[0].Seconds
			stall = stats.Span(longest) + " " + s.Stalls[0].State
		}
		interval := "–"
		if s.Interval.Count > 0 {
			interval = stats.Span(s.Interval.P95)
			if d := time.Duration(s.Interval.P95 * float64(time.Second)); d >= time.Minute { // "1 min 33 s" is too wide
				interval = units.DurationShort(d)
			}
		}
		row := columns(units.Count(s.Events), units.Count(s.Kinds["result"]), live, interval, stall)
		out = append(out, c.Fit(status.Tag(c, d.source.Session(s.ID), s.ID, tag)+" "+row, d.W))
	}
	if d.report.Other > 0 {
		out = append(out, c.Dim.Render(units.Plural(d.report.Other, "event")+" from other sessions"))
	}
	return out
}

// nameWidth is the column of what a row is about.
const nameWidth = 12

// session is all that was counted of one.
func (d *Dialog) session(c *draw.Context, s *stats.Session) []string {
	out := []string{d.since(c, s.Events), ""}
	out = append(out, heatMap(c, &s.Rate, d.W)...)
	for _, r := range s.Rows(c.Zone) {
		out = append(out, c.Hanging(c.Dim.Render(draw.Pad(r.Name, nameWidth)), r.Text, d.W)...)
	}
	if len(s.Labels) > 0 {
		out = append(out, "", c.Title.Render("Labels"))
	}
	for _, l := range s.Labels {
		text := fmt.Sprintf(" %5.1f %%  %s, dwell %s, longest %s", 100*l.Share, units.Count(l.Count), stats.Span(l.Dwell), stats.Span(l.Longest))
		out = append(out, c.Fit("  "+c.Fit(l.Name, labelWidth)+" "+c.Bar(l.Share, barWidth)+text, d.W))
	}
	if s.OtherLabels > 0 {
		out = append(out, c.Dim.Render("  other labels "+units.Count(s.OtherLabels)))
	}
	if len(s.Transitions) > 0 {
		out = append(out, "", c.Title.Render("Transitions"))
	}
	for _, t := range s.Transitions {
		out = append(out, c.Fit(fmt.Sprintf("  %9s  %s %s %s", units.Count(t.Count), t.From, c.Glyphs.Arrow, t.To), d.W))
	}
	return out
}

const labelWidth, barWidth = 16, 10

// texts are the similar texts of all sessions, the most frequent first.
func (d *Dialog) texts(c *draw.Context) (out []string) {
	if len(d.report.Groups) > 0 {
		out = append(out, "", c.Title.Render("Similar texts")+c.Dim.Render(" of all sessions"))
	}
	for _, g := range d.report.Groups {
		out = append(out, c.Fit(fmt.Sprintf("  %9s  %s", units.Count(g.Count), g.Template), d.W))
	}
	if d.report.OtherTexts > 0 {
		out = append(out, c.Dim.Render(fmt.Sprintf("  %9s  other texts", units.Count(d.report.OtherTexts))))
	}
	return out
}
