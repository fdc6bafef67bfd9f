// Package replay plays a recording as if it happened now: it hands over what was taken in, with the
// timing and the clock of the recording.
//
// What it promises:
//
//   - A [Player] is a [watch.Source]. The store that takes its batches in comes to know what the store
//     of the recorded run knew, second by second: states, verdicts and gaps come out as they did.
//   - Wherever a recording was cut, it is played up to its last whole line.
//   - The file is read as it is played. Seeking reads it from the beginning, into a store of its own,
//     while nothing else is held up.
//   - Nothing of a recording is sent anywhere: creating, destroying and asking answer an error.
package replay
