// Package history keeps the newest events of many sessions within a number of bytes, and finds
// things among them.
//
// What it promises:
//
//   - One [Store] holds everything, in the order of receipt; each event has a [Seq] that never
//     changes and is never used twice.
//   - The bound is in bytes, over all sessions. When it is passed, the session and class of events
//     (results; heartbeats and progress; all else) that hold most lose their oldest first: a loud
//     session cannot push out a quiet one, nor its results its logs and errors.
//     What was evicted is counted for each session, never silent.
//   - A [View] is the part of the Store that a pane shows. It is brought up to date in time
//     proportional to what is new, not to what is retained. A slow filter over much history does not
//     hold its caller up: [View.Fill] and [View.Sync] stop after a while, and continue at the next call.
//   - A [Filter] is one condition as a person types it. It answers for an event by itself: it reads
//     no file, no environment and no network, and a jq expression that runs away is stopped.
//   - A [Search] goes from match to match in a View and counts them, in steps likewise.
//
// It does no I/O, has no goroutine and no lock: a Store and its Views, Filters and Searches belong
// to one goroutine.
package history
