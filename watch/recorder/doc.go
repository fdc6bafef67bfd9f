// Package recorder writes what a run of lenswatch takes in to a recording: every batch, the life of
// every line, and what became of each session's state and verdict.
//
// What it promises: whoever feeds a [Recorder] never waits for the disk, and watching continues when
// the disk fails. What was left out is counted, and reported in the file. Each file begins with what was
// known when it was begun, so that it can be replayed alone.
package recorder
