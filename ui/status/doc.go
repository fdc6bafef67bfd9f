// Package status says how sessions and services are named, and how they are: which glyph and word a state
// has, which session needs attention most, why there is no session to show.
//
// It promises that every pane names the same state alike, and that nothing is said by colour alone. It
// never judges a session, which package watch/health does, and changes nothing.
package status
