package cli

import (
	"io"

	"github.com/charmbracelet/colorprofile"

	"lenswatch/theme"
)

// newTermStyles makes the theme for what is written to w without a screen: one without styles unless it is a terminal that
// has colours, and the person has not set NO_COLOR. The background is not asked for, as that would read from standard
// input: the theme's colours for a light one read on a dark one, too.
func newTermStyles(w io.Writer, environ []string) theme.Theme {
	if colorprofile.Detect(w, environ) < colorprofile.ANSI {
		return theme.Theme{}
	}
	return theme.New(theme.Options{Palette: theme.Terminal, Profile: colorprofile.ANSI})
}
