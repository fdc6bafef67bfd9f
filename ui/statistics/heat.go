package statistics

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"lenswatch/client/units"
	"lenswatch/ui/draw"
	"lenswatch/watch/stats"
)

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
