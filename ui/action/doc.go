// Package action is what a person may do, as data: a [Table] has one [Row] for each action, and everything
// that names a key is a projection of it: key handling, footer, help, palette, the settings and docs/keys.md.
//
// It promises that a key has one meaning in a mode, that a text with tokens such as {create} names the keys
// as they are bound, and that nobody can bind themselves into a corner. It never runs anything, and knows
// no pane.
package action
