package cli

import (
	"io"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"

	"lenswatch/theme"
)

// termStyle is a style as what the terminal is sent before and after a text. Both are empty where there
// are no colours.
type termStyle struct{ on, off string }

// termStyles are the styles of the lines that are written without a screen.
type termStyles struct {
	coloured                   bool
	theme                      theme.Theme
	text, dim, warn, bad, busy termStyle
}

// newTermStyles makes the styles for what is written to w: none unless it is a terminal that has
// colours, and the person has not set NO_COLOR. The background is not asked for, as that would read
// from standard input: the theme's colours for a light one read on a dark one, too.
func newTermStyles(w io.Writer, environ []string) termStyles {
	p := termStyles{coloured: colorprofile.Detect(w, environ) >= colorprofile.ANSI, theme: theme.New(theme.Options{Palette: theme.Terminal, Profile: colorprofile.ANSI})}
	p.text, p.dim = p.of(p.theme.Text), p.of(p.theme.Dim)
	p.warn, p.bad, p.busy = p.of(p.theme.Warn), p.of(p.theme.Bad), p.of(p.theme.Busy)
	return p
}

// of is a style of the theme as a paint.
func (p *termStyles) of(s lipgloss.Style) termStyle {
	const mark = "x"
	if !p.coloured {
		return termStyle{}
	}
	on, off, _ := strings.Cut(s.Render(mark), mark)
	return termStyle{on: on, off: off}
}

// session is the colour of the n-th session.
func (p *termStyles) session(n int) termStyle { return p.of(p.theme.Session(n)) }
