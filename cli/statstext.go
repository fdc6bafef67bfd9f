package cli

import (
	"cmp"
	"fmt"
	"maps"
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
		fmt.Fprintf(&b, "\n%s of other sessions\n", units.Plural(r.Other, "event"))
	}
	if len(r.Groups) > 0 {
		b.WriteString("\nsimilar texts\n")
	}
	for i, g := range r.Groups {
		if i == shownGroups {
			fmt.Fprintf(&b, "  … %s more; -o json has them\n", units.Plural(int64(len(r.Groups)-i), "group"))
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
	row("kinds", "%s", countsText(s.Kinds))
	if s.Uptime != nil {
		row("states", "%s", statesText(s))
	}
	for i, x := range s.Stalls {
		if i == 0 || x.Seconds >= s.Stalls[0].Seconds/2 {
			row("stall", "%s %s from %s", units.Duration(inSeconds(x.Seconds)), x.State, x.From.Local().Format(time.TimeOnly))
		}
	}
	if q := s.Interval; q.Count > 0 {
		row("interval", "%s", quantilesText(q))
	}
	if q := s.Delay; q.Count > 0 {
		row("delay", "%s, beyond the fastest event", quantilesText(q))
	}
	row("bytes", "%s of payloads, %s received", units.Size(s.Payload), units.Size(s.Wire))
	if len(s.Notices) > 0 {
		row("notices", "%s", countsText(s.Notices))
	}
	rateText(row, &s.Rate)
	if n := slices.Max(s.Confidence); n > 0 {
		row("confidence", "0 %% %s 100 %%", sparkText(s.Confidence))
	}
	for i, l := range s.Labels {
		if i == shownLabels {
			row("", "… %s more", units.Plural(int64(len(s.Labels)-i), "label"))
			break
		}
		row("label", "%-20s %5.1f %%  %s, dwell %s, longest %s", l.Name, 100*l.Share, units.Count(l.Count), units.Duration(inSeconds(l.Dwell)), units.Duration(inSeconds(l.Longest)))
	}
	for i, t := range s.Transitions {
		if i == shownTransitions {
			row("", "… %s more", units.Plural(int64(len(s.Transitions)-i), "transition"))
			break
		}
		row("transition", "%s → %s  %s", t.From, t.To, units.Count(t.Count))
	}
}

func inSeconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// countsText names counts, the largest first.
func countsText(counts map[string]int64) string {
	var parts []string
	names := slices.SortedFunc(maps.Keys(counts), func(x, y string) int {
		return cmp.Or(cmp.Compare(counts[y], counts[x]), cmp.Compare(x, y))
	})
	for _, name := range names {
		parts = append(parts, name+" "+units.Count(counts[name]))
	}
	return strings.Join(parts, ", ")
}

func statesText(s *stats.Session) string {
	total := 0.0
	for _, seconds := range s.States {
		total += seconds
	}
	names := slices.SortedFunc(maps.Keys(s.States), func(x, y string) int {
		return cmp.Or(cmp.Compare(s.States[y], s.States[x]), cmp.Compare(x, y))
	})
	var parts []string
	for _, name := range names {
		parts = append(parts, fmt.Sprintf("%s %.1f %% (%s)", name, 100*s.States[name]/total, units.Duration(inSeconds(s.States[name]))))
	}
	return strings.Join(parts, ", ")
}

func quantilesText(q stats.Quantiles) string {
	return fmt.Sprintf("p50 %s, p95 %s, p99 %s, longest %s", units.Duration(inSeconds(q.P50)), units.Duration(inSeconds(q.P95)),
		units.Duration(inSeconds(q.P99)), units.Duration(inSeconds(q.Max)))
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
	part := inSeconds(r.Part * float64(each))
	row("rate", "%s  %s each, at most %.3g results/s", sparkText(sums), units.Duration(part), float64(slices.Max(sums))/part.Seconds())
}

// sparkText draws counts as a line of blocks; what is not 0 shows.
func sparkText(counts []int64) string {
	blocks := []rune("▁▂▃▄▅▆▇█")
	most := slices.Max(counts)
	var b strings.Builder
	for _, n := range counts {
		if n == 0 {
			b.WriteByte(' ')
			continue
		}
		b.WriteRune(blocks[int64(len(blocks)-1)*n/most])
	}
	return b.String()
}
