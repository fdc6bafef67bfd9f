// Package eventline draws one event as lines: its time, its session, what it says, and what sets it apart from
// its neighbours.
//
// It promises lines that fit, in columns that stay where they are from row to row. It knows no list: what a
// row needs to know of others is in [Row].
package eventline
