package draw

import (
	"time"

	"github.com/charmbracelet/x/ansi"

	"lenswatch/theme"
	"lenswatch/ui/action"
)

// Context is what drawings look at. It is made anew when one of these changes, and never changed.
type Context struct {
	theme.Theme
	Keys action.Keys
	Now  time.Time
	Zone *time.Location
	// Motion says that what has just arrived, is pending or recovered moves for a moment.
	Motion bool
	// Profiles are the accounts that are watched, in the order in which they were chosen; none for the one without a name.
	Profiles []Profile
}

// Profile is an account with a name.
type Profile struct {
	Name   string
	Colour string // one of [theme.Colours]
	Host   string // of its endpoints
}

// Profile is the name of a profile in its colour.
func (c *Context) Profile(name string) string { return c.profile(name).Render(name) }

// Badge is the name of a profile on its colour.
func (c *Context) Badge(name string) string {
	return c.profile(name).Reverse().Render(" " + name + " ")
}

func (c *Context) profile(name string) theme.Style {
	for _, p := range c.Profiles {
		if p.Name == name {
			return c.Named(p.Colour)
		}
	}
	return c.Strong // of a recording
}

// Clock is a time of day.
func (c *Context) Clock(t time.Time) string { return t.In(c.Zone).Format(time.TimeOnly) }

// Ago is how long ago something was.
func (c *Context) Ago(t time.Time) string { return Span(c.Now.Sub(t)) }

// How long what has just arrived stands out, how long a sweep takes, and how long a frame of what moves is shown.
const (
	FreshTime = 700 * time.Millisecond
	SweepTime = 800 * time.Millisecond
	FrameTime = 100 * time.Millisecond
)

// FreshFor is for how long yet something that arrived at a time stands out; 0 or less if it does not, or nothing moves.
func (c *Context) FreshFor(at time.Time) time.Duration {
	if !c.Motion {
		return 0
	}
	return FreshTime - c.Now.Sub(at)
}

// Arrived is a line of something that has just arrived, w cells wide.
func (c *Context) Arrived(line string, w int) string { return c.Fresh.Over(c.Fit(line, w)) }

// Spinner is the cell before what is being done: it turns where things move.
func (c *Context) Spinner() string {
	if !c.Motion {
		return c.Glyphs.Ellipsis
	}
	frames := []rune(c.Theme.Spinner)
	return string(frames[int(c.Now.UnixMilli()/FrameTime.Milliseconds())%len(frames)])
}

// Sweep is a line, w cells wide, of something that recovered at a time: for SweepTime a light runs over it.
func (c *Context) Sweep(line string, w int, at time.Time) string {
	since := c.Now.Sub(at)
	if !c.Motion || since < 0 || since >= SweepTime {
		return line
	}
	wide := max(w/4, 1)
	from := int(int64(w) * int64(since) / int64(SweepTime))
	to := min(from+wide, w)
	line = c.Fit(line, w)
	return ansi.Cut(line, 0, from) + c.Theme.Sweep.Over(ansi.Cut(line, from, to)) + ansi.Cut(line, to, w)
}
