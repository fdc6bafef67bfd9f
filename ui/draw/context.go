package draw

import (
	"time"

	"lenswatch/theme"
	"lenswatch/ui/action"
)

// Context is what drawings look at. It is made anew when one of these changes, and never changed.
type Context struct {
	theme.Theme
	Keys action.Keys
	Now  time.Time
	Zone *time.Location
}

// Clock is a time of day.
func (c *Context) Clock(t time.Time) string { return t.In(c.Zone).Format(time.TimeOnly) }

// Ago is how long ago something was.
func (c *Context) Ago(t time.Time) string { return Span(c.Now.Sub(t)) }
