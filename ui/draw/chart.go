package draw

import (
	"math"
	"slices"
	"strings"

	"lenswatch/theme"
)

// Bar is a horizontal bar of w cells, full to a fraction.
func (c *Context) Bar(f float64, w int) string {
	n := int(math.Round(f * float64(w)))
	return c.BarFull.Render(strings.Repeat(c.Glyphs.Full, n)) + c.BarEmpty.Render(strings.Repeat(c.Glyphs.Empty, w-n))
}

// Chart draws values as a chart of braille dots, h lines of w cells, oldest at the left: behind the name and what the
// width stands for is an axis from 0 to the largest, which axis writes.
func (c *Context) Chart(name, width string, values []float64, axis func(float64) string, w, h int) []string {
	const head, scale = 11, 9
	cells := w - head - scale - 1
	if len(values) == 0 || cells < 1 || h < 1 {
		return nil
	}
	top := slices.Max(values)
	var out []string
	for i, line := range c.dots(values, cells, h) {
		row := h - 1 - i
		left, mark := "", ""
		switch row {
		case h - 1:
			left, mark = name, axis(top)
		case 0:
			left, mark = width, axis(0)
		}
		gap := strings.Repeat(" ", max(scale-Width(mark)-1, 0))
		out = append(out, Pad(Pad(c.Dim.Render(left), head)+gap+c.Dim.Render(mark), head+scale)+c.Dim.Render(c.Theme.Box.Left)+line)
	}
	return out
}

// Dots draws values as one line of braille, from 0 to the largest.
func (c *Context) Dots(values []float64, w int) string {
	if len(values) == 0 || w < 1 {
		return ""
	}
	return c.dots(values, w, 1)[0]
}

// dots are h lines of w cells, the topmost first.
func (c *Context) dots(values []float64, w, h int) (out []string) {
	dots, top := make([]int, 2*w), slices.Max(values)
	for i := range dots {
		from := i * len(values) / len(dots)
		to := max((i+1)*len(values)/len(dots), from+1)
		if v := slices.Max(values[from:to]); v > 0 {
			dots[i] = max(int(math.Round(v/top*float64(4*h))), 1)
		}
	}
	for row := h - 1; row >= 0; row-- {
		var b strings.Builder
		for i := 0; i < len(dots); i += 2 {
			b.WriteRune(braille(dots[i]-4*row, dots[i+1]-4*row))
		}
		out = append(out, c.BarFull.Render(b.String()))
	}
	return out
}

// braille is a cell with so many dots, from below, in its left and its right column.
func braille(left, right int) rune {
	fill := func(n int, dots [4]rune) (out rune) {
		for i := range clamp(n, 0, 4) {
			out |= dots[i]
		}
		return out
	}
	return theme.Braille + fill(left, [4]rune{0x40, 4, 2, 1}) + fill(right, [4]rune{0x80, 0x20, 0x10, 8})
}

func clamp(n, low, high int) int { return max(low, min(n, high)) }

// levels are the heights of a cell, from nothing.
var levels = []rune(" ▁▂▃▄▅▆▇█")

// Strip draws how much there was over time in at most w cells, newest at the right: the higher a cell, the more. Where cells are few,
// each stands for as many values. What was nothing has a low line, so that a pause shows as one.
func (c *Context) Strip(values []float64, w int) string {
	if len(values) == 0 || w <= 0 {
		return ""
	}
	each := (len(values) + w - 1) / w
	sums, top := make([]float64, len(values)/each), 0.0
	for i, v := range values[len(values)-len(sums)*each:] {
		sums[i/each] += v
		top = max(top, sums[i/each])
	}
	var b strings.Builder
	style := c.Good
	for _, v := range sums {
		i := 1
		if top > 0 {
			i = max(1, int(math.Round(v/top*float64(len(levels)-1))))
		}
		b.WriteRune(levels[i])
	}
	if top == 0 {
		style = c.Dim
	}
	return style.Render(b.String())
}

// Columns draws the newest values as columns in w by h cells, newest at the right: the highest value fills them, and what is
// no number is a gap.
func (c *Context) Columns(values []float64, w, h int) []string {
	values = values[max(len(values)-w, 0):]
	top := 0.0
	for _, v := range values {
		if v > top { // not for NaN
			top = v
		}
	}
	out := make([]string, h)
	for y := range out {
		var b strings.Builder
		b.WriteString(strings.Repeat(" ", w-len(values)))
		for _, v := range values {
			n := 1 // what is nothing has a low line
			if math.IsNaN(v) {
				n = 0
			} else if top > 0 {
				n = max(1, int(math.Round(v/top*float64(h*(len(levels)-1)))))
			}
			b.WriteRune(levels[min(max(n-(h-1-y)*(len(levels)-1), 0), len(levels)-1)])
		}
		out[y] = c.Good.Render(b.String())
	}
	return out
}
