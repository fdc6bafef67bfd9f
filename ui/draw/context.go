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
