package health

import (
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

// meanings are what the metrics mean, below charts: their name in the pane, and a sentence.
var meanings = map[string]string{
	"rate":     "results per second, last 60 s",
	"interval": "time between results; the rightmost bar is the current wait",
	"delay":    "delay from the service to lenswatch, corrected for clock offset",
}

// charts are the rate, the intervals and the delays of a session, each in h lines. With meanings a line below says what is
// seen.
func charts(c *draw.Context, s *watch.Session, m health.Metrics, w, h int, meant bool) (out []string) {
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
		if out = append(out, lines...); meant {
			out = append(out, c.Dim.Render(c.Cut(meanings[name], w)))
		}
	}
	add("rate", "last 60 s", m.Spark, rate)
	add("interval", "last "+draw.Count(len(intervals)), intervals, seconds)
	if m.DelayKnown {
		add("delay", "last "+draw.Count(len(delays)), delays, seconds)
	}
	return out
}
