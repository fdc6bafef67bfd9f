package ui

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"lenswatch/client"
	"lenswatch/theme"
	"lenswatch/watch/history"
)

// The most lines that one event takes in a list.
const maxEventLines = 8

// eventLines draws an event for a list: its time, in a merged view its session, and what it says,
// wrapped under itself.
func (s *shared) eventLines(e *history.Entry, w int) []string {
	head, indent := "", 0
	if stamp := s.stamp(e.Received); stamp != "" {
		head, indent = s.theme.Dim.Render(stamp)+" ", len(stamp)+1
	}
	if s.scope == "" {
		n := tagWidth(w)
		head += s.tag(e.Session, n) + " "
		indent += n + 1
	}
	body := s.body(&e.Event, max(w-indent, 8))
	out := make([]string, len(body))
	for i, line := range body {
		if i > 0 {
			head = strings.Repeat(" ", indent)
		}
		out[i] = head + line
	}
	return out
}

// body is what an event says, in lines of w cells.
func (s *shared) body(ev *client.Event, w int) []string {
	th := s.theme
	if r := ev.Result; r != nil && ev.Kind == client.KindResult {
		switch {
		case len(r.Scores) > 0:
			return []string{s.scores(r, w)}
		case len(r.Shape) > 0:
			return []string{s.embedding(r)}
		}
	}
	style, prefix := th.Text, ""
	switch {
	case ev.Kind == client.KindNotice && ev.Notice.Code == client.NoticeGap:
		return []string{s.rule(ev.Text, w)}
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

// scores draws a classifier's answer: label, bar, figure, and the runners-up as far as they fit.
func (s *shared) scores(r *client.Result, w int) string {
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
	out := th.Strong.Render(fit(label, clamp(w/4, 8, 16), th.Glyphs.Ellipsis)) + " " +
		bar(s, share(order[0].Value, total), clamp(w/5, 6, 16)) + " " +
		fmt.Sprintf("%5s", figure(order[0].Value, total, r.Unit))
	for _, x := range order[1:] {
		more := "  " + x.Label + " " + figure(x.Value, total, r.Unit)
		if ansi.StringWidth(out)+ansi.StringWidth(more) > w {
			break
		}
		out += th.Dim.Render(more)
	}
	return out
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

// figure is a score in its unit.
func figure(v, total float64, u client.Unit) string {
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
	g := s.theme.Glyphs
	return s.theme.Strong.Render("embedding "+strings.Join(dims, g.Times)) +
		s.theme.Dim.Render("  "+g.Norm+"v"+g.Norm+" ") + fmt.Sprintf("%.3f", r.Norm)
}

// bar is a horizontal bar of w cells, full to a fraction.
func bar(s *shared, f float64, w int) string {
	n := int(math.Round(f * float64(w)))
	return s.theme.BarFull.Render(strings.Repeat(s.theme.Glyphs.Full, n)) +
		s.theme.BarEmpty.Render(strings.Repeat(s.theme.Glyphs.Empty, w-n))
}

// rule is a line across the pane with a text in it.
func (s *shared) rule(text string, w int) string {
	r := s.theme.Glyphs.Rule
	text = ansi.Truncate(text, max(w-6, 1), s.theme.Glyphs.Ellipsis)
	rest := max(w-ansi.StringWidth(text)-4, 0)
	return s.theme.Warn.Render(r + r + " " + text + " " + strings.Repeat(r, rest))
}

// wrap breaks text into lines of w cells, at most maxEventLines of them.
func wrap(text string, w int, ellipsis string) []string {
	if ansi.StringWidth(text) <= w && !strings.Contains(text, "\n") {
		return []string{text}
	}
	lines := strings.Split(ansi.Wrap(text, w, ""), "\n")
	if len(lines) > maxEventLines {
		lines = lines[:maxEventLines]
		lines[maxEventLines-1] = ansi.Truncate(lines[maxEventLines-1], max(w-1, 0), "") + ellipsis
	}
	return lines
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
