// Package timeline is the view of all sessions over time: a lane for each, coloured by its state, with what happened
// on it, and a cursor that leads to that moment in the lists. Of a recording it is the scrub bar.
//
// It promises that lanes share one axis, so that what coincides stands one above the other; that a state is recognised by its
// glyph as well as by its colour; and that it holds 8 KiB for each session at most, however long the history is. It
// judges nothing: states are those of package watch/health, events those of the history.
package timeline
