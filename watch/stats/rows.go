package stats

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"lenswatch/client/units"
	"lenswatch/watch/health"
)

// Row is a line of what was counted of a session, for a person.
type Row struct{ Name, Text string }

// Rows are the counts of a session, but for the rate, labels and transitions, which are drawn; zone is that
// of moments.
func (s *Session) Rows(zone *time.Location) (out []Row) {
	row := func(name, text string) { out = append(out, Row{name, text}) }
	row("kinds", countsText(s.Kinds))
	if s.Uptime != nil {
		row("states", statesText(s))
	}
	for i, x := range s.Stalls {
		if i == 0 || x.Seconds >= s.Stalls[0].Seconds/2 {
			what := "without results (" + x.State + ")"
			if x.State == health.Reconnecting.String() {
				what = x.State
			}
			row("stall", fmt.Sprintf("%s %s from %s", Span(x.Seconds), what, x.From.In(zone).Format(time.TimeOnly)))
		}
	}
	if s.Interval.Count > 0 {
		row("interval", quantilesText(s.Interval))
	}
	if s.Delay.Count > 0 {
		row("delay", quantilesText(s.Delay)+", beyond the fastest event")
	}
	row("bytes", units.Size(s.Payload)+" of payloads, "+units.Size(s.Wire)+" received")
	if len(s.Notices) > 0 {
		row("notices", countsText(s.Notices))
	}
	if slices.Max(s.Confidence) > 0 {
		row("confidence", "0 % "+Spark(s.Confidence)+" 100 %")
	}
	return out
}

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

func statesText(s *Session) string {
	total := 0.0
	for _, seconds := range s.States {
		total += seconds
	}
	names := slices.SortedFunc(maps.Keys(s.States), func(x, y string) int {
		return cmp.Or(cmp.Compare(s.States[y], s.States[x]), cmp.Compare(x, y))
	})
	var parts []string
	for _, name := range names {
		parts = append(parts, fmt.Sprintf("%s %.1f %% (%s)", name, 100*s.States[name]/total, Span(s.States[name])))
	}
	return strings.Join(parts, ", ")
}

func quantilesText(q Quantiles) string {
	return fmt.Sprintf("p50 %s, p95 %s, p99 %s, longest %s", Span(q.P50), Span(q.P95),
		Span(q.P99), Span(q.Max))
}

// Span is a time in seconds, for a person.
func Span(seconds float64) string {
	return units.Duration(time.Duration(seconds * float64(time.Second)))
}

// Spark draws counts as a line of blocks; what is not 0 shows.
func Spark(counts []int64) string {
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
