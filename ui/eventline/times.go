package eventline

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"lenswatch/client/units"
	"lenswatch/ui/draw"
)

// Stamps is how the time of an event is shown.
type Stamps uint8

// The ways.
const (
	Clock Stamps = iota
	Millis
	Age
	Since // since the mark
	Off
	stampCount
)

// String is the word for the screen.
func (s Stamps) String() string {
	return [...]string{"clock", "clock with milliseconds", "age", "since the mark", "off", ""}[min(s, stampCount)]
}

// Valid reports whether there is such a way.
func (s Stamps) Valid() bool { return s < stampCount }

// ParseStamps finds a way by its word in the settings.
func ParseStamps(word string) (Stamps, bool) {
	i := slices.Index([]string{"clock", "milliseconds", "age", "mark", "off"}, word)
	return Stamps(max(i, 0)), i >= 0
}

// Times is how times are shown.
type Times struct {
	Stamps Stamps
	Mark   time.Time // the moment that the person marked; zero if none
}

// Next goes to the next way, past the one that needs a mark while there is none.
func (t *Times) Next() {
	t.Stamps = (t.Stamps + 1) % stampCount
	if t.Stamps == Since && t.Mark.IsZero() {
		t.Next()
	}
}

// Stamp is the time of an event, always equally wide in one way of showing; empty if times are off. Until
// there is a mark, the clock stands in for the time since it.
func (t *Times) Stamp(c *draw.Context, at time.Time) string {
	switch t.Stamps {
	case Millis:
		return at.In(c.Zone).Format("15:04:05.000")
	case Age:
		return fmt.Sprintf("%5s", units.DurationShort(c.Now.Sub(at)))
	case Since:
		if !t.Mark.IsZero() {
			return fmt.Sprintf("%+9.3f", at.Sub(t.Mark).Seconds())
		}
	case Off:
		return ""
	}
	return c.Clock(at)
}

// Day is a line of w cells that says where another day begins than the one of the event before, or where
// clocks were changed; empty where a clock time alone is clear. The first event of a list has a zero before.
func (t *Times) Day(c *draw.Context, before, at time.Time, w int) string {
	if t.Stamps == Age || t.Stamps == Off || t.Stamps == Since && !t.Mark.IsZero() {
		return ""
	}
	first := before.IsZero()
	if first {
		before = c.Now
	}
	before, at = before.In(c.Zone), at.In(c.Zone)
	was, offset := before.Zone()
	is, now := at.Zone()
	text := ""
	switch {
	case before.YearDay() != at.YearDay() || before.Year() != at.Year():
		text = at.Format("Mon 2 Jan 2006")
	case offset != now && !first:
		text = "clocks change from " + was + " to " + is
	default:
		return ""
	}
	rule := c.Glyphs.Rule
	line := rule + rule + " " + text + " "
	return c.Dim.Render(c.Fit(line+strings.Repeat(rule, max(w-draw.Width(line), 0)), w))
}
