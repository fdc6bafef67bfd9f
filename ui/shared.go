package ui

import (
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"lenswatch/client"
	"lenswatch/theme"
	"lenswatch/watch"
)

// shared is what all panes look at. The Model alone changes it.
type shared struct {
	store       *watch.Store
	keys        KeyMap
	theme       theme.Theme
	stateStyles []stateStyle // of theme
	sum         summary
	style       uint64 // grows when every drawing is out of date: another theme, zone or scope
	now         time.Time
	zone        *time.Location
	stamps      Stamps
	timeMark    time.Time // the moment that the person marked; zero if none
	scope       string    // the session that is looked at; empty for all, merged
	paused      bool      // the panes stand still; nothing stops arriving

	began    time.Time            // when the screen was made
	troubles map[string]time.Time // since when a service's sessions cannot be listed
	recorded bool                 // what is shown is a recording: nothing can be done to its sessions
}

// setTheme puts a theme on.
func (s *shared) setTheme(th theme.Theme) {
	s.theme, s.stateStyles = th, states(th)
	s.style++
}

// tagWidth is how many cells the tag of a session takes in a merged list of w cells.
func tagWidth(w int) int {
	switch {
	case w < 50:
		return 5
	case w < 80:
		return 14
	}
	return 20
}

// tag is a session's name in its colour, n cells wide; only the end of its id if there is no room.
func (s *shared) tag(id string, n int) string {
	g := s.theme.Glyphs
	sess := s.store.Session(id)
	if sess == nil {
		return fit(s.theme.Dim.Render(g.Tag+suffix(id)), n, g.Ellipsis)
	}
	text := suffix(id)
	if n > 8 {
		name := label(&sess.Record)
		if n < 18 {
			name, _, _ = strings.Cut(name, " ")
		}
		text = ansi.Truncate(name, n-6, g.Ellipsis) + " " + text
	}
	return fit(s.theme.Session(sess.Slot).Render(g.Tag+text), n, g.Ellipsis)
}

// several reports whether the sessions of more than one service are shown.
func (s *shared) several() bool { return len(s.store.Services()) > 1 }

// otherService reports whether a service is another than the first, whose sessions need no mark.
func (s *shared) otherService(service string) bool {
	return s.several() && service != s.store.Services()[0].Name
}

// scopeName says what is looked at: a name and, of a session, the end of its id.
func (s *shared) scopeName() (name, end string) {
	if s.scope == "" {
		return "all sessions", ""
	}
	if sess := s.store.Session(s.scope); sess != nil {
		return label(&sess.Record), suffix(s.scope)
	}
	return s.scope, ""
}

// label is the name of a session's lens, or its id if it has none.
func label(r *client.Session) string {
	if r.LensName != "" {
		return r.LensName
	}
	if r.LensID != "" {
		return r.LensID
	}
	return r.ID
}

// suffix is the end of an id: enough to tell the sessions on a screen apart.
func suffix(id string) string {
	if len(id) > 4 {
		return id[len(id)-4:]
	}
	return id
}
