// Package history keeps the newest events of many sessions within a number of bytes.
//
// What it promises:
//
//   - One [Store] holds everything, in the order of receipt; each event has a [Seq] that never
//     changes and is never used twice.
//   - The bound is in bytes, over all sessions. When it is passed, the session that holds most
//     loses its oldest events first, so that a loud session cannot push out a quiet one.
//     What was evicted is counted for each session, never silent.
//   - A [View] is the part of the Store that a pane shows. It is brought up to date in time
//     proportional to what is new, not to what is kept.
//
// It does no I/O, has no goroutine and no lock: a Store and its Views belong to one goroutine.
package history
