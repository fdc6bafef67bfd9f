package health

import (
	"slices"
	"time"

	"lenswatch/ui/draw"
	"lenswatch/watch"
	"lenswatch/watch/health"
)

// The least and the greatest height of a chart, the least width of a pane that has charts, and how many lines the changes
// of state are left besides.
const (
	minChart, maxChart = 2, 5
	minChartWidth      = 40
	timelineRoom       = 3
)

// Meaning is what a metric means: its name on the screen, and a sentence.
type Meaning struct{ Name, Says string }

// Meanings are those of all metrics, for help; the first are below charts too.
func Meanings() []Meaning {
	return []Meaning{
		{"rate", "results per second, last 60 s"},
		{"interval", "time between results; the rightmost bar is the current wait"},
		{"delay", "from the service to lenswatch, corrected for clock offset"},
		{"p50, p95, p99", "half, 95 % and 99 % of the values are at most this"},
		{"typically", "the pace of this stream, by which a pause is overdue"},
		{"heartbeat", "sign of life of the connection, with results or without"},
		{"probe", "question to the service about a session, and its answer"},
		{"counters", "inputs and outputs as the service counts them"},
		{"+23", "inputs counted since the newest result"},
		{"gap", "events that were lost between two connections"},
		{"duplicate", "event sent again after a reconnect; it was dropped"},
		{"91 %", "share of the label among all scores of a result"},
		{"norm", "length of an embedding, with its change"},
		{"drift", "cosine distance from the embedding before; 0 is the same"},
		{"time left", "until the service may end the session"},
	}
}

// charts are the rate, the intervals and the delays of a session, each in h lines. With meanings a line below says what is
// seen.
func charts(c *draw.Context, s *watch.Session, m health.Metrics, w, h int, meant bool) (out []string) {
	all := Meanings()
	intervals, delays := s.Health.Recent(c.Now)
	seconds := func(f float64) string {
		if f == 0 {
			return "0"
		}
		return draw.Exact(time.Duration(f * float64(time.Second)))
	}
	rate := func(f float64) string {
		if f == 0 {
			return "0"
		}
		return draw.Rate(f)
	}
	add := func(name, width string, values []float64, axis func(float64) string) {
		lines := c.Chart(name, width, values, axis, w, h)
		if lines == nil {
			return
		}
		out = append(out, lines...)
		if i := slices.IndexFunc(all, func(m Meaning) bool { return m.Name == name }); meant && i >= 0 {
			out = append(out, c.Dim.Render(c.Cut(all[i].Says, w)))
		}
	}
	add("rate", "last 60 s", m.Spark, rate)
	add("interval", "last "+draw.Count(len(intervals)), intervals, seconds)
	if m.DelayKnown {
		add("delay", "last "+draw.Count(len(delays)), delays, seconds)
	}
	return out
}
