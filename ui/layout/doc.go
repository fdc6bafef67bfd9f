// Package layout says where everything is on a screen of a size.
//
// It promises rectangles that fill the screen and never overlap, at any size, with any dividers. It never
// draws, and it knows nothing of what is in a pane.
package layout
