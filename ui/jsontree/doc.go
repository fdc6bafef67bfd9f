// Package jsontree shows a payload: as a [Tree] that can be folded, and as bytes.
//
// It promises bounded time and memory for a payload of any size, depth and content, and that what is not
// shown is counted. It never draws a character of a payload that a terminal would obey.
package jsontree
