// Package ui is the screen: a Bubble Tea model over sessions that are watched, live or replayed. It is thin: it has
// the one table of actions (actions.go), hands messages to the packages below it, and puts what they draw together.
//
// What it promises:
//
//   - [Model.Update] waits for nothing. Whatever waits is a command, whose outcome is a message.
//   - [Model.View] is pure: sizes arrive by SetSize, and nothing changes while drawing.
//   - A batch comes in through one door, [Model.Update], and goes down once: into the store, then into each pane.
//   - A pane is drawn again only when what it shows, its size, its focus or the theme changed, and only the rows that
//     are seen.
//
// It never decides what a package below can decide, and styles nothing but with package theme.
package ui
