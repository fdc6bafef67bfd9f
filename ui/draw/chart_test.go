package draw

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"lenswatch/theme"
)

// A chart has its axis from 0 to the largest value, and dots as high as the values, in ASCII too.
func TestChartsHaveAnAxis(t *testing.T) {
	for ascii, want := range map[bool]string{
		false: "rate            4/s │⠀⣿\nlast 4 s          0 │⣤⣿",
		true:  "rate            4/s | #\nlast 4 s          0 |:#",
	} {
		c := &Context{Theme: theme.New(theme.Options{ASCII: ascii})}
		lines := c.Chart("rate", "last 4 s", []float64{1, 1, 4, 4}, func(f float64) string {
			if f == 0 {
				return "0"
			}
			return fmt.Sprintf("%g/s", f)
		}, 23, 2)
		if got := Plain(c.Screen(strings.Join(lines, "\n"))); got != want {
			t.Errorf("ASCII %v:\n%s\nwant\n%s", ascii, got, want)
		}
	}
}

// However narrow, low or empty, a chart has the width that was asked for, or is none.
func TestChartsFit(t *testing.T) {
	c := &Context{Theme: theme.New(theme.Options{})}
	for w := range 90 {
		for _, values := range [][]float64{nil, {0}, {0, 0, 0}, {1e9}, {1, 2, 3}, make([]float64, 500)} {
			for _, line := range c.Chart("interval", "last 1,000", values, Rate, w, 1+w%6) {
				if Width(line) != w {
					t.Fatalf("%d cells, want %d: %q", Width(line), w, Plain(line))
				}
			}
		}
	}
}

// A steady rate is a flat strip in any width: each cell stands for as many values.
func TestSteadyRatesAreFlat(t *testing.T) {
	c, values := &Context{Theme: theme.New(theme.Options{})}, slices.Repeat([]float64{1}, 60)
	for w := 1; w <= 70; w++ {
		got := Plain(c.Strip(values, w))
		if strings.Trim(got, "█") != "" || Width(got) > w || 2*Width(got) < min(w, 60) {
			t.Errorf("in %d cells: %q", w, got)
		}
	}
}
