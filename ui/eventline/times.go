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
	Mark   time.Time // the newest moment that the person marked; zero if none
	Marks  []Mark    // all of them, oldest first
}

// Mark is a moment that the person marked.
type Mark struct {
	At   time.Time
	Name string // empty for none
}

// maxMarks is how many marks there are at most; the oldest go first.
const maxMarks = 100

// SetMark marks a moment, which is not before any other mark.
func (t *Times) SetMark(at time.Time) {
	t.Mark = at
	t.Marks = append(slices.Clone(t.Marks), Mark{At: at})
	t.Marks = t.Marks[max(len(t.Marks)-maxMarks, 0):]
}

// NameMark names the newest mark.
func (t *Times) NameMark(name string) {
	if n := len(t.Marks); n > 0 {
		t.Marks = slices.Clone(t.Marks)
		t.Marks[n-1].Name = name
	}
}

// Between are lines of w cells for the marks after one event and not after the next. The first event of a list has a zero
// before.
func (t *Times) Between(c *draw.Context, before, at time.Time, w int) (out []string) {
	for _, m := range t.Marks {
		if before.IsZero() || m.At.After(at) || !m.At.After(before) {
			continue
		}
		rule := c.Glyphs.Rule
		line := rule + rule + " " + strings.TrimSpace("mark "+m.Name) + " " + c.Clock(m.At) + " "
		out = append(out, c.Accent.Render(c.Fit(line+strings.Repeat(rule, max(w-draw.Width(line), 0)), w)))
	}
	return out
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
