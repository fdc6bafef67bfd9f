// Package draw is how text becomes cells: fitting, wrapping, borders, bars, and how counts, sizes and times
// are written. A [Context] carries what every drawing needs to look at: theme, keys, clock and time zone.
//
// It promises lines of exactly the width that was asked for, whatever characters are in them. It keeps no
// state, and knows nothing of sessions or events.
package draw
