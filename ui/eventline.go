package ui

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"lenswatch/client"
	"lenswatch/theme"
	"lenswatch/watch/history"
)

// The most lines that one event takes in a list.
const maxEventLines = 8

// eventRow is what a row of a list shows.
type eventRow struct {
	*history.Entry                // the event that is drawn: of a run the newest, or the selected one
	first, last    *history.Entry // of the run; the event itself if it is alone
	n              int            // how many events the run has
	drift          string         // how an embedding differs from the one before
	was            string         // the label of the session's result before, if it was another
	room           int            // how many cells of it are seen, with its tail
}

// row is the i-th row.
func (l *eventList) row(i int) *eventRow {
	from, to := l.rows.span(i)
	r := &eventRow{Entry: l.view.At(to - 1), n: to - from}
	r.first, r.last = l.view.At(from), r.Entry
	if !l.follow {
		if p := l.place(); p >= from && p < to {
			r.Entry = l.view.At(p)
		}
	}
	r.was, r.drift = l.formerLabel(i), l.driftText(i, r.Entry)
	return r
}

// draw draws the i-th row: its time, in a merged view its session, what it says, wrapped under
// itself, and at the right what sets it apart from its neighbours.
func (l *eventList) draw(i, w int) []string {
	s, r := l.sh, l.row(i)
	head, indent := "", 0
	if stamp := s.stamp(r.Received); stamp != "" {
		head, indent = s.theme.Dim.Render(stamp)+" ", len(stamp)+1
	}
	if s.scope == "" {
		n := tagWidth(w)
		head += s.tag(r.Session, n) + " "
		indent += n + 1
	}
	room := max(w-indent, 8)
	tail := s.tail(r, room)
	narrow := room
	if tail != "" {
		narrow = max(room-ansi.StringWidth(tail)-1, 8)
	}
	r.room = room
	var body []string
	if l.flat {
		line := l.flatLine(r)
		l.room = narrow
		l.more = l.more || ansi.StringWidth(line) > l.x+narrow
		body = []string{s.slide(line, l.x, narrow)}
	} else {
		body = l.notice(r, narrow)
	}
	out := make([]string, len(body))
	for i, line := range body {
		if i == 0 && tail != "" {
			line = fit(line, narrow, s.theme.Glyphs.Ellipsis) + " " + tail
		}
		if i > 0 {
			head = strings.Repeat(" ", indent)
		}
		out[i] = head + line
	}
	return out
}

// tail is what stands at the right of a row: how often it was said, and what the label was before.
func (s *shared) tail(r *eventRow, room int) string {
	th := s.theme
	var parts []string
	if r.was != "" && room >= 40 {
		parts = append(parts, th.Warn.Render(th.Glyphs.Changed+" was "+ansi.Truncate(client.Line1(r.was), 14, th.Glyphs.Ellipsis)))
	} else if r.was != "" {
		parts = append(parts, th.Warn.Render(th.Glyphs.Changed))
	}
	if r.n > 1 {
		times := th.Strong.Render(th.Glyphs.Times + count(int64(r.n)))
		if d := r.last.Received.Sub(r.first.Received); room >= 40 && d >= time.Millisecond {
			times += th.Dim.Render(" over " + exact(d))
		}
		parts = append(parts, times)
	}
	return strings.Join(parts, " ")
}

// body is what a row says, in lines of w cells.
func (s *shared) body(row *eventRow, w int) []string {
	th, ev := s.theme, &row.Event
	if r := ev.Result; r != nil && ev.Kind == client.KindResult {
		switch {
		case len(r.Scores) > 0:
			return []string{s.scores(r, w, row.room)}
		case len(r.Shape) > 0:
			return []string{s.embedding(r) + th.Dim.Render(row.drift)}
		}
	}
	style, prefix := th.Text, ""
	switch {
	case ev.Kind == client.KindNotice && ev.Notice.Code == client.NoticeGap:
		return s.gap(ev.Text, w, row.room)
	case ev.Kind == client.KindError || ev.Level == client.LevelError:
		style, prefix = th.Bad, th.Glyphs.Cross+" "
	case ev.Level == client.LevelWarn:
		style, prefix = th.Warn, "! "
	case ev.Kind == client.KindNotice:
		style, prefix = th.Busy, th.Glyphs.Arrow+" "
	case ev.Kind == client.KindProgress, ev.Kind == client.KindStart, ev.Kind == client.KindEnd, ev.Level == client.LevelDebug:
		style = th.Dim
	case ev.Kind == client.KindOther:
		style, prefix = th.Dim, ev.Wire+" "
	}
	return styled(style, wrap(prefix+ev.Text, w, th.Glyphs.Ellipsis))
}

// scores draws a classifier's answer: label, bar, figure, and the runners-up as far as w cells go. The
// columns are those of a list of room cells, whatever else stands in this row of it.
func (s *shared) scores(r *client.Result, w, room int) string {
	th := s.theme
	order := slices.Clone(r.Scores)
	slices.SortStableFunc(order, func(a, b client.Score) int {
		if (a.Label == r.Label) != (b.Label == r.Label) {
			return cmp.Compare(boolInt(b.Label == r.Label), boolInt(a.Label == r.Label))
		}
		return cmp.Compare(b.Value, a.Value)
	})
	label := r.Label
	if label == "" {
		label = order[0].Label
	}
	total := 0.0
	for _, x := range order {
		total += math.Abs(x.Value)
	}
	worth := fmt.Sprintf("%5s", formatValue(order[0].Value, total, r.Unit))
	named, full := scoreColumns(w, room, ansi.StringWidth(worth))
	out := th.Strong.Render(fit(label, named, th.Glyphs.Ellipsis)) + " "
	if full > 0 {
		out += bar(s, share(order[0].Value, total), full) + " "
	}
	out += worth
	for _, x := range order[1:] {
		more := "  " + x.Label + " " + formatValue(x.Value, total, r.Unit)
		if ansi.StringWidth(out)+ansi.StringWidth(more) > w {
			break
		}
		out += th.Dim.Render(more)
	}
	return out
}

