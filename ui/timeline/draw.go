package timeline

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"lenswatch/client/units"
	"lenswatch/theme"
	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
	"lenswatch/ui/status"
	"lenswatch/watch"
	"lenswatch/watch/health"
)

// axis is how columns stand for time.
type axis struct {
	left    int   // the cells before the first column
	n, wide int   // how many columns there are, and how many cells each has
	step    int64 // seconds of a column
	last    int64 // which span of so many seconds the last one stands for
}

// axis is the one that all lanes share now.
func (d *Dialog) axis(c *draw.Context) axis {
	a := axis{left: min(max(d.W/5, 6), 26)}
	span := spans[max(d.zoom, 0)]
	cells, seconds := max(d.W-a.left, 1), int(span/time.Second)
	a.wide = max(cells/seconds, 1)
	a.n = max(cells/a.wide, 1)
	a.step = max(int64((seconds+a.n-1)/a.n), d.track.step)
	end := d.newest(c)
	if !d.end.IsZero() {
		end = d.end
	} else if from := end.Add(-span); d.cursor.IsZero() && c.Now.Before(from) {
		end = c.Now.Add(span / 4) // a recording moves within what is shown
	}
	a.last = a.cellOf(end)
	return a
}

func (a axis) cellOf(t time.Time) int64 { return t.Unix() / a.step }
func (a axis) cell(t time.Time) int     { return int(a.cellOf(t)-a.last) + a.n - 1 }
func (a axis) from(i int) int64         { return (a.last + int64(i-a.n+1)) * a.step }
func (a axis) time(i int) time.Time     { return time.Unix(a.from(i), 0) }

// headHeight is how many lines are above the lanes: the times, and how many sessions are not live.
const headHeight = 2

// foot is how many lines are below the lanes: what is at the cursor, and what the glyphs mean. A low view has neither.
func (d *Dialog) foot() int {
	switch {
	case d.H >= 12:
		return 4
	case d.H >= 8:
		return 2
	}
	return 0
}

// laneHeight is how many lines a lane takes: where there is room, one for its results and one between it and the next.
func (d *Dialog) laneHeight() int {
	room := d.H - headHeight - d.foot()
	return min(max(room/max(len(d.sessions), 1), 1), 3)
}

// lanesSeen is how many lanes are seen at once.
func (d *Dialog) lanesSeen() int { return max((d.H-headHeight-d.foot())/d.laneHeight(), 1) }

// View draws the lanes.
func (d *Dialog) View(c *draw.Context) dialog.Content {
	if d.track == nil || len(d.sessions) == 0 {
		return dialog.Content{Title: "Timeline", Lines: c.Centred(c.Dim, "No sessions.", d.W, d.H)}
	}
	a := d.axis(c)
	title := "Timeline " + c.Glyphs.Dot + " " + units.Duration(time.Duration(d.Span(c))*time.Second)
	if d.track.busy() {
		title += " " + c.Glyphs.Dot + " reading"
	}
	from, to := d.at.Range(len(d.sessions), d.lanesSeen())
	lines := []string{d.times(c, a), d.notLive(c, a)}
	for _, s := range d.sessions[from:to] {
		lines = append(lines, d.drawLane(c, a, s)...)
	}
	bottom := d.H - d.foot()
	lines = append(lines[:min(len(lines), bottom)], draw.Blank(0, max(bottom-len(lines), 0))...)
	if more := len(d.sessions) - to; more > 0 && bottom > 0 {
		lines[bottom-1] = c.Fit(lines[bottom-1], max(d.W-14, 0)) + c.Warn.Render(fmt.Sprintf(" %s %d more", c.Glyphs.More, more))
	}
	if half := d.foot() / 2; half > 0 {
		lines = append(lines, padded(d.detail(c, a), half)...)
		lines = append(lines, padded(legend(c, d.W, half), half)...)
	}
	return dialog.Content{Title: title, Lines: lines}
}

// padded is exactly n lines.
func padded(lines []string, n int) []string {
	return append(lines[:min(len(lines), n)], make([]string, max(n-len(lines), 0))...)
}

// tickEvery is how many cells are between two times on the axis.
const tickEvery = 12

