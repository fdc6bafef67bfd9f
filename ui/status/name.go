package status

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"lenswatch/client"
	"lenswatch/ui/draw"
	"lenswatch/watch"
)

// Name is what the person calls a session, else the name of its lens.
func Name(s *watch.Session) string {
	if s.Choices.Alias != "" {
		return s.Choices.Alias
	}
	return LensName(&s.Record)
}

// Label is the name of a session with the end of its ID, and its lens where the person calls it by another name: "Crane
// 078c (Activity Monitor)".
func Label(r *client.Session, name string) string {
	label, lens := name+" "+Suffix(r.ID), LensName(r)
	if name != lens {
		label += " (" + lens + ")"
	}
	return label
}

// LensName is the name of a session's lens, or its ID if it has none.
func LensName(r *client.Session) string {
	if r.LensName != "" {
		return r.LensName
	}
	if r.LensID != "" {
		return r.LensID
	}
	return r.ID
}

// Suffix is the end of an ID: enough to distinguish the sessions on a screen.
func Suffix(id string) string { return id[max(len(id)-4, 0):] }

// TagWidth is how many cells the tag of a session takes in a list of w cells.
func TagWidth(w int) int {
	switch {
	case w < 50:
		return 5
	case w < 80:
		return 14
	}
	return 20
}

// Tag is the name of a session in its colour, n cells wide; only the end of its ID where there is no room, or
// where s is nil because the session is not known.
func Tag(c *draw.Context, s *watch.Session, id string, n int) string {
	if s == nil {
		return c.Fit(c.Dim.Render(c.Glyphs.Tag+Suffix(id)), n)
	}
	text := Suffix(id)
	if n > 8 {
		name := Name(s)
		if n < 18 {
			name, _, _ = strings.Cut(name, " ")
		}
		whose := Whose(c, s.Record.Service)
		text = ansi.Truncate(name, max(n-6-draw.Width(whose), 1), c.Glyphs.Ellipsis) + " " + text
		if whose != "" {
			return c.Fit(c.Session(s.Hue).Render(c.Glyphs.Tag)+whose+c.Session(s.Hue).Render(text), n)
		}
	}
	return c.Fit(c.Session(s.Hue).Render(c.Glyphs.Tag+text), n)
}

// Whose is the profile of a service, in its colour, with a space behind it; empty where there are not several.
func Whose(c *draw.Context, service string) string {
	if name, _ := client.ProfileOf(service); name != "" && len(c.Profiles) != 1 {
		return c.Profile(name) + " "
	}
	return ""
}

// WhoseText is the profile of a service for a text without colours, with a space behind it; empty where all services are of one.
func WhoseText(store *watch.Store, service string) string {
	name, _ := client.ProfileOf(service)
	another := func(s *watch.ServiceState) bool { p, _ := client.ProfileOf(s.Name); return p != name }
	if name == "" || !slices.ContainsFunc(store.Services(), another) {
		return ""
	}
	return client.Line1(name) + " "
}

// Several reports whether the sessions of more than one service are shown.
func Several(services []*watch.ServiceState) bool { return len(services) > 1 }

// Rows lists sessions with their age, at most n of them.
func Rows(c *draw.Context, sessions []*watch.Session, n int) (out []string) {
	for i, s := range sessions {
		if i == n {
			return append(out, c.Dim.Render(fmt.Sprintf("and %d more", len(sessions)-i)))
		}
		r := &s.Record
		row := r.ID + "  " + Lived(r, c)
		if lens := LensName(r); lens != Name(s) {
			row += "  " + lens
		}
		out = append(out, Tag(c, s, r.ID, 20)+" "+c.Dim.Render(row))
	}
	return out
}

// Lived is how long a session has existed; a dash if that is not known.
func Lived(r *client.Session, c *draw.Context) string {
	if d := r.Age(c.Now); d > 0 {
		return draw.Span(d)
	}
	return draw.OrDash("")
}