// The fewest cells of a bar that say something, and those that are kept for the mark of a label that
// changed, so that a row with it has the columns of one without.
const minBar, changedMark = 4, 2

// scoreColumns is how many cells label and bar take beside a figure, in a row that has w cells of a list
// of room cells. Where there is little room the bar gives way first, then the label: a label without
// its figure says too little.
func scoreColumns(w, room, figure int) (label, bar int) {
	label, bar = clamp(room/4, 8, 16), clamp(room/5, 6, 16)
	has := min(w, room-changedMark) - figure
	if over := label + bar + 2 - has; over > 0 {
		bar -= over
	}
	if bar < minBar {
		label, bar = clamp(has-1, 1, 16), 0
	}
	return label, bar
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func share(v, total float64) float64 {
	if total <= 0 || math.IsNaN(v) {
		return 0
	}
	return math.Max(0, math.Min(v/total, 1))
}

// formatValue is a score in its unit.
func formatValue(v, total float64, u client.Unit) string {
	switch u {
	case client.UnitFraction:
		return fmt.Sprintf("%.0f %%", v*100)
	case client.UnitPercent:
		return fmt.Sprintf("%.0f %%", v)
	case client.UnitVotes:
		return fmt.Sprintf("%.0f/%.0f", v, total)
	}
	return fmt.Sprintf("%.3g", v)
}

func (s *shared) embedding(r *client.Result) string {
	dims := make([]string, len(r.Shape))
	for i, n := range r.Shape {
		dims[i] = fmt.Sprint(n)
	}
	norm := fmt.Sprintf("%.3f", r.Norm)
	if r.Norm >= 10 {
		norm = fmt.Sprintf("%.2f", r.Norm)
	}
	g := s.theme.Glyphs
	return s.theme.Strong.Render("embedding "+strings.Join(dims, g.Times)) +
		s.theme.Dim.Render(" "+g.Norm+"v"+g.Norm+" ") + norm
}

// bar is a horizontal bar of w cells, full to a fraction.
func bar(s *shared, f float64, w int) string {
	n := int(math.Round(f * float64(w)))
	return s.theme.BarFull.Render(strings.Repeat(s.theme.Glyphs.Full, n)) +
		s.theme.BarEmpty.Render(strings.Repeat(s.theme.Glyphs.Empty, w-n))
}

// gap is what a gap says in a line across a list of room cells, and in more where it is long. A line that
// is scrolled sideways has w cells, which are more: it stays one.
func (s *shared) gap(text string, w, room int) []string {
	r, frame := s.theme.Glyphs.Rule, 4
	if w > room {
		w = max(room, ansi.StringWidth(text)+frame)
	}
	lines := wrap(client.Line1(text), max(w-frame, 1), s.theme.Glyphs.Ellipsis)
	lead := r + r + " "
	for i, line := range lines {
		lines[i] = lead + line
		lead = "   "
	}
	last := &lines[len(lines)-1]
	*last += " " + strings.Repeat(r, max(w-ansi.StringWidth(*last)-1, 0))
	return styled(s.theme.Warn, lines)
}

// wrap breaks text into lines of w cells, at most maxEventLines of them.
func wrap(text string, w int, ellipsis string) []string {
	if ansi.StringWidth(text) <= w && !strings.Contains(text, "\n") {
		return []string{text}
	}
	return upTo(maxEventLines, strings.Split(ansi.Wrap(text, w, ""), "\n"), w, ellipsis)
}

// hanging puts text behind a head, wrapped under itself.
func hanging(head, text string, w int, th theme.Theme) []string {
	indent := ansi.StringWidth(head)
	lines := wrap(text, max(w-indent, 8), th.Glyphs.Ellipsis)
	for i := range lines {
		if i > 0 {
			head = strings.Repeat(" ", indent)
		}
		lines[i] = head + lines[i]
	}
	return lines
}

// upTo is the first n lines, with an ellipsis where more would follow.
func upTo(n int, lines []string, w int, ellipsis string) []string {
	if len(lines) > n {
		lines = lines[:n]
		lines[n-1] = ansi.Truncate(lines[n-1], max(w-1, 0), "") + ellipsis
	}
	return lines
}

func styled(st lipgloss.Style, lines []string) []string {
	for i, l := range lines {
		lines[i] = st.Render(l)
	}
	return lines
}

// plain takes the styles out of a line.
func plain(s string) string { return ansi.Strip(s) }

// centred is a sentence in the middle of a pane.
func centred(st lipgloss.Style, text string, w, h int) []string {
	lines := wrap(text, max(w, 1), "")
	out := make([]string, max((h-len(lines))/2, 0), h+len(lines))
	for _, l := range lines {
		out = append(out, strings.Repeat(" ", max((w-ansi.StringWidth(l))/2, 0))+st.Render(l))
	}
	return out[:min(len(out), max(h, 0))]
}
