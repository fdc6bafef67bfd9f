// Package statistics is the dialog with what was counted of sessions since the screen started, or since a recording was
// moved to another place.
//
// It promises the same counts as `lenswatch stats`, which are made by the same code, in constant memory, and that what is chosen
// stays chosen however the counts change.
package statistics

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
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
	Filter  func(text string)              // shows only the events that fit a filter
}

// Dialog shows the counts of one session, or of all in a table.
type Dialog struct {
	dialog.Base
	source Source
	report stats.Report
	at     time.Time     // when it was made: once a second is enough
	shown  string        // the ID of the session; empty for all
	scroll window.Scroll // of one session
	chosen string        // of all: the ID of a session, or a template; empty is the first
	seen   window.List   // of all: the lines
}

// New shows the counts of a session; of all if its ID is empty.
func New(s Source, session string) *Dialog {
	d := &Dialog{
		Base:   dialog.NewBase(action.StatisticsMode, action.Cancel, action.Choose, action.NextSession, action.PrevSession, action.AllSessions, action.Down, action.Up),
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
	case action.Choose:
		d.choose(h)
	default:
		if d.shown != "" {
			d.scroll.Act(id, len(d.lines(h.Context())), d.H)
			return nil
		}
		var l window.List
		rows := d.rows()
		l.To(d.cursor(rows), len(rows), d.H)
		if l.Act(id, len(rows), d.H) && len(rows) > 0 {
			d.move(h.Context(), l.Cursor(len(rows)))
		}
	}
	return nil
}

// rows are what can be chosen where all sessions are shown: the sessions by ID, and the similar texts by template.
func (d *Dialog) rows() (out []string) {
	for i := range d.report.Sessions {
		out = append(out, d.report.Sessions[i].ID)
	}
	for _, g := range d.report.Groups {
		out = append(out, g.Template)
	}
	return out
}

func (d *Dialog) cursor(rows []string) int { return max(slices.Index(rows, d.chosen), 0) }

// lineOf is the line that a row is drawn on.
func (d *Dialog) lineOf(row int) int {
	if row >= len(d.report.Sessions) {
		row += 2 // a blank line and the heading
		if d.report.Other > 0 {
			row++
		}
	}
	return row + tableHead
}

// move chooses a row, and brings it into sight; with the first, the heads.
func (d *Dialog) move(c *draw.Context, row int) {
	n := len(d.lines(c))
	if row == 0 {
		d.seen.To(0, n, d.H)
	}
	d.seen.To(d.lineOf(row), n, d.H)
	d.chosen = d.rows()[row]
}

// choose opens the statistics of a session, or goes to the one that is open, or filters by a text.
func (d *Dialog) choose(h dialog.Host) {
	rows := d.rows()
	i := d.cursor(rows)
	switch {
	case d.shown != "":
		h.Select(d.shown)
		h.Show(nil)
	case len(rows) == 0:
	case i < len(d.report.Sessions):
		d.shown, d.scroll = rows[i], window.Scroll{}
	default:
		h.Show(nil)
		d.source.Filter(filterOf(rows[i]))
	}
}

// filterOf is a filter for the texts of a template. A long template is shortened to what a filter may have.
func filterOf(template string) string {
	out, space := "re:^", ""
	for word := range strings.FieldsSeq(template) {
		part := `\S+`
		if word != "<*>" {
			part = regexp.QuoteMeta(word)
		}
		if len(out)+len(part) > 900 {
			break
		}
		out, space = out+space+part, `\s+`
	}
	return out
}

// Words are what Enter does.
func (d *Dialog) Words() map[action.ID]string {
	switch rows := d.rows(); {
	case d.shown != "":
		return map[action.ID]string{action.Choose: "go to session"}
	case d.cursor(rows) >= len(d.report.Sessions):
		return map[action.ID]string{action.Choose: "filter"}
	}
	return nil
}

// Click chooses a row of all sessions; the second click of two opens it.
func (d *Dialog) Click(h dialog.Host, line int, twice bool) tea.Cmd {
	if d.shown != "" {
		return nil
	}
	from, _ := d.seen.Range(len(d.lines(h.Context())), d.H)
	for i := range d.rows() {
		if d.lineOf(i) == from+line {
			d.move(h.Context(), i)
			if twice {
				d.choose(h)
			}
		}
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
	if rows := d.rows(); d.shown == "" && len(rows) > 0 && !d.report.From.IsZero() {
		from, to = d.seen.Range(len(lines), d.H)
		at := d.lineOf(d.cursor(rows))
		lines[at] = c.Chosen(lines[at], d.W)
	}
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

// tableHead is how many lines of the table are above its rows.
const tableHead = 3

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

// heatRows is how many parts of the time are below each other: six of ten seconds are a minute.
const heatRows = 6

// shades are how much there was, from nothing.
var shades = []rune("·░▒▓█")

// heatMap draws how many results there were: a column for each minute, of six parts of ten seconds; longer ones where an
// hour was not enough. Where there is no room for all, the newest are seen.
func heatMap(c *draw.Context, r *stats.Rate, w int) []string {
	if len(r.Results) == 0 {
		return nil
	}
	part := time.Duration(r.Part * float64(time.Second))
	lead := int(r.From.Sub(r.From.Truncate(heatRows*part)) / part) // parts of the first column that were before
	columns := (lead + len(r.Results) + heatRows - 1) / heatRows
	first := max(columns-max(w-nameWidth, 1), 0)
	most := slices.Max(r.Results)
	var out []string
	for row := range heatRows {
		name := ""
		if row == 0 {
			name = "rate"
		}
		name = draw.Pad(name, nameWidth-6) + draw.Pad("+"+units.DurationShort(time.Duration(row)*part), 6)
		var b strings.Builder
		for col := first; col < columns; col++ {
			i := col*heatRows + row - lead
			if i < 0 || i >= len(r.Results) {
				b.WriteByte(' ')
				continue
			}
			b.WriteRune(shade(r.Results[i], most))
		}
		out = append(out, c.Dim.Render(name)+c.Good.Render(b.String()))
	}
	start := r.From.Truncate(heatRows * part).Add(time.Duration(first) * heatRows * part)
	each := fmt.Sprintf("from %s · 1 column = %s · darkest = %.3g results/s", start.In(c.Zone).Format("15:04"), units.Duration(heatRows*part), float64(most)/part.Seconds())
	return append(append(out, c.Hanging(draw.Pad("", nameWidth), c.Dim.Render(each), w)...), "")
}

// shade is how dark a cell is: whatever is not nothing shows.
func shade(n, most uint32) rune {
	if n == 0 {
		return shades[0]
	}
	return shades[1+int(uint64(n)*uint64(len(shades)-2)/uint64(max(most, 1)))]
}
