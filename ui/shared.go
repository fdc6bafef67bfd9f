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
	book   *watch.Book
	theme  theme.Theme
	looks  []stateLook // of theme
	sum    summary
	style  uint64 // grows when every drawing is out of date: another theme, zone or scope
	now    time.Time
	zone   *time.Location
	scope  string // the session that is looked at; empty for all, merged
	paused bool   // the panes stand still; nothing stops arriving
}

// dress puts a theme on.
func (s *shared) dress(th theme.Theme) {
	s.theme, s.looks = th, states(th)
	s.style++
}

// tagWidth is how many cells the tag of a session takes in a merged view.
const tagWidth = 14

// tag is a session's name in its colour, tagWidth cells wide.
func (s *shared) tag(id string) string {
	g := s.theme.Glyphs
	sess := s.book.Session(id)
	if sess == nil {
		return fit(s.theme.Dim.Render(g.Tag+suffix(id)), tagWidth, g.Ellipsis)
	}
	name := ansi.Truncate(nickname(&sess.Record), tagWidth-7, g.Ellipsis)
	st := s.theme.Session(sess.Slot)
	return fit(st.Render(g.Tag+name+" "+suffix(id)), tagWidth, g.Ellipsis)
}

// scopeName says what is looked at.
func (s *shared) scopeName() string {
	if s.scope == "" {
		return "all sessions"
	}
	if sess := s.book.Session(s.scope); sess != nil {
		return label(&sess.Record) + " " + suffix(s.scope)
	}
	return s.scope
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

// nickname is the first word of a session's label.
func nickname(r *client.Session) string {
	first, _, _ := strings.Cut(label(r), " ")
	return first
}

// suffix is the end of an id: enough to tell the sessions on a screen apart.
func suffix(id string) string {
	if len(id) > 4 {
		return id[len(id)-4:]
	}
	return id
}