// times is the axis: a time of day now and then, where a recording is, and what was marked.
func (d *Dialog) times(c *draw.Context, a axis) string {
	var b strings.Builder
	every := max(tickEvery/a.wide, 1)
	for i := range a.n {
		text := ""
		if (a.n-1-i)%every == 0 && (a.n-i)*a.wide >= tickEvery {
			text = "|" + c.Clock(a.time(i))
		}
		if draw.Width(b.String()) == i*a.wide {
			b.WriteString(draw.Pad(text, max((draw.Width(text)+a.wide-1)/a.wide, 1)*a.wide))
		}
	}
	line := c.Dim.Render(draw.Pad(b.String(), a.n*a.wide))
	for _, t := range d.screen.Marks() {
		line = a.over(line, t, c.Accent.Render(c.Glyphs.Mark))
	}
	if d.screen.Position != nil {
		line = a.over(line, c.Now, c.Good.Render(c.Glyphs.Pointer))
	}
	return draw.Pad("", a.left) + a.over(line, d.Moment(c), c.Accent.Render(c.Glyphs.More))
}

// over is a line of all columns with another cell at a moment, where that is one of them.
func (a axis) over(line string, t time.Time, cell string) string {
	if i := a.cell(t); i >= 0 && i < a.n {
		return draw.Overlay(line, i*a.wide, 0, []string{cell})
	}
	return line
}

// notLive is how many sessions are in trouble at a time: where several are, what they suffer from may be one thing.
func (d *Dialog) notLive(c *draw.Context, a axis) string {
	out := c.Dim.Render(draw.Pad("not live", a.left))
	for i := range a.n {
		n, style := d.troubled(a.from(i), a.from(i+1)), c.Bad
		text := fmt.Sprint(n)
		switch {
		case n == 0:
			text = ""
		case n == 1:
			style = c.Warn
		case n > 9 && a.wide == 1:
			text = "+"
		}
		out += style.Render(draw.Pad(text, a.wide))
	}
	return out
}

// troubled is how many sessions are in trouble in a span of time.
func (d *Dialog) troubled(from, to int64) (n int) {
	for _, s := range d.sessions {
		if code, _ := stateIn(s, from, min(to, d.until.Unix()+1)); inTrouble(code) {
			n++
		}
	}
	return n
}

func inTrouble(code health.StateCode) bool {
	return code == health.Quiet || code == health.Silent || code == health.Reconnecting || code == health.Failed
}

// unknown is the state where none is known.
const unknown = health.StateCode(255)

// severity is how much a state weighs where several share a cell.
var severity = map[health.StateCode]int{
	health.Live: 1, health.Connecting: 2, health.Ended: 3, health.Destroyed: 3, health.Quiet: 4, health.Reconnecting: 5, health.Silent: 6, health.Failed: 7,
}

// stateIn is the worst state of a session in a span of time, and whether it changed in it.
func stateIn(s *watch.Session, from, to int64) (code health.StateCode, changed bool) {
	all := s.Health.Timeline()
	code = unknown
	if len(all) == 0 || from >= to {
		return code, false
	}
	for i, t := range all {
		at := t.At.Unix()
		if at >= to {
			break
		}
		next := int64(1 << 62)
		if i+1 < len(all) {
			next = all[i+1].At.Unix()
		}
		if next >= from && (next > from || at >= from) && (code == unknown || severity[t.To] > severity[code]) {
			code = t.To
		}
		changed = changed || at >= from
	}
	return code, changed
}

// drawLane is the lines of a session: its name and states, with what happened on them, and below how many results there
// were.
func (d *Dialog) drawLane(c *draw.Context, a axis, s *watch.Session) []string {
	h := d.laneHeight()
	chosen, at := s.Record.ID == d.session().Record.ID, a.cell(d.Moment(c))
	var b strings.Builder
	results, first := make([]float64, 0, a.n*a.wide), -1
	was := unknown
	for i := range a.n {
		from, to := a.from(i), min(a.from(i+1), d.until.Unix()+1)
		code, changed := stateIn(s, from, to)
		sum := d.track.sum(s.Record.ID, from, to)
		results = append(results, slices.Repeat([]float64{float64(sum.results)}, a.wide)...)
		if code != unknown && first < 0 {
			first = i * a.wide
		}
		cell := stateCell(c, code, changed && code != was)
		if mark := markCell(c, sum.marks); mark != "" {
			cell = mark
		}
		cell += strings.Repeat(stateCell(c, code, false), a.wide-1)
		if was = code; chosen && i == at {
			cell = c.Selected.Over(cell)
		}
		b.WriteString(cell)
	}
	name := status.Tag(c, s, s.Record.ID, a.left-1)
	if chosen {
		name = c.Selected.Over(name)
	}
	out := []string{name + " " + b.String()}
	if h > 1 && first >= 0 {
		out = append(out, strings.Repeat(" ", a.left+first)+c.Strip(results[first:], len(results)-first))
	}
	return padded(out, h)
}

