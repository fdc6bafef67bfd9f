package draw

import (
	"math"
	"strings"

	"github.com/NimbleMarkets/ntcharts/v2/sparkline"
)

// Bar is a horizontal bar of w cells, full to a fraction.
func (c *Context) Bar(f float64, w int) string {
	n := int(math.Round(f * float64(w)))
	return c.BarFull.Render(strings.Repeat(c.Glyphs.Full, n)) + c.BarEmpty.Render(strings.Repeat(c.Glyphs.Empty, w-n))
}

// Spark draws values in w cells; where cells are few, each stands for several values.
func (c *Context) Spark(values []float64, w int) string {
	each := (len(values) + w - 1) / w
	if each > 1 {
		sums := make([]float64, len(values)/each)
		tail := values[len(values)-len(sums)*each:]
		for i, v := range tail {
			sums[i/each] += v
		}
		values = sums
	}
	chart := sparkline.New(w, 1, sparkline.WithStyle(c.Good))
	chart.PushAll(values)
	chart.Draw()
	return strings.TrimRight(chart.View(), "\n")
}
