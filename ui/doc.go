// Package ui is the screen: a Bubble Tea model over sessions that are watched, live or replayed.
//
// What it promises:
//
//   - [Model.Update] waits for nothing. Whatever waits is a command, whose outcome is a message.
//   - What a person may do is one list of actions. Keys ([KeyMap]), palette, mouse and footer are
//     ways to reach it, and help and the README's table are made from it.
//   - A pane draws itself again only when what it shows, its size, its focus or the colours changed,
//     and styles only the rows that are seen.
//   - Nothing is styled but with package theme, and text from outside was cleaned before it came here.
package ui
