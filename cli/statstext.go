package cli

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"lenswatch/client/units"
	"lenswatch/watch/stats"
)

// What a person is shown at most; JSON has all.
const (
	shownLabels      = 12
	shownTransitions = 8
	shownGroups      = 20
	rateColumns      = 60
)

// statsText is statistics for a person.
func statsText(r *stats.Report) string {
	var b strings.Builder
	events := r.Other
	for i := range r.Sessions {
		events += r.Sessions[i].Events
	}
	fmt.Fprintf(&b, "%s in %s", units.Plural(events, "event"), units.Duration(r.To.Sub(r.From).Round(time.Millisecond)))
	if !r.From.IsZero() {
		fmt.Fprintf(&b, ", from %s to %s", r.From.Local().Format(time.DateTime), r.To.Local().Format(time.TimeOnly))
	}
	b.WriteByte('\n')
	if r.Lost > 0 {
		fmt.Fprintf(&b, "%s were dropped while recording\n", units.Plural(r.Lost, "event"))
	}
	for i := range r.Sessions {
		sessionStats(&b, &r.Sessions[i])
	}
	if r.Other > 0 {
		fmt.Fprintf(&b, "\n%s from other sessions\n", units.Plural(r.Other, "event"))
	}
	if len(r.Groups) > 0 {
		b.WriteString("\nsimilar texts\n")
	}
	for i, g := range r.Groups {
		if i == shownGroups {
			fmt.Fprintf(&b, "  … %s more (use -o json)\n", units.Plural(int64(len(r.Groups)-i), "group"))
			break
		}
		fmt.Fprintf(&b, "  %12s  %s\n", units.Count(g.Count), g.Template)
	}
	if r.OtherTexts > 0 {
		fmt.Fprintf(&b, "  %12s  other texts\n", units.Count(r.OtherTexts))
	}
	return b.String()
}

func sessionStats(b *strings.Builder, s *stats.Session) {
	row := func(name, format string, args ...any) {
		fmt.Fprintf(b, "  %-11s %s\n", name, fmt.Sprintf(format, args...))
	}
	fmt.Fprintf(b, "\n%s  %s\n", s.ID, units.Plural(s.Events, "event"))
	for _, r := range s.Rows(time.Local) {
		row(r.Name, "%s", r.Text)
	}
	rateText(row, &s.Rate)
	for i, l := range s.Labels {
		if i == shownLabels {
			row("", "… %s more", units.Plural(int64(len(s.Labels)-i), "label"))
			break
		}
		row("label", "%-20s %5.1f %%  %s, dwell %s, longest %s", l.Name, 100*l.Share, units.Count(l.Count), stats.Span(l.Dwell), stats.Span(l.Longest))
	}
	for i, t := range s.Transitions {
		if i == shownTransitions {
			row("", "… %s more", units.Plural(int64(len(s.Transitions)-i), "transition"))
			break
		}
		row("transition", "%s → %s  %s", t.From, t.To, units.Count(t.Count))
	}
}

// rateText draws the rate over time, so many parts in one column that all of it fits.
func rateText(row func(string, string, ...any), r *stats.Rate) {
	if len(r.Results) == 0 {
		return
	}
	each := (len(r.Results) + rateColumns - 1) / rateColumns
	sums := make([]int64, (len(r.Results)+each-1)/each)
	for i, n := range r.Results {
		sums[i/each] += int64(n)
	}
	part := time.Duration(r.Part * float64(each) * float64(time.Second))
	row("rate", "%s  %s per bar, peak %.3g results/s", stats.Spark(sums), units.Duration(part), float64(slices.Max(sums))/part.Seconds())
}
