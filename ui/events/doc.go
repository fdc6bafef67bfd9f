// Package events is the pane that lists events, oldest above: results, or logs. It follows the newest until the
// person moves up; then what it shows stands still, and what is new is counted.
//
// It promises that a frame costs what is seen of a list, not what is in it: a row may take several lines, and
// the list never counts all of them. It knows which event is selected and on which line of the pane its row
// begins, and draws outwards from there. Whatever takes longer, such as a filter over much history, goes on a
// part of a frame at a time. Drawing changes nothing, and the package does no I/O.
package events