// stateCell is a state in a cell: its glyph where it begins, then what a person sees from afar.
func stateCell(c *draw.Context, code health.StateCode, head bool) string {
	if code == unknown {
		return c.Dim.Render(c.Glyphs.Dot)
	}
	l := status.State(c, code)
	switch {
	case code == health.Live:
		return l.Style.Render(c.Glyphs.Full)
	case head:
		return l.Glyph
	case code == health.Ended, code == health.Destroyed:
		return " "
	}
	return l.Style.Render(c.Glyphs.Shade)
}

// happened are the marks, the weightiest first.
func happened(c *draw.Context) []struct {
	mark  marks
	glyph string
	style theme.Style
	word  string
} {
	g := c.Glyphs
	return []struct {
		mark  marks
		glyph string
		style theme.Style
		word  string
	}{
		{markError, g.Fault, c.Bad, "error"}, {markGap, g.Gap, c.Warn, "gap"}, {markAction, g.Action, c.Accent, "your change"},
		{markRestart, g.Reconnecting, c.Warn, "reconnect"}, {markLabel, g.Changed, c.Strong, "label change"},
	}
}

// markCell is the weightiest of what happened; empty if nothing did.
func markCell(c *draw.Context, m marks) string {
	for _, h := range happened(c) {
		if m&h.mark != 0 {
			return h.style.Render(h.glyph)
		}
	}
	return ""
}

// legend says what the glyphs mean, in at most so many lines.
func legend(c *draw.Context, w, lines int) []string {
	var parts []string
	for _, h := range happened(c) {
		parts = append(parts, h.style.Render(h.glyph)+" "+h.word)
	}
	for _, code := range []health.StateCode{health.Live, health.Quiet, health.Silent, health.Failed, health.Ended, health.Connecting} {
		l := status.State(c, code)
		band := l.Glyph + stateCell(c, code, false)
		if code == health.Live {
			band = stateCell(c, code, false)
		}
		parts = append(parts, strings.TrimSuffix(band, " ")+" "+l.Word)
	}
	out := []string{""}
	for _, p := range parts {
		last := len(out) - 1
		if draw.Width(out[last])+draw.Width(p)+2 > w {
			if len(out) == lines {
				break
			}
			out, last = append(out, ""), last+1
		}
		out[last] += p + "  "
	}
	return out
}

// detail says what is at the cursor: when, whose, which state and why, and what happened.
func (d *Dialog) detail(c *draw.Context, a axis) []string {
	s, at := d.session(), d.Moment(c)
	from := a.cellOf(at) * a.step
	to := from + a.step
	parts := []string{c.Strong.Render(c.Clock(at))}
	if n := d.troubled(from, to); n > 1 {
		parts = append(parts, c.Bad.Render(fmt.Sprintf("%d not live", n)))
	}
	code, _ := stateIn(s, from, min(to, d.until.Unix()+1))
	if code == unknown {
		parts = append(parts, status.Name(s)+" "+status.Suffix(s.Record.ID)+": no data")
	} else {
		l, why := status.State(c, code), ""
		for _, t := range s.Health.Timeline() {
			if t.At.Unix() < to && t.To == code {
				why = ": " + t.Cause + c.Dim.Render(" at "+c.Clock(t.At))
			}
		}
		parts = append(parts, status.Name(s)+" "+status.Suffix(s.Record.ID)+" "+l.Style.Render(l.Word)+why)
	}
	sum := d.track.sum(s.Record.ID, from, to)
	parts = append(parts, draw.Counted(int(sum.results), "result")+" in "+units.Duration(time.Duration(a.step)*time.Second))
	for _, h := range happened(c) {
		if sum.marks&h.mark != 0 {
			parts = append(parts, h.style.Render(h.glyph+" "+h.word))
		}
	}
	return c.Wrap(strings.Join(parts, c.Dim.Render(" "+c.Glyphs.Dot+" ")), d.W)
}
